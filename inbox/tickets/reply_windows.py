"""How a network lets us answer now: freely, by a person's tag, by an approved template, or not any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from channels_adapters.contracts import ReplyStep
from channels_adapters.registry import UnknownKind, adapter
from inbox.common.clock import now
from inbox.tickets.enums import Direction
from inbox.tickets.models import Ticket

Way = Literal["free", "human_tag", "template", "paid", "closed"]
_ALWAYS = (ReplyStep("free"),)


@dataclass(frozen=True, slots=True)
class Window:
    """The `way` that is open until `closes_at` (None: for good), what comes `then`, how many messages are `left`."""

    way: Way = "free"
    closes_at: datetime | None = None
    then: Way = "free"
    left: int | None = None

    @property
    def takes_text(self) -> bool:
        """Whether an agent's own words can be sent."""
        return self.way in ("free", "human_tag", "paid")


def window_at(ladder: Sequence[ReplyStep], wrote_at: datetime | None, said_since: int, at: datetime) -> Window:
    """The first rung of the ladder that still holds at `at`, `said_since` messages after the customer's last one."""
    open_ones = [step for step in ladder if _holds(step, wrote_at, said_since, at)]
    if not open_ones:
        return Window("closed", then="closed")
    step, rest = open_ones[0], open_ones[1:]
    closes_at = wrote_at + step.within if wrote_at and step.within is not None else None
    left = step.count - said_since if step.count is not None else None
    ends = closes_at is not None or left is not None
    return Window(step.way, closes_at, (rest[0].way if rest else "closed") if ends else step.way, left)


def _holds(step: ReplyStep, wrote_at: datetime | None, said_since: int, at: datetime) -> bool:
    if step.count is not None and said_since >= step.count:
        return False
    return step.within is None or (wrote_at is not None and at < wrote_at + step.within)


def window_of(ticket: Ticket, *, at: datetime | None = None) -> Window:
    """How the customer of a ticket can be answered in its channel."""
    try:
        ladder = adapter(ticket.channel.kind).capabilities.reply_window
    except UnknownKind:
        return Window("closed", then="closed")
    if ladder == _ALWAYS:
        return Window()
    wrote_at, said_since = ticket.last_customer_message_at, 0
    if wrote_at and any(step.count is not None for step in ladder):
        said = ticket.messages.filter(direction=Direction.OUT, channel=ticket.channel_id, withdrawn_at=None)
        said_since = said.filter(occurred_at__gte=wrote_at).count()
    return window_at(ladder, wrote_at, said_since, at or now())
