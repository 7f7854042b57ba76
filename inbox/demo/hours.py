"""Working time as arithmetic: how much of it lies between two instants, and the instant that much later or earlier."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from inbox.demo.cast import OSLO, WEEKLY

_FAR = 400


class Hours:
    """The hours of a week in Oslo; all results are aware UTC datetimes."""

    def __init__(self, weekly: Mapping[int, Sequence[tuple[time, time]]]) -> None:
        self._weekly = weekly
        self._known: dict[date, list[tuple[datetime, datetime]]] = {}

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`; zero when `end` is not later."""
        total = timedelta()
        for opens, closes in self._spans(start.astimezone(OSLO).date(), 1):
            if opens >= end:
                break
            total += max(timedelta(), min(closes, end) - max(opens, start))
        return total

    def after(self, start: datetime, duration: timedelta) -> datetime:
        """The instant when `duration` of working time has passed since `start`."""
        left = duration
        for opens, closes in self._spans(start.astimezone(OSLO).date(), 1):
            begins = max(opens, start.astimezone(UTC))
            if closes <= begins:
                continue
            if left < closes - begins:
                return begins + left
            left -= closes - begins
        raise ValueError(f"no working time left after {start}")

    def before(self, end: datetime, duration: timedelta) -> datetime:
        """The instant from which `duration` of working time passes until `end`."""
        left = duration
        for opens, closes in self._spans(end.astimezone(OSLO).date(), -1):
            ends = min(closes, end.astimezone(UTC))
            if ends <= opens:
                continue
            if left < ends - opens:
                return ends - left
            left -= ends - opens
        raise ValueError(f"no working time left before {end}")

    def includes(self, at: datetime) -> bool:
        """Whether `at` is working time."""
        return any(opens <= at < closes for opens, closes in self._of(at.astimezone(OSLO).date()))

    def _of(self, day: date) -> list[tuple[datetime, datetime]]:
        if day not in self._known:
            self._known[day] = [
                (
                    datetime.combine(day, opens, OSLO).astimezone(UTC),
                    datetime.combine(day, closes, OSLO).astimezone(UTC),
                )
                for opens, closes in self._weekly[day.weekday()]
            ]
        return self._known[day]

    def _spans(self, day: date, step: int) -> Iterator[tuple[datetime, datetime]]:
        for offset in range(_FAR):
            yield from self._of(day + timedelta(days=step * offset))[::step]


OPEN = Hours(WEEKLY)
"""When the targets run."""

DESK = Hours(
    {day: [(time(8), time(11, 45)), (time(12, 15), time(17))] if spans else [] for day, spans in WEEKLY.items()}
)
"""When agents sit at their desks: the opening hours without lunch."""
