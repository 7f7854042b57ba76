"""What monitors see: one word for everybody, the figures for those who look after the installation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from channels_adapters.contracts import Payload
from inbox.agents.models import Agent
from inbox.channels.enums import EnvelopeState
from inbox.channels.intake import accept
from inbox.channels.models import Channel, Delivery, Envelope, Poller
from inbox.common.clock import now
from inbox.live.announce import bell
from inbox.sla.models import Clock
from inbox.tickets.conversation import reply
from inbox.tickets.models import Ticket
from tests.inbox.mails import mail
from tests.web import Visitor

Screen = Callable[[Agent], Client]
AGO = timedelta(minutes=5)


def test_all_is_well_and_a_stranger_learns_no_more_than_that(company: None) -> None:
    answer = Visitor().get("/health/")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_an_agent_learns_no_more_than_a_stranger_and_an_admin_the_figures(
    screen: Screen, ada: Agent, maja: Agent
) -> None:
    assert screen(ada).get("/health/").json() == {"status": "ok"}
    assert screen(maja).get("/health/").json() == {
        "status": "ok",
        "parts": dict.fromkeys(
            ("database", "redis", "intake", "delivery", "clocks", "mailboxes", "accounts", "escalations"), "ok"
        ),
        "waiting": 0,
        "waiting_lag_seconds": 0,
        "quarantined": 0,
        "sending": 0,
        "sending_lag_seconds": 0,
        "unconfirmed": 0,
        "failed_last_week": 0,
        "breaches_not_noticed": 0,
        "stale_pollers": 0,
        "accounts_without_access": 0,
        "escalations_late": 0,
        "escalations_retried": 0,
        "escalations_failed_last_week": 0,
    }


def failing(client: Client) -> tuple[int, list[str]]:
    answer = client.get("/health/")
    return answer.status_code, [name for name, state in answer.json()["parts"].items() if state != "ok"]


def test_mail_that_nobody_reads_shows_within_a_minute(screen: Screen, maja: Agent, support: Channel) -> None:
    accept(support, Payload(body=mail()))
    fresh = failing(screen(maja))
    Envelope.objects.update(received_at=now() - AGO)
    assert (fresh, failing(screen(maja))) == ((200, []), (503, ["intake"]))


def test_mail_that_is_being_read_right_now_is_not_late(screen: Screen, maja: Agent, support: Channel) -> None:
    accept(support, Payload(body=mail()))
    Envelope.objects.update(received_at=now() - AGO, lease_until=now() + AGO)
    assert failing(screen(maja)) == (200, [])


def test_quarantine_is_a_figure_and_no_alarm_of_its_own(screen: Screen, maja: Agent, support: Channel) -> None:
    accept(support, Payload(body=mail()))
    Envelope.objects.update(state=EnvelopeState.QUARANTINED)
    answer = screen(maja).get("/health/")
    assert (answer.status_code, answer.json()["quarantined"]) == (200, 1)


def test_a_reply_that_nobody_sends_shows_but_not_while_it_can_still_be_taken_back(
    screen: Screen, maja: Agent, ada: Agent, ticket: Ticket
) -> None:
    Clock.objects.update(noticed_at=now())
    reply(ticket, "On its way.", by=ada)
    fresh = failing(screen(maja))
    Delivery.objects.update(next_attempt_at=now() - AGO)
    assert (fresh, failing(screen(maja))) == ((200, []), (503, ["delivery"]))


def test_a_breach_that_nobody_noticed_shows(screen: Screen, maja: Agent, ticket: Ticket) -> None:
    Clock.objects.filter(target="first_response").update(due_at=now() - AGO, noticed_at=None)
    assert failing(screen(maja)) == (503, ["clocks"])


def test_a_mailbox_that_can_not_be_read_shows(screen: Screen, maja: Agent, support: Channel) -> None:
    Poller.objects.create(channel=support, place="imap:INBOX", fault="auth", error="The server refused the sign-in.")
    shown = failing(screen(maja))
    Channel.objects.update(is_active=False)
    assert (shown, failing(screen(maja))) == ((503, ["mailboxes"]), (200, []))


def test_without_redis_the_health_is_not_ok(
    company: None, settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    bell.cache_clear()
    try:
        answer = Visitor().get("/health/")
    finally:
        bell.cache_clear()
    assert (answer.status_code, answer.json()) == (503, {"status": "not ok"})
