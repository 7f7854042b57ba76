"""One clock: it starts, pauses, is given another goal, and stops; and what is known of it afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from inbox.sla.hours import ALWAYS_OPEN, ZERO, Hours, NeverOpen
from inbox.sla.policy import Basis, PolicyTerms, Target, TargetTerms


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


@dataclass(frozen=True, slots=True)
class ClockRun:
    """One run of one target, as far as the log tells. Instants are in UTC.

    `number` counts the runs of the target in the ticket from 1, `cycle` the work cycles from 1.
    `goal`, `priority` and `policy_version_id` are the last in force, of a breached run those it missed.
    `used` is the counted time on the basis of the target (business time without one), up to the stop, to the
    `until` of the replay, or to the last pause or change of goal.
    `elapsed` is all time from start to stop, `business` the open time of it without pauses; None until stopped.
    `due_at` and `warn_at` are known while it ticks towards a goal: the goal is met up to and at `due_at`.
    `waived_because` is the reason of a stop that is no answer; of a breached run as well, which stays breached.
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
    stretches: tuple[Stretch, ...]

    @property
    def completed(self) -> bool:
        """True when it ended with what it waited for: a human answer, a resolution. Averages take these runs."""
        return self.stopped_at is not None and not self.waived_because


class TickingClock:
    """A clock while its log is read. Each call says at which instant (UTC) and by which event."""

    __slots__ = (
        "_business",
        "_goal",
        "_hours",
        "_passed_warning_at",
        "_policy_id",
        "_priority",
        "_since",
        "_since_by",
        "_stopped_at",
        "_stopped_by",
        "_stopped_by_agent_id",
        "_stretches",
        "_terms",
        "_used",
        "_waived_because",
        "breached_at",
        "cycle",
        "number",
        "paused_in",
        "started_at",
        "started_by",
        "target",
    )

    def __init__(self, target: Target, cycle: int, number: int, at: datetime, by: int, business: Hours) -> None:
        self.target, self.cycle, self.number = target, cycle, number
        self.started_at, self.started_by = at, by
        self.paused_in = ""
        self.breached_at: datetime | None = None
        self._business = self._hours = business
        self._since, self._since_by = at, by
        self._used = ZERO
        self._stretches: list[Stretch] = []
        self._terms: TargetTerms | None = None
        self._goal: timedelta | None = None
        self._policy_id: int | None = None
        self._priority = ""
        self._passed_warning_at: datetime | None = None
        self._stopped_at: datetime | None = None
        self._stopped_by: int | None = None
        self._stopped_by_agent_id: int | None = None
        self._waived_because = ""

    def aim(self, policy: PolicyTerms | None, priority: str, at: datetime, by: int) -> None:
        """Take the goal of this policy and priority; the time used is kept, a breach stays what it was."""
        self._settle(at, by)
        if self.breached_at is not None:
            return
        self._priority = priority
        self._policy_id = None if policy is None else policy.id
        terms = self._terms = None if policy is None else policy.targets.get(self.target)
        self._hours = ALWAYS_OPEN if terms is not None and terms.basis == "calendar" else self._business
        goal = self._goal = None if terms is None else terms.within.get(priority)
        self._passed_warning_at = None
        if terms is None or goal is None:
            return
        if self._used > goal:
            self.breached_at = at
        if self._used >= goal * terms.warn_share:
            self._passed_warning_at = at

    def pause(self, reason: str, at: datetime, by: int) -> None:
        """Stop counting for this reason, or count again when the reason is empty."""
        if not self.paused_in:
            self._passed_warning_at = self._warning_before(at)
        self._settle(at, by)
        self.paused_in = reason

    def stop(self, at: datetime, by: int, agent_id: int | None = None, *, waived_because: str = "") -> None:
        """End with what it waited for, or with a reason why that will not come."""
        self._settle(at, by)
        self._stopped_at, self._stopped_by, self._stopped_by_agent_id = max(at, self._since), by, agent_id
        self._waived_because = waived_because

    def run_waived_at(self, at: datetime, by: int, because: str) -> ClockRun:
        """What `run` would say had it been waived now; this clock goes on."""
        if self._stopped_at is not None:
            return self.run(None)
        fork = TickingClock(self.target, self.cycle, self.number, self.started_at, self.started_by, self._business)
        for slot in self.__slots__:
            setattr(fork, slot, getattr(self, slot))
        fork._stretches = list(self._stretches)
        fork.stop(at, by, waived_because=because)
        return fork.run(None)

    def run(self, until: datetime | None) -> ClockRun:
        """What is known of it: at the end of the log or, when still ticking, at `until`. The last call to a clock."""
        due_at = warn_at = elapsed = business = None
        if self._stopped_at is not None:
            elapsed = self._stopped_at - self.started_at
            business = self._business_time()
        else:
            if not self.paused_in and self._goal is not None:
                due_at, warn_at = self._due_at(), self._warn_at()
            if until is None:
                self._stretches.append(self._stretch(None, None))
            else:
                self._settle(until, None)
        return ClockRun(
            self.target,
            self.cycle,
            self.number,
            self._state(),
            self.started_at,
            self.started_by,
            self._stopped_at,
            self._stopped_by,
            self._stopped_by_agent_id,
            self._waived_because,
            self._goal,
            self._used,
            elapsed,
            business,
            due_at,
            warn_at,
            self.breached_at,
            self._policy_id,
            self._priority,
            tuple(self._stretches),
        )

    def _settle(self, at: datetime, by: int | None) -> None:
        """Count the time since the last change and judge it; nothing when no time has passed."""
        since = self._since
        if at <= since:
            return
        if not self.paused_in:
            used = self._used + self._hours.open_between(since, at)
            goal = self._goal
            if goal is not None and used >= goal and self.breached_at is None:
                due_at = self._hours.add(since, goal - self._used)
                if due_at < at:
                    self.breached_at = due_at
            self._used = used
        self._stretches.append(self._stretch(at, by))
        self._since = at
        if by is not None:
            self._since_by = by

    def _stretch(self, end: datetime | None, by: int | None) -> Stretch:
        basis: Basis = "business" if self._terms is None else self._terms.basis
        return Stretch(self._since, end, self.paused_in, basis, self._since_by, by)

    def _due_at(self) -> datetime | None:
        """When the goal is used up; None on a calendar that never opens long enough for that."""
        if self.breached_at is not None:
            return self.breached_at
        return self._when(self._goal)

    def _warn_at(self) -> datetime | None:
        return self._passed_warning_at or self._when(self._warning_after())

    def _warning_before(self, at: datetime) -> datetime | None:
        warning_after = self._warning_after()
        if self._passed_warning_at is not None or warning_after is None:
            return self._passed_warning_at
        if self._used + self._hours.open_between(self._since, at) < warning_after:
            return None
        return self._when(warning_after)

    def _warning_after(self) -> timedelta | None:
        return None if self._goal is None or self._terms is None else self._goal * self._terms.warn_share

    def _when(self, used: timedelta | None) -> datetime | None:
        if used is None:
            return None
        try:
            return self._hours.add(self._since, max(used - self._used, ZERO))
        except NeverOpen:
            return None

    def _business_time(self) -> timedelta:
        counted = [stretch for stretch in self._stretches if not stretch.paused_in]
        if all(stretch.basis == "business" for stretch in counted):
            return self._used
        return sum((self._business.open_between(part.start, part.end) for part in counted if part.end), ZERO)

    def _state(self) -> ClockState:
        if self.breached_at is not None:
            return ClockState.BREACHED
        if self._waived_because:
            return ClockState.WAIVED
        if self._stopped_at is not None:
            return ClockState.STOPPED if self._goal is None else ClockState.MET
        return ClockState.PAUSED if self.paused_in else ClockState.RUNNING
