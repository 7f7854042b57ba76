"""The versions of a calendar in time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from inbox.sla.hours import Hours, InvalidCalendar
from inbox.sla.schedule import Schedule
from inbox.sla.wallclock import Interval, as_utc, united


class CalendarTimeline(Schedule):
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
        super().__init__(*(start.year for start in self._starts[-1:]))

    def in_force_at(self, at: datetime) -> Hours:
        """The version that measures `at`."""
        return self._calendars[bisect_right(self._starts, as_utc(at))]

    def _spans_of(self, begin: datetime, finish: datetime) -> Sequence[Interval]:
        edges = [begin, *(start for start in self._starts if begin < start < finish), finish]
        return united(
            span for since, until in pairwise(edges) for span in self.in_force_at(since).spans_between(since, until)
        )

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, CalendarTimeline)
            and self._calendars == other._calendars
            and self._starts == other._starts
        )

    def __hash__(self) -> int:
        return hash((self._calendars, self._starts))
