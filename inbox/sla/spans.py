"""Explain a clock's figure: the intervals that were counted and those that were not, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from inbox.sla.clocks import ClockRun, Stretch
from inbox.sla.hours import ZERO, Hours

OPEN, CLOSED_HOURS = "open", "closed hours"


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a run that was counted or was not, and why: open, closed hours, pending or on hold.

    `end` is None while it lasts. The ids are the events at its ends; None where the calendar set the edge.
    """

    start: datetime
    end: datetime | None
    counted: bool
    reason: str
    started_by: int | None
    stopped_by: int | None

    @property
    def length(self) -> timedelta | None:
        """How long it took; None while it lasts."""
        return None if self.end is None else self.end - self.start


def explain(run: ClockRun, calendar: Hours) -> tuple[Span, ...]:
    """The run from its start to its end without a gap. The counted spans that have an end add up to `run.used`.

    `calendar` is the one the run was replayed with.
    """
    return tuple(span for stretch in run.stretches for span in _spans(stretch, calendar))


def counted(spans: tuple[Span, ...]) -> timedelta:
    """The sum of the counted spans that have an end."""
    return sum((span.end - span.start for span in spans if span.counted and span.end is not None), ZERO)


def _spans(stretch: Stretch, calendar: Hours) -> Iterator[Span]:
    start, end, paused_in, basis, started_by, stopped_by = stretch
    if paused_in or end is None or basis == "calendar":
        yield Span(start, end, not paused_in, paused_in or OPEN, started_by, stopped_by)
        return
    edges = [start, *(edge for span in calendar.spans_between(start, end) for edge in span), end]
    # The edges alternate: closed until the first opening, open, closed ... ; a closed part may be empty.
    for index, (left, right) in enumerate(pairwise(edges)):
        if left < right:
            is_open = index % 2 == 1
            yield Span(
                left,
                right,
                is_open,
                OPEN if is_open else CLOSED_HOURS,
                started_by if left == start else None,
                stopped_by if right == end else None,
            )
