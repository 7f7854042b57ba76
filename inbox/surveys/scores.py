"""What a score is worth, and how sure an average or a share of scores is. Pure, standard library only."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, stdev


@dataclass(frozen=True, slots=True)
class Scale:
    """The scores that can be given, and whether low ones are the good ones."""

    minimum: int
    maximum: int
    low_is_good: bool = False

    def holds(self, score: int) -> bool:
        """True for a score that can be given."""
        return self.minimum <= score <= self.maximum


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and the bounds between which the true value lies with the confidence asked for."""

    estimate: float
    low: float
    high: float


class MixedScales(ValueError):
    """Raw scores of different scales or directions have no common average; average their ease."""


def ease(raw: int, minimum: int, maximum: int, low_is_good: bool = False) -> float:
    """The headline of CES: 0 (hard) to 100 (easy), whatever the scale and its direction. Raises ValueError outside."""
    if not minimum <= raw <= maximum or minimum == maximum:
        raise ValueError(f"{raw} is not on the scale {minimum} to {maximum}")
    share = (raw - minimum) / (maximum - minimum)
    return 100 * (1 - share if low_is_good else share)


def average_raw(scored: Iterable[tuple[int, Scale]]) -> float | None:
    """The mean of raw scores of one scale; None without any. Raises `MixedScales`."""
    answers = list(scored)
    if len({scale for _, scale in answers}) > 1:
        raise MixedScales("these scores are of different scales or directions")
    return fmean(raw for raw, _ in answers) if answers else None


def wilson(successes: int, n: int, confidence: float = 0.95) -> Interval | None:
    """The share of `successes` among `n` with its Wilson score interval; None without any.

    Unlike the textbook interval it stays within 0 and 1 and is not empty at a share of 0 or 1.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no share")
    if not n:
        return None
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # At the ends the bound is the share itself; rounding must not move it past.
    low = 0.0 if successes == 0 else max(middle - half, 0.0)
    high = 1.0 if successes == n else min(middle + half, 1.0)
    return Interval(share, low, high)


def mean_interval(values: Sequence[float], confidence: float = 0.95) -> Interval | None:
    """The mean with its t-interval; None for fewer than two values, which tell nothing of their spread."""
    if len(values) < 2:
        return None
    mean = fmean(values)
    half = t_quantile((1 + confidence) / 2, len(values) - 1) * stdev(values, mean) / math.sqrt(len(values))
    return Interval(mean, mean - half, mean + half)


def nps(
    promoters: int, detractors: int, n: int, scale: Scale = Scale(0, 10), confidence: float = 0.95
) -> Interval | None:
    """The net promoter score, -100 to 100, with its adjusted-Wald interval; None without any answer.

    Promoters gave 9 or 10, detractors 0 to 6. The interval counts three answers more, three quarters of one a
    promoter's and as much a detractor's (Rocks, 2016; Sauro and Lewis); it contains the score and stays on its scale.
    Raises `MixedScales` for any scale but 0 to 10: "would recommend" on another one is no NPS.
    """
    if scale != Scale(0, 10):
        raise MixedScales("the net promoter score is of answers from 0 to 10 only")
    if promoters < 0 or detractors < 0 or promoters + detractors > n:
        raise ValueError(f"{promoters} promoters and {detractors} detractors of {n} are no answers")
    if not n:
        return None
    score = (promoters - detractors) / n
    more, less = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3)
    middle = more - less
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    half = z * math.sqrt((more + less - middle * middle) / (n + 3))
    low, high = min(score, max(middle - half, -1.0)), max(score, min(middle + half, 1.0))
    return Interval(100 * score, 100 * low, 100 * high)


def welch_interval(before: Sequence[float], after: Sequence[float], confidence: float = 0.95) -> Interval | None:
    """How much higher the mean of `after` is, with Welch's interval: the spreads may differ.

    None where a side has fewer than two values, or neither has any spread.
    """
    if min(len(before), len(after)) < 2:
        return None
    means = fmean(before), fmean(after)
    parts = stdev(before, means[0]) ** 2 / len(before), stdev(after, means[1]) ** 2 / len(after)
    if not sum(parts):
        return None
    # The degrees of freedom of Welch and Satterthwaite.
    degrees = sum(parts) ** 2 / (parts[0] ** 2 / (len(before) - 1) + parts[1] ** 2 / (len(after) - 1))
    half = t_quantile((1 + confidence) / 2, degrees) * math.sqrt(sum(parts))
    change = means[1] - means[0]
    return Interval(change, change - half, change + half)


def t_quantile(p: float, degrees: float) -> float:
    """The value below which a share `p` of Student's t distribution with these degrees of freedom lies."""
    if not 0 < p < 1 or degrees < 1:
        raise ValueError(f"no t quantile for p={p} with {degrees} degrees of freedom")
    if p < 0.5:
        return -t_quantile(1 - p, degrees)
    low, high = 0.0, 1.0
    while _t_share_below(high, degrees) < p:
        low, high = high, high * 2
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if _t_share_below(middle, degrees) < p:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _t_share_below(t: float, degrees: float) -> float:
    """The cumulative distribution for t >= 0, by the regularised incomplete beta function."""
    return 1 - _beta_share(degrees / (degrees + t * t), degrees / 2, 0.5) / 2


def _beta_share(x: float, a: float, b: float) -> float:
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        # The continued fraction converges fast on this side of the mean only.
        return 1 - _beta_share(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    return front / a * _beta_fraction(x, a, b)


def _beta_fraction(x: float, a: float, b: float) -> float:
    """Lentz's evaluation of the continued fraction (Numerical Recipes, 6.4)."""
    tiny = 1e-300
    c = 1.0
    d = 1 / _nonzero(1 - (a + b) * x / (a + 1), tiny)
    fraction = d
    for m in range(1, 10_000):
        for numerator in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _nonzero(1 + numerator * d, tiny)
            c = _nonzero(1 + numerator / c, tiny)
            fraction *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return fraction


def _nonzero(value: float, tiny: float) -> float:
    return value if abs(value) > tiny else tiny
