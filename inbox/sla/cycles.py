"""What a ticket goes through while its log is read: states, waits and work cycles."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from inbox.sla.clocks import TickingClock
from inbox.sla.figures import CycleFacts
from inbox.sla.hours import ZERO


class State(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on_hold"
    RESOLVED = "resolved"
    CLOSED = "closed"


FINISHED = (State.RESOLVED, State.CLOSED)


class Waits:
    """The time a ticket spent waiting for us, for the customer, and finished, up to the last change of state."""

    __slots__ = ("agent", "finished", "requester")

    def __init__(self) -> None:
        self.requester = self.agent = self.finished = ZERO

    def add(self, state: State, spent: timedelta) -> None:
        """Book the time spent in a state that is over."""
        if state is State.PENDING:
            self.agent += spent
        elif state in FINISHED:
            self.finished += spent
        else:
            self.requester += spent


class Cycle:
    """A work cycle in progress, or one that was."""

    __slots__ = (
        "assignee",
        "handed_over",
        "human_replies",
        "last_replier_id",
        "number",
        "reopened_at",
        "repliers",
        "resolution",
        "resolved_at",
        "response",
        "responses",
        "started_at",
    )

    def __init__(self, number: int, started_at: datetime) -> None:
        self.number, self.started_at = number, started_at
        self.resolved_at: datetime | None = None
        self.reopened_at: datetime | None = None
        self.human_replies = self.responses = 0
        self.repliers: set[int] = set()
        self.last_replier_id: int | None = None
        self.assignee: object = None
        self.handed_over = False
        self.response: TickingClock | None = None
        self.resolution: TickingClock | None = None

    def facts(self) -> CycleFacts:
        """What is known of it so far."""
        return CycleFacts(
            self.number,
            self.started_at,
            self.resolved_at,
            self.reopened_at,
            self.human_replies,
            frozenset(self.repliers),
            self.last_replier_id,
            self.handed_over,
        )
