"""What a score is worth, and how sure averages are."""

from __future__ import annotations

from statistics import fmean
from types import ModuleType

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from inbox.surveys.scores import (
    MixedScales,
    Scale,
    average_raw,
    ease,
    mean_interval,
    nps,
    t_quantile,
    welch_interval,
    wilson,
)


@pytest.fixture(scope="module")
def stats() -> ModuleType:
    """The judge. Every worker of a run looks into this module; only the one that asks has a second to wait for it."""
    from scipy import stats

    return stats


@pytest.mark.parametrize(
    ("raw", "minimum", "maximum", "low_is_good", "expected"),
    [
        (2, 1, 7, True, 83.3),
        (2, 1, 7, False, 16.7),
        (4, 1, 5, False, 75.0),
        (1, 1, 5, False, 0.0),
        (5, 1, 5, False, 100.0),
        (7, 1, 7, True, 0.0),
        (1, 1, 7, True, 100.0),
        (3, 1, 5, True, 50.0),
    ],
)
def test_ease_is_0_to_100_whatever_the_scale_and_its_direction(
    raw: int, minimum: int, maximum: int, low_is_good: bool, expected: float
) -> None:
    assert round(ease(raw, minimum, maximum, low_is_good), 1) == expected


@pytest.mark.parametrize(("raw", "minimum", "maximum"), [(0, 1, 5), (6, 1, 5), (1, 1, 1)])
def test_a_score_off_the_scale_has_no_ease(raw: int, minimum: int, maximum: int) -> None:
    with pytest.raises(ValueError, match="not on the scale"):
        ease(raw, minimum, maximum)


@given(st.integers(-10, 10), st.integers(1, 20), st.data())
def test_the_two_directions_of_a_scale_mirror_each_other(minimum: int, width: int, data: st.DataObject) -> None:
    raw = data.draw(st.integers(minimum, minimum + width))
    straight, reversed_ = ease(raw, minimum, minimum + width), ease(raw, minimum, minimum + width, True)
    assert (0 <= straight <= 100, round(straight + reversed_, 9)) == (True, 100)


def test_raw_scores_of_different_directions_are_not_averaged() -> None:
    with pytest.raises(MixedScales):
        average_raw([(2, Scale(1, 7)), (2, Scale(1, 7, low_is_good=True))])


def test_raw_scores_of_one_scale_are_averaged() -> None:
    assert (average_raw([(2, Scale(1, 5)), (5, Scale(1, 5))]), average_raw([])) == (3.5, None)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_the_interval_of_a_share_is_wilsons(successes: int, n: int, low: float, high: float) -> None:
    interval = wilson(successes, n)
    assert interval
    assert (round(interval.low, 4), round(interval.high, 4), interval.estimate) == (low, high, successes / n)


def test_no_answers_have_no_interval() -> None:
    assert (wilson(0, 0), mean_interval([]), mean_interval([75])) == (None, None, None)


@given(st.integers(1, 5000), st.data())
def test_a_share_lies_within_its_interval_and_the_interval_within_0_and_1(n: int, data: st.DataObject) -> None:
    interval = wilson(data.draw(st.integers(0, n)), n)
    assert interval
    assert 0 <= interval.low <= interval.estimate <= interval.high <= 1


@pytest.mark.parametrize(
    ("p", "degrees", "value"),
    [
        # NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2; the last line is the normal distribution's.
        (0.975, 1, 12.706),
        (0.975, 2, 4.303),
        (0.975, 3, 3.182),
        (0.975, 4, 2.776),
        (0.975, 9, 2.262),
        (0.975, 10, 2.228),
        (0.975, 29, 2.045),
        (0.975, 30, 2.042),
        (0.975, 60, 2.000),
        (0.975, 100, 1.984),
        (0.975, 1_000_000, 1.960),
        (0.95, 1, 6.314),
        (0.95, 10, 1.812),
        (0.95, 50, 1.676),
        (0.99, 5, 3.365),
        (0.995, 5, 4.032),
        (0.995, 20, 2.845),
        (0.999, 2, 22.327),
        (0.999, 100, 3.174),
        (0.025, 10, -2.228),
        (0.5, 7, 0.0),
    ],
)
def test_t_quantiles_are_those_of_the_tables(p: float, degrees: int, value: float) -> None:
    assert round(t_quantile(p, degrees), 3) == value


@pytest.mark.parametrize(("p", "degrees"), [(0, 5), (1, 5), (0.975, 0)])
def test_impossible_quantiles_are_refused(p: float, degrees: int) -> None:
    with pytest.raises(ValueError, match="no t quantile"):
        t_quantile(p, degrees)


