"""A ticket while its log is read, event by event: its state, its cycles and its clocks. The rules are in `replay`.

Instants and lengths are in ticks here; what is handed out has datetimes and timedeltas.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from inbox.sla.clocks import ClockRun, TickingClock, Verdict
from inbox.sla.cycles import CLOSED, FINISHED, NEW, ON_HOLD, OPEN, PENDING, RESOLVED, Cycle, State
from inbox.sla.events import Event
from inbox.sla.figures import Replayed
from inbox.sla.hours import Hours
from inbox.sla.policy import PolicyTerms, Target
from inbox.sla.waiting import Waiting
from inbox.sla.wallclock import at_tick, length_of

_Lengths = tuple[timedelta | None, timedelta | None]
_FIRST, _NEXT, _RESOLUTION = Target.FIRST_RESPONSE, Target.NEXT_RESPONSE, Target.RESOLUTION


class UnknownPolicy(KeyError):
    """The log names a policy version whose terms were not given."""

    def __str__(self) -> str:
        return f"the terms of policy version {self.args[0]} are not among those given"


class History:
    """Read the events in order with `read`, then ask once for the `figures` or the `verdicts`."""

    # What a ticket starts with, and most never change.
    _policies: Mapping[int, PolicyTerms] | None = None
    _policy: PolicyTerms | None = None
    _state = NEW
    _requester_wait = _agent_wait = _finished_for = 0
    _waits_at_resolution = (0, 0, 0)
    _cycle: Cycle | None = None
    _next_responses = _human_replies = _reopened = 0
    _before_merge: tuple[int, tuple[int, int, int]] = (0, (0, 0, 0))
    _clocks_when_excluded: list[TickingClock] | None = None
    _first_received_at: int | None = None
    _first_received_by: int | None = None
    _last_replier_id: int | None = None

    def __init__(
        self,
        first: Event,
        policy: PolicyTerms | Mapping[int, PolicyTerms] | None,
        hours: Hours,
        *,
        clock: type[TickingClock] = TickingClock,
    ) -> None:
        """The life of a ticket begins with its first event."""
        self._hours = hours
        self._clock = clock
        self._priority = first.priority
        if policy is None or isinstance(policy, PolicyTerms):
            self._policy = policy
        else:
            self._policies = policy
        self._created_at = self._state_since = first.at
        self._cycles: list[Cycle] = []
        self._clocks: list[TickingClock] = []
        self._excluded: set[str] = set()
        self._resolutions: list[Event] = []
        self._waiting = Waiting(first, self._policy, hours)
        self._unanswered = self._waiting.messages

    def read(self, log: Iterable[Event]) -> None:
        """Take the events, in order."""
        find = _MEANINGS.get
        for event in log:
            meaning = find(event.kind)
            if meaning is not None:
                meaning(self, event)

    # What each kind of event means.

    def received(self, event: Event) -> None:
        if self._first_received_at is None:
            self._first_received_at = event.at
        self._unanswered.append(event)
        if self._cycle is not None or self._state not in FINISHED:
            self._customer_wrote(event)

    def replied(self, event: Event) -> None:
        if event.author_kind == "human":
            self.answered(event)

    def answered(self, event: Event) -> None:
        self._human_replies += 1
        agent_id = self._last_replier_id = event.agent_id
        self._unanswered.clear()
        cycle = self._cycle
        if cycle is None:
            return
        cycle.human_replies += 1
        cycle.last_replier_id = agent_id
        if agent_id is not None:
            cycle.repliers.add(agent_id)
        if cycle.response is not None:
            cycle.response.stop(event.at, event.id, agent_id)
            cycle.response = None

    def no_reply_needed(self, event: Event) -> None:
        self._waive_response(event, "no reply needed")

    def opened(self, event: Event) -> None:
        self._enter(OPEN, event)
        if self._cycle is None and self._unanswered:
            unheard = self._waiting.oldest()
            self._customer_wrote(unheard, event if unheard.kind == "merged_in" else None)

    def reopened(self, event: Event) -> None:
        was_finished = self._state in FINISHED
        by_customer = event.details.get("by", "agent" if event.customer_id is None else "customer") == "customer"
        if was_finished and by_customer:
            self._reopened += 1
            if self._cycle is None and self._cycles and self._cycles[-1].reopened_at is None:
                self._cycles[-1].reopened_at = event.at
        self.opened(event)
        if was_finished and by_customer and self._cycle is None:
            self._unanswered.append(event)
            self._customer_wrote(event)

    def pended(self, event: Event) -> None:
        self._enter(PENDING, event)

    def held(self, event: Event) -> None:
        self._enter(ON_HOLD, event)

    def resolved(self, event: Event) -> None:
        if self._state not in FINISHED:
            self._finish(RESOLVED, event)

    def closed(self, event: Event) -> None:
        if self._state not in FINISHED:
            self._finish(CLOSED, event)
        self._enter(CLOSED, event)

    def prioritized(self, event: Event) -> None:
        if event.priority != self._priority:
            self._priority = event.priority
            self._waiting.aim(self._policy, self._priority, event)
            self._aim_again(event)

    def policy_applied(self, event: Event) -> None:
        if self._policies is None:
            return
        version = event.policy_version_id
        if version is not None and version not in self._policies:
            raise UnknownPolicy(version)
        policy = None if version is None else self._policies[version]
        if policy is not self._policy:
            self._policy = policy
            self._waiting.aim(policy, self._priority, event)
            self._aim_again(event)

    def assigned(self, event: Event) -> None:
        cycle = self._cycle
        if cycle is None:
            return
        before, after = event.details.get("from") or cycle.assignee, event.details.get("to")
        if before and after and before != after:
            cycle.handed_over = True
        cycle.assignee = after or before

    def marked_spam(self, event: Event) -> None:
        self._exclude("spam", event)

    def unmarked_spam(self, event: Event) -> None:
        self._excluded.discard("spam")

    def deleted(self, event: Event) -> None:
        self._exclude("deleted", event)

    def restored(self, event: Event) -> None:
        self._excluded.discard("deleted")

    def merged(self, event: Event) -> None:
        self._before_merge = len(self._resolutions), self._waits_at_resolution
        self._exclude("merged", event)

    def imported(self, event: Event) -> None:
        self._exclude("imported", event)

    def unmerged(self, event: Event) -> None:
        self._excluded.discard("merged")
        before = event.details.get("state")
        if before is not None and self._state is CLOSED:
            # That it was closed was part of the merge: undone, it never was. What came late may have opened it since.
            if before not in FINISHED:
                resolutions, self._waits_at_resolution = self._before_merge
                del self._resolutions[resolutions:]
            self._enter(State(before), event)

    def merged_in(self, event: Event) -> None:
        message = self._waiting.brought(event)
        if message is None:
            return
        if self._first_received_at is None:
            self._first_received_at, self._first_received_by = self._after_resolution(message).at, event.id
        if self._cycle is not None or self._state not in FINISHED:
            self._customer_wrote(message, event)

    def unmerged_out(self, event: Event) -> None:
        source = event.details.get("ticket")
        taken = self._waiting.take(lambda one: one.kind == "merged_in" and one.details.get("ticket") == source)
        ids = {message.id for message in taken}
        if self._first_received_by in ids:
            self._first_received_at = self._first_received_by = None
        self._without(taken, event)
        before = event.details.get("state")
        if before is not None and self._state is OPEN and (before not in FINISHED or self._cycle is None):
            self._enter(State(before), event)

    def _without(self, taken: list[Event], event: Event) -> None:
        """The run in progress goes on without what a merge had brought."""
        if not taken or self._cycle is None or self._cycle.response is None:
            return
        cycle, response = self._cycle, self._cycle.response
        if self._unanswered:
            self._wait_for_others(cycle, response, event)
            return
        # What only the merge brought is void, a target it missed as well: the source's own clocks go on.
        response.reach(event.at, event.id)
        response.breached_at = None
        self._waive_response(event, "merge undone")
        if cycle.resolution.started_by in {message.id for message in taken} and not cycle.human_replies:
            cycle.resolution.reach(event.at, event.id)
            cycle.resolution.breached_at = None
            cycle.resolution.stop(event.at, event.id, waived_because="merge undone")
            self._cycle = None

    def split_off(self, event: Event) -> None:
        moved = set(event.details.get("messages", ()))
        taken = self._waiting.take(lambda one: one.message_id is not None and one.message_id in moved)
        if not taken or self._cycle is None or self._cycle.response is None:
            return
        cycle, response = self._cycle, self._cycle.response
        response.reach(event.at, event.id)
        if not self._unanswered:
            self._waive_response(event, "split off")
            return
        missed_at = response.breached_at
        response = self._wait_for_others(cycle, response, event)
        if missed_at is not None:
            # A target that was missed stays missed: no split takes it back.
            response.breached_at = min(missed_at, response.breached_at or missed_at)

    # What follows from it.

    def _customer_wrote(self, message: Event, told_by: Event | None = None) -> None:
        """`told_by` where the message comes to be known, or to count, by another event."""
        cycle = self._cycle
        if cycle is None:
            number = len(self._cycles) + 1
            opening = message if told_by is None else self._after_resolution(message)
            resolution = self._start(_RESOLUTION, number, number, opening, told_by)
            cycle = self._cycle = Cycle(number, resolution.started_at, resolution)
            self._cycles.append(cycle)
            self._pause_or_resume(told_by or message)
        if cycle.response is None:
            cycle.responses += 1
            if cycle.responses == 1:
                cycle.response = self._start(_FIRST, cycle.number, cycle.number, message, told_by)
            else:
                self._next_responses += 1
                cycle.response = self._start(_NEXT, cycle.number, self._next_responses, message, told_by)
        elif told_by is not None and message.at < cycle.response.started_at:
            self._wait_for_others(cycle, cycle.response, told_by)

    def _after_resolution(self, message: Event) -> Event:
        """The message, no earlier than the latest resolution: work cycles follow one another."""
        resolved_at = self._resolutions[-1].at if self._resolutions else message.at
        return message if message.at >= resolved_at else message._replace(at=resolved_at)

    def _start(self, target: Target, cycle: int, number: int, event: Event, told_by: Event | None) -> TickingClock:
        if told_by is not None and told_by.at > event.at:
            clock = self._waiting.reckoned(target, cycle, number, event, told_by)
        else:
            clock = self._clock(target, cycle, number, event.at, event.id, self._hours)
            clock.aim(event.at, event.id, self._policy, self._priority)
        self._clocks.append(clock)
        return clock

    def _wait_for_others(self, cycle: Cycle, before: TickingClock, event: Event) -> TickingClock:
        """The run in progress goes on with what waits now, as if it had waited for it all along."""
        before.reach(event.at, event.id)
        after = self._waiting.response(before.target, before.cycle, before.number, event)
        if event.kind != "unmerged_out":
            after.known_since(after.started_at, before)
        self._clocks[self._clocks.index(before)] = cycle.response = after
        return after

    def _aim_again(self, event: Event) -> None:
        cycle = self._cycle
        if cycle is None:
            return
        if cycle.response is not None:
            cycle.response.aim(event.at, event.id, self._policy, self._priority)
        cycle.resolution.aim(event.at, event.id, self._policy, self._priority)
        self._pause_or_resume(event)

    def _pause_or_resume(self, event: Event) -> None:
        state = self._state
        if self._cycle is None or state in FINISHED:
            return
        reason = ""
        if state is PENDING:
            reason = "pending"
        elif state is ON_HOLD and self._policy is not None and self._policy.pause_on_hold:
            reason = "on hold"
        if self._cycle.resolution.paused_in != reason:
            self._cycle.resolution.pause(event.at, event.id, reason)

    def _waive_response(self, event: Event, because: str) -> None:
        self._unanswered.clear()
        if self._cycle is not None and self._cycle.response is not None:
            self._cycle.response.stop(event.at, event.id, waived_because=because)
            self._cycle.response = None

    def _enter(self, state: State, event: Event) -> None:
        before = self._state
        if state is before:
            return
        spent = event.at - self._state_since
        if before is PENDING:
            self._agent_wait += spent
        elif before in FINISHED:
            self._finished_for += spent
        else:
            self._requester_wait += spent
        self._state, self._state_since = state, event.at
        self._pause_or_resume(event)

    def _finish(self, state: State, event: Event) -> None:
        self._enter(state, event)
        self._resolutions.append(event)
        self._waits_at_resolution = (self._requester_wait, self._agent_wait, self._finished_for)
        if not self._excluded:
            self._end_cycle(event)

    def _end_cycle(self, event: Event) -> None:
        cycle = self._cycle
        if cycle is None:
            return
        self._waive_response(event, "resolved without a reply")
        cycle.resolution.stop(event.at, event.id, event.agent_id)
        cycle.resolved_at = event.at
        self._cycle = None

    def _exclude(self, reason: str, event: Event) -> None:
        if not self._excluded:
            self._clocks_when_excluded = [clock.waived_by(event.at, event.id, reason) for clock in self._clocks]
        self._excluded.add(reason)

    # What it was, in the end.

    @property
    def excluded(self) -> str:
        """Why the ticket is in no figure, the strongest reason first; "" when it is."""
        return next((reason for reason in _REASONS if reason in self._excluded), "") if self._excluded else ""

    def verdicts(self, until: int | None) -> list[Verdict]:
        """What became of each run after the last event, or at `until`."""
        return [clock.verdict(until) for clock in self.clocks()]

    def clocks(self) -> list[TickingClock]:
        """Its clocks, as they stand after the last event."""
        if self._excluded:
            return self._clocks_when_excluded or []
        if self._cycle is not None and self._state in FINISHED:
            # It was finished while it was spam or merged, and stayed so when that was undone.
            self._end_cycle(self._resolutions[-1])
        return self._clocks

    def figures(self, until: int | None) -> Replayed:
        """All figures after the last event, or at `until`."""
        runs = tuple(clock.run(until) for clock in self.clocks())
        excluded = self.excluded
        first = next((run for run in runs if run.target is _FIRST and run.cycle == 1), None)
        asked_at = self._first_received_at
        resolved = [event.at for event in self._resolutions]
        last_resolved_at = resolved[-1] if resolved else None
        resolved_at = last_resolved_at if self._state in FINISHED else None
        first_solved_at = next((at for at in resolved if asked_at is not None and at >= asked_at), None)
        requester_wait, agent_wait, resolved_before = (
            map(length_of, self._waits_at_resolution) if resolved else (None, None, None)
        )
        first_elapsed, first_business = _lengths(first)
        to_first = (None, None) if excluded else self._lengths_between(asked_at, first_solved_at)
        to_latest = to_first
        if resolved_at != first_solved_at and not excluded:
            to_latest = self._lengths_between(asked_at, resolved_at)
        cycle_facts = tuple(cycle.facts() for cycle in self._cycles)
        return Replayed(
            state=self._state.value,
            excluded=excluded,
            created_at=at_tick(self._created_at),
            first_received_at=_instant(asked_at),
            first_resolved_at=_instant(resolved[0]) if resolved else None,
            last_resolved_at=_instant(last_resolved_at),
            resolved_at=_instant(resolved_at),
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

    def _lengths_between(self, start: int | None, end: int | None) -> _Lengths:
        if start is None or end is None or end < start:
            return None, None
        return length_of(end - start), length_of(self._hours.open_ticks(start, end))


def _lengths(run: ClockRun | None) -> _Lengths:
    return (run.elapsed, run.business) if run is not None and run.completed else (None, None)


def _instant(count: int | None) -> datetime | None:
    return None if count is None else at_tick(count)


#: Why a ticket is in no figure, the strongest reason first.
_REASONS = ("deleted", "merged", "spam", "imported")

_MEANINGS: dict[str, Callable[[History, Event], None]] = {
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
    "deleted": History.deleted,
    "restored": History.restored,
    "merged": History.merged,
    "unmerged": History.unmerged,
    "merged_in": History.merged_in,
    "unmerged_out": History.unmerged_out,
    "split_off": History.split_off,
    "imported": History.imported,
}
#: The kinds of events that mean anything here.
KINDS = frozenset(_MEANINGS)
