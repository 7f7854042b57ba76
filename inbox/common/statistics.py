"""Intervals around shares and means, at 95 %."""

from __future__ import annotations

import math
import statistics
from collections.abc import Collection
from typing import NamedTuple

Z = 1.959963984540054
"""The 97.5 % quantile of the normal distribution."""

# The 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom; beyond, the expansion is exact to 1e-5.
_T = (12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004, 2.262157, 2.228139)
_T += (2.200985, 2.178813, 2.160369, 2.144787, 2.131450, 2.119905, 2.109816, 2.100922, 2.093024, 2.085963)
_T += (2.079614, 2.073873, 2.068658, 2.063899, 2.059539, 2.055529, 2.051831, 2.048407, 2.045230, 2.042272)


class Interval(NamedTuple):
    """Where the true value lies with 95 % confidence."""

    low: float
    high: float

    def overlaps(self, other: Interval) -> bool:
        """True when both share a point: their difference may be noise."""
        return self.low <= other.high and other.low <= self.high


def wilson(successes: int, n: int) -> Interval | None:
    """The Wilson score interval (1927) of a share, 0 to 1; None without cases. Raises ValueError beyond them."""
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no share")
    if n == 0:
        return None
    share = successes / n
    scale = 1 + Z * Z / n
    centre = (share + Z * Z / (2 * n)) / scale
    margin = Z / scale * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    low = 0.0 if successes == 0 else centre - margin
    high = 1.0 if successes == n else centre + margin
    return Interval(low, high)


def mean_interval(values: Collection[float]) -> Interval | None:
    """The t-interval of the mean of `values`; None for fewer than two."""
    if len(values) < 2:
        return None
    return mean_interval_of(len(values), statistics.fmean(values), statistics.stdev(values))


def mean_interval_of(n: int, mean: float, deviation: float) -> Interval | None:
    """The t-interval of a mean from the count, the mean and the sample's standard deviation; None under n = 2."""
    if n < 2:
        return None
    margin = t_quantile(n - 1) * deviation / math.sqrt(n)
    return Interval(mean - margin, mean + margin)


def t_quantile(degrees: int) -> float:
    """The 97.5 % quantile of Student's t distribution with so many degrees of freedom (1 or more)."""
    if degrees <= len(_T):
        return _T[degrees - 1]
    # Cornish and Fisher's expansion around the normal quantile.
    first = (Z**3 + Z) / 4
    second = (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96
    third = (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384
    return Z + first / degrees + second / degrees**2 + third / degrees**3
