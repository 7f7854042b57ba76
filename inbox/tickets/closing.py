"""When the way closes in which a network lets us answer: kept with the ticket, so that lists can be sorted by it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models.functions import Now

from inbox.tickets.changes import SYSTEM, change
from inbox.tickets.models import ACTIVE, Ticket, TicketEvent
from inbox.tickets.reply_windows import window_of

_AT_ONCE = 500


def keep_window(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """Somebody wrote, or the network counts a message of ours: set when the ticket's window closes. The reaction."""
    event = events[-1]
    if event.message and event.message.channel_id == ticket.channel_id and event.message.channel:
        # Another reaction has asked for it already.
        ticket.channel = event.message.channel
    ticket.window_closes_at = window_of(ticket, at=event.recorded_at).closes_at


def turn_windows(at: datetime | None = None) -> int:
    """Let tickets whose window closed tell when the next way that is open closes; how many there were."""
    closed = Ticket.objects.filter(ACTIVE, window_closes_at__lte=at or Now()).order_by("window_closes_at", "id")
    tickets = list(closed[:_AT_ONCE])
    for ticket in tickets:
        with change(ticket, by=SYSTEM, at=at) as it:
            it.set(window_closes_at=window_of(ticket, at=it.at).closes_at)
    return len(tickets)
