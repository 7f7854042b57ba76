"""Business hours: how much open time lies between two instants, and when an amount of it is used up.

Everything here is immutable, exact to the microsecond, and answers in UTC. Building the open intervals of a
year takes milliseconds and happens once a year and object; questions after that take microseconds. So keep
and share a `Calendar`; do not build one a ticket.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from inbox.sla.hours import ALWAYS_OPEN, Hours, InvalidCalendar, NeverOpen
from inbox.sla.schedule import LOOK_AHEAD_YEARS, Schedule
from inbox.sla.timeline import CalendarTimeline
from inbox.sla.wallclock import Interval, as_utc, instant, united, without

__all__ = [
    "ALWAYS_OPEN",
    "LOOK_AHEAD_YEARS",
    "Calendar",
    "CalendarTimeline",
    "Hours",
    "InvalidCalendar",
    "NeverOpen",
]

Closure = date | tuple[datetime, datetime]
Weekly = Mapping[int, Sequence[tuple[time, time]]]

MIDNIGHT = time(0)
_DAY = timedelta(days=1)


class Calendar(Schedule):
    """Open spans a weekday in local time, minus closures.

    `timezone`: an IANA name or a ZoneInfo.
    `weekly`: {0..6 (Monday 0): [(opens, closes), ...]} in local wall-clock time. A span whose end is not
    after its start runs over midnight into the next day, so an end of `time(0)` is 24:00 and
    `(time(0), time(0))` the whole day. Overlapping spans count once.
    `closures`: a date closes that local date (also the part of a night span that lies on it); a pair of
    aware datetimes closes the time between.

    On days when clocks change, a span lasts as long as it really lasts: 00:00-06:00 is 5 h or 7 h. An edge
    that never happens lies at the jump (02:00-03:00 has then no length); one that happens twice is the first.
    Raises InvalidCalendar.
    """

    __slots__ = ("_closed", "_key", "_weekly", "_zone")

    def __init__(self, timezone: str | ZoneInfo, weekly: Weekly, closures: Iterable[Closure] = ()) -> None:
        super().__init__()
        self._zone = _zone(timezone)
        self._weekly = _checked_week(weekly)
        days, parts = _checked_closures(closures)
        whole = ((instant(self._zone, day, MIDNIGHT), instant(self._zone, day + _DAY, MIDNIGHT)) for day in days)
        self._closed = united([*whole, *parts])
        self._key = (str(self._zone), self._weekly, tuple(self._closed))

    @property
    def timezone(self) -> str:
        """The IANA name of the zone."""
        return str(self._zone)

    def _spans_of(self, begin: datetime, finish: datetime) -> Sequence[Interval]:
        year = begin.year
        # A night span of 30 December, or a zone a day ahead of UTC, still reaches into the year.
        first, days = date(year - 1, 12, 29), range((date(year + 1, 1, 3) - date(year - 1, 12, 29)).days)
        zone = self._zone
        spans = united(
            (instant(zone, day, opens), instant(zone, day + _DAY if closes <= opens else day, closes))
            for day in (first + _DAY * n for n in days)
            for opens, closes in self._weekly[day.weekday()]
        )
        inside = (
            (max(opens, begin), min(closes, finish)) for opens, closes in spans if closes > begin and opens < finish
        )
        return list(without(inside, self._closed))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        return f"Calendar({self.timezone!r}, {dict(enumerate(self._weekly))!r}, {self._closed!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Calendar, (self._zone, dict(enumerate(self._weekly)), list(self._closed))


def _zone(timezone: str | ZoneInfo) -> ZoneInfo:
    if isinstance(timezone, ZoneInfo):
        return timezone
    try:
        return ZoneInfo(timezone)
    except (KeyError, ValueError, OSError, TypeError) as error:
        raise InvalidCalendar(f"there is no time zone {timezone!r}") from error


def _checked_week(weekly: Weekly) -> tuple[tuple[tuple[time, time], ...], ...]:
    for weekday in weekly:
        if weekday not in range(7):
            raise InvalidCalendar(f"weekdays are 0 (Monday) to 6 (Sunday), not {weekday!r}")
    for weekday, spans in weekly.items():
        for span in spans:
            if len(span) != 2 or not all(isinstance(edge, time) and edge.tzinfo is None for edge in span):
                raise InvalidCalendar(f"a span of weekday {weekday} is a pair of local times, not {span!r}")
    return tuple(tuple(sorted({(opens, closes) for opens, closes in weekly.get(day, ())})) for day in range(7))


def _checked_closures(closures: Iterable[Closure]) -> tuple[list[date], list[Interval]]:
    days: list[date] = []
    parts: list[Interval] = []
    for closure in closures:
        if isinstance(closure, date) and not isinstance(closure, datetime):
            days.append(closure)
            continue
        if not isinstance(closure, tuple | list) or len(closure) != 2:
            raise InvalidCalendar(f"a closure is a date or a pair of aware datetimes, not {closure!r}")
        start, end = closure
        if not all(isinstance(edge, datetime) and edge.utcoffset() is not None for edge in closure):
            raise InvalidCalendar(f"a closure of part of a day needs two aware datetimes, not {closure!r}")
        if as_utc(end) <= as_utc(start):
            raise InvalidCalendar(f"a closure ends after it starts, not {start:%F %T} to {end:%F %T}")
        parts.append((as_utc(start), as_utc(end)))
    return days, parts
