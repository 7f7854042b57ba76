"""Lengths of time as people type them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.sla.durations import NotADuration, as_typed, typed

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("4h", 4 * HOUR),
        ("4 H", 4 * HOUR),
        ("1 h 30", 90 * MINUTE),
        ("1h30m", 90 * MINUTE),
        ("45m", 45 * MINUTE),
        ("45 min.", 45 * MINUTE),
        ("1.5 h", 90 * MINUTE),
        ("1,5 hours", 90 * MINUTE),
        ("2d", 48 * HOUR),
        ("2 days 4", 52 * HOUR),
        ("1:30", 90 * MINUTE),
        ("0:05", 5 * MINUTE),
        ("1 h, 15 m", 75 * MINUTE),
        ("1 ч 30 мин", 90 * MINUTE),
        ("2小时30分钟", 150 * MINUTE),
        ("30 s", timedelta(seconds=30)),
    ],
)
def test_people_type_times_in_many_ways(text: str, length: timedelta) -> None:
    assert typed(text) == length


@pytest.mark.parametrize(
    "text", ["", "4", "h", "soon", "4x", "-4h", "1h 2h", "30m 1h", "1:75", "4h!", "1d 1d", "1e9h", "9" * 40]
)
def test_what_says_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(NotADuration):
        typed(text)


def test_a_day_is_as_long_as_it_is_said_to_be() -> None:
    assert typed("2d 1h", day=9 * HOUR) == 19 * HOUR


def test_times_are_written_as_they_can_be_typed() -> None:
    lengths = (HOUR, 90 * MINUTE, 45 * MINUTE, 72 * HOUR, timedelta(seconds=90))
    assert [as_typed(length) for length in lengths] == ["1h", "1h 30m", "45m", "72h", "1m 30s"]
    assert [as_typed(length, in_days=True) for length in (24 * HOUR, 72 * HOUR, 73 * HOUR)] == ["24h", "3d", "3d 1h"]


@given(st.integers(1, 10**8), st.booleans())
def test_what_is_written_is_typed_again(seconds: int, in_days: bool) -> None:
    assert typed(as_typed(timedelta(seconds=seconds), in_days=in_days)) == timedelta(seconds=seconds)
