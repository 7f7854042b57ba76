"""Where things lie in the drawings of a report."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from inbox.reports.figures import Share
from inbox.reports.queries import Day
from inbox.workspace.report_charts import day_chart, heat_map

UTC = ZoneInfo("UTC")


def days(*shares: tuple[int, int]) -> list[Day]:
    return [Day(date(2026, 3, 9) + timedelta(n), Share(*share)) for n, share in enumerate(shares)]


def test_a_day_without_cases_has_no_dot_and_the_line_over_it_is_a_gap() -> None:
    chart = day_chart(days((4, 4), (0, 0), (3, 4), (4, 4)), 90, [], UTC)
    assert ([mark.y is None for mark in chart.marks], [line.is_gap for line in chart.lines]) == (
        [False, True, False, False],
        [True, False],
    )


def test_the_scale_begins_at_the_quarter_below_the_lowest_share() -> None:
    scales = [
        [line.text for line in day_chart(days(*shares), 90, [], UTC).grid]
        for shares in ([(99, 100)], [(3, 5)], [(0, 5)], [])
    ]
    assert scales == [
        ["75", "80", "85", "90", "95", "100"],
        ["50", "75", "100"],
        ["0", "25", "50", "75", "100"],
        ["75", "80", "85", "90", "95", "100"],
    ]


def test_all_lies_at_the_top_and_the_bars_are_as_high_as_the_missed_are_many() -> None:
    chart = day_chart(days((4, 4), (2, 4), (3, 4)), 90, [], UTC)
    assert (chart.marks[0].y, [mark.bar_height for mark in chart.marks]) == (
        "14.0",
        ["0.0", "36.0", "18.0"],
    )


def test_the_heat_map_widens_to_the_hours_that_have_something_and_few_are_no_blaze() -> None:
    heat = heat_map({(1, 3): 1, (5, 20): 2})
    hot = {(cell.weekday, cell.hour): cell.heat for _, cells in heat.rows for cell in cells if cell.heat}
    assert (heat.hours[0], heat.hours[-1], heat.total, hot) == (3, 20, 3, {(1, 3): 1, (5, 20): 2})
