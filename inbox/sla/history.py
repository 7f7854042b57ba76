"""A ticket while its log is read, event by event: its state, its cycles and its clocks. The rules are in `replay`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from inbox.sla.clocks import ClockRun, TickingClock
from inbox.sla.cycles import FINISHED, Cycle, State, Waits
from inbox.sla.events import LoggedEvent
from inbox.sla.figures import Replayed
from inbox.sla.hours import ZERO, Hours
from inbox.sla.policy import PolicyTerms, Target

_Lengths = tuple[timedelta | None, timedelta | None]


class UnknownPolicy(KeyError):
    """The log names a policy version whose terms were not given."""

    def __str__(self) -> str:
        return f"the terms of policy version {self.args[0]} are not among those given"


class History:
    """Read events in order with `read`, then ask once for the `figures`."""

    def __init__(
        self, created_at: datetime, policy: PolicyTerms | Mapping[int, PolicyTerms] | None, hours: Hours
    ) -> None:
        self._hours = hours
        self._policies = policy if isinstance(policy, Mapping) else None
        self._policy = None if isinstance(policy, Mapping) else policy
        self._created_at = self._state_since = created_at
        self._state = State.NEW
        self._priority = ""
        self._waits = Waits()
        self._cycle: Cycle | None = None
        self._cycles: list[Cycle] = []
        self._clocks: list[TickingClock] = []
        self._runs_of: dict[Target, int] = dict.fromkeys(Target, 0)
        self._unheard: tuple[LoggedEvent, datetime] | None = None
        self._excluded: set[str] = set()
        self._runs_when_excluded: tuple[ClockRun, ...] = ()
        self._first_received_at: datetime | None = None
        self._resolutions: list[tuple[datetime, LoggedEvent]] = []
        self._waits_at_resolution = (ZERO, ZERO, ZERO)
        self._human_replies = self._reopened = 0
        self._last_replier_id: int | None = None

    def read(self, event: LoggedEvent, at: datetime) -> None:
        """Take the next event, which happened at `at` (UTC)."""
        meaning = _MEANINGS.get(event.kind)
        if not self._priority:
            self._priority = event.priority
        if meaning is not None:
            meaning(self, event, at)

    # What each kind of event means.

    def received(self, event: LoggedEvent, at: datetime) -> None:
        if self._first_received_at is None:
            self._first_received_at = at
        if self._cycle is None and self._state in FINISHED:
            self._unheard = self._unheard or (event, at)
        else:
            self._customer_wrote(event, at)

    def replied(self, event: LoggedEvent, at: datetime) -> None:
        if event.author_kind == "human":
            self.answered(event, at)

    def answered(self, event: LoggedEvent, at: datetime) -> None:
        self._human_replies += 1
        self._last_replier_id = event.agent_id
        self._unheard = None
        cycle = self._cycle
        if cycle is None:
            return
        cycle.human_replies += 1
        cycle.last_replier_id = event.agent_id
        if event.agent_id is not None:
            cycle.repliers.add(event.agent_id)
        if cycle.response is not None:
            cycle.response.stop(at, event.id, event.agent_id)
            cycle.response = None

    def no_reply_needed(self, event: LoggedEvent, at: datetime) -> None:
        self._unheard = None
        self._waive_response(event, at, "no reply needed")

    def opened(self, event: LoggedEvent, at: datetime) -> None:
        self._enter(State.OPEN, event, at)
        if self._unheard is not None and self._cycle is None:
            self._customer_wrote(*self._unheard)
        self._unheard = None

    def reopened(self, event: LoggedEvent, at: datetime) -> None:
        was_finished = self._state in FINISHED
        by_customer = event.details.get("by", "agent" if event.customer_id is None else "customer") == "customer"
        if was_finished and by_customer:
            self._reopened += 1
            if self._cycle is None and self._cycles and self._cycles[-1].reopened_at is None:
                self._cycles[-1].reopened_at = at
        self.opened(event, at)
        if was_finished and by_customer and self._cycle is None:
            self._customer_wrote(event, at)

    def pended(self, event: LoggedEvent, at: datetime) -> None:
        self._enter(State.PENDING, event, at)

    def held(self, event: LoggedEvent, at: datetime) -> None:
        self._enter(State.ON_HOLD, event, at)

    def resolved(self, event: LoggedEvent, at: datetime) -> None:
        if self._state not in FINISHED:
            self._finish(State.RESOLVED, event, at)

    def closed(self, event: LoggedEvent, at: datetime) -> None:
        if self._state not in FINISHED:
            self._finish(State.CLOSED, event, at)
        self._enter(State.CLOSED, event, at)

    def prioritized(self, event: LoggedEvent, at: datetime) -> None:
        if event.priority != self._priority:
            self._priority = event.priority
            self._aim_again(event, at)

    def policy_applied(self, event: LoggedEvent, at: datetime) -> None:
        if self._policies is None:
            return
        version = event.policy_version_id
        if version is not None and version not in self._policies:
            raise UnknownPolicy(version)
        policy = None if version is None else self._policies[version]
        if policy is not self._policy:
            self._policy = policy
            self._aim_again(event, at)

    def assigned(self, event: LoggedEvent, at: datetime) -> None:
        cycle = self._cycle
        if cycle is None:
            return
        before, after = event.details.get("from") or cycle.assignee, event.details.get("to")
        if before and after and before != after:
            cycle.handed_over = True
        cycle.assignee = after or before

    def marked_spam(self, event: LoggedEvent, at: datetime) -> None:
        self._exclude("spam", event, at)

    def unmarked_spam(self, event: LoggedEvent, at: datetime) -> None:
        self._excluded.discard("spam")

    def merged(self, event: LoggedEvent, at: datetime) -> None:
        self._exclude("merged", event, at)

    def imported(self, event: LoggedEvent, at: datetime) -> None:
        self._exclude("imported", event, at)

    def unmerged(self, event: LoggedEvent, at: datetime) -> None:
        self._excluded.discard("merged")

    # What follows from it.

    def _customer_wrote(self, event: LoggedEvent, at: datetime) -> None:
        cycle = self._cycle
        if cycle is None:
            cycle = self._cycle = Cycle(len(self._cycles) + 1, at)
            self._cycles.append(cycle)
            cycle.resolution = self._start(Target.RESOLUTION, cycle, event, at)
            self._pause_or_resume(event, at)
        if cycle.response is None:
            cycle.responses += 1
            target = Target.FIRST_RESPONSE if cycle.responses == 1 else Target.NEXT_RESPONSE
            cycle.response = self._start(target, cycle, event, at)

    def _start(self, target: Target, cycle: Cycle, event: LoggedEvent, at: datetime) -> TickingClock:
        self._runs_of[target] += 1
        clock = TickingClock(target, cycle.number, self._runs_of[target], at, event.id, self._hours)
        clock.aim(self._policy, self._priority, at, event.id)
        self._clocks.append(clock)
        return clock

    def _aim_again(self, event: LoggedEvent, at: datetime) -> None:
        if self._cycle is None:
            return
        for clock in (self._cycle.response, self._cycle.resolution):
            if clock is not None:
                clock.aim(self._policy, self._priority, at, event.id)
        self._pause_or_resume(event, at)

    def _pause_or_resume(self, event: LoggedEvent, at: datetime) -> None:
        clock = None if self._cycle is None else self._cycle.resolution
        if clock is None or self._state in FINISHED:
            return
        reason = ""
        if self._state is State.PENDING:
            reason = "pending"
        elif self._state is State.ON_HOLD and self._policy is not None and self._policy.pause_on_hold:
            reason = "on hold"
        if clock.paused_in != reason:
            clock.pause(reason, at, event.id)

    def _waive_response(self, event: LoggedEvent, at: datetime, because: str) -> None:
        if self._cycle is not None and self._cycle.response is not None:
            self._cycle.response.stop(at, event.id, waived_because=because)
            self._cycle.response = None

    def _enter(self, state: State, event: LoggedEvent, at: datetime) -> None:
        if state is not self._state:
            self._waits.add(self._state, at - self._state_since)
            self._state, self._state_since = state, at
            self._pause_or_resume(event, at)

    def _finish(self, state: State, event: LoggedEvent, at: datetime) -> None:
        self._enter(state, event, at)
        self._resolutions.append((at, event))
        waits = self._waits
        self._waits_at_resolution = (waits.requester, waits.agent, waits.finished)
        if not self._excluded:
            self._end_cycle(event, at)

    def _end_cycle(self, event: LoggedEvent, at: datetime) -> None:
        cycle = self._cycle
        if cycle is None:
            return
        self._waive_response(event, at, "resolved without a reply")
        if cycle.resolution is not None:
            cycle.resolution.stop(at, event.id, event.agent_id)
        cycle.resolved_at = at
        self._cycle = None

    def _exclude(self, reason: str, event: LoggedEvent, at: datetime) -> None:
        if not self._excluded:
            self._runs_when_excluded = tuple(clock.run_waived_at(at, event.id, reason) for clock in self._clocks)
        self._excluded.add(reason)

    def figures(self, until: datetime | None) -> Replayed:
        """The figures after the last event, or at `until`."""
        if not self._excluded and self._state in FINISHED and self._cycle is not None:
            # It was finished while it was spam or merged, and stayed so when that was undone.
            at, event = self._resolutions[-1]
            self._end_cycle(event, at)
        excluded = next((reason for reason in _REASONS if reason in self._excluded), "")
        runs = self._runs_when_excluded if excluded else tuple(clock.run(until) for clock in self._clocks)
        first = next((run for run in runs if run.target is Target.FIRST_RESPONSE and run.cycle == 1), None)
        asked_at = self._first_received_at
        resolved = [at for at, _ in self._resolutions]
        last_resolved_at = resolved[-1] if resolved else None
        resolved_at = last_resolved_at if self._state in FINISHED else None
        first_solved_at = next((at for at in resolved if asked_at is not None and at >= asked_at), None)
        requester_wait, agent_wait, resolved_before = self._waits_at_resolution if resolved else (None, None, None)
        first_elapsed, first_business = _lengths(first)
        to_first = (None, None) if excluded else self._lengths_between(asked_at, first_solved_at)
        to_latest = to_first
        if resolved_at != first_solved_at and not excluded:
            to_latest = self._lengths_between(asked_at, resolved_at)
        cycle_facts = tuple(cycle.facts() for cycle in self._cycles)
        return Replayed(
            state=self._state.value,
            excluded=excluded,
            created_at=self._created_at,
            first_received_at=asked_at,
            first_resolved_at=resolved[0] if resolved else None,
            last_resolved_at=last_resolved_at,
            resolved_at=resolved_at,
            runs=runs,
            first_response=first,
            first_response_elapsed=first_elapsed,
            first_response_business=first_business,
            first_resolution_elapsed=to_first[0],
            first_resolution_business=to_first[1],
            resolution_elapsed=to_latest[0],
            resolution_business=to_latest[1],
            requester_wait=requester_wait,
            agent_wait=agent_wait,
            resolved_before=resolved_before,
            cycles=len(cycle_facts),
            cycle_facts=cycle_facts,
            human_replies=self._human_replies,
            reopened=self._reopened,
            last_replier_id=cycle_facts[-1].last_replier_id if cycle_facts else self._last_replier_id,
        )

    def _lengths_between(self, start: datetime | None, end: datetime | None) -> _Lengths:
        if start is None or end is None or end < start:
            return None, None
        return end - start, self._hours.open_between(start, end)


def _lengths(run: ClockRun | None) -> _Lengths:
    return (run.elapsed, run.business) if run is not None and run.completed else (None, None)


#: Why a ticket is in no figure, the strongest reason first.
_REASONS = ("merged", "spam", "imported")

_MEANINGS: dict[str, Callable[[History, LoggedEvent, datetime], None]] = {
    "received": History.received,
    "replied": History.replied,
    "called": History.answered,
    "no_reply_needed": History.no_reply_needed,
    "opened": History.opened,
    "reopened": History.reopened,
    "pended": History.pended,
    "held": History.held,
    "resolved": History.resolved,
    "closed": History.closed,
    "prioritized": History.prioritized,
    "policy_applied": History.policy_applied,
    "assigned": History.assigned,
    "marked_spam": History.marked_spam,
    "unmarked_spam": History.unmarked_spam,
    "merged": History.merged,
    "unmerged": History.unmerged,
    "imported": History.imported,
}
