"""The built-in outbox: what would have been sent, clearly marked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from inbox.agents.models import Agent
from inbox.channels.delivery import send
from inbox.channels.models import Delivery, OutboxMail
from inbox.common.clock import now
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message, Ticket
from tests.inbox.workspace.pages import text_of

Screen = Callable[[Agent], Client]


@pytest.fixture
def ticket(ticket_once: int, company: None) -> Ticket:
    return Ticket.objects.get(pk=ticket_once)


@pytest.fixture
def kept(ticket: Ticket, ada: Agent) -> OutboxMail:
    """Ada's answer, whose undo window is over."""
    message = reply(ticket, "Hello Bo,\n\nsee https://nordlys.example/s/abc <b>here</b>.", by=ada)
    Delivery.objects.update(next_attempt_at=now())
    send(Delivery.objects.get(message=message).pk)
    return OutboxMail.objects.get()


def test_a_reply_without_a_mail_server_is_in_the_outbox_and_marked_as_not_sent(
    screen: Screen, maja: Agent, kept: OutboxMail, ticket: Ticket
) -> None:
    page = text_of(screen(maja).get("/outbox/"))
    assert [part in page for part in ("Not sent: built-in outbox.", "bo@larsen.example", ticket.ref)] == [True] * 3


def test_a_mail_is_shown_as_text_with_links_to_follow_and_headers(
    screen: Screen, maja: Agent, kept: OutboxMail
) -> None:
    answer = screen(maja).get(f"/outbox/{kept.pk}/")
    page = text_of(answer)
    assert 'href="https://nordlys.example/s/abc"' in answer.content.decode()
    assert [part in page for part in ("Not sent: built-in outbox.", "Message-ID", "<b>here</b>")] == [True] * 3


def test_the_frame_lets_nothing_run_and_nothing_load(screen: Screen, maja: Agent, kept: OutboxMail) -> None:
    OutboxMail.objects.update(
        body=b"Content-Type: text/html\r\n\r\n<p>Hi</p><script>alert(1)</script>"
        b"<img src=https://x.example/p.gif onerror=a()>"
    )
    answer = screen(maja).get(f"/outbox/{kept.pk}/frame/")
    policy, html = answer.headers["Content-Security-Policy"], answer.content.decode()
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert ("<p>Hi</p>" in html, "script" in html, "x.example" in html, "onerror" in html) == (
        True,
        False,
        False,
        False,
    )


def test_a_mail_whose_ticket_is_gone_can_still_be_read(screen: Screen, maja: Agent, kept: OutboxMail) -> None:
    OutboxMail.objects.update(message=None)
    Message.objects.filter(pk=kept.message_id).delete()
    client = screen(maja)
    assert [client.get(path).status_code for path in ("/outbox/", f"/outbox/{kept.pk}/")] == [200, 200]


def test_an_empty_outbox_says_what_to_do(screen: Screen, maja: Agent) -> None:
    assert "Answer a ticket" in text_of(screen(maja).get("/outbox/"))


@pytest.mark.parametrize("more", [1, 50])
def test_the_outbox_asks_the_database_as_often_for_fifty_mails_as_for_one(
    screen: Screen, maja: Agent, kept: OutboxMail, django_assert_num_queries: Callable, more: int
) -> None:
    import uuid

    OutboxMail.objects.bulk_create(
        OutboxMail(
            channel=kept.channel,
            message=kept.message,
            client_ref=uuid.uuid4(),
            recipients=["bo@larsen.example"],
            body=b"",
            kept_at=now(),
        )
        for _ in range(more)
    )
    client = screen(maja)
    with django_assert_num_queries(6):
        client.get("/outbox/")
