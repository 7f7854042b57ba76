"""Local wall-clock time as instants, and the arithmetic of open intervals (pairs of instants in UTC)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Interval = tuple[datetime, datetime]

#: Instants are also counted in ticks: microseconds from here on, as PostgreSQL does. Lengths of time are ticks, too.
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

_SECOND = timedelta(seconds=1)
_TICKS_A_DAY = 86_400_000_000


def as_utc(at: datetime) -> datetime:
    """The same instant in UTC. Raises ValueError for a naive datetime, which is no instant."""
    if at.tzinfo is UTC:
        return at
    if at.utcoffset() is None:
        raise ValueError(f"an aware datetime is needed, {at!r} has no time zone")
    return at.astimezone(UTC)


def ticks(at: datetime) -> int:
    """The instant as a count of microseconds since `EPOCH`. Raises ValueError for a naive datetime."""
    return ticks_in(as_utc(at) - EPOCH)


def ticks_in(length: timedelta) -> int:
    """The length as a count of microseconds."""
    return length.days * _TICKS_A_DAY + length.seconds * 1_000_000 + length.microseconds


def at_tick(count: int) -> datetime:
    """The instant (UTC) so many ticks after `EPOCH`."""
    return EPOCH + timedelta(0, 0, count)


def length_of(count: int) -> timedelta:
    """So many ticks as a length of time."""
    return timedelta(0, 0, count)


def instant(zone: ZoneInfo, day: date, at: time) -> datetime:
    """The instant (UTC) at which a clock on the wall in `zone` first shows `at` on `day`, or first passes it.

    A time that happens twice (clocks go back) is its first occurrence. A time that never happens (clocks go
    forward, a skipped day) is the instant of the jump, so that no span gains or loses more than the jump took.
    """
    wall = datetime.combine(day, at.replace(fold=0), zone)
    naive_utc = wall.replace(tzinfo=UTC)
    before, after = wall.utcoffset(), wall.replace(fold=1).utcoffset()
    if before is None or after is None:
        raise ValueError(f"{zone} has no offset on {day}")
    if before >= after:
        return naive_utc - before
    return _jump(zone, naive_utc - after, naive_utc - before)


def _jump(zone: ZoneInfo, earlier: datetime, later: datetime) -> datetime:
    """The instant between the two at which the offset of `zone` changes; transitions lie on whole seconds."""
    low, high = earlier.replace(microsecond=0), later.replace(microsecond=0) + _SECOND
    offset = low.astimezone(zone).utcoffset()
    while high - low > _SECOND:
        middle = low + (high - low) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high


def united(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time as sorted intervals that neither overlap nor touch; empty ones fall out."""
    union: list[Interval] = []
    for start, end in sorted(intervals):
        if start >= end:
            continue
        if union and start <= union[-1][1]:
            if end > union[-1][1]:
                union[-1] = (union[-1][0], end)
        else:
            union.append((start, end))
    return union


def without(intervals: Iterable[Interval], removed: list[Interval]) -> Iterator[Interval]:
    """What is left of sorted `intervals` outside `removed` (sorted, disjoint)."""
    first = 0
    for interval in intervals:
        start, end = interval
        while first < len(removed) and removed[first][1] <= start:
            first += 1
        for gap_start, gap_end in removed[first:]:
            if gap_start >= end:
                break
            if start < gap_start:
                yield start, gap_start
            start = max(start, gap_end)
        if start < end:
            yield start, end
