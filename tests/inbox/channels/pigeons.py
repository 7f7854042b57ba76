"""A network of pigeons with the rules networks have: windows, counted messages, templates, short notes, buttons."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest

from channels_adapters import registry
from channels_adapters.base import BaseAdapter
from channels_adapters.contracts import (
    Account,
    Capabilities,
    Event,
    FileLimit,
    OutboundMessage,
    Payload,
    ReplyStep,
    SendError,
    Sent,
    Template,
    TextUnit,
)
from inbox.channels import actions as channels
from inbox.channels.models import Channel
from inbox.common.clock import now
from inbox.customers.actions import recognize
from inbox.tickets.actions import open_ticket
from inbox.tickets.models import Message, Ticket
from tests.inbox.questions import says

KIND = "pigeon"
DAY = timedelta(days=1)
LADDER = (ReplyStep("free", DAY, count=3), ReplyStep("human_tag", 7 * DAY), ReplyStep("template"))
OFFER = Template("back", "en", "Hello {{1}}, we are back about {{2}}.", category="utility", footer="The loft")
OFFER_DE = Template("back", "de", "Hallo {{1}}, es geht um {{2}}.")
REFUSED = Template("sale", "en", "Buy!", state="rejected", reason="It reads like advertising.")


class PigeonAdapter(BaseAdapter):
    """Carries what it is given, and tells of its templates."""

    kind: ClassVar[str] = KIND
    label: ClassVar[str] = "Pigeons"
    capabilities: ClassVar[Capabilities] = Capabilities(
        inbound=frozenset({"push_to_us"}),
        threading="person",
        text_limit=40,
        text_unit=TextUnit.UTF16,
        reply_window=LADDER,
        buttons=3,
        button_length=20,
        files=(FileLimit(("image/*",), 1000),),
        templates=True,
        private_reply_within=7 * DAY,
    )
    carried: ClassVar[list[OutboundMessage]] = []
    texts: ClassVar[list[Template]] = []
    trouble: ClassVar[SendError | None] = None

    def parse(self, payload: Payload, account: Account) -> list[Event]:
        """Nothing."""
        return []

    def send(self, message: OutboundMessage, account: Account) -> Sent:
        """All of it."""
        self.carried.append(message)
        return Sent((message.client_ref,))

    def templates(self, account: Account) -> list[Template]:
        """Those at the loft."""
        if self.trouble:
            raise self.trouble
        return self.texts


def installed(monkeypatch: pytest.MonkeyPatch, **can: Any) -> None:
    """The adapter is there as one of ours, with other capabilities where they are given, until the end of the test."""
    monkeypatch.setitem(registry.BUILT_IN, KIND, f"{__name__}:PigeonAdapter")
    monkeypatch.setattr(PigeonAdapter, "capabilities", replace(PigeonAdapter.capabilities, **can))
    monkeypatch.setattr(PigeonAdapter, "carried", [])
    monkeypatch.setattr(PigeonAdapter, "texts", [OFFER, OFFER_DE, REFUSED])
    monkeypatch.setattr(PigeonAdapter, "trouble", None)
    registry.adapter.cache_clear()


def loft(address: str = "north") -> Channel:
    """A connected account."""
    return channels.connect(kind=KIND, address=address, name=f"Loft {address.title()}")


def coos(loft: Channel, text: str = "Coo?", *, by: str = "bo", at: datetime | None = None) -> Ticket:
    """Somebody asks by pigeon."""
    at = at or now()
    identity = recognize([(KIND, "", by, False)], name=by.title())
    ticket = open_ticket(
        customer=identity.customer,
        identity=identity,
        channel_id=loft.pk,
        subject=text,
        by=identity.customer,
        at=at,
        team=loft.team,
    )
    says(ticket, text, at=at, identity=identity)
    return ticket


def made_public(ticket: Ticket) -> Ticket:
    """What was asked there is a comment that everybody reads."""
    Message.objects.filter(ticket=ticket).update(is_public=True)
    return ticket
