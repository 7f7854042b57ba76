"""What holds for every log, however events follow one another."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.sla.calendar import Calendar, CalendarTimeline
from inbox.sla.policy import Target, TargetTerms
from inbox.sla.replay import Verdict, explain, judge, replay
from inbox.sla.spans import counted
from inbox.sla.wallclock import ticks, ticks_in
from tests.inbox.sla.logs import HOUR, MICROSECOND, Logged, terms

BERLIN = Calendar(
    "Europe/Berlin", {day: [(time(9), time(12)), (time(13), time(18))] for day in range(5)}, [date(2024, 4, 1)]
)
NIGHTS = Calendar("Europe/Berlin", {day: [(time(22), time(6))] for day in range(7)})
HOURS = CalendarTimeline([(None, BERLIN), (datetime(2024, 4, 3, 10, 30, tzinfo=UTC), NIGHTS)])
START = datetime(2024, 3, 28, 8, 0, tzinfo=UTC)
ZERO = timedelta(0)
POLICIES = {
    1: terms(1, first_response=2 * HOUR, next_response=HOUR, resolution=6 * HOUR),
    2: terms(
        2,
        pause_on_hold=True,
        first_response=TargetTerms({"normal": 5 * HOUR, "urgent": HOUR}, "calendar"),
        resolution=TargetTerms({"normal": 30 * HOUR, "urgent": 4 * HOUR}, "calendar", warn_share=0.5),
    ),
}
STATES = {
    "opened": "open",
    "reopened": "open",
    "pended": "pending",
    "held": "on_hold",
    "resolved": "resolved",
    "closed": "closed",
}
TALK = ["received", "received", "replied", "replied", "called", "noted", "thanked", "no_reply_needed", "assigned"]
GOALS = ["prioritized", "policy_applied"]
EXCLUSIONS = ["marked_spam", "unmarked_spam", "merged", "unmerged"]
MOVES = ["merged_in", "merged_in", "unmerged_out", "split_off"]

gaps = st.one_of(
    st.just(ZERO),
    st.sampled_from([MICROSECOND, timedelta(minutes=30), HOUR, 2 * HOUR, timedelta(hours=16)]),
    st.timedeltas(ZERO, timedelta(hours=40)),
)


def details_of(kind, number, at):
    """What an event of this kind says beside its kind: a ticket has up to two others merged into it."""
    if kind == "reopened":
        return st.fixed_dictionaries({"by": st.sampled_from(["agent", "customer"])})
    if kind == "unmerged":
        return st.fixed_dictionaries({}, optional={"state": st.sampled_from(["new", "pending", "resolved"])})
    if kind == "merged_in":
        ago = st.one_of(st.none(), gaps.map(lambda gap: (at - gap).isoformat()))
        return st.fixed_dictionaries({"ticket": st.sampled_from([12, 13]), "waiting_since": ago})
    if kind == "unmerged_out":
        states = {"state": st.sampled_from(["pending", "on_hold", "resolved"])}
        return st.fixed_dictionaries({"ticket": st.sampled_from([12, 13])}, optional=states)
    if kind == "split_off":
        return st.fixed_dictionaries({"messages": st.lists(st.integers(2, number), max_size=3)})
    return st.just({})


@st.composite
def logs(draw, kinds):
    """A log that begins with `created` and goes on with any of `kinds` in any order."""
    steps = draw(st.lists(st.tuples(gaps, st.sampled_from(kinds)), max_size=14))
    at, priority, events = START, "normal", []
    for number, (gap, kind) in enumerate([(ZERO, "created"), *steps], start=1):
        at += gap
        if kind == "prioritized":
            priority = draw(st.sampled_from(["low", "normal", "urgent"]))
        events.append(
            Logged(
                number,
                kind,
                at,
                at,
                author_kind=draw(st.sampled_from(["human", "human", "bot"])) if kind == "replied" else "",
                priority=priority,
                policy_version_id=draw(st.sampled_from([1, 2, None])) if kind == "policy_applied" else None,
                agent_id=draw(st.sampled_from([1, 2])) if kind in ("replied", "called", "resolved") else None,
                message_id=number if kind == "received" else None,
                details=draw(details_of(kind, number, at)),
            )
        )
    return events


every_log = logs(TALK + GOALS + EXCLUSIONS + MOVES + list(STATES))
plain_logs = logs(TALK + GOALS + list(STATES))
policies = st.sampled_from([POLICIES, POLICIES[1], POLICIES[2], None])
SOME = settings(deadline=None, max_examples=30)


@SOME
@given(every_log, policies)
def test_waits_add_up_to_the_time_until_the_last_resolution(log, policy):
    result = replay(log, policy, HOURS)
    if result.last_resolved_at is None:
        assert (result.requester_wait, result.agent_wait, result.resolved_before) == (None, None, None)
        return
    assert (
        result.requester_wait + result.agent_wait + result.resolved_before
        == result.last_resolved_at - result.created_at
    )


@SOME
@given(every_log, policies, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(log, policy, chance):
    shuffled = chance.sample(log, len(log))
    assert replay(iter(shuffled), policy, HOURS) == replay(log, policy, HOURS)


@SOME
@given(every_log, policies, st.one_of(st.none(), st.timedeltas(ZERO, timedelta(days=9))))
def test_counted_spans_add_up_to_the_time_used_and_leave_no_gap(log, policy, ahead):
    until = None if ahead is None else START + ahead
    for run in replay(log, policy, HOURS, until=until).runs:
        spans = explain(run, HOURS)
        assert counted(spans) == run.used
        edges = [run.started_at, *(span.end for span in spans)]
        assert edges[:-1] == [span.start for span in spans]
        assert edges[-1] in (run.stopped_at, until)


@SOME
@given(every_log, policies, st.one_of(st.none(), st.timedeltas(ZERO, timedelta(days=9))))
def test_a_judgement_says_in_short_what_the_replay_says(log, policy, ahead):
    until = None if ahead is None else START + ahead
    found, judged = replay(log, policy, HOURS, until=until), judge(log, policy, HOURS, until=until)
    assert (judged.excluded, [in_short(run) for run in found.runs]) == (
        found.excluded,
        judged.verdicts,
    )


def in_short(run):
    def counted_in_ticks(length):
        return None if length is None else ticks_in(length)

    instants = (None if at is None else ticks(at) for at in (run.started_at, run.stopped_at, run.breached_at))
    started_at, stopped_at, breached_at = instants
    return Verdict(
        target=run.target,
        cycle=run.cycle,
        number=run.number,
        state=run.state,
        started_at=started_at,
        started_by=run.started_by,
        stopped_at=stopped_at,
        stopped_by=run.stopped_by,
        breached_at=breached_at,
        is_waived=bool(run.waived_because),
        goal=counted_in_ticks(run.goal),
        used=ticks_in(run.used),
        business=counted_in_ticks(run.business),
    )


@SOME
@given(plain_logs, policies, st.timedeltas(ZERO, timedelta(days=9)))
def test_what_is_over_never_changes_by_what_happens_later(log, policy, ahead):
    until = START + ahead
    then, now = (replay(log, policy, HOURS, until=at) for at in (until, START + timedelta(days=400)))
    for old, new in zip(then.runs, now.runs, strict=False):
        if old.stopped_at is not None:
            assert new == old
        elif old.breached_at is not None:
            assert (new.breached_at, new.goal, new.started_at) == (old.breached_at, old.goal, old.started_at)
    assert len(then.runs) <= len(now.runs)
    assert [
        replace(new, reopened_at=old.reopened_at)
        for old, new in zip(then.cycle_facts, now.cycle_facts, strict=False)
        if old.resolved_at is not None
    ] == [cycle for cycle in then.cycle_facts if cycle.resolved_at is not None]


@SOME
@given(every_log, policies, st.timedeltas(ZERO, timedelta(days=9)))
def test_the_past_is_the_replay_of_the_past(log, policy, ahead):
    until = START + ahead
    past = [event for event in log if event.occurred_at <= until]
    assert replay(log, policy, HOURS, until=until) == replay(past, policy, HOURS, until=until)


@SOME
@given(logs(TALK + list(STATES)))
def test_a_response_is_late_exactly_when_it_comes_after_the_instant_the_calendar_gives(log):
    policy = POLICIES[1]
    for run in replay(log, policy, HOURS).runs:
        if run.target is Target.RESOLUTION:
            continue
        due = HOURS.add(run.started_at, policy.targets[run.target].within["normal"])
        late = run.stopped_at is not None and run.stopped_at > due
        assert (run.breached_at, run.due_at) == (due if late else None, due if run.stopped_at is None else None)
        assert run.stopped_at is None or run.used == run.business == HOURS.open_between(run.started_at, run.stopped_at)


@SOME
@given(logs(TALK + list(STATES)))
def test_resolution_counts_open_time_outside_pending_between_its_ends(log):
    for run in replay(log, POLICIES[1], HOURS).runs:
        if run.target is not Target.RESOLUTION or run.stopped_at is None:
            continue
        used, state, since = ZERO, "new", START
        for event in log:
            if event.occurred_at > run.stopped_at or event.id > run.stopped_by:
                break
            if state != "pending":
                used += HOURS.open_between(max(since, run.started_at), event.occurred_at)
            state, since = STATES.get(event.kind, state), event.occurred_at
        assert run.used == used


@SOME
@given(every_log, policies)
def test_targets_are_numbered_without_a_gap_and_runs_of_a_target_do_not_overlap(log, policy):
    runs = replay(log, policy, HOURS).runs
    for target in Target:
        own = [run for run in runs if run.target is target]
        assert [run.number for run in own] == list(range(1, len(own) + 1))
        assert all(one.stopped_at is not None and one.stopped_at <= two.started_at for one, two in pairwise(own))
