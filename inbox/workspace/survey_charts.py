"""Where the steps of a score's trend lie in its drawing, as in `report_charts`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from inbox.reports.surveys import Step
from inbox.workspace.report_charts import Label, Line, across, down

_TOP, _BOTTOM, _HEIGHT = 14, 150, 178
_LEFT, _WIDTH = 5.5, 93.5


@dataclass(frozen=True, slots=True)
class Mark:
    """A step with its dot and the bar of its interval; without them where too few answered."""

    step: Step
    x: str
    y: str | None
    low: str | None
    high: str | None
    strip_x: str
    strip_width: str


@dataclass(frozen=True, slots=True)
class Trend:
    """The score step by step."""

    marks: list[Mark]
    lines: list[Line]
    grid: list[Label]
    labels: list[tuple[str, str, Step]]
    left: str = across(_LEFT)
    bottom: str = down(_BOTTOM)
    height: int = _HEIGHT


def trend_chart(steps: Sequence[Step], lowest: int) -> Trend:
    """Place the steps on the scale from `lowest` to 100."""
    width = _WIDTH / max(1, len(steps))

    def y(value: float) -> str:
        return down(_BOTTOM - (value - lowest) / (100 - lowest) * (_BOTTOM - _TOP))

    marks = []
    for index, step in enumerate(steps):
        score = step.score
        interval = score.interval if score.is_enough else None
        marks.append(
            Mark(
                step,
                across(_LEFT + (index + 0.5) * width),
                y(score.value) if score.is_enough and score.value is not None else None,
                y(interval.low) if interval else None,
                y(interval.high) if interval else None,
                across(_LEFT + index * width),
                across(width),
            )
        )
    drawn = [(index, mark) for index, mark in enumerate(marks) if mark.y is not None]
    lines = [
        Line(left.x, str(left.y), right.x, str(right.y), following - index > 1)
        for (index, left), (following, right) in pairwise(drawn)
    ]
    values = range(lowest, 101, (100 - lowest) // 4)
    every = max(1, -(-len(marks) // 6))
    labels = [(mark.x, "middle", mark.step) for index, mark in enumerate(marks) if index % every == 0]
    return Trend(marks, lines, [Label("0", y(value), "start", str(value)) for value in values], labels)
