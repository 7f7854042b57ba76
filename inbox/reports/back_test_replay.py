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

from inbox.reports.back_test_choice import Applied, Chooser, Course, Subject, with_policies
from inbox.reports.back_test_rules import Rules
from inbox.reports.back_test_tally import MET, MISSED, OTHER, Tally
from inbox.reports.logs import logs_of, numbers, rows, uncollected
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
_UNKNOWN = (None, _NOT_JUDGED)


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


_SECONDS = _Run._fields.index("seconds")
_subject = partial(tuple.__new__, Subject)

#: The runs of a ticket as they were read, by target and number, with how each is judged.
_Runs = dict[tuple[str, int], tuple[tuple[Any, ...], _Judged]]


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


class _Retrial(NamedTuple):
    """A ticket whose log has to be read anew for a draft, with the policies that would have applied."""

    draft: int
    applied: list[Applied]
    hours: Hours
    chose_the_same: bool


class BackTester:
    """Replays tickets in batches; counts what was, and what would have been with each draft."""

    def __init__(self, start: datetime, end: datetime, as_of: datetime, drafts: Sequence[Mapping[str, Any]]) -> None:
        self._start, self._end = ticks(start), ticks(min(end, as_of))
        self._as_of = ticks(as_of)
        self._was = Rules({})
        self._drafts = [Rules(draft) for draft in drafts]
        self._chooser = Chooser(self._drafts)
        was = Tally()
        self._tallies = [was, *(Tally(beside=was) for _ in drafts)]
        self._changes: list[dict[str, dict[str, int]]] = [defaultdict(lambda: defaultdict(int)) for _ in drafts]

    def tickets(self) -> array[int]:
        """The numbers of the tickets with a clock that was alive in the period: all that could be judged in it."""
        with connection.cursor() as cursor:
            cursor.execute(_TICKETS, (at_tick(self._end), at_tick(self._start)))
            return array("q", (row[0] for row in cursor.fetchall()))

    def take(self, ids: Sequence[int]) -> list[Changed]:
        """Count these tickets; the runs that a draft judges otherwise."""
        with uncollected():
            subjects = {row[0]: _subject(row[1:]) for row in rows(_SUBJECTS, numbers(ids))}
            runs = self._counted(subjects)
            courses = self._chooser.courses(subjects)
            retrials = {
                pk: found for pk in runs if pk in courses and (found := self._retrials(subjects[pk], courses[pk]))
            }
            changed: list[Changed] = []
            for ticket_id, log in logs_of(list(retrials)):
                for retrial in retrials[ticket_id]:
                    changed += self._tried(subjects[ticket_id], runs[ticket_id], courses[ticket_id], log, retrial)
            return changed

    def result(self, zone: ZoneInfo) -> dict[str, Any]:
        """Everything that was counted, as values that can be stored: `variants`, what was first, and `changes`."""
        return {
            "variants": [tally.result(zone) for tally in self._tallies],
            "changes": [{target: dict(counted) for target, counted in found.items()} for found in self._changes],
        }

    def _counted(self, subjects: Mapping[int, Subject]) -> dict[int, _Runs]:
        """The runs of each ticket, which now count as what was."""
        found: dict[int, _Runs] = defaultdict(dict)
        was, judged = self._tallies[0], self._judged
        for run in rows(_RUNS, numbers(list(subjects)), at_tick(self._end), at_tick(self._start)):
            ticket_id, target, number, state, stopped_at, due_at, breached_at, seconds, team_id, _, _, _ = run
            side, at = judgement = judged(state, stopped_at, due_at, breached_at)
            found[ticket_id][target, number] = run, judgement
            if side != OTHER:
                subject = subjects[ticket_id]
                was.judge(target, side, at, subject.team_id if stopped_at is None else team_id, subject.channel_id)
            if seconds is not None and self._ended_inside(stopped_at):
                was.time(target, seconds)
        return found

    def _retrials(self, subject: Subject, course: Course) -> list[_Retrial]:
        """The drafts that may judge a ticket otherwise; the others judge it as it was judged."""
        found = []
        for number, rules in enumerate(self._drafts, 1):
            applied = self._chooser.applied(rules, subject, course.moments)
            chose_the_same = course.stood == [(at, version) for at, _, version in applied]
            if not chose_the_same or _counts_otherwise(rules, applied):
                hours = rules.hours_of([version for _, _, version in applied])
                found.append(_Retrial(number, applied, hours, chose_the_same))
        return found

    def _tried(
        self, subject: Subject, runs: _Runs, course: Course, log: Sequence[Event], retrial: _Retrial
    ) -> list[Changed]:
        """Count what a draft makes of the ticket's runs; those it judges otherwise."""
        number, applied, hours, chose_the_same = retrial
        rules, changed = self._drafts[number - 1], []
        events = log if chose_the_same else with_policies(log, applied)
        judged, found = self._judged, runs.get
        for verdict in judge(events, rules.terms, hours, until=self._as_of).verdicts:
            target, _, run_number, state, _, _, stopped_at, _, breached_at, is_waived, _, _, business = verdict
            row, old = found((target, run_number), _UNKNOWN)
            if row is None:
                # It began between the reads.
                continue
            new = judged(state, stopped_at, None, breached_at)
            seconds = None if is_waived or business is None else business / 1_000_000
            if new == old and seconds == row[_SECONDS]:
                continue
            run = _Run(*row)
            if seconds != run.seconds and self._ended_inside(run.stopped_at):
                self._tallies[number].time_instead(run.target, run.seconds, seconds)
            if new != old:
                self._count_instead(number, subject, run, old, new)
                due = _due_before(run, old, self._was, course), self._due_after(verdict, new, applied, rules, hours)
                changed.append(Changed(number, *run[:3], _change(old, new), verdict.state.value, *due))
        return changed

    def _count_instead(self, number: int, subject: Subject, run: _Run, old: _Judged, new: _Judged) -> None:
        team = subject.team_id if run.stopped_at is None else run.team_id
        for (side, at), runs in ((old, -1), (new, 1)):
            if side != OTHER:
                self._tallies[number].judge(run.target, side, at, team, subject.channel_id, runs)
        self._changes[number - 1][run.target][_change(old, new)] += 1

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
    return not rules.changed.isdisjoint([version for _, _, version in applied])


