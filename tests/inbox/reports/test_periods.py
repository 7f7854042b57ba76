"""Periods are whole days of the reader's calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from inbox.reports.periods import Period, last_days

OSLO = ZoneInfo("Europe/Oslo")


def test_the_last_seven_days_begin_and_end_at_the_readers_midnight() -> None:
    period = last_days(7, date(2026, 3, 13), OSLO)
    assert (period.first, period.last, period.start, period.end, period.before) == (
        date(2026, 3, 7),
        date(2026, 3, 13),
        datetime(2026, 3, 6, 23, tzinfo=UTC),
        datetime(2026, 3, 13, 23, tzinfo=UTC),
        Period(date(2026, 2, 28), date(2026, 3, 6), OSLO),
    )


def test_the_day_the_clocks_change_has_23_hours() -> None:
    day = Period(date(2026, 3, 29), date(2026, 3, 29), OSLO)
    assert day.end - day.start == timedelta(hours=23)


@pytest.mark.parametrize(
    ("first", "last"), [(date(2026, 3, 2), date(2026, 3, 1)), (date(2025, 1, 1), date(2026, 3, 1))]
)
def test_a_period_is_neither_backwards_nor_endless(first: date, last: date) -> None:
    with pytest.raises(ValueError, match="day"):
        Period(first, last, OSLO)
