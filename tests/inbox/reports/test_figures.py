"""Shares, changes and means as values."""

from __future__ import annotations

import pytest

from inbox.reports.figures import Change, Durations, Share, change, mean_interval


def test_a_share_of_nothing_is_none_and_not_zero() -> None:
    nothing = Share(0, 0)
    assert (nothing.percent, nothing.interval) == (None, None)


def test_a_share_has_its_wilson_interval_in_percent() -> None:
    # Newcombe (1998), table I, method 3: 81 of 263.
    interval = Share(81, 263).interval
    assert interval is not None
    assert (round(interval.low, 1), round(interval.high, 1)) == (25.5, 36.6)


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (Share(90, 100), Share(80, 100), Change(10.0, True)),
        (Share(950, 1000), Share(880, 1000), Change(7.0, False)),
        (Share(880, 1000), Share(950, 1000), Change(-7.0, False)),
        (Share(5, 5), Share(0, 0), None),
    ],
)
def test_a_change_is_noise_when_the_intervals_overlap(now: Share, before: Share, expected: Change | None) -> None:
    found = change(now, before)
    rounded = found and Change(round(found.points, 6), found.is_noise)
    assert rounded == expected


def test_the_interval_of_a_mean_stays_within_what_can_be() -> None:
    # 1, 2, 3, 4, 5 hours: 3 -+ 2.776 * 1.581 / sqrt(5)
    times = Durations(5, 3.0, 4.6, 3.0, 1.5811388300841898)
    short = Durations(2, 1.0, 1.8, 1.0, 1.4142135623730951)
    ease = mean_interval(10, 95.0, 20.0, high=100.0)
    assert times.interval is not None
    assert short.interval is not None
    assert ease is not None
    assert (
        (round(times.interval.low, 3), round(times.interval.high, 3)),
        short.interval.low,
        ease.high,
        Durations(1, 1.0, 1.0, 1.0, None).interval,
    ) == ((1.037, 4.963), 0.0, 100.0, None)
