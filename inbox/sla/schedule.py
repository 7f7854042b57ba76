"""Open time, year by year: sorted arrays of ticks, so that each question is a bisection or two."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from inbox.sla.hours import ZERO, NeverOpen, nothing_added
from inbox.sla.wallclock import Interval, as_utc, at_tick, length_of, ticks, ticks_in, united

LOOK_AHEAD_YEARS = 12
"""So many years in a row without an open minute, and the calendar counts as closed for ever."""

_FIRST_YEAR, _LAST_YEAR = 2, 9998
#: Years farther apart than this are not put into one window.
_NEAR = 30

_Span = tuple[int, int]


class Schedule(ABC):
    """Hours that are open in some spans and closed in between; answers as `Hours` does.

    The spans of a year are asked for once, when the first question reaches it.
    """

    __slots__ = ("_final_since", "_window", "_years")

    def __init__(self, final_since: int = _FIRST_YEAR) -> None:
        """From the year `final_since` on, years without an open minute say that there will be none."""
        self._final_since = final_since
        self._years: dict[int, Sequence[_Span]] = {}
        self._window = _Window(2000, [])

    @abstractmethod
    def _spans_of(self, begin: datetime, finish: datetime) -> Sequence[Interval]:
        """The open intervals (UTC, sorted, disjoint) of a year from its beginning to the next one's."""

    def open_ticks(self, start: int, end: int) -> int:
        """`open_between`, all in ticks."""
        if end <= start:
            return 0
        window = self._window
        if start < window.begin or end > window.end:
            window = self._reaching(_year_of(start), _year_of(end))
        opens, closes = window.opens, window.closes
        first, last = bisect_right(opens, start) - 1, bisect_right(opens, end) - 1
        before = start + window.shifts[first] if start < closes[first] else window.through[first]
        return (end + window.shifts[last] if end < closes[last] else window.through[last]) - before

    def add_ticks(self, start: int, length: int) -> int:
        """`add`, all in ticks; `start` for a length that is not positive."""
        if length <= 0:
            return start
        window = self._window
        if not window.begin <= start < window.end:
            window = self._reaching(_year_of(start), _year_of(start))
        wanted = length + window.until(start)
        if wanted > window.through[-1]:
            window = self._open_for(start, length)
            wanted = length + window.until(start)
        return wanted - window.shifts[bisect_left(window.through, wanted)]

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        """As `Hours`."""
        return length_of(self.open_ticks(ticks(start), ticks(end)))

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """As `Hours`."""
        if duration <= ZERO:
            return nothing_added(as_utc(start), duration)
        return at_tick(self.add_ticks(ticks(start), ticks_in(duration)))

    def spans_between(self, start: datetime, end: datetime) -> list[Interval]:
        """As `Hours`."""
        since, until = ticks(start), ticks(end)
        if until <= since:
            return []
        spans = self._reaching(_year_of(since), _year_of(until)).spans_from(since)
        inside: list[_Span] = []
        for opens, closes in spans:
            if opens >= until:
                break
            inside.append((max(opens, since), min(closes, until)))
        return united((at_tick(opens), at_tick(closes)) for opens, closes in inside)

    def is_open(self, at: datetime) -> bool:
        """As `Hours`."""
        instant = ticks(at)
        opens = next(self._reaching(_year_of(instant), _year_of(instant)).spans_from(instant), None)
        return opens is not None and opens[0] <= instant

    def next_opening(self, at: datetime) -> datetime:
        """As `Hours`."""
        instant = ticks(at)
        for number in self._years_from(instant):
            span = next((span for span in self._year(number) if span[1] > instant), None)
            if span is not None:
                return at_tick(max(instant, span[0]))
        raise AssertionError("the years end with NeverOpen")

    def _open_for(self, start: int, length: int) -> _Window:
        """A window from before `start` until so much open time is over."""
        first = _year_of(start)
        for number in self._years_from(start):
            window = self._reaching(first, number)
            if window.through[-1] - window.until(start) >= length:
                return window
        raise AssertionError("the years end with NeverOpen")

    def _years_from(self, at: int) -> Iterator[int]:
        """The year of `at` and those after it, until NeverOpen is the answer."""
        empty = 0
        for number in range(_year_of(at), _LAST_YEAR + 1):
            yield number
            empty = 0 if self._year(number) or number < self._final_since else empty + 1
            if empty > LOOK_AHEAD_YEARS:
                break
        raise NeverOpen(f"the calendar does not open (often enough) after {at_tick(at):%Y-%m-%d %H:%M} UTC")

    def _reaching(self, first: int, last: int) -> _Window:
        """A window with these years, and with those asked for before unless they are far away."""
        window = self._window
        if window.first <= first and last <= window.last:
            return window
        if window.last >= window.first and first - _NEAR <= window.last and window.first <= last + _NEAR:
            first, last = min(first, window.first), max(last, window.last)
        window = self._window = _Window(first, [self._year(number) for number in range(first, last + 1)])
        return window

    def _year(self, number: int) -> Sequence[_Span]:
        year = self._years.get(number)
        if year is None:
            if not _FIRST_YEAR <= number <= _LAST_YEAR:
                raise ValueError(f"calendars cover the years {_FIRST_YEAR} to {_LAST_YEAR}, not {number}")
            spans = self._spans_of(datetime(number, 1, 1, tzinfo=UTC), datetime(number + 1, 1, 1, tzinfo=UTC))
            year = self._years[number] = [(ticks(opens), ticks(closes)) for opens, closes in spans]
        return year


class _Window:
    """Whole years on end: their spans with running sums. At each index: opens, closes, open time through it.

    Inside a span, the open time since the beginning is the instant plus the span's shift. The first entry is empty
    and stands at the beginning, so that every instant has one that is not after it.
    """

    __slots__ = ("begin", "closes", "end", "first", "last", "opens", "shifts", "through")

    def __init__(self, first: int, years: Sequence[Sequence[_Span]]) -> None:
        self.first, self.last = first, first + len(years) - 1
        self.begin = ticks(datetime(first, 1, 1, tzinfo=UTC))
        self.end = ticks(datetime(self.last + 1, 1, 1, tzinfo=UTC))
        self.opens, self.closes, self.through, self.shifts = [self.begin], [self.begin], [0], [-self.begin]
        total = 0
        for opens, closes in (span for spans in years for span in spans):
            self.opens.append(opens)
            self.closes.append(closes)
            self.shifts.append(total - opens)
            total += closes - opens
            self.through.append(total)

    def until(self, at: int) -> int:
        """The open time from the beginning to `at`."""
        index = bisect_right(self.opens, at) - 1
        return at + self.shifts[index] if at < self.closes[index] else self.through[index]

    def spans_from(self, at: int) -> Iterator[_Span]:
        """The spans that close after `at`."""
        first = bisect_right(self.closes, at)
        return zip(self.opens[first:], self.closes[first:], strict=True)


def _year_of(at: int) -> int:
    return at_tick(at).year
