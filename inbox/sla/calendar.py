"""Business hours: how much open time lies between two instants, and when an amount of it is used up.

Everything here is immutable, exact to the microsecond, and answers in UTC. Building the open intervals of a
year takes milliseconds and happens once a year and object; questions after that take microseconds. So keep
and share a `Calendar`; do not build one a ticket.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from inbox.sla.hours import ALWAYS_OPEN, ZERO, CalendarTimeline, Hours, InvalidCalendar, NeverOpen, nothing_added
from inbox.sla.wallclock import Interval, as_utc, instant, united, without

__all__ = ["ALWAYS_OPEN", "Calendar", "CalendarTimeline", "Hours", "InvalidCalendar", "NeverOpen"]

Closure = date | tuple[datetime, datetime]
Weekly = Mapping[int, Sequence[tuple[time, time]]]

MIDNIGHT = time(0)
LOOK_AHEAD_YEARS = 12
"""So many years in a row without an open minute, and the calendar counts as closed for ever."""

_DAY = timedelta(days=1)
_FIRST_YEAR, _LAST_YEAR = 2, 9998


class Calendar:
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

    __slots__ = ("_closed", "_key", "_weekly", "_years", "_zone")

    def __init__(self, timezone: str | ZoneInfo, weekly: Weekly, closures: Iterable[Closure] = ()) -> None:
        self._zone = _zone(timezone)
        self._weekly = _checked_week(weekly)
        days, parts = _checked_closures(closures)
        whole = ((instant(self._zone, day, MIDNIGHT), instant(self._zone, day + _DAY, MIDNIGHT)) for day in days)
        self._closed = united([*whole, *parts])
        self._key = (str(self._zone), self._weekly, tuple(self._closed))
        self._years: dict[int, _Year] = {}

    @property
    def timezone(self) -> str:
        """The IANA name of the zone."""
        return str(self._zone)

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        start, end = as_utc(start), as_utc(end)
        if end <= start:
            return ZERO
        if start.year == end.year:
            year = self._year(start.year)
            return year.until(end) - year.until(start)
        first = self._year(start.year)
        between = sum((self._year(year).total for year in range(start.year + 1, end.year)), ZERO)
        return first.total - first.until(start) + between + self._year(end.year).until(end)

    def add(self, start: datetime, duration: timedelta) -> datetime:
        start = as_utc(start)
        if duration <= ZERO:
            return nothing_added(start, duration)
        wanted = duration + self._year(start.year).until(start)
        for year in self._years_from(start):
            if wanted <= year.total:
                return year.when(wanted)
            wanted -= year.total
        raise AssertionError("the years end with NeverOpen")

    def spans_between(self, start: datetime, end: datetime) -> list[Interval]:
        start, end = as_utc(start), as_utc(end)
        if end <= start:
            return []
        years = (self._year(year) for year in range(start.year, end.year + 1))
        return united((max(opens, start), min(closes, end)) for year in years for opens, closes in year.spans)

    def is_open(self, at: datetime) -> bool:
        at = as_utc(at)
        return self._year(at.year).opening_not_before(at) == at

    def next_opening(self, at: datetime) -> datetime:
        at = as_utc(at)
        for year in self._years_from(at):
            opening = year.opening_not_before(at)
            if opening is not None:
                return opening
        raise AssertionError("the years end with NeverOpen")

    def _years_from(self, at: datetime) -> Iterator[_Year]:
        """The year of `at` and those after it, until NeverOpen is the answer."""
        empty = 0
        for number in range(at.year, _LAST_YEAR + 1):
            year = self._year(number)
            yield year
            empty = 0 if year.spans else empty + 1
            if empty > LOOK_AHEAD_YEARS:
                break
        raise NeverOpen(f"the calendar does not open (often enough) after {at:%Y-%m-%d %H:%M} UTC")

    def _year(self, number: int) -> _Year:
        year = self._years.get(number)
        if year is None:
            year = self._years[number] = _Year(self._spans_of(number))
        return year

    def _spans_of(self, year: int) -> list[Interval]:
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            raise ValueError(f"calendars cover the years {_FIRST_YEAR} to {_LAST_YEAR}, not {year}")
        begin, finish = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
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


class _Year:
    """The open intervals of one UTC year with their running sums: each question is one bisection."""

    __slots__ = ("_before", "_closes", "_opens", "_through", "spans", "total")

    def __init__(self, spans: list[Interval]) -> None:
        self.spans = spans
        self._opens = [opens for opens, _ in spans]
        self._closes = [closes for _, closes in spans]
        self._before, self._through, total = [], [], ZERO
        for opens, closes in spans:
            self._before.append(total)
            total += closes - opens
            self._through.append(total)
        self.total = total

    def until(self, at: datetime) -> timedelta:
        """The open time from the year's beginning to `at`."""
        index = bisect_right(self._opens, at) - 1
        if index < 0:
            return ZERO
        if at >= self._closes[index]:
            return self._through[index]
        return self._before[index] + (at - self._opens[index])

    def when(self, used: timedelta) -> datetime:
        """The first instant at which so much of the year's open time (more than none) is over."""
        index = bisect_left(self._through, used)
        return self._opens[index] + (used - self._before[index])

    def opening_not_before(self, at: datetime) -> datetime | None:
        index = bisect_right(self._closes, at)
        return max(at, self._opens[index]) if index < len(self._opens) else None


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
