"""The API describes itself, wholly and validly, and answers as it says."""

from __future__ import annotations

from datetime import date
from typing import Any

import jsonschema
import pytest
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from inbox.agents.models import Agent
from inbox.common.clock import moved_to
from inbox.reports import back_test
from inbox.reports.periods import Period
from inbox.sla.models import CalendarVersion, Policy
from inbox.surveys.models import Invitation
from inbox.webhooks.actions import make_webhook, try_webhook
from inbox.webhooks.enums import SUBSCRIBED
from tests.inbox.api.calls import BASE, Caller
from tests.inbox.reports.stories import NOW, UTC_ZONE, Week

WEEK = Period(date(2026, 3, 9), date(2026, 3, 13), UTC_ZONE)
#: What addresses that end so have to be asked with.
ASKED = {"/preview/": "?seconds=3600", "/runs/": "?target=first_response&figure=judged&variant=1"}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    GENERATOR_STATS.reset()
    return SchemaGenerator().get_schema(public=True)


def test_the_description_is_valid_and_nothing_in_it_had_to_be_guessed(schema: dict[str, Any]) -> None:
    validate_schema(schema)
    told = [message for kind in (GENERATOR_STATS._error_cache, GENERATOR_STATS._warn_cache) for message in kind]
    assert (schema["openapi"], told) == ("3.0.3", [])


def test_whoever_asks_gets_the_description(company: None, maja: Agent) -> None:
    assert Caller(maja).reads("schema/")["info"]["title"] == "Inbox"


def plain(part: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: what may be null says so in another way, and objects have no other fields."""
    if isinstance(part, list):
        return [plain(one) for one in part]
    if not isinstance(part, dict):
        return part
    made = {name: plain(value) for name, value in part.items() if name != "nullable"}
    if "properties" in made:
        made.setdefault("additionalProperties", False)
    return {"anyOf": [made, {"type": "null"}]} if part.get("nullable") is True else made


def test_every_answer_is_as_described(schema: dict[str, Any], tickets: Week, maja: Agent) -> None:
    caller, answered = Caller(maja), []
    calendar, clock = CalendarVersion.objects.earliest("id"), tickets.overnight.clocks.earliest("id")
    job = back_test.begin("Try", WEEK, [{"name": "A", "order": []}], by=maja)
    with moved_to(NOW):
        back_test.run(job.pk)
    hook = make_webhook(name="Try", address="https://try.example/", kinds=SUBSCRIBED, by=maja)
    try_webhook(hook, by=maja)
    named = {
        "number": tickets.overnight.pk,
        "clock_id": clock.pk,
        "calendar_id": calendar.calendar_id,
        "policy_id": Policy.objects.get().pk,
        "back_test_id": job.pk,
        "invitation_id": Invitation.objects.earliest("id").pk,
        "webhook_id": hook.pk,
    }
    components = plain(schema["components"])
    for path, operations in schema["paths"].items():
        if "get" not in operations:
            continue
        asked = next((query for end, query in ASKED.items() if path.endswith(end)), "")
        found = caller.reads(path.format(**named) + asked)
        described = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema.validate(found, {**plain(described), "components": components})
        answered.append(path.removeprefix(BASE))
    assert len(answered) == 26


def test_problems_are_as_described(schema: dict[str, Any], maja: Agent) -> None:
    components = plain(schema["components"])
    response = Caller(maja).call("POST", "calendars/", {"name": "", "time_zone": "Mars", "weekly": {"9": 1}})
    described = schema["paths"][f"{BASE}calendars/"]["post"]["responses"]["default"]["content"]
    jsonschema.validate(
        response.json(), {**plain(described[response.headers["Content-Type"]]["schema"]), "components": components}
    )
    assert response.status_code == 400
