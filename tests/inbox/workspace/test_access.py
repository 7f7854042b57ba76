"""Who gets what answer where: a row for every address of the product, a column for every role.

A new route without a row fails. Forbidden looks like missing (404); whoever has not signed in is led to the door (302).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, get_resolver, reverse

from inbox.agents.api_tokens import make_token
from inbox.agents.models import Agent
from inbox.channels.models import Channel, Envelope, MailImport, OutboxMail
from inbox.chats.examples import demo_rule
from inbox.chats.flow_editing import add_step
from inbox.chats.visitors import Page, arrive
from inbox.common.clock import now
from inbox.customers.enums import Sign
from inbox.customers.likeness import note_likeness
from inbox.customers.likeness_models import CustomerLikeness
from inbox.customers.models import Customer
from inbox.reports.back_test import begin, run
from inbox.reports.periods import Period
from inbox.sla.models import BackTest, Escalation, PolicyVersion
from inbox.surveys.action_items import add_action
from inbox.surveys.editing import make_campaign, make_survey
from inbox.surveys.models import FollowUpTask, Invitation, SurveyVersion
from inbox.surveys.rules import campaign_from
from inbox.surveys.themes import save_theme
from inbox.tickets.changes import SYSTEM
from inbox.tickets.conversation import reply
from inbox.tickets.files import store
from inbox.tickets.models import Attachment, Message, Ticket
from inbox.tickets.people import merge_customers
from inbox.tickets.scheduled import schedule
from inbox.webhooks.actions import make_webhook, try_webhook
from tests import cast
from tests.inbox.mails import arrives, mail
from tests.inbox.questions import asks
from tests.web import Visitor

GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
ROLES = ("anonymous", "stranger", "light", "agent", "lead", "admin", "auditor")
World = dict[str, object]


@dataclass(frozen=True)
class Row:
    """A request and the status that each role gets for it; `on` names the things of the world in the address."""

    statuses: Mapping[str, int]
    method: str = "get"
    on: tuple[str, ...] = ()
    sent: Mapping[str, str] = field(default_factory=dict)


def everyone(status: int = 200, **more: object) -> Row:
    """All who are signed in."""
    return Row(dict.fromkeys(ROLES, status) | {"anonymous": 302}, **more)  # type: ignore[arg-type]


def those(*roles: str, status: int = 200, **more: object) -> Row:
    """Some roles; to the others there is no such page."""
    wanted = {role: status if role in roles else 404 for role in ROLES}
    return Row(wanted | {"anonymous": 302}, **more)  # type: ignore[arg-type]


def anybody(status: int, **more: object) -> Row:
    """The same for all, signed in or not."""
    return Row(dict.fromkeys(ROLES, status), **more)  # type: ignore[arg-type]


def readers(status: int = 200, **more: object) -> Row:
    """All who may see the ticket."""
    return those("light", "agent", "lead", "admin", "auditor", status=status, **more)


def answerers(status: int, **more: object) -> Row:
    """All who may see the ticket and change it."""
    return those("agent", "lead", "admin", status=status, **more)


def post(row: Row, **sent: str) -> Row:
    """The row as a POST of a form."""
    return Row(row.statuses, "post", row.on, sent)


TICKET, MESSAGE, REPLY, FILE = ("number",), ("message_id",), ("reply_id",), ("attachment_id",)
PLANNED = ("planned_id",)
FIRST_REPLIES = {"target": "first_response", "figure": "met"}

ROWS: dict[str, Row] = {
    # Shell
    "workspace:profile": everyone(),
    "workspace:notices": everyone(),
    "workspace:teams": those("admin"),
    "workspace:team_members": those("admin", on=("team_id",)),
    "workspace:escalations": those("admin"),
    "workspace:escalation_attempt": post(those("admin", status=302, on=("escalation_id",))),
    "workspace:bell": everyone(),
    "workspace:notices_seen": post(everyone(302)),
    "workspace:follow_ups": everyone(),
    "workspace:follow_up": readers(on=("task_id",)),
    "workspace:follow_up_owner": post(answerers(302, on=("task_id",)), owner="me"),
    "workspace:follow_up_outcome": post(answerers(302, on=("task_id",)), outcome="Called."),
    "workspace:feedback": everyone(),
    "workspace:themes": those("lead", "admin", "auditor"),
    "workspace:new_theme": those("lead", "admin"),
    "workspace:theme": those("lead", "admin", "auditor", on=("theme_id",)),
    "workspace:theme_words": those("lead", "admin", on=("theme_id",)),
    "workspace:theme_actions": post(those("lead", "admin", status=302, on=("theme_id",)), title="Print it"),
    "workspace:action_item": those("lead", "admin", "auditor", on=("item_id",)),
    "workspace:action_state": post(everyone(302, on=("item_id",)), state="done"),
    "workspace:letter_text": post(those("lead", "admin", status=302, on=("item_id",))),
    "workspace:letter_sending": post(those("lead", "admin", status=302, on=("item_id",))),
    "workspace:mention": post(answerers(302, on=("answered_id",)), theme="theme_id"),
    "workspace:visitors": those("stranger", "agent", "lead", "admin", "auditor"),
    "workspace:visitor_chat": answerers(200, on=("visitor_id",)),
    "workspace:visitor_block": answerers(200, on=("visitor_id",)),
    "workspace:tokens": everyone(),
    "workspace:token_revocation": post(those("admin", status=302, on=("token_id",))),
    "workspace:picture": post(everyone(302), remove="1"),
    "workspace:agent_picture": everyone(404, on=("sha256",)),
    "workspace:appearance": post(everyone(302), theme="dark"),
    "workspace:availability": post(those("stranger", "agent", "lead", "admin", status=302), takes="1"),
    "workspace:health": anybody(200),
    "workspace:setup": anybody(404),
    "workspace:outbox": those("lead", "admin"),
    "workspace:outbox_mail": those("lead", "admin", on=("mail_id",)),
    "workspace:outbox_frame": those("lead", "admin", on=("mail_id",)),
    "workspace:channels": those("lead", "admin"),
    "workspace:connect_channel": those("admin"),
    "workspace:new_channel": those("admin", on=("kind",)),
    "workspace:channel_connecting": those("admin", on=("channel_id",)),
    "workspace:channel_signs": those("admin", on=("channel_id",)),
    "workspace:channel_former_secret": post(those("admin", status=302, on=("channel_id", "secret_name"))),
    "workspace:channel": those("lead", "admin", on=("channel_id",)),
    "workspace:channel_settings": those("admin", on=("channel_id",)),
    # Mail has no templates; `test_network_composer` shows them to whom they are for.
    "workspace:channel_templates": those(on=("channel_id",)),
    "workspace:channel_texts": those("admin", on=("channel_id",)),
    "workspace:channel_domain": those("admin", on=("channel_id",)),
    "workspace:new_chat": those("admin"),
    "workspace:chat_general": those("admin", on=("chat_id",)),
    "workspace:chat_look": those("admin", on=("chat_id",)),
    "workspace:chat_logo": post(those("admin", status=302, on=("chat_id",)), remove="1"),
    "workspace:chat_colours": those("admin", on=("colour",)),
    "workspace:chat_before": those("admin", on=("chat_id",)),
    "workspace:chat_greeter": those("admin", on=("chat_id",)),
    "workspace:chat_greeter_steps": post(those("admin", status=302, on=("chat_id",)), kind="ask"),
    "workspace:chat_greeter_step": those("admin", on=("chat_id", "step_id")),
    "workspace:chat_greeter_place": post(those("admin", status=302, on=("chat_id", "step_id")), by="1"),
    "workspace:chat_greeter_removal": post(those("admin", status=302, on=("chat_id", "step_id"))),
    "workspace:chat_rules": those("admin", on=("chat_id",)),
    "workspace:new_chat_rule": those("admin", on=("chat_id",)),
    "workspace:chat_rule": those("admin", on=("chat_id", "rule_id")),
    "workspace:chat_rule_place": post(those("admin", status=302, on=("chat_id", "rule_id")), by="1"),
    "workspace:chat_rule_removal": post(those("admin", status=302, on=("chat_id", "rule_id"))),
    "workspace:chat_hours": those("admin", on=("chat_id",)),
    "workspace:chat_after": those("admin", on=("chat_id",)),
    "workspace:chat_security": those("admin", on=("chat_id",)),
    "workspace:chat_secret": post(those("admin", on=("chat_id",))),
    "workspace:chat_old_secret": post(those("admin", status=302, on=("chat_id",))),
    "workspace:channel_hook": post(those("admin", status=302, on=("channel_id",)), version="1"),
    "workspace:consent": those("admin", status=302, on=("channel_id",)),
    "workspace:oauth": those("admin", status=302),
    "workspace:imports": those("admin", on=("channel_id",)),
    "workspace:import": those("admin", on=("import_id",)),
    "workspace:import_activity": post(those("admin", status=302, on=("import_id",)), on="0"),
    "workspace:channel_check": post(those("admin", on=("channel_id",))),
    "workspace:channel_activity": post(those("admin", status=302, on=("channel_id",)), on="0"),
    "workspace:quarantine": those("admin"),
    "workspace:quarantined": those("admin", on=("envelope_id",)),
    "workspace:quarantined_raw": those("admin", on=("envelope_id",)),
    "workspace:quarantine_retry": post(those("admin", status=302, on=("envelope_id",))),
    "workspace:quarantine_attempts": post(those("admin", status=302)),
    "workspace:quarantine_ticket": those("admin", on=("envelope_id",)),
    "workspace:quarantine_discard": post(those("admin", status=302, on=("envelope_id",))),
    "workspace:sample_data": those(),
    # Inbox
    "workspace:home": everyone(302),
    "workspace:inbox": everyone(302),
    "workspace:list": everyone(on=("name",)),
    "workspace:listed_ticket": readers(on=("name", "number")),
    "workspace:rows": everyone(on=("name",)),
    "workspace:next_breach": everyone(302, on=("name",)),
    "workspace:search": everyone(302),
    # Ticket
    "workspace:ticket": readers(302, on=("ref",)),
    "workspace:parts": readers(on=TICKET),
    "workspace:state": post(answerers(302, on=TICKET), state="pending"),
    "workspace:resolution": post(answerers(302, on=TICKET)),
    "workspace:assignee": post(answerers(302, on=TICKET), assignee="me"),
    "workspace:team": post(answerers(302, on=TICKET), team="none"),
    "workspace:priority": post(answerers(302, on=TICKET), priority="high"),
    "workspace:tags": post(answerers(302, on=TICKET), tag="shoes"),
    "workspace:spam": post(answerers(302, on=TICKET)),
    "workspace:survey_hold": post(those("lead", "admin", status=302, on=(*TICKET, "invitation_id")), note="Why."),
    "workspace:snooze": answerers(200, on=TICKET),
    "workspace:merge": answerers(200, on=TICKET),
    "workspace:likeness": answerers(200, on=(*TICKET, "likeness_id")),
    "workspace:likeness_dismissal": post(answerers(302, on=(*TICKET, "likeness_id"))),
    "workspace:customer_merge": post(answerers(302, on=(*TICKET, "source_id")), method="delete"),
    "workspace:split": answerers(200, on=("message_id",)),
    "workspace:deletion": those("lead", "admin", on=TICKET),
    "workspace:subject": post(answerers(302, on=TICKET), subject="Shoes"),
    "workspace:customer": post(answerers(302, on=TICKET), identity="identity_id"),
    "workspace:ticket_print": readers(on=TICKET),
    "workspace:agent_typing": post(answerers(204, on=TICKET), typing="1"),
    "workspace:handing_over": answerers(200, on=TICKET),
    "workspace:waiver": post(answerers(302, on=TICKET)),
    "workspace:seen": post(readers(204, on=TICKET), message="1"),
    "workspace:clock": readers(on=("number", "clock_id")),
    "workspace:messages": post(
        those("light", "agent", "lead", "admin", status=302, on=TICKET), mode="note", note_text="Hm."
    ),
    "workspace:composer": those("light", "agent", "lead", "admin", on=TICKET),
    "workspace:text_length": post(those("agent", "lead", "admin", on=TICKET), message_text="Hm"),
    "workspace:draft": post(those("light", "agent", "lead", "admin", on=TICKET), mode="note", note_text="Hm"),
    "workspace:planned_sending": post(answerers(302, on=PLANNED)),
    "workspace:planned_time": post(answerers(302, on=PLANNED), later="tomorrow"),
    "workspace:planned_cancellation": post(answerers(302, on=PLANNED)),
    "workspace:message_text": answerers(200, on=REPLY),
    "workspace:message_removal": answerers(200, on=REPLY),
    "workspace:withdrawal": post(answerers(302, on=REPLY)),
    "workspace:attempt": post(answerers(302, on=REPLY)),
    "workspace:mail_frame": readers(on=MESSAGE),
    "workspace:message_print": readers(on=MESSAGE),
    "workspace:message_files": readers(on=MESSAGE),
    "workspace:sender_images": post(readers(302, on=MESSAGE)),
    "workspace:original": readers(on=MESSAGE),
    "workspace:original_file": readers(on=MESSAGE),
    "workspace:attachment": readers(on=FILE),
    "workspace:preview": readers(on=FILE),
    "workspace:remote_image": everyone(404),
    # Reports
    "workspace:reports": those("lead", "admin", "auditor"),
    "workspace:report_tickets": those("lead", "admin", "auditor", sent={"figure": "timed"}),
    "workspace:report_tickets_file": those("lead", "admin", "auditor", on=("suffix",), sent={"figure": "timed"}),
    "workspace:report_table": those("lead", "admin", "auditor", on=("table", "suffix")),
    "workspace:report_surveys": those("lead", "admin", "auditor"),
    "workspace:report_comments": those("lead", "admin", "auditor"),
    "workspace:report_comments_file": those("lead", "admin", "auditor", on=("suffix",)),
    "workspace:report_survey_table": those("lead", "admin", "auditor", on=("survey_table", "suffix")),
    "workspace:webhooks": those("admin"),
    "workspace:webhook": those("admin", on=("webhook_id",)),
    "workspace:webhook_switch": post(those("admin", status=302, on=("webhook_id",)), on="0"),
    "workspace:webhook_test": post(those("admin", status=302, on=("webhook_id",))),
    "workspace:webhook_removal": post(those("admin", status=302, on=("webhook_id",))),
    "workspace:webhook_attempt": post(those("admin", status=302, on=("call_id",))),
    "workspace:report_explanation": those("lead", "admin", "auditor", on=("ref",)),
    "workspace:back_tests": those("lead", "admin", "auditor"),
    "workspace:new_back_test": those("lead", "admin"),
    "workspace:back_test": those("lead", "admin", "auditor", on=("back_test_id",)),
    "workspace:back_test_tickets": those("lead", "admin", "auditor", on=("back_test_id",), sent=FIRST_REPLIES),
    "workspace:back_test_activity": post(those("lead", "admin", status=302, on=("back_test_id",)), on="0"),
    "workspace:back_test_removal": those("lead", "admin", on=("back_test_id",)),
    # Terms
    "workspace:calendars": those("lead", "admin", "auditor"),
    "workspace:new_calendar": those("admin"),
    "workspace:calendar": those("lead", "admin", "auditor", on=("calendar_id",)),
    "workspace:calendar_hours": those("admin", on=("calendar_id",)),
    "workspace:planned_hours": post(those("admin", status=302, on=("calendar_id", "version_id"))),
    "workspace:calendar_deletion": post(those("admin", status=302, on=("calendar_id",))),
    "workspace:policies": those("lead", "admin", "auditor"),
    "workspace:new_policy": those("admin"),
    "workspace:policy": those("lead", "admin", "auditor", on=("policy_id",)),
    "workspace:policy_terms": those("admin", on=("policy_id",)),
    "workspace:policy_place": post(those("admin", status=302, on=("policy_id",)), place="0"),
    "workspace:policy_activity": post(those("admin", status=302, on=("policy_id",)), on="0"),
    "workspace:policy_deletion": post(those("admin", status=302, on=("policy_id",))),
    # What customers are asked
    "workspace:surveys": those("lead", "admin", "auditor"),
    "workspace:new_survey": those("admin"),
    "workspace:survey": those("lead", "admin", "auditor", on=("survey_id",)),
    "workspace:survey_rules": those("admin", on=("survey_id",)),
    "workspace:survey_content": those("admin", on=("survey_id",)),
    "workspace:survey_preview": those("lead", "admin", "auditor", on=("survey_id",)),
    "workspace:survey_trial": post(those("admin", status=302, on=("survey_id",)), language="en"),
    "workspace:survey_logo": post(those("admin", status=302, on=("survey_id",)), remove="1"),
    "workspace:survey_activity": post(those("admin", status=302, on=("survey_id",)), on="0"),
    "workspace:survey_deletion": post(those("admin", status=302, on=("survey_id",))),
    "workspace:campaigns": those("lead", "admin", "auditor"),
    "workspace:new_campaign": those("admin"),
    "workspace:campaign": those("lead", "admin", "auditor", on=("campaign_id",)),
    "workspace:campaign_terms": those("admin", on=("campaign_id",)),
    "workspace:campaign_activity": post(those("admin", status=302, on=("campaign_id",)), on="0"),
    "workspace:campaign_deletion": post(those("admin", status=302, on=("campaign_id",))),
    # Customers, who have a token in place of a role
    "hooks:hook": post(anybody(404, on=("kind", "token"))),
    "hooks:family": post(anybody(404, on=("family",))),
    "hooks:file": anybody(404, on=("token", "name")),
    "portal:survey": anybody(404, on=("token",)),
    "portal:thanks": anybody(404, on=("token",)),
    "portal:trap": anybody(404, on=("token",)),
    "portal:logo": anybody(404, on=("token",)),
    "portal:colours": anybody(200, on=("colour",)),
    "portal:unsubscribe": anybody(404, on=("token",)),
    # Ways in and out
    "account_login": Row(dict.fromkeys(ROLES, 302) | {"anonymous": 200}),
    "account_logout": everyone(),
    "account_inactive": anybody(200),
    "account_reauthenticate": everyone(),
    "account_change_password": everyone(),
    # Who has a password changes it; how one signs in is changed only by who has just shown that he knows it.
    "account_set_password": everyone(302),
    "mfa_index": everyone(),
    "mfa_authenticate": anybody(302),
    "mfa_reauthenticate": everyone(302),
    "mfa_activate_totp": everyone(302),
    "mfa_deactivate_totp": everyone(404),
    "mfa_view_recovery_codes": everyone(404),
    "mfa_generate_recovery_codes": everyone(302),
    "mfa_download_recovery_codes": everyone(404),
}
#: Answered with a stream, so asked over a real connection: `test_live.py`.
ELSEWHERE = {"workspace:live"}


def routes() -> set[str]:
    """The name of every address the product answers at."""

    def walk(patterns: list, namespace: str) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                yield namespace + str(pattern.name)
            elif pattern.namespace not in ("api", "livechat"):
                # Programs are told otherwise than people: `tests/inbox/api/test_access.py`. The chat knows no roles,
                # only its visitors' tokens: `tests/inbox/livechat/test_access.py`.
                yield from walk(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else namespace)

    return set(walk(get_resolver().url_patterns, ""))


def escalation_of(ticket: Ticket) -> Escalation:
    """A step of its policy, to be taken tomorrow."""
    clock, tomorrow = ticket.clocks.order_by("id").first(), now() + timedelta(days=1)
    return Escalation.objects.create(
        clock=clock, ticket=ticket, policy_version=clock.policy_version, step=0, due_at=tomorrow, act_at=tomorrow
    )


def asked_by_a_schedule(channel: Channel) -> dict[str, object]:
    """A survey about no ticket, and the campaign that asks it."""
    survey = make_survey("nps", "Recommend", moment="schedule", by=cast.maja())
    values = {"name": "Spring", "survey": survey.pk, "channel": channel.pk, "next_run_at": now()}
    campaign = make_campaign(campaign_from(values, at=now()), by=cast.maja())
    return {"survey_id": survey.pk, "campaign_id": campaign.pk}


def replayed_today() -> BackTest:
    """A back-test of today that is done."""
    today = now().date()
    job = begin("Today", Period(today, today, ZoneInfo("UTC")), [{"name": "As it is"}], by=cast.maja())
    run(job.pk)
    return job


def planned_for(ticket: Ticket) -> int:
    """A survey that is waiting to be sent; its number."""
    asked = {"customer": ticket.customer, "channel": ticket.channel, "decided_at": now(), "send_at": now()}
    return Invitation.objects.create(ticket=ticket, cycle=1, state="scheduled", **asked).pk


def followed_up(ticket: Ticket) -> FollowUpTask:
    """The task to get back to the ticket's customer."""
    asked = Invitation.objects.create(
        ticket=ticket,
        cycle=9,
        customer=ticket.customer,
        channel=ticket.channel,
        version=SurveyVersion.objects.earliest("id"),
        state="answered",
        decided_at=now(),
    )
    return FollowUpTask.objects.create(invitation=asked, opened_at=now(), due_at=now() + timedelta(days=1))


