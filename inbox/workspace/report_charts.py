"""Where things lie in the drawings of a report. Across in percent of the width, down in pixels: nothing is distorted.

All coordinates are text with a point, whatever the reader's language writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

from inbox.reports.queries import Day
from inbox.sla.models import PolicyVersion

#: The chart of days: the share between TOP and BOTTOM, the missed below.
TOP, BOTTOM, BARS, HEIGHT = 14, 138, 190, 214
_LEFT, _WIDTH = 5.5, 93.5
_BAR_HEIGHT = 36
_BLAZE = 5


def across(percent: float) -> str:
    """A coordinate in percent of the width."""
    return f"{percent:.3f}%"


def down(pixels: float) -> str:
    """A coordinate in pixels."""
    return f"{pixels:.1f}"


@dataclass(frozen=True, slots=True)
class Mark:
    """A day in the chart: its place, its dot (None without cases), its bar, and the strip that answers the pointer."""

    day: Day
    x: str
    y: str | None
    bar_x: str
    bar_y: str
    bar_height: str
    bar_width: str
    strip_x: str
    strip_width: str


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line; `is_gap` when days without cases lie between its ends."""

    x1: str
    y1: str
    x2: str
    y2: str
    is_gap: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A word at the edge."""

    x: str
    y: str
    anchor: str
    text: str | date


@dataclass(frozen=True, slots=True)
class DayChart:
    """The share by day with its goal, and the missed runs below."""

    marks: list[Mark]
    lines: list[Line]
    grid: list[Label]
    goal_y: str
    labels: list[Label]
    policies: list[tuple[str, PolicyVersion]]
    dot: str
    left: str = across(_LEFT)
    bars_y: str = down(BARS)
    height: int = HEIGHT


def day_chart(days: Sequence[Day], goal: float, policies: Sequence[PolicyVersion], zone: ZoneInfo) -> DayChart:
    """Place the days. The scale begins at the quarter below everything that is drawn."""
    shares = [day.share.percent for day in days if day.share.percent is not None]
    floor = max(0, (min([goal, *shares]) - 0.001) // 25 * 25)
    step = _WIDTH / max(1, len(days))
    most = max((day.share.rest for day in days), default=0) or 1

    def x(index: float) -> float:
        return _LEFT + (index + 0.5) * step

    def y(percent: float) -> str:
        return down(BOTTOM - (percent - floor) / (100 - floor) * (BOTTOM - TOP))

    marks = [
        Mark(
            day,
            across(x(index)),
            None if day.share.percent is None else y(day.share.percent),
            across(x(index) - min(step * 0.3, 0.9)),
            down(BARS - day.share.rest / most * _BAR_HEIGHT),
            down(day.share.rest / most * _BAR_HEIGHT),
            across(min(step * 0.6, 1.8)),
            across(x(index) - step / 2),
            across(step),
        )
        for index, day in enumerate(days)
    ]
    drawn = [(index, mark) for index, mark in enumerate(marks) if mark.y is not None]
    lines = [
        Line(left.x, str(left.y), right.x, str(right.y), following - index > 1)
        for (index, left), (following, right) in pairwise(drawn)
    ]
    steps = range(int(floor), 101, 25 if floor < 75 else 5)
    return DayChart(
        marks,
        lines,
        [Label("0", y(share), "start", str(share)) for share in steps],
        y(goal),
        _dates(days, x),
        _policy_marks(days, policies, zone, x),
        "2.5" if len(days) <= 45 else "1.5",
    )


def _dates(days: Sequence[Day], x: Callable[[float], float]) -> list[Label]:
    if not days:
        return []
    last = len(days) - 1
    places = sorted({0, last, *(round(last * part / 4) for part in (1, 2, 3))}) if last >= 8 else range(last + 1)
    anchors = {0: "start", last: "end"} if last >= 8 else {}
    return [
        Label(across(x(index)), down(HEIGHT - 4), anchors.get(index, "middle"), days[index].day) for index in places
    ]


def _policy_marks(
    days: Sequence[Day], policies: Sequence[PolicyVersion], zone: ZoneInfo, x: Callable[[float], float]
) -> list[tuple[str, PolicyVersion]]:
    first = days[0].day if days else date.max
    placed = []
    for version in policies:
        index = (version.in_force_from.astimezone(zone).date() - first).days
        if 0 <= index < len(days):
            placed.append((across(x(index - 0.5)), version))
    return placed


@dataclass(frozen=True, slots=True)
class Cell:
    """An hour of a weekday with its missed runs; `heat` 0 to 5."""

    weekday: int
    hour: int
    count: int
    heat: int


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Weekdays (Monday 1) by hours; hours before and after those shown have nothing."""

    hours: list[int]
    rows: list[tuple[int, list[Cell]]]
    total: int


def heat_map(counts: Mapping[tuple[int, int], int], shown: tuple[int, int] = (8, 18)) -> HeatMap:
    """Place the counts, with at least the hours from `shown[0]` to before `shown[1]`."""
    first = min([shown[0], *(hour for _, hour in counts)])
    last = max([shown[1] - 1, *(hour for _, hour in counts)])
    # A few missed ones are no blaze, however few the others are.
    most = max([_BLAZE, *counts.values()])
    hours = list(range(first, last + 1))

    def cell(weekday: int, hour: int) -> Cell:
        count = counts.get((weekday, hour), 0)
        return Cell(weekday, hour, count, 0 if not count else max(1, round(5 * count / most)))

    return HeatMap(hours, [(day, [cell(day, hour) for hour in hours]) for day in range(1, 8)], sum(counts.values()))
