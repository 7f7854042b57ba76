"""What a replay gives: the figures of one ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox.sla.clocks import ClockRun

#: The version of the definitions that figures are computed by. It goes up when a log gives another number than before;
#: `manage.py metrics rebuild` then writes the stored ones anew.
METRICS_VERSION = 1

REOPEN_WINDOW = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class CycleFacts:
    """A work cycle: from the customer message that opened or reopened the ticket to `resolved`.

    `reopened_at` is when the customer reopened the ticket after it. `human_replies` are public answers of
    people, `repliers` and `last_replier_id` their agents. `handed_over`: the assignee changed from one agent to
    another within the cycle.
    """

    number: int
    started_at: datetime
    resolved_at: datetime | None
    reopened_at: datetime | None
    human_replies: int
    repliers: frozenset[int]
    last_replier_id: int | None
    handed_over: bool

    @property
    def one_reply(self) -> bool:
        """Resolved with exactly one human reply."""
        return self.resolved_at is not None and self.human_replies == 1

    @property
    def one_touch(self) -> bool:
        """One reply, by a single agent, without a hand-over."""
        return self.one_reply and not self.handed_over

    @property
    def reopened_within_7_days(self) -> bool:
        """The customer reopened the ticket no later than seven days after this cycle was resolved."""
        if self.resolved_at is None or self.reopened_at is None:
            return False
        return self.reopened_at - self.resolved_at <= REOPEN_WINDOW


@dataclass(frozen=True, slots=True)
class Replayed:
    """All figures of one ticket. None means "not yet", never zero. Instants are in UTC.

    `state` is the ticket's now, `excluded` is "merged" or "spam" when its resolution is no work of ours.
    Each interval has two lengths, all time (`_elapsed`) and open time (`_business`): `first_response` of the first
    cycle's run, when a person answered; `first_resolution` from the first customer message to the first
    resolution after it; `resolution` to the latest one, if resolved now (both None for excluded tickets).
    `requester_wait` (new, open, on hold), `agent_wait` (pending) and `resolved_before` (resolved, closed) split
    the time from `created_at` to `last_resolved_at` without a rest; None until a first resolution.
    `resolved_at` is `last_resolved_at` while the ticket is resolved or closed. A ticket closed without having
    been resolved counts as resolved then. `reopened` counts the customer's own reopenings.
    `last_replier_id` is who is scored: the agent of the last human reply in the last cycle.
    """

    state: str
    excluded: str
    created_at: datetime
    first_received_at: datetime | None
    first_resolved_at: datetime | None
    last_resolved_at: datetime | None
    resolved_at: datetime | None
    runs: tuple[ClockRun, ...]
    first_response: ClockRun | None
    first_response_elapsed: timedelta | None
    first_response_business: timedelta | None
    first_resolution_elapsed: timedelta | None
    first_resolution_business: timedelta | None
    resolution_elapsed: timedelta | None
    resolution_business: timedelta | None
    requester_wait: timedelta | None
    agent_wait: timedelta | None
    resolved_before: timedelta | None
    cycles: int
    cycle_facts: tuple[CycleFacts, ...]
    human_replies: int
    reopened: int
    last_replier_id: int | None