def likened(ticket: Ticket) -> int:
    other = asks(ticket.channel, 77).customer
    note_likeness(ticket.customer_id, other.pk, Sign.SAME_NAME, "Bo Beet")
    return CustomerLikeness.objects.get().pk


def merged_into(ticket: Ticket) -> int:
    source = Customer.objects.create(created_at=now())
    merge_customers(source, ticket.customer, by=cast.ada())
    return source.pk


@pytest.fixture(scope="module")
def world_once(company_once: bool) -> World:
    """One of each thing that an address can name; the ticket is Billing's."""
    support = cast.support()
    ticket = arrives(support, mail()).ticket
    customers = ticket.messages.get()
    # However long these tests take, it is not late: the page of health would say so.
    answer = reply(ticket, "On its way.", by=cast.ada(), undo_seconds=24 * 3600)
    Message.objects.filter(pk=customers.pk).update(html="<p>My shoes did not arrive.</p>")
    version = PolicyVersion.objects.latest("id")
    task, theme = followed_up(ticket), save_theme(None, name="Label", words={}, by=cast.maja())
    hook = make_webhook(name="Hook", address="https://hook.example/", kinds=["answer.given"], by=cast.maja())
    picture = store(GIF, filename="a.gif", content_type="image/gif")
    return {
        "number": ticket.pk,
        "token_id": make_token(cast.carl(), name="Script")[0].pk,
        "ref": ticket.ref,
        "name": "open",
        "kind": "email",
        "secret_name": "app_secret",
        "family": "nobody-has-this",
        "table": "levels",
        "survey_table": "scores",
        "token": "nobody-has-this",
        "colour": "2f5bd7",
        "sha256": "0" * 64,
        "message_id": customers.pk,
        "reply_id": answer.pk,
        "planned_id": schedule(ticket, "Tomorrow.", by=cast.ada(), send_at=now() + timedelta(days=1)).pk,
        "identity_id": customers.identity_id,
        "likeness_id": likened(ticket),
        "source_id": merged_into(ticket),
        "invitation_id": planned_for(ticket),
        "attachment_id": Attachment.objects.create(message=customers, **asdict(picture)).pk,
        "clock_id": ticket.clocks.order_by("id").first().pk,
        "channel_id": support.pk,
        "chat_id": cast.shop_chat().pk,
        "step_id": add_step(cast.shop_chat(), "person", by=SYSTEM).pk,
        "rule_id": demo_rule(cast.shop_chat()).pk,
        "team_id": cast.billing().pk,
        "policy_id": version.policy_id,
        "calendar_id": version.calendar_id,
        "version_id": version.calendar.versions.latest("id").pk,
        "back_test_id": replayed_today().pk,
        "escalation_id": escalation_of(ticket).pk,
        "suffix": "csv",
        "webhook_id": hook.pk,
        "call_id": try_webhook(hook, by=cast.maja()).pk,
        **asked_by_a_schedule(support),
        "task_id": task.pk,
        "answered_id": task.invitation_id,
        "theme_id": theme.pk,
        "item_id": add_action(theme, "Print it", owner=None, due_on=None, by=cast.maja()).pk,
        "mail_id": OutboxMail.objects.create(
            channel=support,
            client_ref="6dbb2a2e-53c8-4b07-9a4d-1d9ab25f31a5",
            recipients=["bo@larsen.example"],
            body=b"Subject: Hello\r\n\r\nHello.\r\n",
            kept_at=now(),
        ).pk,
        "import_id": MailImport.objects.create(
            channel=support, filename="old.mbox", blob="0" * 64, size=9, created_at=now()
        ).pk,
        "visitor_id": arrive(cast.shop_chat(), page=Page("https://shop.example/", "Shop")).pk,
        "envelope_id": Envelope.objects.create(
            channel=support,
            body=b"\x00\xff",
            body_hash="x",
            size=2,
            received_at=now(),
            state="quarantined",
            error="No From.",
        ).pk,
    }


