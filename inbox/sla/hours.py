"""What clocks ask of opening hours, and the hours that never close: calendar time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from inbox.sla.wallclock import Interval, as_utc, united

ZERO = timedelta(0)


class InvalidCalendar(ValueError):
    """The zone, a span or a closure makes no sense; the message says which and why."""


class NeverOpen(ValueError):
    """The calendar does not open again, so the wanted amount of open time never comes together."""


class Hours(Protocol):
    """What clocks ask of a calendar, of its versions in time, and of calendar time."""

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        """The open time in the interval; zero when `end` is not after `start`."""

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The earliest instant (UTC) with `open_between(start, it) == duration`; `start` itself for zero.

        An amount used up exactly at closing ends at the closing, not at the next opening.
        Raises ValueError for a negative duration and NeverOpen when it is never reached.
        """

    def open_ticks(self, start: int, end: int) -> int:
        """`open_between`, with instants and length in ticks."""

    def add_ticks(self, start: int, length: int) -> int:
        """`add`, with instants and length in ticks; `start` for a length that is not positive."""

    def spans_between(self, start: datetime, end: datetime) -> list[Interval]:
        """The open intervals (UTC, sorted, disjoint) inside the interval; their sum is `open_between`."""

    def is_open(self, at: datetime) -> bool:
        """True from an opening until just before the closing."""

    def next_opening(self, at: datetime) -> datetime:
        """The first open instant (UTC) that is not before `at`. Raises NeverOpen."""


class _AlwaysOpen:
    """Calendar time: every instant is open."""

    __slots__ = ()

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        return max(as_utc(end) - as_utc(start), ZERO)

    def add(self, start: datetime, duration: timedelta) -> datetime:
        start = as_utc(start)
        return start + duration if duration > ZERO else nothing_added(start, duration)

    def open_ticks(self, start: int, end: int) -> int:
        return end - start if end > start else 0

    def add_ticks(self, start: int, length: int) -> int:
        return start + length if length > 0 else start

    def spans_between(self, start: datetime, end: datetime) -> list[Interval]:
        return united([(as_utc(start), as_utc(end))])

    def is_open(self, at: datetime) -> bool:
        as_utc(at)
        return True

    def next_opening(self, at: datetime) -> datetime:
        return as_utc(at)

    def __repr__(self) -> str:
        return "ALWAYS_OPEN"


ALWAYS_OPEN: Hours = _AlwaysOpen()
"""Calendar time, for targets that do not stop at night."""


def nothing_added(start: datetime, duration: timedelta) -> datetime:
    """`start`, the answer of every `add` of a zero duration; a negative one raises ValueError."""
    if duration < ZERO:
        raise ValueError(f"a duration to add is not negative, this is {duration}")
    return start
