"""Intervals against values published elsewhere."""

from __future__ import annotations

import pytest

from inbox.common.statistics import Interval, mean_interval, mean_interval_of, t_quantile, wilson


@pytest.mark.parametrize(
    ("successes", "n", "expected"),
    [
        # Newcombe (1998), Statistics in Medicine 17, table I, method 3.
        (81, 263, (0.2553, 0.3662)),
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0.0000, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
        # All of them: the mirror image of none.
        (20, 20, (0.8389, 1.0000)),
    ],
)
def test_wilson_gives_the_published_intervals(successes: int, n: int, expected: tuple[float, float]) -> None:
    interval = wilson(successes, n)
    assert interval is not None
    assert (round(interval.low, 4), round(interval.high, 4)) == expected


def test_a_share_of_nothing_has_no_interval() -> None:
    assert wilson(0, 0) is None


@pytest.mark.parametrize(("successes", "n"), [(3, 2), (-1, 2)])
def test_more_than_all_and_less_than_none_are_no_share(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        wilson(successes, n)


@pytest.mark.parametrize(
    ("degrees", "expected"), [(1, 12.7062), (9, 2.2622), (30, 2.0423), (40, 2.0211), (120, 1.9799)]
)
def test_the_t_quantile_is_that_of_the_tables(degrees: int, expected: float) -> None:
    assert round(t_quantile(degrees), 4) == expected


def test_a_mean_has_its_t_interval() -> None:
    # n 5, mean 3, deviation 1.5811: 3 -+ 2.7764 * 1.5811 / sqrt(5)
    interval = mean_interval([1, 2, 3, 4, 5])
    assert interval is not None
    assert (round(interval.low, 3), round(interval.high, 3)) == (1.037, 4.963)
    assert mean_interval_of(5, 3, 1.5811388300841898) == pytest.approx(interval)


def test_one_value_tells_nothing_about_its_mean() -> None:
    assert (mean_interval([4]), mean_interval([])) == (None, None)


def test_intervals_that_share_a_point_overlap() -> None:
    assert (Interval(0, 1).overlaps(Interval(1, 2)), Interval(0, 1).overlaps(Interval(1.1, 2))) == (True, False)
