"""What clocks ask of opening hours, and the hours that are no weekly schedule: calendar time, versions in time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
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

    def spans_between(self, start: datetime, end: datetime) -> list[Interval]:
        """The open intervals (UTC, sorted, disjoint) inside the interval; their sum is `open_between`."""

    def is_open(self, at: datetime) -> bool:
        """True from an opening until just before the closing."""

    def next_opening(self, at: datetime) -> datetime:
        """The first open instant (UTC) that is not before `at`. Raises NeverOpen."""


class CalendarTimeline:
    """The versions of a calendar in time: each instant is measured by the version in force at it.

    `versions`: (in force from, calendar); None is "from the beginning". The earliest version also covers
    all time before it. Answers as Hours does.
    """

    __slots__ = ("_calendars", "_starts")

    def __init__(self, versions: Iterable[tuple[datetime | None, Hours]]) -> None:
        dated = sorted(
            ((None if start is None else as_utc(start), calendar) for start, calendar in versions),
            key=lambda version: (version[0] is not None, version[0]),
        )
        if not dated:
            raise InvalidCalendar("a timeline needs at least one calendar")
        starts = [start for start, _ in dated]
        if len(set(starts)) < len(starts):
            raise InvalidCalendar("two versions of a calendar are in force from the same instant")
        self._calendars = tuple(calendar for _, calendar in dated)
        self._starts = tuple(start for start in starts[1:] if start is not None)

    def in_force_at(self, at: datetime) -> Hours:
        """The version that measures `at`."""
        return self._calendars[bisect_right(self._starts, as_utc(at))]

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        if not self._starts:
            return self._calendars[0].open_between(start, end)
        start, end = as_utc(start), as_utc(end)
        if end <= start:
            return ZERO
        first = bisect_right(self._starts, start)
        if first == bisect_right(self._starts, end):
            return self._calendars[first].open_between(start, end)
        pieces = (
            calendar.open_between(since, end if until is None else min(until, end))
            for calendar, since, until in self._from(start)
        )
        return sum(pieces, ZERO)

    def add(self, start: datetime, duration: timedelta) -> datetime:
        start = as_utc(start)
        if duration <= ZERO:
            return nothing_added(start, duration)
        for calendar, since, until in self._from(start):
            if until is None:
                return calendar.add(since, duration)
            available = calendar.open_between(since, until)
            if duration <= available:
                return calendar.add(since, duration)
            duration -= available
        raise AssertionError("the last version has no end")

    def spans_between(self, start: datetime, end: datetime) -> list[Interval]:
        start, end = as_utc(start), as_utc(end)
        if end <= start:
            return []
        return united(
            span
            for calendar, since, until in self._from(start)
            for span in calendar.spans_between(since, end if until is None else min(until, end))
        )

    def is_open(self, at: datetime) -> bool:
        return self.in_force_at(at).is_open(at)

    def next_opening(self, at: datetime) -> datetime:
        for calendar, since, until in self._from(as_utc(at)):
            if until is None:
                return calendar.next_opening(since)
            spans = calendar.spans_between(since, until)
            if spans:
                return spans[0][0]
        raise AssertionError("the last version has no end")

    def _from(self, start: datetime) -> Iterator[tuple[Hours, datetime, datetime | None]]:
        """Each version in force at or after `start`: the calendar, since when it counts, until when."""
        first = bisect_right(self._starts, start)
        for index in range(first, len(self._calendars)):
            since = start if index == first else self._starts[index - 1]
            yield self._calendars[index], since, self._starts[index] if index < len(self._starts) else None

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, CalendarTimeline)
            and self._calendars == other._calendars
            and self._starts == other._starts
        )

    def __hash__(self) -> int:
        return hash((self._calendars, self._starts))


class _AlwaysOpen:
    """Calendar time: every instant is open."""

    __slots__ = ()

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        return max(as_utc(end) - as_utc(start), ZERO)

    def add(self, start: datetime, duration: timedelta) -> datetime:
        start = as_utc(start)
        return start + duration if duration > ZERO else nothing_added(start, duration)

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
