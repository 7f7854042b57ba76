"""What of the customer's nobody answered yet while a log is read, and clocks that are learnt of only later.

A merge brings a message that has waited elsewhere, a split takes one away: the run in progress is then reckoned anew,
from what waits, by the goals of each time. What the log said before it was known stays: a target that had passed by
then is missed at the instant of the merge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

from inbox.sla.clocks import TickingClock
from inbox.sla.events import Event
from inbox.sla.hours import Hours
from inbox.sla.policy import PolicyTerms, Target
from inbox.sla.wallclock import ticks


class Waiting:
    """The unanswered messages of a ticket, and which goals were in force when. Instants are in ticks.

    Each is the event that told of it, at the instant from which it waits. `messages` is one list for good.
    """

    # Most tickets never have anything merged into them.
    _learnt_at: Mapping[int, int] = MappingProxyType({})

    def __init__(self, first: Event, policy: PolicyTerms | None, hours: Hours) -> None:
        self._hours = hours
        self._first = first
        self._goals: list[tuple[Event, PolicyTerms | None, str]] = [(first, policy, first.priority)]
        self.messages: list[Event] = []

    def aim(self, policy: PolicyTerms | None, priority: str, event: Event) -> None:
        """From this event on the ticket has other goals."""
        self._goals.append((event, policy, priority))

    def brought(self, event: Event) -> Event | None:
        """What a merge brings: the event at the instant since which the other ticket's customer waits."""
        since = event.details.get("waiting_since")
        if since is None:
            return None
        self._learnt_at = {**self._learnt_at, event.id: event.at}
        message = event._replace(at=min(ticks(datetime.fromisoformat(since)), event.at))
        self.messages.append(message)
        return message

    def take(self, gone: Callable[[Event], bool]) -> list[Event]:
        """Those of the unanswered that are gone from here, which wait elsewhere now."""
        taken = [message for message in self.messages if gone(message)]
        self.messages[:] = [message for message in self.messages if not gone(message)]
        return taken

    def oldest(self) -> Event:
        """What has waited longest; something does."""
        return min(self.messages, key=lambda message: message.at)

    def response(self, target: Target, cycle: int, number: int, by: Event) -> TickingClock:
        """The run that answers what waits now, as it stands at `by`."""
        clocks = [self.reckoned(target, cycle, number, message, by) for message in self.messages]
        run = min(clocks, key=lambda clock: clock.started_at)
        run.breached_at = min((clock.breached_at for clock in clocks if clock.breached_at is not None), default=None)
        return run

    def reckoned(self, target: Target, cycle: int, number: int, message: Event, by: Event) -> TickingClock:
        """A clock that runs from `message` on, as it stands at `by`."""
        clock = TickingClock(target, cycle, number, message.at, message.id, self._hours)
        known_at = max(message.at, self._first.at)
        in_force = [goal for goal in self._goals if goal[0].at <= known_at][-1]
        clock.aim(message.at, message.id, in_force[1], in_force[2])
        for event, policy, priority in self._goals:
            if event.at > known_at:
                clock.aim(event.at, event.id, policy, priority)
        clock.reach(by.at, by.id)
        clock.known_since(self._learnt_at.get(message.id, message.at))
        return clock
