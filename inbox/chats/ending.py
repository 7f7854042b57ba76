"""The visitor ends his chat. What was answered is settled; what was not stays to be answered."""

from __future__ import annotations

from datetime import datetime

from inbox.chats.models import Visitor
from inbox.chats.queries import identities_of, tickets_of
from inbox.tickets.actions import move
from inbox.tickets.changes import change
from inbox.tickets.enums import AuthorKind, EventKind, MessageKind, State
from inbox.tickets.models import Ticket

_CONVERSING = (State.NEW, State.OPEN, State.PENDING)


def end_chat(visitor: Visitor, *, at: datetime | None = None) -> Ticket | None:
    """End the visitor's newest conversation; None when he has none. Ending it twice changes nothing.

    It is resolved if one of us answered what he wrote last. Who put it on hold, or off until later, still has to do
    with it. Writing again reopens it.
    """
    ticket = tickets_of(identities_of(visitor)).order_by("-id").first()
    if ticket is None or visitor.identity is None:
        return None
    with change(ticket, by=visitor.identity.customer, at=at) as it:
        if ticket.merged_into_id or ticket.state not in _CONVERSING or _has_ended(ticket):
            return ticket
        it.record(EventKind.CHAT_ENDED)
        if _is_answered(ticket):
            move(it, State.RESOLVED, because="ended")
    return ticket


def _has_ended(ticket: Ticket) -> bool:
    """Ended before, and nothing was said by either side since."""
    return ticket.events.filter(kind=EventKind.CHAT_ENDED, occurred_at__gte=ticket.last_message_at).exists()


def _is_answered(ticket: Ticket) -> bool:
    if ticket.waiting_since or ticket.snoozed_until:
        return False
    said = ticket.messages.filter(kind=MessageKind.MESSAGE, author_kind=AuthorKind.HUMAN, withdrawn_at=None)
    return said.exists()
