"""Calendars made, changed, tried out and deleted by programs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.agents.models import Agent
from inbox.sla.models import BusinessCalendar, CalendarVersion
from tests.inbox.api.calls import Caller, problem
from tests.inbox.reports.stories import NOW

OSLO = {
    "name": "Oslo",
    "time_zone": "Europe/Oslo",
    "weekly": {"0": [["09:00", "12:00"], ["13:00", "17:00"]], "4": [["22:00", "02:00"]]},
    "closures": [{"from": "2026-12-24", "until": "2026-12-26", "name": "Christmas"}],
    "country": "NO",
    "region": "",
    "worked": ["2026-05-17"],
}


@pytest.fixture(autouse=True)
def _friday_noon() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def admin(maja: Agent) -> Caller:
    return Caller(maja)


def made(admin: Caller, **other: Any) -> dict[str, Any]:
    response = admin.call("POST", "calendars/", {**OSLO, **other})
    assert response.status_code == 201, response.content
    return response.json()


def test_what_is_made_is_read_as_it_was_sent(admin: Caller) -> None:
    response = admin.call("POST", "calendars/", OSLO)
    calendar = response.json()
    read = admin.call("GET", response.headers["Location"])
    assert (response.status_code, read.json(), read.headers["ETag"]) == (201, calendar, response.headers["ETag"])
    version = calendar["version"]
    assert {"name": calendar["name"], **{name: version[name] for name in OSLO if name != "name"}} == OSLO
    assert (version["in_force_from"], version["made_by"]["name"]) == ("2026-03-13T12:00:00Z", "Maja")
    assert {"date": "2026-05-17", "name": "Constitution Day"} in version["holidays"]


def test_a_change_is_a_new_version_and_what_is_left_out_stays(admin: Caller) -> None:
    calendar = made(admin)
    path = f"calendars/{calendar['id']}/"
    etag = admin.call("GET", path).headers["ETag"]
    with time_machine.travel(NOW + timedelta(seconds=1), tick=False):
        response = admin.call("PATCH", path, {"name": "Bergen", "worked": []}, if_match=etag)
    changed = response.json()
    assert (response.status_code, changed["name"], changed["version"]["worked"]) == (200, "Bergen", [])
    assert changed["version"]["weekly"] == OSLO["weekly"]
    versions = admin.reads(f"{path}versions/")["results"]
    assert [version["worked"] for version in versions] == [["2026-05-17"], []]
    assert (response.headers["ETag"] != etag, versions[0]["id"]) == (True, calendar["version"]["id"])


def test_a_change_can_be_planned_and_taken_back_until_it_is_in_force(admin: Caller) -> None:
    path = f"calendars/{made(admin)['id']}/"
    sent = {"weekly": {"1": [["08:00", "16:00"]]}, "in_force_from": "2026-04-01T00:00:00+02:00"}
    planned = admin.call("PATCH", path, sent, if_match="*").json()
    assert planned["version"]["weekly"] == OSLO["weekly"]
    assert planned["next_version"]["in_force_from"] == "2026-03-31T22:00:00Z"
    current, later = planned["version"]["id"], planned["next_version"]["id"]
    assert problem(admin.call("DELETE", f"{path}versions/{current}/"))[:2] == (409, "conflict")
    assert admin.call("DELETE", f"{path}versions/{later}/").status_code == 204
    assert (admin.reads(path)["next_version"], admin.reads(path)["version"]["id"]) == (None, current)


@pytest.mark.parametrize(
    ("sent", "pointers"),
    [
        ({"name": ""}, ["/name"]),
        ({"name": 7}, ["/name"]),
        ({"name": "Business hours"}, ["/name"]),
        ({"time_zone": "Mars/Base", "country": "XX"}, ["/time_zone", "/country"]),
        ({"weekly": {}}, ["/weekly"]),
        ({"weekly": {"9": []}}, ["/weekly/9"]),
        ({"weekly": {"0": [["09:00", "17:00"], ["16:00", "18:00"]]}}, ["/weekly/0/1"]),
        ({"closures": [{"from": "2026-12-24"}, {"from": "soon"}]}, ["/closures/1/from", "/closures/1/until"]),
        ({"worked": 5}, ["/worked"]),
        ({"colour": "red", "holidays": []}, ["/colour", "/holidays"]),
    ],
)
def test_what_makes_no_calendar_is_refused_at_each_value(
    admin: Caller, sent: dict[str, Any], pointers: list[str]
) -> None:
    status, code, messages = problem(admin.call("POST", "calendars/", {**OSLO, **sent}))
    assert (status, code, sorted(messages)) == (400, "invalid", sorted(pointers))
    assert BusinessCalendar.objects.count() == 1


@pytest.mark.parametrize("at", ["2026-03-13T11:59:59Z", "2026-04-01", 12])
def test_a_change_that_lies_behind_is_refused(admin: Caller, at: object) -> None:
    path = f"calendars/{made(admin)['id']}/"
    answer = admin.call("PATCH", path, {"weekly": {"1": [["08:00", "16:00"]]}, "in_force_from": at}, if_match="*")
    assert (problem(answer)[0], list(problem(answer)[2])) == (400, ["/in_force_from"])
    assert CalendarVersion.objects.count() == 2


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_change_says_what_it_changes_and_somebody_elses_is_not_overwritten(admin: Caller, method: str) -> None:
    path = f"calendars/{made(admin)['id']}/"
    etag = admin.call("GET", path).headers["ETag"]
    assert problem(admin.call(method, path, {"name": "Mine"}))[:2] == (428, "version_not_said")
    admin.call("PATCH", path, {"name": "Bergen"}, if_match=etag)
    late = admin.call(method, path, {"name": "Mine"}, if_match=etag)
    assert (problem(late)[:2], admin.reads(path)["name"]) == ((412, "changed_meanwhile"), "Bergen")


def test_a_calendar_nobody_counts_on_is_deleted_and_the_others_are_not(admin: Caller) -> None:
    path, own = f"calendars/{made(admin)['id']}/", f"calendars/{BusinessCalendar.objects.earliest('id').pk}/"
    assert admin.call("DELETE", path, if_match="*").status_code == 204
    assert problem(admin.call("GET", path))[0] == 404
    refused = admin.call("DELETE", own, if_match="*")
    assert (problem(refused)[:2], "Standard" in refused.json()["detail"]) == ((409, "conflict"), True)


def test_a_preview_tells_when_it_is_due_and_what_is_open_until_then(admin: Caller) -> None:
    calendar = BusinessCalendar.objects.earliest("id")
    found = admin.reads(f"calendars/{calendar.pk}/preview/?at=2026-03-13T15:00:00Z&seconds=14400")
    assert found == {
        "at": "2026-03-13T15:00:00Z",
        "seconds": 14400,
        "due_at": "2026-03-16T10:00:00Z",
        "open": [
            {"start": "2026-03-13T15:00:00Z", "end": "2026-03-13T17:00:00Z"},
            {"start": "2026-03-16T08:00:00Z", "end": "2026-03-16T10:00:00Z"},
        ],
    }


@pytest.mark.parametrize("asked", ["", "seconds=0", "seconds=x", "seconds=1&at=now", "seconds=31622401"])
def test_a_preview_needs_an_amount_and_an_instant(admin: Caller, asked: str) -> None:
    calendar = BusinessCalendar.objects.earliest("id")
    assert problem(admin.call("GET", f"calendars/{calendar.pk}/preview/?{asked}"))[0] == 400


def test_a_list_takes_as_many_queries_for_many_calendars_as_for_one(admin: Caller) -> None:
    admin.reads("calendars/")
    counts = []
    version = CalendarVersion.objects.get()
    for wanted in (1, 20):
        for number in range(BusinessCalendar.objects.count(), wanted):
            version.pk, version.calendar = None, BusinessCalendar.objects.create(name=f"C{number}")
            version.save(force_insert=True)
        with CaptureQueriesContext(connection) as queries:
            found = admin.reads("calendars/")["results"]
        counts.append((len(queries), len(found)))
    assert counts == [(counts[0][0], 1), (counts[0][0], 20)]
