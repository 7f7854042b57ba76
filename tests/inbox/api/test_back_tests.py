"""Back-tests begun, watched and read by programs."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from inbox.common.clock import moved_to
from inbox.reports import back_test
from inbox.sla.models import BackTest, BackTestedRun, BusinessCalendar, Policy
from tests import cast
from tests.inbox.api.calls import Caller, problem
from tests.inbox.reports.stories import NOW, Week, week

DAYS = {"first": "2026-03-09", "last": "2026-03-13", "time_zone": "UTC"}


@pytest.fixture(scope="module")
def week_once(company_once: bool, django_db_blocker: DjangoDbBlocker) -> Week:
    with django_db_blocker.unblock():
        return week(cast.support(), cast.ada(), cast.carl())


@pytest.fixture
def tickets(week_once: Week, db: None) -> Week:
    return deepcopy(week_once)


@pytest.fixture
def caller(company: None) -> Caller:
    return Caller(cast.lea())


def promising(hours: float, **more: Any) -> dict[str, Any]:
    """A draft that gives first replies so many hours."""
    target = {"basis": "business", "warn_share": 0.75, "within_seconds": {"normal": round(hours * 3600)}}
    return {"policies": {str(Policy.objects.get().pk): {"targets": {"first_response": target}}}, **more}


def begun(caller: Caller, *drafts: dict[str, Any], **more: Any) -> dict[str, Any]:
    with moved_to(NOW):
        answer = caller.call("POST", "back-tests/", {**DAYS, "drafts": drafts, **more})
    assert answer.status_code == 201, answer.content
    return answer.json()


def done(caller: Caller, *drafts: dict[str, Any]) -> dict[str, Any]:
    made = begun(caller, *drafts)
    with moved_to(NOW):
        back_test.run(made["id"])
    return caller.reads(f"back-tests/{made['id']}/")


def first_replies(job: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        target for variant in job["variants"] for target in variant["targets"] if target["target"] == "first_response"
    ]


def test_a_program_begins_one_and_sees_how_far_it_is(tickets: Week, caller: Caller) -> None:
    made = begun(caller, promising(2, name="Fast"))
    assert {name: made[name] for name in ("name", "state", "first", "last", "done", "total", "variants")} == {
        "name": "Fast",
        "state": "waiting",
        "first": "2026-03-09",
        "last": "2026-03-13",
        "done": 0,
        "total": 0,
        "variants": None,
    }
    terms = made["drafts"][0]["policies"][str(Policy.objects.get().pk)]
    assert terms["targets"]["first_response"]["within_seconds"] == {"normal": 7200}


def test_what_it_found_is_that_of_the_page(tickets: Week, caller: Caller) -> None:
    job = done(caller, promising(2), promising(8))
    found = first_replies(job)
    assert (job["state"], job["done"], job["as_of"]) == ("done", 7, "2026-03-13T12:00:00Z")
    assert [(of["met"], of["missed"], of["percent"]) for of in found] == [(2, 2, 50.0), (1, 3, 25.0), (3, 1, 75.0)]
    assert [of["changes"] for of in found] == [
        None,
        {"better": 0, "worse": 1, "added": 0, "dropped": 0, "moved": 2},
        {"better": 1, "worse": 0, "added": 0, "dropped": 0, "moved": 1},
    ]
    teams = [[(team["name"], team["met"], team["missed"]) for team in of["teams"]] for of in found]
    assert teams == [[("Billing", 2, 2)], [("Billing", 1, 3)], [("Billing", 3, 1)]]
    assert (found[0]["channels"][0]["name"], found[0]["days"][-1], found[0]["hours"][-1]) == (
        "Nordlys Support",
        {"day": "2026-03-12", "met": 0, "missed": 1},
        {"weekday": 4, "hour": 13, "missed": 1},
    )


def test_the_runs_that_change_sides_come_in_pages(tickets: Week, caller: Caller) -> None:
    job = done(caller, promising(2), promising(8))
    path, seen = f"back-tests/{job['id']}/runs/?target=first_response&figure=judged&variant=2&limit=3", []
    while path:
        page = caller.reads(path)
        seen += [(run["ticket"], run["was"]["side"], run["would_be"]["side"]) for run in page["results"]]
        path = page["next"]
    assert len(seen) == 4
    assert (tickets.late.pk, "missed", "met") in seen
    better = caller.reads(f"back-tests/{job['id']}/runs/?target=first_response&figure=better&variant=2")["results"]
    assert [(run["ticket"], run["was"]["due_at"], run["would_be"]["due_at"]) for run in better] == [
        (tickets.late.pk, "2026-03-10T12:00:00Z", "2026-03-10T16:00:00Z")
    ]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("target=first_response&figure=better", 404),
        ("target=first_response&figure=met&variant=2", 404),
        ("target=first_response&figure=slow", 400),
        ("target=lunch&figure=met", 400),
        ("target=first_response&figure=met&team=Billing", 400),
        ("figure=met", 400),
    ],
)
def test_a_number_that_is_not_there_is_said(tickets: Week, caller: Caller, asked: str, status: int) -> None:
    job = done(caller, promising(2))
    assert problem(caller.call("GET", f"back-tests/{job['id']}/runs/?{asked}"))[0] == status


def test_hours_order_and_all_of_today_are_drafted_as_on_the_page(tickets: Week, caller: Caller) -> None:
    calendar = BusinessCalendar.objects.get()
    mornings = {"weekly": {"0": [["08:00", "12:00"]]}}
    begun(caller, {"order": [], "calendars": {str(calendar.pk): mornings}}, {"throughout": True})
    first, second = BackTest.objects.get().drafts
    version, policy = calendar.versions.get(), Policy.objects.get().pk
    assert (first["name"], first["order"], first["calendars"][str(calendar.pk)]) == (
        "Draft A",
        [],
        {**mornings, "time_zone": version.time_zone, "closures": [], "holidays": version.holidays, "worked": []},
    )
    assert (list(second["terms"]), second["order"], list(second["calendars"])) == (
        [str(policy)],
        [policy],
        [str(calendar.pk)],
    )


@pytest.mark.parametrize(
    ("sent", "pointers"),
    [
        ({"first": "2026-03-09", "last": "soon"}, ["/last"]),
        ({"first": "2026-03-14", "last": "2026-03-13"}, ["/first", "/last"]),
        ({"time_zone": "Mars"}, ["/time_zone"]),
        ({"time_zone": 1}, ["/time_zone"]),
        ({"name": 1}, ["/name"]),
        ({"drafts": []}, ["/drafts"]),
        ({"drafts": [{}, {}, {}]}, ["/drafts"]),
        ({"drafts": [1]}, ["/drafts/0"]),
        ({"drafts": [{}, {"weather": 1}]}, ["/drafts/1/weather"]),
        ({"drafts": [{"throughout": 1}]}, ["/drafts/0/throughout"]),
        ({"drafts": [{"order": [0]}]}, ["/drafts/0/order"]),
        ({"drafts": [{"policies": {"0": {}}}]}, ["/drafts/0/policies/0"]),
        ({"drafts": [{"policies": {"P": {"escalations": []}}}]}, ["/drafts/0/policies/P/escalations"]),
        ({"drafts": [{"policies": {"P": {"calendar_id": 0}}}]}, ["/drafts/0/policies/P/calendar_id"]),
        (
            {
                "drafts": [
                    {"policies": {"P": {"targets": {"resolution": {"basis": "b", "within_seconds": {"low": 1}}}}}}
                ]
            },
            ["/drafts/0/policies/P/targets/resolution/basis"],
        ),
        (
            {"drafts": [{"policies": {"P": {"targets": {"resolution": {"within_seconds": {"low": 0.5}}}}}}]},
            ["/drafts/0/policies/P/targets/resolution/within_seconds/low"],
        ),
        ({"drafts": [{"calendars": {"C": {"weekly": {"9": []}}}}]}, ["/drafts/0/calendars/C/weekly/9"]),
    ],
)
def test_what_can_not_be_taken_is_told_at_its_place(
    tickets: Week, caller: Caller, sent: dict[str, Any], pointers: list[str]
) -> None:
    ids = {"P": str(Policy.objects.get().pk), "C": str(BusinessCalendar.objects.get().pk)}
    with moved_to(NOW):
        answer = caller.call("POST", "back-tests/", placed({**DAYS, "drafts": [{}], **sent}, ids))
    assert sorted(problem(answer)[2]) == [
        "/".join(ids.get(name, name) for name in pointer.split("/")) for pointer in pointers
    ]
    assert not BackTest.objects.exists()


def placed(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {ids.get(name, name): placed(one, ids) for name, one in value.items()}
    return [placed(one, ids) for one in value] if isinstance(value, list) else value


def test_the_list_has_the_newest_first_in_pages(tickets: Week, caller: Caller) -> None:
    for name in ("One", "Two", "Three"):
        begun(caller, {}, name=name)
    page = caller.reads("back-tests/?limit=2")
    rest = caller.reads(page["next"])
    assert [[job["name"] for job in part["results"]] for part in (page, rest)] == [["Three", "Two"], ["One"]]
    assert rest["next"] is None


def test_one_is_stopped_begun_again_and_thrown_away(tickets: Week, caller: Caller) -> None:
    path = f"back-tests/{begun(caller, promising(2))['id']}/"
    early = problem(caller.call("GET", f"{path}runs/?target=resolution&figure=met"))[0]
    states = [caller.call("POST", path + verb).json()["state"] for verb in ("stop/", "stop/", "start/", "start/")]
    with moved_to(NOW):
        back_test.run(BackTest.objects.get().pk)
    late = [caller.call("POST", path + verb).status_code for verb in ("stop/", "start/")]
    assert (early, states, late) == (409, ["cancelled", "cancelled", "waiting", "waiting"], [409, 409])
    assert caller.call("DELETE", path).status_code == 204
    assert (BackTest.objects.count(), BackTestedRun.objects.count()) == (0, 0)


def test_a_repeated_request_begins_nothing_more(tickets: Week, caller: Caller) -> None:
    with moved_to(NOW):
        sent = {**DAYS, "drafts": [{}]}
        twice = [caller.call("POST", "back-tests/", sent, idempotency_key="march").json()["id"] for _ in range(2)]
    assert (twice[0] == twice[1], BackTest.objects.count()) == (True, 1)
