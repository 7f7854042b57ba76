"""Logs of one shape are judged by one script: what it says is what the log says when it is read by itself."""

from datetime import timedelta
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.sla.events import as_event
from inbox.sla.history import UnknownPolicy
from inbox.sla.replay import judge
from inbox.sla.shapes import TELLING, Scripts
from inbox.sla.wallclock import ticks, ticks_in
from tests.inbox.sla.logs import story, terms
from tests.inbox.sla.test_replay_properties import (
    EXCLUSIONS,
    GOALS,
    HOURS,
    MOVES,
    POLICIES,
    SOME,
    START,
    STATES,
    TALK,
    ZERO,
    every_log,
    gaps,
    logs,
)

plain_logs = logs(TALK + GOALS + list(STATES))
somewhen = st.one_of(st.none(), st.timedeltas(ZERO, timedelta(days=9)))


def told(log):
    """The events of a log that its shape has."""
    return [event for place, event in enumerate(log) if not place or event.kind in TELLING]


def shape_of(log):
    return "\n".join(
        "|".join(
            (
                event.kind,
                event.author_kind,
                event.priority,
                "" if event.policy_version_id is None else str(event.policy_version_id),
                "" if event.customer_id is None else "1",
                event.details.get("by", ""),
            )
        )
        for event in log
    )


def by_script(log, until):
    """The verdicts of the log's script, with the numbers of its events; None where it has no script."""
    log = told([event for event in log if until is None or event.occurred_at <= until])
    script = Scripts(POLICIES).of(shape_of(log))
    if script is None:
        return None
    found = script.verdicts([ticks(event.occurred_at) for event in log], HOURS, None if until is None else ticks(until))
    return [
        verdict._replace(
            started_by=log[verdict.started_by].id,
            stopped_by=None if verdict.stopped_by is None else log[verdict.stopped_by].id,
        )
        for verdict in found
    ]


def without_numbers(verdicts):
    return [verdict._replace(started_by=0, stopped_by=0) for verdict in verdicts]


@SOME
@given(st.one_of(plain_logs, every_log), somewhen)
def test_a_script_judges_as_the_log_does_and_only_merges_and_what_is_undone_have_none(log, ahead):
    until = None if ahead is None else START + ahead
    found = by_script(log, until)
    if any(event.kind in EXCLUSIONS + MOVES for event in log if until is None or event.occurred_at <= until):
        assert found is None
    else:
        assert found == judge(log, POLICIES, HOURS, until=until).verdicts


@SOME
@given(plain_logs, st.lists(gaps, min_size=15, max_size=15))
def test_one_script_judges_all_logs_of_a_shape_whenever_their_events_happened(log, apart):
    scripts, log = Scripts(POLICIES), [as_event(event) for event in told(log)]
    ends = accumulate(map(ticks_in, apart), initial=ticks(START))
    other = [event._replace(at=instant) for event, instant in zip(log, ends, strict=False)]
    script = scripts.of(shape_of(log))
    assert script is scripts.of(shape_of(other))
    for of_shape in (log, other):
        found = script.verdicts([event.at for event in of_shape], HOURS, None)
        assert without_numbers(found) == without_numbers(judge(of_shape, POLICIES, HOURS).verdicts)


def test_a_script_names_the_versions_and_what_is_not_given_is_unknown():
    log = story(
        ("Mon 09:00", "created"),
        ("Mon 09:00", "policy_applied", {"policy_version_id": 1}),
        ("Mon 09:00", "received"),
        ("Mon 10:00", "policy_applied", {"policy_version_id": 2}),
    )
    script = Scripts({1: terms(1), 2: terms(2)}).of(shape_of(log))
    assert script is not None
    assert (script.places, script.versions) == ((1, 3), (1, 2))
    with pytest.raises(UnknownPolicy):
        Scripts({1: terms(1)}).of(shape_of(log))
