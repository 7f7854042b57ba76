"""How a network lets us answer now: freely, by a person's tag, by an approved template, or not any more.

The network counts per person and account, whatever tickets his messages are in; where it counts our messages, each part
of a reply is one. What is said in public opens no window, and can be answered there at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from django.db.models import F, Max, Sum
from django.db.models.functions import Coalesce, Greatest

from channels_adapters.contracts import ReplyStep
from channels_adapters.registry import UnknownKind
from inbox.common.clock import now
from inbox.tickets.enums import Direction, MessageKind
from inbox.tickets.models import Message, Ticket
from inbox.tickets.networks import Connected, capabilities_of

Way = Literal["free", "human_tag", "template", "paid", "closed"]
Sent = Literal["free", "human_tag", "template", "paid"]
_ALWAYS = (ReplyStep("free"),)
#: A window that closes within it is warned of.
CLOSING = timedelta(hours=2)


class Account(Connected, Protocol):
    """A channel by its row."""

    @property
    def pk(self) -> int:
        """Its number."""


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


@dataclass(frozen=True, slots=True)
class Rung:
    """A `way` that is open now, `until` when (None: for good), for how many messages more where they are counted."""

    way: Sent
    until: datetime | None = None
    left: int | None = None

    @property
    def takes_text(self) -> bool:
        """Whether an agent's own words can be sent by it."""
        return self.way != "template"


def rungs_at(ladder: Sequence[ReplyStep], wrote_at: datetime | None, said_since: int, at: datetime) -> list[Rung]:
    """The rungs of the ladder that hold at `at`, `said_since` messages after the customer's last one."""
    return [
        Rung(
            step.way,
            wrote_at + step.within if wrote_at and step.within is not None else None,
            step.count - said_since if step.count is not None else None,
        )
        for step in ladder
        if _holds(step, wrote_at, said_since, at)
    ]


def window_at(ladder: Sequence[ReplyStep], wrote_at: datetime | None, said_since: int, at: datetime) -> Window:
    """The first rung of the ladder that still holds, and what comes after it."""
    rungs = rungs_at(ladder, wrote_at, said_since, at)
    if not rungs:
        return Window("closed", then="closed")
    first, rest = rungs[0], rungs[1:]
    ends = first.until is not None or first.left is not None
    return Window(first.way, first.until, (rest[0].way if rest else "closed") if ends else first.way, first.left)


def _holds(step: ReplyStep, wrote_at: datetime | None, said_since: int, at: datetime) -> bool:
    if step.count is not None and said_since >= step.count:
        return False
    return step.within is None or (wrote_at is not None and at < wrote_at + step.within)


def ladder_of(channel: Connected) -> tuple[ReplyStep, ...]:
    """The ways in which a channel can be answered, best first; none while its adapter is not installed."""
    try:
        return capabilities_of(channel).reply_window
    except UnknownKind:
        return ()


def has_window(channel: Connected) -> bool:
    """Whether a channel can be answered only for a while."""
    return any(step.within is not None for step in ladder_of(channel))


def window_of(ticket: Ticket, *, at: datetime | None = None) -> Window:
    """How the customer of a ticket can be answered in its channel."""
    ladder = ladder_of(ticket.channel)
    heard = None if ladder == _ALWAYS else last_heard(ticket)
    if ladder == _ALWAYS or (heard and heard.is_public):
        return Window()
    return window_at(ladder, *_history(ladder, ticket.customer_id, ticket.channel_id), at or now())


def last_heard(ticket: Ticket) -> Message | None:
    """What somebody outside said last in the ticket's own channel."""
    heard = ticket.messages.filter(direction=Direction.IN, channel=ticket.channel_id)
    return heard.only("id", "is_public", "occurred_at").order_by("-id").first()


def answering_rungs(ticket: Ticket, asked: Message | None, *, at: datetime | None = None) -> list[Rung]:
    """The ways in which what was `asked` in a ticket can be answered now; in public at any time."""
    if asked and asked.is_public:
        return [Rung("free")]
    return rungs_of(ticket.customer_id, ticket.channel, at=at)


def rungs_of(customer_id: int, channel: Account, *, at: datetime | None = None) -> list[Rung]:
    """The ways in which a customer can be written to now by an account."""
    ladder = ladder_of(channel)
    if ladder == _ALWAYS:
        return [Rung("free")]
    return rungs_at(ladder, *_history(ladder, customer_id, channel.pk), at or now())


def _history(ladder: Sequence[ReplyStep], customer_id: int, channel_id: int) -> tuple[datetime | None, int]:
    """When he wrote last there, and how many messages of ours the network counts since then."""
    theirs = Message.objects.filter(customer=customer_id, channel=channel_id, direction=Direction.IN, automatic="")
    wrote_at = theirs.filter(is_public=False).aggregate(last=Max("occurred_at"))["last"]
    if wrote_at is None or all(step.count is None for step in ladder):
        return wrote_at, 0
    said = Message.objects.filter(ticket__customer=customer_id, channel=channel_id, direction=Direction.OUT)
    said = said.filter(kind=MessageKind.MESSAGE, withdrawn_at=None, occurred_at__gte=wrote_at)
    parts = Greatest(Coalesce(F("delivery__external_ids__len"), 1), 1)
    return wrote_at, said.aggregate(parts=Sum(parts))["parts"] or 0