def _change(was: _Judged, would_be: _Judged) -> str:
    if was[0] == would_be[0]:
        return BackTestChange.MOVED.value
    if OTHER in (was[0], would_be[0]):
        return (BackTestChange.ADDED if was[0] == OTHER else BackTestChange.DROPPED).value
    return (BackTestChange.BETTER if was[0] == MISSED else BackTestChange.WORSE).value


def _due_before(run: _Run, was: _Judged, rules: Rules, course: Course) -> int | None:
    if was[0] == MISSED:
        return was[1]
    if run.stopped_at is None or run.goal is None or run.version_id is None:
        return run.breached_at or run.due_at
    hours = rules.hours_of([version for _, version in course.stood if version])
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


_TICKETS = """
    SELECT DISTINCT ticket_id FROM inbox_clock
    WHERE started_at < %s AND (stopped_at IS NULL OR stopped_at >= %s) ORDER BY ticket_id
"""
_SUBJECTS = """
    SELECT ticket.id, ticket.channel_id, channel.kind, ticket.team_id, ticket.language, ticket.customer_id
    FROM inbox_ticket ticket
    JOIN inbox_ticketfigures figures ON figures.ticket_id = ticket.id AND figures.excluded = ''
    JOIN inbox_channel channel ON channel.id = ticket.channel_id
    WHERE ticket.id = ANY(%s::bigint[])
"""
_RUNS = """
    SELECT ticket_id, target, number, state, stopped_at, due_at, breached_at,
           CASE WHEN waived_because = '' THEN business_seconds END, team_id,
           policy_version_id, goal_seconds, used_seconds
    FROM inbox_clock
    WHERE ticket_id = ANY(%s::bigint[]) AND started_at < %s AND (stopped_at IS NULL OR stopped_at >= %s)
"""
