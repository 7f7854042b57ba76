"""What drafts would have made of a week, and what becomes of a back-test that is stopped or whose worker died."""

from __future__ import annotations

from copy import deepcopy
from datetime import date

import pytest
from pytest_django import DjangoDbBlocker

from inbox.agents.models import Agent
from inbox.common.clock import moved_to
from inbox.reports import back_test
from inbox.reports.periods import Period
from inbox.sla.enums import BackTestState
from inbox.sla.models import BackTest, BackTestedRun, PolicyVersion
from tests import cast
from tests.inbox.reports.stories import NOW, UTC_ZONE, Week, on, week

WEEK = Period(date(2026, 3, 9), date(2026, 3, 13), UTC_ZONE)


@pytest.fixture(scope="module")
def week_once(company_once: bool, django_db_blocker: DjangoDbBlocker) -> Week:
    with django_db_blocker.unblock():
        return week(cast.support(), cast.ada(), cast.carl())


@pytest.fixture
def tickets(week_once: Week, db: None) -> Week:
    return deepcopy(week_once)


def promising(hours: float, **other: object) -> dict[str, object]:
    """A draft that gives first replies so many hours."""
    version = PolicyVersion.objects.get()
    first = {**version.targets["first_response"], "within": {"normal": hours * 3600}}
    terms = {
        "calendar": version.calendar_id,
        "targets": {**version.targets, "first_response": first},
        "conditions": version.conditions,
        "pauses_on_hold": False,
        **other,
    }
    return {"name": f"{hours} h", "terms": {str(version.policy_id): terms}}


def begun(*drafts: dict[str, object]) -> BackTest:
    return back_test.begin("Try", WEEK, drafts, by=cast.maja(), at=NOW)


def over(job: BackTest) -> BackTest:
    with moved_to(NOW):
        back_test.run(job.pk)
    job.refresh_from_db()
    return job


def first_replies(job: BackTest) -> list[tuple[int, int]]:
    of_variants = (variant["first_response"] for variant in job.result["variants"])
    return [(of["met"], of["missed"]) for of in of_variants]


def runs(job: BackTest) -> set[tuple[object, ...]]:
    told = job.runs.values_list("draft", "ticket", "change", "before_due_at", "after_due_at")
    return set(told)


def test_two_drafts_are_compared_with_what_was(tickets: Week) -> None:
    job = over(begun(promising(2), promising(8)))
    assert (job.state, job.done, job.total) == (BackTestState.DONE, 7, 7)
    assert first_replies(job) == [(2, 2), (1, 3), (3, 1)]
    assert runs(job) == {
        (1, tickets.overnight.pk, "worse", on(10, 11), on(10, 9)),
        (1, tickets.late.pk, "moved", on(10, 12), on(10, 10)),
        (1, tickets.overdue.pk, "moved", on(12, 13), on(12, 11)),
        (2, tickets.late.pk, "better", on(10, 12), on(10, 16)),
        (2, tickets.overdue.pk, "moved", on(12, 13), on(12, 17)),
    }


def test_a_policy_that_is_off_in_a_draft_promises_nothing(tickets: Week) -> None:
    job = over(begun({"name": "Off", "order": []}))
    assert (first_replies(job), job.result["changes"][0]["first_response"]) == ([(2, 2), (0, 0)], {"dropped": 4})


def test_drafted_conditions_choose_by_the_facts_of_the_time(tickets: Week) -> None:
    sales_only = promising(4, conditions=[{"field": "team", "values": ["Sales"]}])
    billing = promising(
        4, conditions=[{"field": "team", "values": ["billing"]}, {"field": "channel", "values": ["email"]}]
    )
    assert first_replies(over(begun(sales_only, billing))) == [(2, 2), (0, 0), (2, 2)]


def test_a_calendar_with_other_hours_moves_what_is_due(tickets: Week) -> None:
    version = PolicyVersion.objects.get()
    hours = {"time_zone": "UTC", "weekly": {str(day): [["08:00", "12:00"]] for day in range(5)}}
    job = over(begun({"name": "Mornings", "calendars": {str(version.calendar_id): hours}}))
    moved = {(1, tickets.overdue.pk, "moved", on(12, 13), on(13, 9))}
    medians = [variant["first_response"]["median"] for variant in job.result["variants"]]
    assert (first_replies(job), runs(job), medians) == ([(2, 2), (2, 2)], moved, [3 * 3600, 2 * 3600])


def test_a_back_test_is_stopped_and_begun_again(tickets: Week) -> None:
    job = begun(promising(2))
    back_test.stop(job)
    stopped = over(job).state
    back_test.begin_again(job)
    assert (stopped, over(job).state, first_replies(job)) == (
        BackTestState.CANCELLED,
        BackTestState.DONE,
        [(2, 2), (1, 3)],
    )


def test_what_a_dead_worker_kept_is_replaced_by_the_next(tickets: Week) -> None:
    whole, job = over(begun(promising(2))), begun(promising(2))
    BackTestedRun.objects.create(back_test=job, draft=1, ticket=tickets.late, target="first_response", number=1)
    BackTest.objects.filter(pk=job.pk).update(state="running", done=5, attempts=1, deaths=0)
    assert back_test.waiting() == [job.pk]
    assert (runs(over(job)), job.done) == (runs(whole), 7)


def test_one_that_fails_again_and_again_says_so_and_rests(tickets: Week) -> None:
    job = begun(promising(2))
    BackTest.objects.filter(pk=job.pk).update(attempts=back_test.MOST_FAILURES)
    assert (over(job).state, job.error, back_test.waiting()) == (
        BackTestState.FAILED,
        "Replaying it failed again and again.",
        [],
    )


def test_a_draft_that_makes_no_sense_fails_with_its_reason(tickets: Week) -> None:
    job = over(begun(promising(4, conditions=[{"field": "weather", "values": ["rain"]}])))
    assert (job.state, "there is no condition on 'weather'" in job.error, job.runs.count()) == (
        BackTestState.FAILED,
        True,
        0,
    )


def test_what_is_thrown_away_is_gone_with_its_runs(tickets: Week, maja: Agent) -> None:
    job = over(begun(promising(2)))
    back_test.throw_away(job)
    assert (BackTest.objects.count(), BackTestedRun.objects.count()) == (0, 0)
