"""Until when a network lets us write to a customer without his having to write again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from channels_adapters.contracts import Capabilities
from channels_adapters.registry import UnknownKind
from inbox.tickets.enums import Direction
from inbox.tickets.models import Ticket
from inbox.tickets.networks import Connected, capabilities_of

#: A survey leaves so long before a window closes that it arrives within it.
SLACK = timedelta(minutes=5)
CLOSED = datetime.min.replace(tzinfo=UTC)


def known_capabilities_of(channel: Connected) -> Capabilities | None:
    """What can be done in a channel; None while its adapter is not installed."""
    try:
        return capabilities_of(channel)
    except UnknownKind:
        return None


def closes_at(channel: Connected, wrote_at: datetime | None, said_since: int = 0) -> datetime | None:
    """Until when who wrote last at `wrote_at` may be asked; None: at any time.

    Only what a network lets everybody send counts: a person's own tag, templates and what is paid for are no way to
    ask for an opinion. `said_since` are our messages since then, where it counts them.
    """
    can = known_capabilities_of(channel)
    if can is None:
        return None
    free = next((step for step in can.reply_window if step.way == "free"), None)
    if free is None or (free.count is not None and said_since >= free.count):
        return CLOSED
    if free.within is None:
        return None
    return wrote_at + free.within - SLACK if wrote_at else CLOSED


def window_of(ticket: Ticket) -> datetime | None:
    """Until when the ticket's customer may be asked by its channel; None: at any time."""
    can, wrote_at = known_capabilities_of(ticket.channel), ticket.last_customer_message_at
    said_since = 0
    if can and wrote_at and any(step.count is not None for step in can.reply_window):
        said = ticket.messages.filter(direction=Direction.OUT, channel=ticket.channel_id, withdrawn_at=None)
        said_since = said.filter(occurred_at__gte=wrote_at).count()
    return closes_at(ticket.channel, wrote_at, said_since)


def is_reviews(channel: Connected) -> bool:
    """True for places where one public answer is all there can be."""
    can = known_capabilities_of(channel)
    return can is not None and can.one_reply_only
