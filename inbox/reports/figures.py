"""What a number consists of: shares with their interval, durations with their spread. Values only."""

from __future__ import annotations

import math
from dataclasses import dataclass

from inbox.surveys.scores import Interval, t_quantile, wilson

ENOUGH = 10
"""Below so many cases nothing is ranked and no mean of answers is given."""


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `n` cases; None, never zero, where there were no cases. Shares and intervals are 0 to 100."""

    count: int
    n: int

    @property
    def percent(self) -> float | None:
        """The share."""
        return 100 * self.count / self.n if self.n else None

    @property
    def interval(self) -> Interval | None:
        """Its 95 % interval (Wilson)."""
        interval = wilson(self.count, self.n)
        return interval and Interval(100 * interval.estimate, 100 * interval.low, 100 * interval.high)

    @property
    def rest(self) -> int:
        """The other cases."""
        return self.n - self.count


@dataclass(frozen=True, slots=True)
class Change:
    """How a share moved, in percentage points. `is_noise`: the two 95 % intervals overlap."""

    points: float
    is_noise: bool

    @property
    def is_up(self) -> bool:
        """True when it grew."""
        return self.points > 0


def change(now: Share, before: Share) -> Change | None:
    """The change between two periods; None when one of them had no cases."""
    if now.percent is None or before.percent is None or now.interval is None or before.interval is None:
        return None
    overlap = now.interval.low <= before.interval.high and before.interval.low <= now.interval.high
    return Change(now.percent - before.percent, overlap)


def mean_interval(
    n: int, mean: float | None, deviation: float | None, low: float = 0.0, high: float = math.inf
) -> Interval | None:
    """The 95 % interval of a mean (Student's t), cut to the range of possible values; None for fewer than two."""
    if mean is None or deviation is None or n < 2:
        return None
    half = t_quantile(0.975, n - 1) * deviation / math.sqrt(n)
    return Interval(mean, max(low, mean - half), min(high, mean + half))


@dataclass(frozen=True, slots=True)
class Durations:
    """The spread of `n` finished intervals in seconds; None without any. `nulls` are unfinished and left out."""

    n: int
    median: float | None
    p90: float | None
    mean: float | None
    deviation: float | None
    nulls: int = 0

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval of the mean; None for fewer than two values."""
        return mean_interval(self.n, self.mean, self.deviation)


@dataclass(frozen=True, slots=True)
class Level:
    """How a target did: the share of met runs, how it moved, and how long the runs took.

    Left out of the share: `waived`, `running` (not due yet) and `untargeted` runs.
    """

    target: str
    share: Share
    before: Share
    durations: Durations
    waived: int
    running: int
    untargeted: int

    @property
    def change(self) -> Change | None:
        """How the share moved since the period before."""
        return change(self.share, self.before)
