"""The bell and what it rings for."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client

from inbox.agents.models import Agent
from inbox.channels.enums import AccountWarning
from inbox.channels.expiry import tell_admins
from inbox.channels.models import Channel
from inbox.common.clock import now
from inbox.escalations.taking import take, waiting
from inbox.sla.escalation import On, Step
from inbox.sla.models import Escalation, Notice
from inbox.sla.sweep import notice_due
from inbox.tickets.models import Ticket
from tests.inbox.escalating import ASKED, DUE, MINUTE, escalates
from tests.inbox.questions import asks
from tests.inbox.workspace.pages import part, text_of

Screen = Callable[[Agent], Client]


@pytest.fixture
def ticket(support: Channel, ada: Agent) -> Ticket:
    """A question that was answered too late for the policy: Ada was told."""
    escalates(Step(on=On.BREACHED, notify=(f"agent:{ada.pk}",)))
    found = asks(support, 1, subject="Where are my shoes?", at=ASKED)
    notice_due(DUE + MINUTE)
    for one in waiting():
        take(one)
    return found


def badge(client: Client) -> str:
    return part(client.get("/notices/bell/"), 'class="rail-badge" aria-hidden="true">', "<")


def test_the_bell_counts_what_is_new_and_the_list_leads_to_the_ticket(
    screen: Screen, ada: Agent, ticket: Ticket
) -> None:
    page = screen(ada).get("/notices/")
    assert (
        badge(screen(ada)),
        [words in text_of(page) for words in ("First reply missed", "Where are my shoes?", "1 new", "New")],
        f'href="/tickets/{ticket.ref}/"' in page.content.decode(),
    ) == ("1", [True] * 4, True)


def test_who_was_not_told_has_no_notice(screen: Screen, carl: Agent, ticket: Ticket) -> None:
    assert (badge(screen(carl)), "Nothing to tell you" in text_of(screen(carl).get("/notices/"))) == ("", True)


def test_opening_the_ticket_is_seeing_its_notice(screen: Screen, ada: Agent, ticket: Ticket) -> None:
    client = screen(ada)
    client.post(f"/tickets/{ticket.pk}/seen/", {"message": "1"})
    assert (badge(client), Notice.objects.get().seen_at is not None) == ("", True)


def test_all_are_marked_as_seen_at_once(screen: Screen, ada: Agent, ticket: Ticket) -> None:
    client = screen(ada)
    answer = client.post("/notices/seen/")
    page = text_of(client.get(answer.headers["Location"]))
    assert (badge(client), "Mark all as seen" in page, "Where are my shoes?" in page) == ("", False, True)


def test_what_is_new_is_said_once(screen: Screen, ada: Agent, ticket: Ticket) -> None:
    client, newest = screen(ada), Notice.objects.get().pk
    said = [client.get(f"/notices/bell/?known={known}").headers.get("HX-Trigger", "{}") for known in (0, newest)]
    assert [json.loads(one).get("toast", {}).get("text") for one in said] == [
        f"First reply missed: {ticket.ref} Where are my shoes?",
        None,
    ]


def test_the_timeline_tells_of_warning_breach_and_escalation(screen: Screen, ada: Agent, ticket: Ticket) -> None:
    page = text_of(screen(ada).get(f"/inbox/open/{ticket.pk}/"))
    told = ("target close: First reply", "target missed: First reply", "escalated: told Ada")
    assert [words in page for words in told] == [True] * 3


def test_a_step_that_nobody_takes_shows_on_the_health_page(screen: Screen, maja: Agent, ticket: Ticket) -> None:
    Escalation.objects.update(done_at=None, attempts=0, act_at=now() - 5 * MINUTE)
    answer = screen(maja).get("/health/").json()
    assert (answer["parts"]["escalations"], answer["escalations_late"]) == ("not ok", 1)


def test_an_admin_reads_of_a_channel_and_is_led_to_it(screen: Screen, maja: Agent, support: Channel) -> None:
    tell_admins(support, AccountWarning.EXPIRED, now(), at=now())
    page = screen(maja).get("/notices/")
    assert ("Access has ended" in text_of(page), f'href="/channels/{support.pk}/"' in page.content.decode()) == (
        True,
        True,
    )
