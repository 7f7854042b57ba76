"""A ticket while its log is read: what each event means to its states and to the work on it.

The rules are in `replay`. The states are kept by its `Lifecycle`, work cycles and clocks by its `Work`; what became of
it all is asked of `outcome`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from inbox.sla import merges
from inbox.sla.clocks import TickingClock
from inbox.sla.events import Event
from inbox.sla.hours import Hours
from inbox.sla.policy import PolicyTerms
from inbox.sla.states import CLOSED, FINISHED, ON_HOLD, OPEN, PENDING, RESOLVED, Lifecycle, State
from inbox.sla.work import Work

#: Why a ticket is in no figure, the strongest reason first.
_REASONS = ("deleted", "merged", "spam", "imported")


class UnknownPolicy(KeyError):
    """The log names a policy version whose terms were not given."""

    def __str__(self) -> str:
        return f"the terms of policy version {self.args[0]} are not among those given"


class History:
    """Read the events in order with `read`, then ask once for the `clocks`."""

    # What a ticket starts with, and most never change.
    reopenings = 0
    _policies: Mapping[int, PolicyTerms] | None = None
    _clocks_when_excluded: list[TickingClock] | None = None

    def __init__(
        self,
        first: Event,
        policy: PolicyTerms | Mapping[int, PolicyTerms] | None,
        hours: Hours,
        *,
        clock: type[TickingClock] = TickingClock,
    ) -> None:
        """The life of a ticket begins with its first event."""
        if policy is not None and not isinstance(policy, PolicyTerms):
            self._policies, policy = policy, None
        self.lifecycle = Lifecycle(first.at)
        self.work = Work(first, policy, hours, self.lifecycle, clock)
        self._excluded: set[str] = set()

    def read(self, log: Iterable[Event]) -> None:
        """Take the events, in order."""
        find = _MEANINGS.get
        for event in log:
            meaning = find(event.kind)
            if meaning is not None:
                meaning(self, event)

    @property
    def excluded(self) -> str:
        """Why the ticket is in no figure, the strongest reason first; "" when it is."""
        return next((reason for reason in _REASONS if reason in self._excluded), "") if self._excluded else ""

    def clocks(self) -> list[TickingClock]:
        """Its clocks, as they stand after the last event."""
        if self._excluded:
            return self._clocks_when_excluded or []
        if self.lifecycle.is_finished and self.work.cycle is not None:
            # It was finished while it was spam or merged, and stayed so when that was undone.
            self.work.resolved(self.lifecycle.resolutions[-1])
        return self.work.clocks

    # What each kind of event means.

    def received(self, event: Event) -> None:
        self.work.received(event)

    def replied(self, event: Event) -> None:
        if event.author_kind == "human":
            self.work.answered(event)

    def called(self, event: Event) -> None:
        self.work.answered(event)

    def no_reply_needed(self, event: Event) -> None:
        self.work.waive_response(event, "no reply needed")

    def opened(self, event: Event) -> None:
        self._enter(OPEN, event)
        self.work.opened(event)

    def reopened(self, event: Event) -> None:
        by = event.details.get("by", "agent" if event.customer_id is None else "customer")
        if by != "customer" or not self.lifecycle.is_finished:
            self.opened(event)
            return
        self.reopenings += 1
        self.work.reopened(event)
        self.opened(event)
        if self.work.cycle is None:
            self.work.asked(event)

    def pended(self, event: Event) -> None:
        self._enter(PENDING, event)

    def held(self, event: Event) -> None:
        self._enter(ON_HOLD, event)

    def resolved(self, event: Event) -> None:
        if not self.lifecycle.is_finished:
            self._finish(RESOLVED, event)

    def closed(self, event: Event) -> None:
        if not self.lifecycle.is_finished:
            self._finish(CLOSED, event)
        self._enter(CLOSED, event)

    def prioritized(self, event: Event) -> None:
        if event.priority != self.work.priority:
            self.work.aim(self.work.policy, event.priority, event)

    def policy_applied(self, event: Event) -> None:
        if self._policies is None:
            return
        version = event.policy_version_id
        if version is not None and version not in self._policies:
            raise UnknownPolicy(version)
        policy = None if version is None else self._policies[version]
        if policy is not self.work.policy:
            self.work.aim(policy, self.work.priority, event)

    def assigned(self, event: Event) -> None:
        if self.work.cycle is not None:
            self.work.cycle.assigned(event)

    def marked_spam(self, event: Event) -> None:
        self._exclude("spam", event)

    def unmarked_spam(self, event: Event) -> None:
        self._excluded.discard("spam")

    def deleted(self, event: Event) -> None:
        self._exclude("deleted", event)

    def restored(self, event: Event) -> None:
        self._excluded.discard("deleted")

    def imported(self, event: Event) -> None:
        self._exclude("imported", event)

    def merged(self, event: Event) -> None:
        self.lifecycle.merged()
        self._exclude("merged", event)

    def unmerged(self, event: Event) -> None:
        self._excluded.discard("merged")
        before = event.details.get("state")
        if before is not None and self.lifecycle.state is CLOSED:
            # That it was closed was part of the merge: undone, it never was. What came late may have opened it since.
            if before not in FINISHED:
                self.lifecycle.forget_merge()
            self._enter(State(before), event)

    def merged_in(self, event: Event) -> None:
        merges.merged_in(self.work, event)

    def unmerged_out(self, event: Event) -> None:
        merges.unmerged_out(self.work, event)
        before = event.details.get("state")
        if before is not None and self.lifecycle.state is OPEN and (before not in FINISHED or self.work.cycle is None):
            self._enter(State(before), event)

    def split_off(self, event: Event) -> None:
        merges.split_off(self.work, event)

    # What follows from it.

    def _enter(self, state: State, event: Event) -> None:
        if state is not self.lifecycle.state:
            self.lifecycle.enter(state, event.at)
            self.work.pause_or_resume(event)

    def _finish(self, state: State, event: Event) -> None:
        self._enter(state, event)
        self.lifecycle.resolved(event)
        if not self._excluded:
            self.work.resolved(event)

    def _exclude(self, reason: str, event: Event) -> None:
        if not self._excluded:
            self._clocks_when_excluded = [clock.waived_by(event.at, event.id, reason) for clock in self.work.clocks]
        self._excluded.add(reason)


_MEANINGS: dict[str, Callable[[History, Event], None]] = {
    "received": History.received,
    "replied": History.replied,
    "called": History.called,
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
    "imported": History.imported,
    "merged": History.merged,
    "unmerged": History.unmerged,
    "merged_in": History.merged_in,
    "unmerged_out": History.unmerged_out,
    "split_off": History.split_off,
}
#: The kinds of events that mean anything here.
KINDS = frozenset(_MEANINGS)
