"""The work on a ticket while its log is read: its work cycles, what waits in them, and the clocks that measure both.

Instants are in ticks.
"""

from __future__ import annotations

from inbox.sla.clocks import TickingClock
from inbox.sla.cycles import Cycle
from inbox.sla.events import Event
from inbox.sla.hours import Hours
from inbox.sla.policy import PolicyTerms, Target
from inbox.sla.states import ON_HOLD, PENDING, Lifecycle
from inbox.sla.waiting import Waiting

_FIRST, _NEXT, _RESOLUTION = Target.FIRST_RESPONSE, Target.NEXT_RESPONSE, Target.RESOLUTION


class Work:
    """Cycle after cycle, of which one at most is in progress: `cycle`.

    `policy` and `priority` are those of the moment. `first_received_by` is the merge that brought the ticket its first
    message, None when the customer wrote it here.
    """

    # What a ticket starts with, and most never change.
    first_received_by: int | None = None
    _next_responses = 0

    def __init__(
        self, first: Event, policy: PolicyTerms | None, hours: Hours, lifecycle: Lifecycle, clock: type[TickingClock]
    ) -> None:
        self.policy, self.priority = policy, first.priority
        self._hours, self._lifecycle, self._clock = hours, lifecycle, clock
        self.cycle: Cycle | None = None
        self.cycles: list[Cycle] = []
        self.clocks: list[TickingClock] = []
        self.waiting = Waiting(first, policy, hours)
        self._unanswered = self.waiting.messages
        self.first_received_at: int | None = None
        self.last_replier_id: int | None = None
        self.human_replies = 0

    def received(self, event: Event) -> None:
        """The customer wrote."""
        if self.first_received_at is None:
            self.first_received_at = event.at
        self._unanswered.append(event)
        self.waits_for(event)

    def asked(self, event: Event) -> None:
        """The customer waits for an answer though he wrote nothing: he reopened the ticket."""
        self._unanswered.append(event)
        self.waits_for(event)

    def answered(self, event: Event) -> None:
        """A person answered."""
        self.human_replies += 1
        self.last_replier_id = event.agent_id
        self._unanswered.clear()
        if self.cycle is not None:
            self.cycle.answered(event)

    def opened(self, event: Event) -> None:
        """What came while the ticket was resolved counts now."""
        if self.cycle is None and self._unanswered:
            unheard = self.waiting.oldest()
            self.waits_for(unheard, event if unheard.kind == "merged_in" else None)

    def waits_for(self, message: Event, told_by: Event | None = None) -> None:
        """Someone waits for the answer to this; to a resolved ticket he does when it is opened.

        `told_by` where the message comes to be known, or to count, by another event.
        """
        cycle = self.cycle
        if cycle is None:
            if self._lifecycle.is_finished:
                return
            cycle = self._begin(message, told_by)
        if cycle.response is None:
            cycle.responses += 1
            if cycle.responses == 1:
                cycle.response = self._start(_FIRST, cycle.number, cycle.number, message, told_by)
            else:
                self._next_responses += 1
                cycle.response = self._start(_NEXT, cycle.number, self._next_responses, message, told_by)
        elif told_by is not None and message.at < cycle.response.started_at:
            self.wait_for_others(cycle, cycle.response, told_by)

    def wait_for_others(self, cycle: Cycle, before: TickingClock, event: Event) -> TickingClock:
        """The run in progress goes on with what waits now, as if it had waited for it all along."""
        before.reach(event.at, event.id)
        after = self.waiting.response(before.target, before.cycle, before.number, event)
        if event.kind != "unmerged_out":
            after.known_since(after.started_at, before)
        self.clocks[self.clocks.index(before)] = cycle.response = after
        return after

    def after_resolution(self, message: Event) -> Event:
        """The message, no earlier than the latest resolution: work cycles follow one another."""
        resolutions = self._lifecycle.resolutions
        resolved_at = resolutions[-1].at if resolutions else message.at
        return message if message.at >= resolved_at else message._replace(at=resolved_at)

    def aim(self, policy: PolicyTerms | None, priority: str, event: Event) -> None:
        """From this event on there are other goals."""
        self.policy, self.priority = policy, priority
        self.waiting.aim(policy, priority, event)
        cycle = self.cycle
        if cycle is None:
            return
        if cycle.response is not None:
            cycle.response.aim(event.at, event.id, policy, priority)
        cycle.resolution.aim(event.at, event.id, policy, priority)
        self.pause_or_resume(event)

    def pause_or_resume(self, event: Event) -> None:
        """The resolution counts or does not, as the ticket stands."""
        if self.cycle is None or self._lifecycle.is_finished:
            return
        state, reason = self._lifecycle.state, ""
        if state is PENDING:
            reason = "pending"
        elif state is ON_HOLD and self.policy is not None and self.policy.pause_on_hold:
            reason = "on hold"
        if self.cycle.resolution.paused_in != reason:
            self.cycle.resolution.pause(event.at, event.id, reason)

    def waive_response(self, event: Event, because: str) -> None:
        """No answer is waited for any more."""
        self._unanswered.clear()
        if self.cycle is not None and self.cycle.response is not None:
            self.cycle.response.stop(event.at, event.id, waived_because=because)
            self.cycle.response = None

    def resolved(self, event: Event) -> None:
        """The cycle is over."""
        cycle = self.cycle
        if cycle is None:
            return
        self.waive_response(event, "resolved without a reply")
        cycle.resolution.stop(event.at, event.id, event.agent_id)
        cycle.resolved_at = event.at
        self.cycle = None

    def reopened(self, event: Event) -> None:
        """The customer was not content with how the last cycle was resolved."""
        if self.cycle is None and self.cycles and self.cycles[-1].reopened_at is None:
            self.cycles[-1].reopened_at = event.at

    def _begin(self, message: Event, told_by: Event | None) -> Cycle:
        number = len(self.cycles) + 1
        opening = message if told_by is None else self.after_resolution(message)
        resolution = self._start(_RESOLUTION, number, number, opening, told_by)
        cycle = self.cycle = Cycle(number, resolution.started_at, resolution)
        self.cycles.append(cycle)
        self.pause_or_resume(told_by or message)
        return cycle

    def _start(self, target: Target, cycle: int, number: int, event: Event, told_by: Event | None) -> TickingClock:
        if told_by is not None and told_by.at > event.at:
            clock = self.waiting.reckoned(target, cycle, number, event, told_by)
        else:
            clock = self._clock(target, cycle, number, event.at, event.id, self._hours)
            clock.aim(event.at, event.id, self.policy, self.priority)
        self.clocks.append(clock)
        return clock
