"""Who gets what answer from the API: a row for every address and method, a column for every role.

A new route without a row fails. Who has no token gets 401; what is not his to see is missing (404); what is above his
role is refused (403).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inbox.api.urls import urlpatterns
from inbox.common.clock import now
from inbox.customers.enums import Sign
from inbox.customers.likeness import note_likeness
from inbox.customers.likeness_models import CustomerLikeness
from inbox.customers.models import Customer
from inbox.reports import back_test
from inbox.reports.periods import last_days
from inbox.sla.models import CalendarVersion, Policy
from inbox.surveys.models import Invitation
from inbox.tickets.actions import resolve
from inbox.tickets.people import merge_customers
from inbox.webhooks.actions import make_webhook
from tests import cast
from tests.inbox.api.calls import Caller
from tests.inbox.questions import asks
from tests.inbox.surveys.stories import answered
from tests.web import Visitor

ROLES = ("stranger", "light", "agent", "lead", "admin", "auditor")
World = dict[str, int]


@dataclass(frozen=True)
class Row:
    """A request and the status each role gets; `on` names the things of the world in the address."""

    route: str
    statuses: dict[str, int]
    method: str = "GET"
    on: tuple[str, ...] = ()
    sent: object = None
    asked: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def everyone(status: int = 200) -> dict[str, int]:
    return dict.fromkeys(ROLES, status)


def readers() -> dict[str, int]:
    """All who may see the ticket."""
    return everyone() | {"stranger": 404}


def term_readers() -> dict[str, int]:
    """Those who read reports."""
    return everyone(403) | {"lead": 200, "admin": 200, "auditor": 200}


def admins(status: int = 200) -> dict[str, int]:
    return everyone(403) | {"admin": status}


def leads(status: int) -> dict[str, int]:
    """Those who look after others' work."""
    return everyone(403) | {"lead": status, "admin": status}


def changers(status: int) -> dict[str, int]:
    """Those of them who may change the ticket."""
    return everyone(status) | {"stranger": 404, "light": 403, "auditor": 403}


def answerers() -> dict[str, int]:
    """Those who answer customers, each for himself."""
    return everyone() | {"light": 403, "auditor": 403}


TOMORROW = (now() + timedelta(days=1)).isoformat()
TICKET, CALENDAR, POLICY, BACK_TEST = ("number",), ("calendar_id",), ("policy_id",), ("back_test_id",)
INVITATION, WEBHOOK = ("invitation_id",), ("webhook_id",)
HOOK = {"name": "Warehouse", "address": "https://warehouse.example/", "kinds": ["answer.given"]}
ANY = {"if_match": "*"}
HOURS = {"name": "Night", "time_zone": "UTC", "weekly": {"0": [["22:00", "06:00"]]}}
DAYS = {"first": "2026-03-09", "last": "2026-03-10"}
ROWS = (
    Row("calendars", term_readers()),
    Row("calendars", admins(201), "POST", sent=HOURS),
    Row("calendar", term_readers(), on=CALENDAR),
    Row("calendar", admins(), "PATCH", CALENDAR, {"name": "Day"}, headers=ANY),
    Row("calendar", admins(409), "DELETE", CALENDAR, headers=ANY),
    Row("calendar_versions", term_readers(), on=CALENDAR),
    Row("planned_version", admins(409), "DELETE", ("calendar_id", "version_id")),
    Row("calendar_preview", term_readers(), on=CALENDAR, asked="?seconds=60"),
    Row("policies", term_readers()),
    Row("policies", admins(201), "POST", sent={"name": "VIP", "calendar_id": "calendar_id"}),
    Row("policy", term_readers(), on=POLICY),
    Row("policy", admins(), "PATCH", POLICY, {"is_active": False}, headers=ANY),
    Row("policy", admins(204), "DELETE", POLICY, headers=ANY),
    Row("policy_versions", term_readers(), on=POLICY),
    Row("policy_choice", term_readers(), "POST", sent={}),
    Row("clocks", everyone()),
    Row("ticket", readers(), on=TICKET),
    Row("ticket", everyone(403) | {"lead": 204, "admin": 204}, "DELETE", TICKET),
    Row("ticket_restoration", everyone(403) | {"lead": 200, "admin": 200}, "POST", TICKET),
    Row("ticket_snooze", changers(200), "POST", TICKET, {"until": TOMORROW}),
    Row("ticket_snooze", changers(204), "DELETE", TICKET),
    Row("ticket_merge", changers(409), "POST", TICKET, {"into": "number"}),
    Row("ticket_unmerge", changers(409), "POST", TICKET),
    Row("likenesses", changers(200), on=TICKET),
    Row("likeness_merge", changers(200), "POST", ("number", "likeness_id")),
    Row("likeness_dismissal", changers(204), "POST", ("number", "likeness_id")),
    Row("likeness_dismissal", changers(204), "DELETE", ("number", "likeness_id")),
    Row("customer_merges", changers(200), on=TICKET),
    Row("customer_merge", changers(204), "DELETE", ("number", "source_id")),
    Row("message_split", changers(409), "POST", ("message_id",), {}),
    Row("ticket_clocks", readers(), on=TICKET),
    Row("ticket_events", readers(), on=TICKET),
    Row("clock_explanation", readers(), on=("number", "clock_id")),
    Row("back_tests", term_readers()),
    Row("back_tests", leads(201), "POST", sent={**DAYS, "drafts": [{}]}),
    Row("back_test", term_readers(), on=BACK_TEST),
    Row("back_test", leads(204), "DELETE", BACK_TEST),
    Row("back_test_stop", leads(409), "POST", BACK_TEST),
    Row("back_test_start", leads(409), "POST", BACK_TEST),
    Row("back_test_runs", term_readers(), on=BACK_TEST, asked="?target=first_response&figure=met"),
    Row("surveys", term_readers()),
    Row("invitations", term_readers()),
    Row("invitation", term_readers(), on=INVITATION),
    Row("invitation_hold_back", leads(200), "POST", INVITATION, {"note": "A lawsuit."}),
    Row("ticket_invitations", readers(), on=TICKET),
    Row("answers", term_readers()),
    Row("webhooks", admins()),
    Row("webhooks", admins(201), "POST", sent=HOOK),
    Row("webhook", admins(), on=WEBHOOK),
    Row("webhook", admins(), "PUT", WEBHOOK, HOOK),
    Row("webhook", admins(204), "DELETE", WEBHOOK),
    Row("webhook_test", admins(202), "POST", WEBHOOK),
    Row("webhook_calls", admins(), on=WEBHOOK),
    Row("my_chats", everyone()),
    Row("my_chats", answerers(), "PATCH", sent={"takes": False}),
    Row("schema", everyone()),
)
#: What leads nowhere: `test_problems.py`.
ELSEWHERE = {"missing"}
#: Open to whoever asks.
PUBLIC = {"schema"}


