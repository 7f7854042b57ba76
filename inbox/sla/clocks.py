"""One clock: it starts, pauses, is given another goal, and stops; and what is known of it afterwards."""

from __future__ import annotations

from copy import copy
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from inbox.sla.hours import ALWAYS_OPEN, Hours, NeverOpen
from inbox.sla.policy import Basis, PolicyTerms, Target
from inbox.sla.wallclock import at_tick, length_of


class ClockState(StrEnum):
    """How a clock stands. A breached clock may still tick: then it has no `stopped_at`."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    WAIVED = "waived"
    STOPPED = "stopped"


class Stretch(NamedTuple):
    """A part of a run in which nothing about its counting changed. `end` is None while it lasts.

    `paused_in` is "" while counting, else "pending" or "on hold". The ids are those of the events at its ends.
    """

    start: datetime
    end: datetime | None
    paused_in: str
    basis: Basis
    started_by: int
    stopped_by: int | None


#: A stretch as it is recorded, its ends in ticks.
Part = tuple[int, int | None, str, Basis, int, int | None]


class ClockRun(NamedTuple):
    """One run of one target, as far as the log tells. Instants are in UTC.

    `number` counts the runs of the target in the ticket from 1, `cycle` the work cycles from 1.
    `goal`, `priority` and `policy_version_id` are the last in force, of a breached run those it missed.
    `used` is the counted time on the basis of the target (business time without one), up to the stop, to the
    `until` of the replay, or to the last pause or change of goal.
    `elapsed` is all time from start to stop, `business` the open time of it without pauses; None until stopped.
    `due_at` and `warn_at` are known while it ticks towards a goal: the goal is met up to and at `due_at`.
    `waived_because` is the reason of a stop that is no answer; of a breached run as well, which stays breached.
    `parts` are the `stretches`, as they were recorded.
    """

    target: Target
    cycle: int
    number: int
    state: ClockState
    started_at: datetime
    started_by: int
    stopped_at: datetime | None
    stopped_by: int | None
    stopped_by_agent_id: int | None
    waived_because: str
    goal: timedelta | None
    used: timedelta
    elapsed: timedelta | None
    business: timedelta | None
    due_at: datetime | None
    warn_at: datetime | None
    breached_at: datetime | None
    policy_version_id: int | None
    priority: str
    parts: tuple[Part, ...]

    @property
    def stretches(self) -> tuple[Stretch, ...]:
        """The run from its start on, without a gap."""
        return tuple(
            Stretch(at_tick(start), _instant(end), paused_in, basis, started_by, stopped_by)
            for start, end, paused_in, basis, started_by, stopped_by in self.parts
        )

    @property
    def completed(self) -> bool:
        """True when it ended with what it waited for: a human answer, a resolution. Averages take these runs."""
        return self.stopped_at is not None and not self.waived_because


class Verdict(NamedTuple):
    """What became of a run, in short. Instants are in ticks.

    `goal`, `used` and `business` are as in `ClockRun`, in ticks.
    """

    target: Target
    cycle: int
    number: int
    state: ClockState
    started_at: int
    started_by: int
    stopped_at: int | None
    stopped_by: int | None
    breached_at: int | None
    is_waived: bool
    goal: int | None
    used: int
    business: int | None


_BUSINESS: Basis = "business"


class TickingClock:
    """A clock while its log is read. Each call says when and by which event; instants and lengths are in ticks."""

    # What most clocks never change stands here once.
    _basis = _BUSINESS
    _has_counted_all_hours = False
    _goal: int | None = None
    _warning: int | None = None
    _policy_id: int | None = None
    _priority = ""
    _passed_warning_at: int | None = None
    _stopped_by_agent_id: int | None = None

    def __init__(self, target: Target, cycle: int, number: int, at: int, by: int, business: Hours) -> None:
        self.target, self.cycle, self.number = target, cycle, number
        self.started_at = self._since = at
        self.started_by = self._since_by = by
        self._business = self._hours = business
        self._parts: list[Part] = []
        # Asked for again and again: a clock finds sooner what is its own than what its class has.
        self._used = 0
        self._stopped_at: int | None = None
        self._stopped_by: int | None = None
        self._waived_because = ""
        self.paused_in = ""
        self.breached_at: int | None = None

    def aim(self, at: int, by: int, policy: PolicyTerms | None, priority: str) -> None:
        """Take the goal of this policy and priority; the time used is kept, a breach stays what it was."""
        if at > self._since:
            self._settle(at, by)
        if self.breached_at is not None:
            return
        self._priority = priority
        terms = None
        if policy is not None:
            self._policy_id, terms = policy.id, policy.targets.get(self.target)
        else:
            self._policy_id = None
        self._passed_warning_at = self._goal = self._warning = None
        if terms is None:
            self._basis, self._hours = _BUSINESS, self._business
            return
        self._basis = terms.basis
        self._hours = self._business if terms.basis == _BUSINESS else ALWAYS_OPEN
        goal = terms.goals.get(priority)
        if goal is None:
            return
        self._goal, self._warning = goal
        if self._used > self._goal:
            self.breached_at = at
        if self._used >= self._warning:
            self._passed_warning_at = at

    def begun(self, at: int, business: Hours) -> TickingClock:
        """What it were, had it begun at another instant and by other hours; it was aimed at its start and no more.

        Only its verdict can be asked for: it knows its goal, and nothing of warnings, policy and priority.
        """
        clock = TickingClock(self.target, self.cycle, self.number, at, self.started_by, business)
        clock._goal = self._goal
        if self._basis != _BUSINESS:
            clock._basis, clock._hours = self._basis, self._hours
        return clock

    def pause(self, at: int, by: int, reason: str) -> None:
        """Stop counting for this reason, or count again when the reason is empty."""
        self.reach(at, by)
        self.paused_in = reason

    def reach(self, at: int, by: int) -> None:
        """Count up to this event."""
        since, used = self._since, self._used
        if at > since:
            self._settle(at, by)
            if self._warning is not None and self._passed_warning_at is None and self._used >= self._warning:
                self._passed_warning_at = self._hours.add_ticks(since, self._warning - used)

    def known_since(self, at: int, before: TickingClock | None = None) -> None:
        """What passed earlier could not be told by anybody: it passed then, but for what the clock `before` it told."""
        if self.breached_at is not None:
            self.breached_at = max(self.breached_at, at)
        if self._passed_warning_at is not None:
            self._passed_warning_at = max(self._passed_warning_at, at)
        if before is not None and before._passed_warning_at is not None:
            self._passed_warning_at = before._passed_warning_at

    def stop(self, at: int, by: int, agent_id: int | None = None, waived_because: str = "") -> None:
        """End with what it waited for, or with a reason why that will not come."""
        if at > self._since:
            self._settle(at, by)
        # It may have started after the instant at which it is stopped: then it ends as it starts.
        self._stopped_at, self._stopped_by, self._stopped_by_agent_id = self._since, by, agent_id
        self._waived_because = waived_because

    def waived_by(self, at: int, by: int, because: str) -> TickingClock:
        """What it were, had it been waived now; this clock goes on."""
        fork = copy(self)
        fork._parts = list(self._parts)
        if self._stopped_at is None:
            fork.stop(at, by, waived_because=because)
        return fork

    def verdict(self, until: int | None) -> Verdict:
        """What became of it at the end of the log or, when still ticking, at `until`. The last call to a clock."""
        stopped_by = self._stopped_by
        if stopped_by is None and until is not None and until > self._since:
            self._settle(until, None)
        return _verdict(
            (
                self.target,
                self.cycle,
                self.number,
                self._state(),
                self.started_at,
                self.started_by,
                self._stopped_at,
                stopped_by,
                self.breached_at,
                self._waived_because != "",
                self._goal,
                self._used,
                None if stopped_by is None else self._business_time(),
            )
        )

    def run(self, until: int | None) -> ClockRun:
        """All that is known of it at the end of the log or, still ticking, at `until`. The last call to a clock."""
        due_at = warn_at = elapsed = business = None
        if self._stopped_at is not None:
            elapsed = length_of(self._stopped_at - self.started_at)
            business = length_of(self._business_time())
        else:
            if not self.paused_in and self._goal is not None:
                due_at, warn_at = self._due_at(self._goal), self._warn_at()
            if until is None:
                self._parts.append((self._since, None, self.paused_in, self._basis, self._since_by, None))
            elif until > self._since:
                self._settle(until, None)
        return ClockRun(
            self.target,
            self.cycle,
            self.number,
            self._state(),
            at_tick(self.started_at),
            self.started_by,
            _instant(self._stopped_at),
            self._stopped_by,
            self._stopped_by_agent_id,
            self._waived_because,
            None if self._goal is None else length_of(self._goal),
            length_of(self._used),
            elapsed,
            business,
            _instant(due_at),
            _instant(warn_at),
            _instant(self.breached_at),
            self._policy_id,
            self._priority,
            tuple(self._parts),
        )

    def _settle(self, at: int, by: int | None) -> None:
        """Count the time since the last change, some of which has passed, and judge it."""
        since = self._since
        if not self.paused_in:
            used = self._used + self._hours.open_ticks(since, at)
            goal = self._goal
            if goal is not None and used >= goal and self.breached_at is None:
                due_at = self._hours.add_ticks(since, goal - self._used)
                if due_at < at:
                    self.breached_at = due_at
            self._used = used
            if self._basis != _BUSINESS:
                self._has_counted_all_hours = True
        self._parts.append((since, at, self.paused_in, self._basis, self._since_by, by))
        self._since = at
        if by is not None:
            self._since_by = by

    def _due_at(self, goal: int) -> int | None:
        """When the goal is used up; None on a calendar that never opens long enough for that."""
        return self._when(goal) if self.breached_at is None else self.breached_at

    def _warn_at(self) -> int | None:
        if self._passed_warning_at is not None or self._warning is None:
            return self._passed_warning_at
        return self._when(self._warning)

    def _when(self, used: int) -> int | None:
        try:
            return self._hours.add_ticks(self._since, used - self._used)
        except NeverOpen:
            return None

    def _business_time(self) -> int:
        if not self._has_counted_all_hours:
            return self._used
        counted = 0
        for start, end, paused_in, _, _, _ in self._parts:
            if not paused_in and end is not None:
                counted += self._business.open_ticks(start, end)
        return counted

    def _state(self) -> ClockState:
        if self.breached_at is not None:
            return _BREACHED
        if self._waived_because:
            return _WAIVED
        if self._stopped_at is not None:
            return _STOPPED if self._goal is None else _MET
        return _PAUSED if self.paused_in else _RUNNING


def _instant(count: int | None) -> datetime | None:
    return None if count is None else at_tick(count)


# What the class itself does when called, in half the time.
_verdict = partial(tuple.__new__, Verdict)
_RUNNING, _PAUSED, _MET = ClockState.RUNNING, ClockState.PAUSED, ClockState.MET
_BREACHED, _WAIVED, _STOPPED = ClockState.BREACHED, ClockState.WAIVED, ClockState.STOPPED