@pytest.fixture(scope="module")
def cast_once(world_once: World) -> dict[str, Agent | None]:
    """Somebody of each role, each with a password."""
    by_role = {
        "stranger": cast.wen(),
        "light": cast.lin(),
        "agent": cast.ada(),
        "lead": cast.lea(),
        "admin": cast.maja(),
        "auditor": cast.otto(),
    }
    password = make_password("a-long-password-1")
    for agent in by_role.values():
        agent.password = password
        agent.save(update_fields=["password"])
    return {"anonymous": None, **by_role}


@pytest.fixture
def world(world_once: World, company: None) -> World:
    return world_once


@pytest.fixture
def people(cast_once: dict[str, Agent | None], company: None) -> dict[str, Agent | None]:
    return deepcopy(cast_once)


def ask(client: Client, route: str, row: Row, world: World) -> int:
    """The status of the answer; whatever the request did is taken back."""
    names = {"reply_id": "message_id", "survey_table": "table", "answered_id": "invitation_id"}
    address = reverse(route, kwargs={names.get(name, name): world[name] for name in row.on})
    sent = {name: str(world.get(given, given)) for name, given in row.sent.items()}
    with transaction.atomic():
        status = getattr(client, row.method)(address, sent).status_code
        transaction.set_rollback(True)
    return status


