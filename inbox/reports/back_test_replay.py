"""The log of a period replayed with drafts: ticket by ticket beside what was, by the engine of every figure."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection

from inbox.reports.back_test_choice import Case, Chooser, Subject
from inbox.reports.back_test_rules import BEFORE_ALL, Rules
from inbox.reports.back_test_tally import MET, MISSED, OTHER, QUARTER, Group, Quarter, Tally
from inbox.reports.back_test_trial import Draft, Retrial
from inbox.reports.logs import Told, logs_of, numbers, rows, shapes_of, uncollected
from inbox.sla.enums import BackTestChange
from inbox.sla.hours import ALWAYS_OPEN, Hours, NeverOpen
from inbox.sla.policy import PolicyTerms, Target
from inbox.sla.replay import Verdict
from inbox.sla.wallclock import at_tick, ticks, ticks_in

#: So many tickets are read at once.
BATCH = 2000

_BETTER, _WORSE, _ADDED, _DROPPED, _MOVED = BackTestChange.values
#: How a run is judged, and at which instant.
_Judged = tuple[int, int]
_NOT_JUDGED: _Judged = (OTHER, 0)


class _Run(NamedTuple):
    """A stored clock, instants in ticks; `seconds` is null unless it ended with what it waited for.

    The team is that of the stop, or while it is open the ticket's.
    """

    ticket_id: int
    target: str
    number: int
    state: str
    stopped_at: int | None
    due_at: int | None
    breached_at: int | None
    seconds: float | None
    team_id: int | None
    channel_id: int
    version_id: int | None
    goal: float | None
    used: float


_SECONDS = _Run._fields.index("seconds")
_subject = partial(tuple.__new__, Subject)

#: The runs as they were read, by ticket, target and number, with how each is judged.
_Runs = dict[tuple[int, str, int], tuple[tuple[Any, ...], _Judged]]
_UNKNOWN = (None, _NOT_JUDGED)


class Changed(NamedTuple):
    """A run that a draft judges otherwise, as `BackTestedRun` has it; instants in ticks."""

    draft: int
    ticket_id: int
    target: str
    number: int
    change: str
    after: str
    before_due_at: int | None
    after_due_at: int | None


class BackTester:
    """Replays tickets in batches; counts what was, and what would have been with each draft."""

    def __init__(self, start: datetime, end: datetime, as_of: datetime, drafts: Sequence[Mapping[str, Any]]) -> None:
        self._start, self._end = ticks(start), ticks(min(end, as_of))
        self._as_of = ticks(as_of)
        self._rules, self._was = Rules({}), Tally()
        drafted = [Rules(draft) for draft in drafts]
        self._drafts = [Draft(number, rules, self._rules, Tally(self._was)) for number, rules in enumerate(drafted, 1)]
        self._anew_before = max((draft.anew_before for draft in self._drafts), default=BEFORE_ALL)
        self._changed = frozenset[int]().union(*(rules.changed for rules in drafted))
        self._changes_company_hours = any(rules.changes_company_hours for rules in drafted)
        self._chooser = Chooser(drafted)

    def tickets(self) -> array[int]:
        """The numbers of the tickets with a clock that was alive in the period: all that could be judged in it."""
        with connection.cursor() as cursor:
            cursor.execute(_TICKETS, (at_tick(self._end), at_tick(self._start)))
            return array("q", (row[0] for row in cursor.fetchall()))

    def take(self, ids: Sequence[int]) -> list[Changed]:
        """Count these tickets; the runs that a draft judges otherwise."""
        with uncollected():
            return self._taken(ids)

    def result(self, zone: ZoneInfo) -> dict[str, Any]:
        """Everything that was counted, as values that can be stored: `variants`, what was first, and `changes`."""
        tallies = self._was, *(draft.tally for draft in self._drafts)
        changes = (draft.changes for draft in self._drafts)
        return {
            "variants": [tally.result(zone) for tally in tallies],
            "changes": [{target: dict(counted) for target, counted in found.items()} for found in changes],
        }

    def _taken(self, ids: Sequence[int]) -> list[Changed]:
        runs = self._counted(ids)
        changed: list[Changed] = []
        for draft, retrial in self._retrials({key[0] for key in runs}):
            changed += self._compared(draft, retrial, runs)
        return changed

    def _counted(self, ids: Sequence[int]) -> _Runs:
        """The runs of these tickets, which now count as what was."""
        found: _Runs = {}
        groups, quarters = list[Group](), list[Quarter]()
        time, judged, start, end = self._was.time, self._judged, self._start, self._end
        for run in rows(_RUNS, numbers(ids), at_tick(end), at_tick(start)):
            ticket_id, target, number, state, stopped_at, due_at, breached_at, seconds, team_id, channel_id, _, _, _ = (
                run
            )
            side, at = judgement = judged(state, stopped_at, due_at, breached_at)
            found[ticket_id, target, number] = run, judgement
            if side != OTHER:
                groups.append((target, team_id, channel_id, side))
                quarters.append((target, at // QUARTER, side))
            if seconds is not None and start <= stopped_at < end:
                time(target, seconds)
        self._was.judge_all(groups, quarters)
        return found

    def _retrials(self, ids: Collection[int]) -> Iterator[tuple[Draft, Retrial]]:
        """What drafts make of the tickets that they may judge otherwise; the others they judge as they were judged."""
        told = self._told(ids)
        cases = self._cases([log.ticket_id for log in told if log.instants[0] < self._anew_before])
        chooser, as_of, alone = self._chooser, self._as_of, list[int]()
        for log in told:
            for draft in self._drafts:
                script = draft.scripts.of(log.shape)
                if script is None:
                    alone.append(log.ticket_id)
                    break
                retrial = draft.tried(log, script, chooser, cases.get(log.ticket_id), as_of)
                if retrial is not None:
                    yield draft, retrial
        for ticket_id, events in logs_of(alone):
            for draft in self._drafts:
                retrial = draft.tried_alone(ticket_id, events, chooser, cases.get(ticket_id), as_of)
                if retrial is not None:
                    yield draft, retrial

    def _told(self, ids: Collection[int]) -> list[Told]:
        """The logs of those tickets that a draft may judge otherwise."""
        if self._anew_before == BEFORE_ALL and not self._changed and not self._changes_company_hours:
            return []
        told = shapes_of(
            ids,
            self._as_of,
            naming=self._changed,
            naming_none=self._changes_company_hours,
            begun_before=self._anew_before,
        )
        return list(told)

    def _cases(self, ids: Sequence[int]) -> dict[int, Case]:
        if not ids:
            return {}
        subjects = {row[0]: _subject(row[1:]) for row in rows(_SUBJECTS, numbers(ids))}
        return self._chooser.cases(subjects)

    def _compared(self, draft: Draft, retrial: Retrial, runs: _Runs) -> list[Changed]:
        """Count what a draft makes of the ticket's runs; those it judges otherwise."""
        ticket_id, changed = retrial.ticket_id, list[Changed]()
        judged, found = self._judged, runs.get
        for verdict in retrial.verdicts:
            target, _, number, state, _, _, stopped_at, _, breached_at, is_waived, _, _, business = verdict
            row, old = found((ticket_id, target, number), _UNKNOWN)
            if row is None:
                # It began between the reads, or is none of the period.
                continue
            new = judged(state, stopped_at, None, breached_at)
            seconds = None if is_waived or business is None else business / 1_000_000
            if new == old and seconds == row[_SECONDS]:
                continue
            run = _Run(*row)
            if seconds != run.seconds and self._ended_inside(run.stopped_at):
                draft.tally.time_instead(run.target, run.seconds, seconds)
            if new != old:
                changed.append(self._changed_run(draft, retrial, verdict, run, old, new))
        return changed

    def _changed_run(
        self, draft: Draft, retrial: Retrial, verdict: Verdict, run: _Run, old: _Judged, new: _Judged
    ) -> Changed:
        for (side, at), runs in ((old, -1), (new, 1)):
            if side != OTHER:
                draft.tally.judge(run.target, side, at, run.team_id, run.channel_id, runs)
        change = _change(old, new)
        draft.changes[run.target][change] += 1
        before = _due_before(run, old, self._rules, retrial.stood)
        after = self._due_after(verdict, new, retrial, draft.rules)
        return Changed(draft.number, *run[:3], change, verdict.state.value, before, after)

    def _judged(self, state: str, stopped_at: int | None, due_at: int | None, breached_at: int | None) -> _Judged:
        """How a run counts in the period, as `rows.judged` has it: met when it stopped, missed when it was due."""
        if state == "met":
            side, at = MET, stopped_at
        elif state == "breached" or (stopped_at is None and due_at is not None and due_at < self._as_of):
            side, at = MISSED, due_at if breached_at is None else breached_at
        else:
            return _NOT_JUDGED
        return (side, at) if at is not None and self._start <= at < self._end else _NOT_JUDGED

    def _ended_inside(self, at: int | None) -> bool:
        return at is not None and self._start <= at < self._end

    def _due_after(self, verdict: Verdict, would_be: _Judged, retrial: Retrial, rules: Rules) -> int | None:
        if would_be[0] == MISSED:
            return would_be[1]
        if verdict.breached_at is not None or verdict.goal is None or verdict.state == "paused":
            return verdict.breached_at
        since = self._as_of if verdict.stopped_at is None else verdict.stopped_at
        terms = next(rules.terms[version] for at, version in reversed(retrial.applied()) if at <= since)
        return _had_it_run_on(terms, verdict.target, since, verdict.goal - verdict.used, retrial.hours)


