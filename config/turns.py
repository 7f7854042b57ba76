"""When what comes round again and again is due: each at an instant of its own, so that not all begin at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from math import floor
from typing import Any

from celery.schedules import schedstate, schedule


class Turn(schedule):
    """Every `every` seconds, `offset` seconds after the instants that are whole multiples of them (UTC)."""

    def __init__(self, every: float, offset: float, nowfun: Callable[[], datetime] | None = None) -> None:
        super().__init__(every, nowfun=nowfun)
        self.every, self.offset, self._clock = every, offset, nowfun

    def remaining_estimate(self, last_run_at: datetime) -> timedelta:
        """Until its next instant after `last_run_at`; below zero when that has passed."""
        last = self.maybe_make_aware(last_run_at).timestamp()
        due = (floor((last - self.offset) / self.every) + 1) * self.every + self.offset
        return timedelta(seconds=due - self.now().timestamp())

    def is_due(self, last_run_at: datetime) -> schedstate:
        """Whether it is, and seconds until somebody should look again. One that comes late is not late again."""
        left = self.remaining_estimate(last_run_at).total_seconds()
        if left > 0:
            return schedstate(False, left)
        return schedstate(True, self.remaining_estimate(self.now()).total_seconds())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Turn) and (self.every, self.offset) == (other.every, other.offset)

    def __hash__(self) -> int:
        return hash((self.every, self.offset))

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return type(self), (self.every, self.offset, self._clock)