def test_every_route_has_a_row() -> None:
    assert routes() == set(ROWS) | ELSEWHERE


@dataclass
class Walk:
    """What somebody got at every address, and what was written while he only looked."""

    statuses: dict[str, int] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)


def walk(client: Client, world: World) -> Walk:
    told = Walk()
    for route, row in ROWS.items():
        with CaptureQueriesContext(connection) if row.method == "get" else nullcontext([]) as queries:
            told.statuses[route] = ask(client, route, row, world)
        told.written += [
            f"{route}: {query['sql'][:120]}"
            for query in queries
            if query["sql"].startswith(("INSERT", "UPDATE", "DELETE")) and "django_session" not in query["sql"]
        ]
    return told


@pytest.fixture(scope="module")
def walks_once() -> dict[str, Walk]:
    """Who has been everywhere already: each goes once."""
    return {}


@pytest.fixture
def walks(
    walks_once: dict[str, Walk],
    people: dict[str, Agent | None],
    world: World,
    screen: Callable[[Agent], Client],
) -> Callable[[str], Walk]:
    def walked(role: str) -> Walk:
        if role not in walks_once:
            agent = people[role]
            walks_once[role] = walk(screen(agent) if agent else Visitor(), world)
        return walks_once[role]

    return walked


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_is_its_own_and_nothing_else(role: str, walks: Callable[[str], Walk]) -> None:
    surprises = {
        route: f"{status}, expected {ROWS[route].statuses[role]}"
        for route, status in walks(role).statuses.items()
        if status != ROWS[route].statuses[role]
    }
    assert not surprises, "\n".join(f"{route}: {told}" for route, told in surprises.items())


@pytest.mark.parametrize("role", ROLES)
def test_looking_changes_nothing(role: str, walks: Callable[[str], Walk]) -> None:
    assert walks(role).written == []