def _change(was: _Judged, would_be: _Judged) -> str:
    if was[0] == would_be[0]:
        return _MOVED
    if OTHER in (was[0], would_be[0]):
        return _ADDED if was[0] == OTHER else _DROPPED
    return _BETTER if was[0] == MISSED else _WORSE


def _due_before(run: _Run, was: _Judged, rules: Rules, stood: Sequence[int]) -> int | None:
    if was[0] == MISSED:
        return was[1]
    if run.stopped_at is None or run.goal is None or run.version_id is None:
        return run.breached_at or run.due_at
    left = ticks_in(timedelta(seconds=run.goal)) - ticks_in(timedelta(seconds=run.used))
    return _had_it_run_on(rules.terms[run.version_id], run.target, run.stopped_at, left, rules.hours_of(stood))


def _had_it_run_on(terms: PolicyTerms, target: str, since: int, left: int, hours: Hours) -> int | None:
    """When the target ends, or would have ended, of a run with this much left."""
    of = terms.targets.get(Target(target))
    counting = ALWAYS_OPEN if of is not None and of.basis == "calendar" else hours
    try:
        return counting.add_ticks(since, left) if left >= 0 else None
    except NeverOpen:
        return None


_TICKETS = """
    SELECT DISTINCT ticket_id FROM inbox_clock
    WHERE started_at < %s AND (stopped_at IS NULL OR stopped_at >= %s) ORDER BY ticket_id
"""
_SUBJECTS = """
    SELECT ticket.id, ticket.channel_id, channel.kind, ticket.team_id, ticket.language, ticket.customer_id
    FROM inbox_ticket ticket
    JOIN inbox_channel channel ON channel.id = ticket.channel_id
    WHERE ticket.id = ANY(%s::bigint[])
"""
_RUNS = """
    SELECT clock.ticket_id, clock.target, clock.number, clock.state, clock.stopped_at, clock.due_at, clock.breached_at,
           CASE WHEN clock.waived_because = '' THEN clock.business_seconds END,
           CASE WHEN clock.stopped_at IS NULL THEN ticket.team_id ELSE clock.team_id END, ticket.channel_id,
           clock.policy_version_id, clock.goal_seconds, clock.used_seconds
    FROM inbox_clock clock
    JOIN inbox_ticket ticket ON ticket.id = clock.ticket_id
    JOIN inbox_ticketfigures figures ON figures.ticket_id = clock.ticket_id AND figures.excluded = ''
    WHERE clock.ticket_id = ANY(%s::bigint[])
      AND clock.started_at < %s AND (clock.stopped_at IS NULL OR clock.stopped_at >= %s)
"""
