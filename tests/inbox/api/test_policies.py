"""Policies made, changed, moved, switched and deleted by programs, by the rules of the pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.agents.models import Agent, Team
from inbox.sla.models import BusinessCalendar, Policy, PolicyVersion
from tests import cast
from tests.inbox.api.calls import Caller, problem
from tests.inbox.questions import asks


@pytest.fixture
def admin(maja: Agent, billing: Team) -> Caller:
    return Caller(maja)


@pytest.fixture
def vip(company: None, billing: Team) -> dict[str, Any]:
    """The terms of a policy, with every field."""
    return {
        "name": "VIP",
        "calendar_id": BusinessCalendar.objects.earliest("id").pk,
        "conditions": [{"field": "team", "values": ["Billing"]}, {"field": "tag", "values": ["vip", "gold"]}],
        "targets": {
            "first_response": {"basis": "calendar", "warn_share": 0.5, "within_seconds": {"normal": 1800}},
            "resolution": {"basis": "business", "warn_share": 0.75, "within_seconds": {"low": 7200, "urgent": 3600}},
        },
        "pauses_on_hold": True,
        "escalations": [
            {
                "on": "breached",
                "target": "resolution",
                "after_seconds": 900,
                "notify": ["lead"],
                "by_mail": True,
                "webhook": "https://hooks.example/secret",
                "priority": "high",
                "team_id": billing.pk,
                "agent_id": None,
            }
        ],
    }


def names(caller: Caller) -> list[str]:
    return [policy["name"] for policy in caller.reads("policies/")["results"]]


def test_what_is_made_is_read_as_it_was_sent_and_stands_before_what_takes_everything(
    admin: Caller, vip: dict[str, Any]
) -> None:
    response = admin.call("POST", "policies/", vip)
    policy = response.json()
    read = admin.call("GET", response.headers["Location"])
    assert (response.status_code, read.json(), read.headers["ETag"]) == (201, policy, response.headers["ETag"])
    in_fields_order = [vip["conditions"][0], vip["conditions"][1]]
    assert {name: policy[name] for name in vip} == {**vip, "conditions": in_fields_order}
    assert (policy["position"], policy["is_active"], policy["version"]["made_by"]["name"]) == (0, True, "Maja")
    assert names(admin) == ["VIP", "Standard"]


def test_a_change_is_a_new_version_and_what_is_left_out_stays(admin: Caller, vip: dict[str, Any]) -> None:
    path = admin.call("POST", "policies/", vip).headers["Location"]
    etag = admin.call("GET", path).headers["ETag"]
    response = admin.call("PATCH", path, {"name": "Gold", "escalations": []}, if_match=etag)
    changed = response.json()
    assert (response.status_code, changed["name"], changed["escalations"]) == (200, "Gold", [])
    assert {name: changed[name] for name in ("targets", "conditions", "pauses_on_hold")} == {
        name: vip[name] for name in ("targets", "conditions", "pauses_on_hold")
    }
    versions = admin.reads(f"{path}versions/")["results"]
    assert [len(version["escalations"]) for version in versions] == [1, 0]


def test_a_policy_is_moved_switched_and_deleted(admin: Caller, vip: dict[str, Any]) -> None:
    path = admin.call("POST", "policies/", vip).headers["Location"]
    moved = admin.call("PATCH", path, {"position": 1, "is_active": False}, if_match="*").json()
    assert (moved["position"], moved["is_active"], names(admin)) == (1, False, ["Standard", "VIP"])
    assert PolicyVersion.objects.filter(policy=moved["id"]).count() == 1
    assert admin.call("DELETE", path, if_match="*").status_code == 204
    assert (problem(admin.call("GET", path))[0], names(admin)) == (404, ["Standard"])
    assert problem(admin.call("DELETE", path, if_match="*"))[0] == 404


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_change_says_what_it_changes_and_somebody_elses_is_not_overwritten(
    admin: Caller, vip: dict[str, Any], method: str
) -> None:
    path = admin.call("POST", "policies/", vip).headers["Location"]
    etag = admin.call("GET", path).headers["ETag"]
    assert problem(admin.call(method, path, {"name": "Mine"}))[:2] == (428, "version_not_said")
    admin.call("PATCH", path, {"is_active": False}, if_match=etag)
    late = admin.call(method, path, {"name": "Mine"}, if_match=f'"other", {etag}')
    assert (problem(late)[:2], admin.reads(path)["name"]) == ((412, "changed_meanwhile"), "VIP")


@pytest.mark.parametrize(
    ("sent", "pointers"),
    [
        ({"name": ""}, ["/name"]),
        ({"name": "standard"}, ["/name"]),
        ({"calendar_id": 0}, ["/calendar_id"]),
        ({"conditions": [{"field": "colour", "values": ["red"]}]}, ["/conditions/0"]),
        (
            {"conditions": [{"field": "tag", "values": ["a"]}, {"field": "team", "values": ["Nobody"]}]},
            ["/conditions/1"],
        ),
        ({"targets": {"first": {}}}, ["/targets/first"]),
        ({"targets": {"resolution": {"within_seconds": {"low": 1.5}}}}, ["/targets/resolution/within_seconds/low"]),
        ({"targets": {"resolution": {"within_seconds": {"low": 0}}}}, ["/targets/resolution/within_seconds/low"]),
        ({"targets": {"resolution": {"within_seconds": {}, "warn_share": 2}}},
         ["/targets/resolution/warn_share", "/targets/resolution/within_seconds"]),
        ({"targets": {"resolution": {"within": {"normal": 60}}}}, ["/targets/resolution"]),
        ({"escalations": [{"on": "warned", "notify": ["lead"], "after_seconds": 6}]}, ["/escalations/0/after_seconds"]),
        ({"escalations": [{"on": "warned", "webhook": "ftp://x"}]}, ["/escalations/0/webhook"]),
        ({"escalations": ["now"]}, ["/escalations/0/on"]),
        ({"calendar": 1, "id": 2}, ["/calendar", "/id"]),
        ({"position": 1}, ["/position"]),
    ],
)  # fmt: skip
def test_what_makes_no_policy_is_refused_at_each_value(
    admin: Caller, vip: dict[str, Any], sent: dict[str, Any], pointers: list[str]
) -> None:
    status, code, messages = problem(admin.call("POST", "policies/", {**vip, **sent}))
    assert (status, code, sorted(messages)) == (400, "invalid", pointers)
    assert Policy.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "pointers"),
    [({"position": -1}, ["/position"]), ({"position": True, "is_active": 1}, ["/is_active", "/position"])],
)
def test_a_place_is_a_number_and_a_switch_is_on_or_off(
    admin: Caller, sent: dict[str, Any], pointers: list[str]
) -> None:
    path = f"policies/{Policy.objects.get().pk}/"
    assert sorted(problem(admin.call("PATCH", path, sent, if_match="*"))[2]) == pointers


@pytest.mark.parametrize("body", [[], "x"])
def test_what_is_no_object_is_refused(admin: Caller, body: object) -> None:
    assert problem(admin.call("POST", "policies/", body))[:2] == (400, "parse_error")


def test_the_secret_part_of_a_webhook_is_shown_to_admins_only(admin: Caller, vip: dict[str, Any]) -> None:
    path = admin.call("POST", "policies/", vip).headers["Location"]
    lead = Caller(cast.lea())
    shown = [caller.reads(path)["escalations"][0]["webhook"] for caller in (admin, lead)]
    assert shown == ["https://hooks.example/secret", "https://hooks.example/…"]


def test_the_choice_tells_which_policy_fits_and_why(admin: Caller, vip: dict[str, Any]) -> None:
    admin.call("POST", "policies/", vip)
    facts = [{"team": "billing", "tags": ["VIP", "new"]}, {"team": "Billing"}]
    found = [admin.call("POST", "policies/choice/", each).json() for each in facts]
    assert [(choice["policy"]["name"], choice["reason"]) for choice in found] == [
        ("VIP", "It applies because the team is billing, the tag is VIP."),
        ("Standard", "It applies to every ticket."),
    ]


def test_the_choice_is_none_where_no_policy_is_on(admin: Caller) -> None:
    admin.call("PATCH", f"policies/{Policy.objects.get().pk}/", {"is_active": False}, if_match="*")
    found = admin.call("POST", "policies/choice/", {}).json()
    assert found == {"policy": None, "reason": "The conditions of no policy hold."}


def test_the_next_ticket_gets_what_a_program_changed(admin: Caller, vip: dict[str, Any]) -> None:
    support = cast.support()
    before = asks(support, 1)
    admin.call("POST", "policies/", {**vip, "conditions": vip["conditions"][:1]})
    after = asks(support, 2)
    applied = [admin.reads(f"tickets/{ticket.pk}/clocks/")[0]["policy"]["name"] for ticket in (before, after)]
    assert applied == ["Standard", "VIP"]


def test_a_list_takes_as_many_queries_for_twenty_policies_as_for_one(admin: Caller) -> None:
    admin.reads("policies/")
    counts = []
    version = PolicyVersion.objects.get()
    for wanted in (1, 20):
        for number in range(Policy.objects.count(), wanted):
            version.pk, version.policy = None, Policy.objects.create(name=f"P{number}", position=number)
            version.save(force_insert=True)
        with CaptureQueriesContext(connection) as queries:
            found = admin.reads("policies/")["results"]
        counts.append((len(queries), len(found)))
    assert counts == [(counts[0][0], 1), (counts[0][0], 20)]


def test_pages_of_the_list_keep_the_order(admin: Caller) -> None:
    version = PolicyVersion.objects.get()
    for number in range(4):
        version.pk, version.policy = None, Policy.objects.create(name=f"P{number}", position=number // 2)
        version.save(force_insert=True)
    path, seen = "policies/?limit=2", []
    while path:
        page = admin.reads(path)
        seen += [policy["name"] for policy in page["results"]]
        path = page["next"]
    assert seen == ["P0", "P1", "P2", "P3", "Standard"]
