"""A greeter and a rule as a shop may have them, to begin with: in every language of the product."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.chats.flow_editing import Button, StepDraft, add_step, edit_step, set_flow
from inbox.chats.flow_enums import FlowAsks, FlowKind, FlowStart, FlowWhen
from inbox.chats.flow_models import Flow
from inbox.chats.rule_editing import add_rule
from inbox.chats.rule_enums import PageMatch, RuleWhen
from inbox.chats.rule_models import ChatRule
from inbox.tickets.changes import SYSTEM, System

_STEPS: Mapping[str, tuple[FlowKind, str | Promise]] = {
    "welcome": (FlowKind.BUTTONS, _("What can we help you with? Press what fits, or just write.")),
    "order": (FlowKind.ASK, _("I can look for it ahead. What is your order number? It stands in our mail to you.")),
    "returns": (
        FlowKind.ANSWER,
        _(
            "You can send shoes back within 30 days as long as they were worn indoors only. The label for it is in "
            "your account under “Orders”, and the money is back five days after the parcel reached us."
        ),
    ),
    "sizes": (
        FlowKind.ANSWER,
        _(
            "Most of our shoes run true to size. Between two sizes take the larger one for boots and the smaller one "
            "for sneakers. Exchanging is free."
        ),
    ),
    "matter": (FlowKind.ASK, _("Tell me in a few words what it is about. I pass it on.")),
}
_ASKS: Mapping[str, FlowAsks] = {"order": FlowAsks.ORDER, "matter": FlowAsks.TEXT}
_BUTTONS: tuple[tuple[str | Promise, str], ...] = (
    (_("Where is my order?"), "order"),
    (_("Returns and exchanges"), "returns"),
    (_("Find my size"), "sizes"),
    (_("Something else"), "matter"),
)
_FULL_CART = _("Hello! Are you unsure about a size, or about sending something back? Ask me: I am here.")


def demo_flow(channel: Channel, *, is_active: bool = True, by: Agent | System = SYSTEM) -> Flow:
    """Give a channel without steps a script for a shop: orders, returns, sizes, and anything else."""
    with transaction.atomic():
        made = {key: add_step(channel, kind, by=by) for key, (kind, _text) in _STEPS.items()}
        # Names first: what leads somewhere needs to find it.
        for key, step in made.items():
            edit_step(step, StepDraft(key, _said(channel, _STEPS[key][1]), asks=_ASKS.get(key, "")), by=by)
        buttons = [Button(_said(channel, label), leads) for label, leads in _BUTTONS]
        edit_step(made["welcome"], StepDraft("welcome", _said(channel, _STEPS["welcome"][1]), buttons=buttons), by=by)
        return set_flow(channel, is_active=is_active, when=FlowWhen.ALWAYS, starts=FlowStart.BEFORE, by=by)


def demo_rule(
    channel: Channel, *, author: Agent | None = None, is_active: bool = True, by: Agent | System = SYSTEM
) -> ChatRule:
    """Give a channel a rule that speaks to who hesitates with a full cart."""
    return add_rule(
        channel,
        texts=_said(channel, _FULL_CART),
        by=by,
        name="Full cart",
        is_active=is_active,
        author=author,
        page_match=PageMatch.CONTAINS,
        page="/cart",
        seconds=30,
        cart_at_least=Decimal(100),
        when=RuleWhen.STAFFED,
    )


def _said(channel: Channel, text: str | Promise) -> dict[str, str]:
    """The text in each language that has words of its own for it, and in the channel's."""
    found = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found[code] = str(text)
    return {code: words for code, words in found.items() if code == channel.language or words != found["en"]}
