"""Tickets on their way to a survey, through the real actions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.surveys.models import Invitation
from inbox.tickets.actions import resolve
from inbox.tickets.conversation import reply
from inbox.tickets.models import Ticket
from tests.inbox.questions import asks

#: A Tuesday, noon.
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def written(
    channel: Channel,
    number: int = 1,
    *,
    at: datetime = NOON,
    subject: str = "Return of order 0988",
    name: str = "Bo Larsen",
    address: str = "bo@larsen.example",
) -> Ticket:
    """A customer writes."""
    message_id = f"<{number}@larsen.example>"
    return asks(channel, number, subject=subject, name=name, address=address, at=at, external_id=message_id)


def answered(ticket: Ticket, agent: Agent, *, at: datetime = NOON + HOUR) -> Ticket:
    reply(ticket, "The label is on its way.", by=agent, at=at)
    return ticket


def settled(
    channel: Channel, agent: Agent, number: int = 1, *, at: datetime = NOON + 2 * HOUR, **values: str
) -> Ticket:
    """Written two hours before `at`, answered one hour before, resolved at `at`."""
    ticket = answered(written(channel, number, at=at - 2 * HOUR, **values), agent, at=at - HOUR)
    return resolve(ticket, by=agent, at=at)


def states(ticket: Ticket) -> list[tuple[int, str, str]]:
    """Cycle, state and reason of the ticket's invitations."""
    found = Invitation.objects.filter(ticket=ticket).order_by("cycle")
    return list(found.values_list("cycle", "state", "suppressed_because"))