@pytest.fixture(scope="module")
def world_once(company_once: bool) -> World:
    """One of each thing that an address can name; the ticket is Billing's."""
    ticket = asks(cast.support(), 1)
    version = CalendarVersion.objects.earliest("id")
    job = back_test.begin("Try", last_days(7, now().date(), ZoneInfo("UTC")), [{"name": "A"}], by=cast.maja())
    back_test.run(job.pk)
    settled = answered(asks(cast.support(), 2), cast.ada(), at=now())
    resolve(settled, by=cast.ada())
    note_likeness(ticket.customer_id, settled.customer_id, Sign.SAME_NAME, "Bo Beet")
    merged = Customer.objects.create(created_at=now())
    merge_customers(merged, ticket.customer, by=cast.ada())
    return {
        "invitation_id": Invitation.objects.get(ticket=settled).pk,
        "webhook_id": make_webhook(**HOOK, by=cast.maja()).pk,
        "back_test_id": job.pk,
        "number": ticket.pk,
        "likeness_id": CustomerLikeness.objects.get().pk,
        "source_id": merged.pk,
        "message_id": ticket.messages.get().pk,
        "clock_id": ticket.clocks.order_by("id").first().pk,
        "calendar_id": version.calendar_id,
        "version_id": version.pk,
        "policy_id": Policy.objects.get().pk,
    }


@pytest.fixture(scope="module")
def callers_once(world_once: World) -> dict[str, Caller]:
    by_role = {
        "stranger": cast.wen(),
        "light": cast.lin(),
        "agent": cast.ada(),
        "lead": cast.lea(),
        "admin": cast.maja(),
        "auditor": cast.otto(),
    }
    return {role: Caller(agent) for role, agent in by_role.items()}


@pytest.fixture
def world(world_once: World, company: None) -> World:
    return world_once


@pytest.fixture
def callers(callers_once: dict[str, Caller], company: None) -> dict[str, Caller]:
    return callers_once


def address(row: Row, world: World) -> str:
    return reverse(f"api:{row.route}", kwargs={name: world[name] for name in row.on}) + row.asked


def ask(caller: Caller, row: Row, world: World) -> int:
    """The status of the answer; whatever the request did is taken back."""
    with transaction.atomic():
        sent = row.sent
        if isinstance(sent, dict):
            sent = {name: world.get(value, value) if isinstance(value, str) else value for name, value in sent.items()}
        status = caller.call(row.method, address(row, world), sent, **row.headers).status_code
        transaction.set_rollback(True)
    return status


def test_every_route_and_method_has_a_row() -> None:
    there = {
        (str(pattern.name), method.upper())
        for pattern in urlpatterns
        if str(pattern.name) not in ELSEWHERE
        for method in ("get", "post", "put", "patch", "delete")
        if hasattr(pattern.callback.view_class, method)
    }
    assert there == {(row.route, row.method) for row in ROWS}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_is_its_own_and_nothing_else(role: str, callers: dict[str, Caller], world: World) -> None:
    surprises = {
        f"{row.method} {row.route}": f"{status}, expected {row.statuses[role]}"
        for row in ROWS
        if (status := ask(callers[role], row, world)) != row.statuses[role]
    }
    assert surprises == {}


def test_who_has_no_token_gets_nothing(world: World) -> None:
    visitor = Visitor()
    statuses = {
        (row.route, visitor.generic(row.method, address(row, world)).status_code)
        for row in ROWS
        if row.route not in PUBLIC
    }
    assert {status for _route, status in statuses} == {401}


def test_looking_changes_nothing(callers: dict[str, Caller], world: World) -> None:
    caller, written = callers["admin"], []
    caller.reads("clocks/")
    for row in ROWS:
        if row.method == "GET":
            with CaptureQueriesContext(connection) as queries:
                ask(caller, row, world)
            changes = ("INSERT", "UPDATE", "DELETE")
            written += [f"{row.route}: {query['sql'][:120]}" for query in queries if query["sql"].startswith(changes)]
    assert written == []
