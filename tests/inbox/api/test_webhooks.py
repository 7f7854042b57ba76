"""Webhooks set up by programs."""

from __future__ import annotations

from inbox.agents.models import Agent
from inbox.webhooks.models import Webhook
from tests.inbox.api.calls import Caller, problem

TERMS = {"name": "Warehouse", "address": "https://warehouse.example/hook", "kinds": ["answer.given"]}


def test_a_webhook_is_made_changed_tested_and_deleted(company: None, maja: Agent) -> None:
    caller = Caller(maja)
    made = caller.call("POST", "webhooks/", TERMS, idempotency_key="one")
    again = caller.call("POST", "webhooks/", TERMS, idempotency_key="one")
    path = made.headers["Location"]
    changed = caller.call("PUT", path, {**TERMS, "kinds": ["invitation.sent", "answer.given"], "is_active": False})
    tested = caller.call("POST", f"{path}test/")
    calls = caller.reads(f"{path}calls/")["results"]
    deleted = caller.call("DELETE", path)
    assert (
        (made.status_code, again.json() == made.json(), Webhook.objects.count()),
        (changed.json()["kinds"], changed.json()["is_active"]),
        (tested.status_code, [(call["kind"], call["done_at"]) for call in calls]),
        (deleted.status_code, caller.reads("webhooks/"), caller.call("GET", path).status_code),
    ) == (
        (201, True, 1),
        (["invitation.sent", "answer.given"], False),
        (202, [("test", None)]),
        (204, [], 404),
    )


def test_what_is_wrong_is_told_by_its_field(company: None, maja: Agent) -> None:
    caller = Caller(maja)
    told = [
        problem(caller.call("POST", "webhooks/", {**TERMS, **wrong}))
        for wrong in ({"name": ""}, {"address": "warehouse"}, {"kinds": []}, {"kinds": ["mood"]})
    ]
    assert [(status, list(errors)) for status, _code, errors in told] == [
        (400, ["/name"]),
        (400, ["/address"]),
        (400, ["/kinds"]),
        (400, ["/kinds"]),
    ]
