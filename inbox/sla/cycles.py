"""What a ticket goes through while its log is read: states, waits and work cycles."""

from __future__ import annotations

from enum import StrEnum

from inbox.sla.clocks import TickingClock
from inbox.sla.figures import CycleFacts
from inbox.sla.wallclock import at_tick


class State(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on_hold"
    RESOLVED = "resolved"
    CLOSED = "closed"


# The log is read with these: to look up a member of an enumeration takes longer than to compare it.
NEW, OPEN, PENDING, ON_HOLD, RESOLVED, CLOSED = State
FINISHED = (RESOLVED, CLOSED)


class Cycle:
    """A work cycle in progress, or one that was. Instants are in ticks."""

    # What most cycles never change stands here once.
    resolved_at: int | None = None
    reopened_at: int | None = None
    human_replies = responses = 0
    last_replier_id: int | None = None
    assignee: object = None
    handed_over = False
    response: TickingClock | None = None

    def __init__(self, number: int, started_at: int, resolution: TickingClock) -> None:
        self.number, self.started_at = number, started_at
        self.resolution = resolution
        self.repliers: set[int] = set()

    def facts(self) -> CycleFacts:
        """What is known of it so far."""
        return CycleFacts(
            self.number,
            at_tick(self.started_at),
            None if self.resolved_at is None else at_tick(self.resolved_at),
            None if self.reopened_at is None else at_tick(self.reopened_at),
            self.human_replies,
            frozenset(self.repliers),
            self.last_replier_id,
            self.handed_over,
        )
