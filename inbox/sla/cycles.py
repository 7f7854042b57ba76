"""A work cycle while the log of its ticket is read."""

from __future__ import annotations

from inbox.sla.clocks import TickingClock
from inbox.sla.events import Event
from inbox.sla.figures import CycleFacts
from inbox.sla.wallclock import at_tick


class Cycle:
    """A work cycle in progress, or one that was. Instants are in ticks."""

    # What most cycles never change stands here once.
    resolved_at: int | None = None
    reopened_at: int | None = None
    last_replier_id: int | None = None
    handed_over = False
    _assignee: object = None

    def __init__(self, number: int, started_at: int, resolution: TickingClock) -> None:
        self.number, self.started_at = number, started_at
        self.resolution = resolution
        self.response: TickingClock | None = None
        self.human_replies = self.responses = 0
        self.repliers: set[int] = set()

    def answered(self, event: Event) -> None:
        """A person answered."""
        self.human_replies += 1
        agent_id = self.last_replier_id = event.agent_id
        if agent_id is not None:
            self.repliers.add(agent_id)
        if self.response is not None:
            self.response.stop(event.at, event.id, agent_id)
            self.response = None

    def assigned(self, event: Event) -> None:
        """It has another assignee, or none: then who had it last is remembered."""
        before, after = event.details.get("from") or self._assignee, event.details.get("to")
        if before and after and before != after:
            self.handed_over = True
        self._assignee = after or before

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
