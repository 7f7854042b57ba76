"""The states of a ticket while its log is read: when it was resolved, and who waited how long until then.

Instants and lengths are in ticks.
"""

from __future__ import annotations

from enum import StrEnum

from inbox.sla.events import Event


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


class Lifecycle:
    """The states one after another. `resolutions` are the events that finished the ticket.

    `waits` is for how long, until the latest resolution, the requester waited, the agent did, and nobody.
    """

    # What a ticket starts with, and many never change.
    waits = (0, 0, 0)
    _agent_wait = _finished_for = 0
    _before_merge = 0, waits

    def __init__(self, created_at: int) -> None:
        self.state, self.is_finished = NEW, False
        self.created_at = self._since = created_at
        self._requester_wait = 0
        self.resolutions: list[Event] = []

    def enter(self, state: State, at: int) -> None:
        """Stand in another state from now on."""
        spent = at - self._since
        if self.state is PENDING:
            self._agent_wait += spent
        elif self.is_finished:
            self._finished_for += spent
        else:
            self._requester_wait += spent
        self.state, self.is_finished, self._since = state, state in FINISHED, at

    def resolved(self, event: Event) -> None:
        """This event finished it; the state is entered already."""
        self.resolutions.append(event)
        self.waits = (self._requester_wait, self._agent_wait, self._finished_for)

    def merged(self) -> None:
        """From here on all may have to be forgotten."""
        self._before_merge = len(self.resolutions), self.waits

    def forget_merge(self) -> None:
        """It was not resolved since it was merged."""
        resolutions, self.waits = self._before_merge
        del self.resolutions[resolutions:]
