"""Which of a ticket's clocks is shown where, and that its network's window closes soon."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from inbox.sla.enums import ClockState, TargetKind
from inbox.sla.models import Clock
from inbox.tickets.enums import UNRESOLVED
from inbox.tickets.models import Ticket
from inbox.tickets.reply_windows import CLOSING
from inbox.workspace.wording import duration

_FAR = datetime.max.replace(tzinfo=UTC)


def row_clock(ticket: Ticket) -> Clock | None:
    """The one clock of a row: what is due next, else what is paused, else how the last answer went.

    The ticket's clocks are prefetched.
    """
    clocks = _own(ticket)
    if ticket.state not in UNRESOLVED or ticket.is_spam or ticket.deleted_at:
        return _latest([clock for clock in clocks if clock.state not in (ClockState.WAIVED, ClockState.STOPPED)])
    running = [clock for clock in clocks if clock.stopped_at is None and clock.due_at]
    if running:
        return min(running, key=lambda clock: clock.due_at or _FAR)
    paused = [clock for clock in clocks if clock.state == ClockState.PAUSED]
    return paused[-1] if paused else _latest(clocks)


def window_left(ticket: Ticket, at: datetime) -> str:
    """How long the network lets us answer, where that is not long any more; "" elsewhere."""
    closes_at = ticket.window_closes_at
    if closes_at is None or ticket.state not in UNRESOLVED or not at < closes_at <= at + CLOSING:
        return ""
    return duration(closes_at - at)


def head_clocks(ticket: Ticket) -> list[Clock]:
    """The clocks of the head: the latest response of the running or last work cycle, and its resolution."""
    clocks = _own(ticket)
    cycle = max((clock.cycle for clock in clocks), default=0)
    responses = [clock for clock in clocks if clock.cycle == cycle and clock.target != TargetKind.RESOLUTION]
    first = [clock for clock in clocks if clock.target == TargetKind.FIRST_RESPONSE and clock.cycle == cycle]
    resolution = [clock for clock in clocks if clock.target == TargetKind.RESOLUTION and clock.cycle == cycle]
    latest = _latest(responses)
    shown = [*first, *([latest] if latest and latest not in first else ()), *resolution]
    return [clock for clock in shown if clock.goal_seconds is not None and clock.state != ClockState.WAIVED]


def side_clocks(ticket: Ticket) -> list[Clock]:
    """The clocks that have or had a goal, the latest first; at most eight."""
    return [clock for clock in reversed(_own(ticket)) if clock.goal_seconds is not None][:8]


def _own(ticket: Ticket) -> list[Clock]:
    return sorted(ticket.clocks.all(), key=lambda clock: (clock.started_at, clock.pk))


def _latest(clocks: Sequence[Clock]) -> Clock | None:
    return max(clocks, key=lambda clock: (clock.stopped_at or _FAR, clock.started_at), default=None)
