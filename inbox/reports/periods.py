"""The days a report is about, as the reader's calendar has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from inbox.sla.wallclock import instant

LONGEST = 366
"""So many days a period may have."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole local days from `first` to `last`, both included; half-open as instants: `start` <= it < `end` (UTC)."""

    first: date
    last: date
    zone: ZoneInfo

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("The last day lies before the first.")
        if self.length > LONGEST:
            raise ValueError(f"A period has at most {LONGEST} days.")

    @property
    def length(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime:
        """The first instant of the first day."""
        return instant(self.zone, self.first, time(0))

    @property
    def end(self) -> datetime:
        """The first instant after the last day."""
        return instant(self.zone, self.last + _DAY, time(0))

    @property
    def before(self) -> Period:
        """As many days, just before it: what it is compared with."""
        return Period(self.first - self.length * _DAY, self.first - _DAY, self.zone)

    @property
    def days(self) -> list[date]:
        """Its days in order."""
        return [self.first + n * _DAY for n in range(self.length)]


def last_days(count: int, today: date, zone: ZoneInfo) -> Period:
    """The last `count` days with today, as far as it has come."""
    return Period(today - (count - 1) * _DAY, today, zone)
