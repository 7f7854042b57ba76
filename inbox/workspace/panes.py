"""The ticket side of the desk: head, timeline, composer and the customer beside them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Avg, Count
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from inbox.agents.enums import Role
from inbox.agents.models import Agent, Team
from inbox.customers.models import Customer, Identity
from inbox.surveys.models import Answer
from inbox.tickets.access import tickets_of
from inbox.tickets.enums import MessageKind, Priority, State
from inbox.tickets.models import Message, Ticket
from inbox.tickets.queries import conversation, drafts_of, log_of, others_of, writers_of
from inbox.workspace.clocks import head_clocks
from inbox.workspace.timeline import timeline
from inbox.workspace.wording import clock_time

#: Most bytes of one file and of all files that go with a message.
LARGEST_FILE, LARGEST_MESSAGE = 20 * 1024 * 1024, 25 * 1024 * 1024
#: The states an agent may choose; new and closed come by themselves.
CHOSEN_STATES = (State.OPEN, State.PENDING, State.ON_HOLD, State.RESOLVED)


@dataclass(slots=True)
class Composer:
    """What stands in the composer: drafts, or after a refusal what was sent and why it was not taken."""

    seen: int
    client_ref: str = field(default_factory=lambda: str(uuid.uuid4()))
    mode: str = str(MessageKind.MESSAGE)
    texts: dict[str, str] = field(default_factory=dict)
    saved_at: datetime | None = None
    error: str = ""
    newer: Sequence[Message] = ()

    @property
    def saved(self) -> str:
        """When the draft was last saved, in words."""
        return saved_in_words(self.saved_at)

    @property
    def message_text(self) -> str:
        """The unfinished reply."""
        return self.texts.get(MessageKind.MESSAGE, "")

    @property
    def note_text(self) -> str:
        """The unfinished note."""
        return self.texts.get(MessageKind.NOTE, "")


def saved_in_words(at: datetime | None) -> str:
    """When a draft was saved; "" when there is none."""
    return _("Draft saved %(time)s") % {"time": clock_time(at)} if at else ""


def answering_agents() -> list[Agent]:
    """Those who can be responsible for a ticket."""
    return list(Agent.objects.filter(is_active=True, role__in=(Role.ADMIN, Role.LEAD, Role.AGENT)).order_by("name"))


def all_teams() -> list[Team]:
    """Every team, by name."""
    return list(Team.objects.order_by("name"))


def composer_of(ticket: Ticket, agent: Agent, seen: int) -> Composer:
    """The composer as the agent left it, on any machine."""
    drafts = drafts_of(ticket, agent)
    only_note = MessageKind.NOTE in drafts and MessageKind.MESSAGE not in drafts
    return Composer(
        seen=seen,
        mode=str(MessageKind.NOTE if only_note or not agent.answers_customers else MessageKind.MESSAGE),
        texts={mode: draft.text for mode, draft in drafts.items()},
        saved_at=max((draft.saved_at for draft in drafts.values()), default=None),
    )


def ticket_context(
    ticket: Ticket,
    agent: Agent,
    *,
    at: datetime,
    agents: Sequence[Agent],
    teams: Sequence[Team],
    composer: Composer | None = None,
) -> dict[str, Any]:
    """Everything the ticket's panes show."""
    messages = list(conversation(ticket))
    seen = max((message.pk for message in messages), default=0)
    recipients = writers_of(ticket)
    about = customer_context(ticket.customer, agent, at, ticket)
    return {
        "ticket": ticket,
        "items": timeline(messages, log_of(ticket), agent, {one.value for one in about["identities"]}),
        "also_in": [one.channel for one in ticket.also_in.select_related("channel").order_by("id")],
        "clocks": head_clocks(ticket),
        "ticket_tags": ticket.tags.order_by("name"),
        "seen": seen,
        "composer": composer or composer_of(ticket, agent, seen),
        "recipients": recipients,
        "recipient": next((one for one in recipients if one.customer_id == ticket.customer_id), None),
        "agents": agents,
        "teams": teams,
        "chosen_states": [(state.value, state.label) for state in CHOSEN_STATES],
        "priorities": Priority.choices,
        "may_act": agent.answers_customers,
        "may_note": agent.writes_notes,
        "largest_file": LARGEST_FILE,
        "largest_message": LARGEST_MESSAGE,
        "now": at,
        **about,
    }


def customer_context(customer: Customer, agent: Agent, at: datetime, ticket: Ticket) -> dict[str, Any]:
    """Who the customer is: addresses, how easy he finds us, what else he asked."""
    ease = Answer.objects.filter(is_current=True, ease__isnull=False, invitation__customer=customer)
    return {
        "customer": customer,
        "identities": list(Identity.objects.filter(customer=customer).order_by("id")),
        "ease": ease.aggregate(mean=Avg("ease"), n=Count("id")),
        "language_name": _language_name(customer.language),
        "others": others_of(tickets_of(agent), ticket),
        "local_time": _local_time(customer, at),
    }


def _language_name(code: str) -> str:
    """The language's name in the reader's language; the code itself where Django does not know it."""
    try:
        return str(get_language_info(code.lower())["name_translated"]) if code else ""
    except KeyError:
        return code


def _local_time(customer: Customer, at: datetime) -> datetime | None:
    try:
        return timezone.localtime(at, ZoneInfo(customer.time_zone)) if customer.time_zone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