@given(st.floats(0.501, 0.9999), st.integers(1, 2000))
def test_t_quantiles_grow_with_the_share_and_shrink_with_the_degrees(p: float, degrees: int) -> None:
    at = t_quantile(p, degrees)
    assert t_quantile(p - 0.0005, degrees) < at
    assert t_quantile(p, degrees + 1) <= at + 1e-9


def test_the_interval_of_a_mean_is_students() -> None:
    interval = mean_interval([75, 100, 50, 75, 100, 0, 25, 75, 100, 75])
    assert interval
    # 67.5 +- 2.262157 * 33.437 / sqrt(10)
    assert (interval.estimate, round(interval.low, 2), round(interval.high, 2)) == (67.5, 43.58, 91.42)


@pytest.mark.parametrize(
    ("promoters", "detractors", "n", "score", "low", "high"),
    [
        # 5 of 10 promoters and 2 detractors: (5.75 - 2.75) / 13 -+ 1.96 * sqrt((8.5 / 13 - (3 / 13) ** 2) / 13).
        (5, 2, 10, 30.0, -19.1, 65.2),
        (10, 0, 10, 100.0, 47.5, 100.0),
        (0, 1, 1, -100.0, -100.0, 48.5),
    ],
)
def test_the_net_promoter_score_with_its_adjusted_wald_interval(
    promoters: int, detractors: int, n: int, score: float, low: float, high: float
) -> None:
    found = nps(promoters, detractors, n)
    assert found
    assert (found.estimate, round(found.low, 1), round(found.high, 1)) == (score, low, high)


@pytest.mark.parametrize("scale", [Scale(1, 5), Scale(1, 10), Scale(0, 10, low_is_good=True)])
def test_would_recommend_on_another_scale_is_no_net_promoter_score(scale: Scale) -> None:
    with pytest.raises(MixedScales):
        nps(1, 0, 1, scale)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_a_net_promoter_score_lies_within_its_interval_and_the_interval_on_its_scale(
    promoters: int, passives: int, detractors: int
) -> None:
    found = nps(promoters, detractors, promoters + passives + detractors)
    if not promoters + passives + detractors:
        assert found is None
        return
    assert found
    assert -100 <= found.low <= found.estimate <= found.high <= 100


@given(st.integers(1, 4000), st.data())
def test_wilsons_interval_is_that_of_scipy(stats: ModuleType, n: int, data: st.DataObject) -> None:
    successes = data.draw(st.integers(0, n))
    ours, theirs = wilson(successes, n), stats.binomtest(successes, n).proportion_ci(method="wilson")
    assert ours
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@given(st.lists(st.sampled_from([0, 16.7, 25, 50, 75, 83.3, 100]), min_size=2, max_size=60))
def test_the_interval_of_a_mean_is_that_of_scipy(stats: ModuleType, values: list[float]) -> None:
    assume(len(set(values)) > 1)
    ours = mean_interval(values)
    low, high = stats.t.interval(0.95, len(values) - 1, loc=fmean(values), scale=stats.sem(values))
    assert ours
    assert (ours.estimate, ours.low, ours.high) == pytest.approx((fmean(values), low, high), rel=1e-9)


def test_welchs_interval_of_a_known_example() -> None:
    # The textbook example of two samples of 15: t = 2.455, 24.99 degrees of freedom, p = 0.021.
    before = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19.0, 21.7, 21.4]
    after = [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8, 22.0, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4]
    found = welch_interval(before, after)
    assert found
    assert (round(found.estimate, 3), round(found.low, 3), round(found.high, 3)) == (2.167, 0.349, 3.984)
    assert [welch_interval(*sides) for sides in (([1], [1, 2]), ([], []), ([50, 50], [75, 75]))] == [None] * 3


_SIDE = st.lists(st.sampled_from([0, 16.7, 25, 50, 75, 83.3, 100]), min_size=2, max_size=60)


@given(_SIDE, _SIDE)
def test_welchs_interval_is_that_of_scipy(stats: ModuleType, before: list[float], after: list[float]) -> None:
    assume(len(set(before)) > 1 and len(set(after)) > 1)
    ours = welch_interval(before, after)
    theirs = stats.ttest_ind(after, before, equal_var=False).confidence_interval(0.95)
    assert ours
    assert (ours.estimate, ours.low, ours.high) == pytest.approx(
        (fmean(after) - fmean(before), theirs.low, theirs.high), rel=1e-7, abs=1e-7
    )


@given(st.floats(0.001, 0.999), st.integers(1, 3000))
def test_t_quantiles_are_those_of_scipy(stats: ModuleType, p: float, degrees: int) -> None:
    assert t_quantile(p, degrees) == pytest.approx(stats.t.ppf(p, degrees), rel=1e-7, abs=1e-9)
