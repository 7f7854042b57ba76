"""The log of a period replayed with drafts: ticket by ticket beside what was, by the engine of every figure."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from psycopg.types.numeric import Int8BinaryLoader

from inbox.reports.back_test_choice import Applied, Chooser, Moment, Subject, own, with_policies
from inbox.reports.back_test_rules import Rules
from inbox.reports.back_test_tally import MET, MISSED, OTHER, Tally
from inbox.reports.logs import logs_of
from inbox.sla.enums import BackTestChange
from inbox.sla.events import Event
from inbox.sla.hours import ALWAYS_OPEN, Hours, NeverOpen
from inbox.sla.policy import PolicyTerms, Target
from inbox.sla.replay import Verdict, judge
from inbox.sla.wallclock import at_tick, ticks, ticks_in

#: So many tickets are read at once.
BATCH = 2000

#: How a run is judged, and at which instant.
_Judged = tuple[int, int]
_NOT_JUDGED: _Judged = (OTHER, 0)


class _Run(NamedTuple):
    """A stored clock, instants in ticks; `seconds` is null unless it ended with what it waited for."""

    ticket_id: int
    target: str
    number: int
    state: str
    stopped_at: int | None
    due_at: int | None
    breached_at: int | None
    seconds: float | None
    team_id: int | None
    version_id: int | None
    goal: float | None
    used: float


_run = partial(tuple.__new__, _Run)


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
        self._as_of, self._as_of_instant = ticks(as_of), as_of
        self._was = Rules({})
        self._drafts = [Rules(draft) for draft in drafts]
        self._chooser = Chooser(self._drafts)
        self._tallies = [Tally() for _ in range(len(drafts) + 1)]
        self._changes: list[dict[str, dict[str, int]]] = [defaultdict(lambda: defaultdict(int)) for _ in drafts]

    def tickets(self) -> array[int]:
        """The numbers of the tickets with a clock that was alive in the period: all that could be judged in it."""
        with connection.cursor() as cursor:
            cursor.execute(_TICKETS, (at_tick(self._end), at_tick(self._start)))
            return array("q", (row[0] for row in cursor.fetchall()))

    def take(self, ids: Sequence[int]) -> list[Changed]:
        """Count these tickets; the runs that a draft judges otherwise."""
        found = _read(_SUBJECTS, (list(ids),))
        subjects = {row[0]: Subject(*row[1:]) for row in found}
        runs: dict[int, list[_Run]] = defaultdict(list)
        alive = (list(subjects), at_tick(self._end), at_tick(self._start))
        for row in _read(_RUNS, alive):
            runs[row[0]].append(_run(row))
        moments = self._chooser.moments(subjects)
        changed: list[Changed] = []
        for ticket_id, log in logs_of([pk for pk in subjects if pk in runs]):
            self._compare(subjects[ticket_id], runs[ticket_id], log, moments.get(ticket_id, ()), changed)
        return changed

    def result(self, zone: ZoneInfo) -> dict[str, Any]:
        """Everything that was counted, as values that can be stored: `variants`, what was first, and `changes`."""
        return {
            "variants": [tally.result(zone) for tally in self._tallies],
            "changes": [{target: dict(counted) for target, counted in found.items()} for found in self._changes],
        }

    def _compare(
        self,
        subject: Subject,
        runs: Sequence[_Run],
        log: Sequence[Event],
        moments: Sequence[Moment],
        changed: list[Changed],
    ) -> None:
        was = [self._judged(run.state, run.stopped_at, run.due_at, run.breached_at) for run in runs]
        for run, judged in zip(runs, was, strict=True):
            self._count(self._tallies[0], subject, run, judged, run.seconds)
        created = log[0] if log[0].kind == "created" else next(event for event in log if event.kind == "created")
        stood = own(log)
        for number, rules in enumerate(self._drafts, 1):
            tally = self._tallies[number]
            there: dict[tuple[str, int], Verdict] = {}
            applied = self._chooser.applied(rules, subject, created, moments)
            hours = rules.hours_of([version for _, _, version in applied])
            chose_the_same = stood == [(at, version) for at, _, version in applied]
            if not chose_the_same or _counts_otherwise(rules, applied):
                events = log if chose_the_same else with_policies(log, applied)
                verdicts = judge(events, rules.terms, hours, until=self._as_of_instant).verdicts
                there = {(verdict.target, verdict.number): verdict for verdict in verdicts}
            for run, old in zip(runs, was, strict=True):
                # What changed between the two reads is as it was.
                after = there.get((run.target, run.number))
                if after is None:
                    self._count(tally, subject, run, old, run.seconds)
                    continue
                new = self._judged(after.state, after.stopped_at, None, after.breached_at)
                self._count(tally, subject, run, new, _seconds(after))
                if old != new:
                    due = _due_before(run, old, self._was, log), self._due_after(after, new, applied, rules, hours)
                    kind = _change(old, new)
                    self._changes[number - 1][run.target][kind] += 1
                    changed.append(Changed(number, *run[:3], kind, after.state.value, *due))

    def _judged(self, state: str, stopped_at: int | None, due_at: int | None, breached_at: int | None) -> _Judged:
        """How a run counts in the period, as `rows.judged` has it: met when it stopped, missed when it was due."""
        if state == "met":
            side, at = MET, stopped_at
        elif state == "breached" or (stopped_at is None and due_at is not None and due_at < self._as_of):
            side, at = MISSED, due_at if breached_at is None else breached_at
        else:
            return _NOT_JUDGED
        return (side, at) if at is not None and self._start <= at < self._end else _NOT_JUDGED

    def _count(self, tally: Tally, subject: Subject, run: _Run, judged: _Judged, seconds: float | None) -> None:
        side, at = judged
        stopped_at = run.stopped_at
        if side != OTHER:
            team = subject.team_id if stopped_at is None else run.team_id
            tally.judge(run.target, side, at, team, subject.channel_id)
        if seconds is not None and stopped_at is not None and self._start <= stopped_at < self._end:
            tally.time(run.target, seconds)

    def _due_after(
        self, verdict: Verdict, would_be: _Judged, applied: Sequence[Applied], rules: Rules, hours: Hours
    ) -> int | None:
        if would_be[0] == MISSED:
            return would_be[1]
        if verdict.breached_at is not None or verdict.goal is None or verdict.state == "paused":
            return verdict.breached_at
        since = self._as_of if verdict.stopped_at is None else verdict.stopped_at
        terms = next(rules.terms[version] for at, _, version in reversed(applied) if at <= since)
        return _had_it_run_on(terms, verdict.target, since, verdict.goal - verdict.used, hours)


def _counts_otherwise(rules: Rules, applied: Sequence[Applied]) -> bool:
    """True when clocks run otherwise with the policies that apply than they did."""
    if not applied:
        return rules.changes_company_hours
    return any(version in rules.changed for _, _, version in applied)


def _change(was: _Judged, would_be: _Judged) -> str:
    if was[0] == would_be[0]:
        return BackTestChange.MOVED.value
    if OTHER in (was[0], would_be[0]):
        return (BackTestChange.ADDED if was[0] == OTHER else BackTestChange.DROPPED).value
    return (BackTestChange.BETTER if was[0] == MISSED else BackTestChange.WORSE).value


def _due_before(run: _Run, was: _Judged, rules: Rules, log: Sequence[Event]) -> int | None:
    if was[0] == MISSED:
        return was[1]
    if run.stopped_at is None or run.goal is None or run.version_id is None:
        return run.breached_at or run.due_at
    hours = rules.hours_of([event.policy_version_id for event in log if event.policy_version_id])
    left = ticks_in(timedelta(seconds=run.goal)) - ticks_in(timedelta(seconds=run.used))
    return _had_it_run_on(rules.terms[run.version_id], run.target, run.stopped_at, left, hours)


def _had_it_run_on(terms: PolicyTerms, target: str, since: int, left: int, hours: Hours) -> int | None:
    """When the target ends, or would have ended, of a run with this much left."""
    of = terms.targets.get(Target(target))
    counting = ALWAYS_OPEN if of is not None and of.basis == "calendar" else hours
    try:
        return counting.add_ticks(since, left) if left >= 0 else None
    except NeverOpen:
        return None


def _seconds(verdict: Verdict) -> float | None:
    return None if verdict.is_waived or verdict.business is None else verdict.business / 1_000_000


def _read(statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
    """The rows of a statement, their instants in ticks."""
    connection.ensure_connection()
    with connection.connection.cursor(binary=True) as cursor:
        cursor.adapters.register_loader("timestamptz", Int8BinaryLoader)
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


_TICKETS = """
    SELECT DISTINCT ticket_id FROM inbox_clock
    WHERE started_at < %s AND (stopped_at IS NULL OR stopped_at >= %s) ORDER BY ticket_id
"""
_SUBJECTS = """
    SELECT ticket.id, ticket.channel_id, channel.kind, ticket.team_id, ticket.language, ticket.customer_id
    FROM inbox_ticket ticket
    JOIN inbox_ticketfigures figures ON figures.ticket_id = ticket.id AND figures.excluded = ''
    JOIN inbox_channel channel ON channel.id = ticket.channel_id
    WHERE ticket.id = ANY(%s)
"""
_RUNS = """
    SELECT ticket_id, target, number, state, stopped_at, due_at, breached_at,
           CASE WHEN waived_because = '' THEN business_seconds END, team_id,
           policy_version_id, goal_seconds, used_seconds
    FROM inbox_clock
    WHERE ticket_id = ANY(%s) AND started_at < %s AND (stopped_at IS NULL OR stopped_at >= %s)
"""
