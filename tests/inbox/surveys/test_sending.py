"""A survey on its way to the customer."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from django.db import connection
from django.http import Http404
from django.test import override_settings

from inbox.agents.models import Agent
from inbox.channels.delivery import send
from inbox.channels.models import Channel, Delivery, OutboxMail
from inbox.customers.models import Customer
from inbox.surveys.access import invitation_for, survey_url, trap_url
from inbox.surveys.actions import send_due
from inbox.surveys.models import Invitation, Survey
from inbox.tickets.actions import mark_spam, reopen, resolve
from inbox.tickets.models import Message, Ticket
from tests.inbox.surveys.stories import DAY, HOUR, NOON, settled, states

LATER = NOON + 2 * DAY


def mail_of(ticket: Ticket):
    """The survey's mail as it leaves."""
    send(Delivery.objects.get(ticket=ticket, message__author_kind="survey").pk)
    return message_from_bytes(OutboxMail.objects.get(message__author_kind="survey").body, policy=policy.default)


@pytest.fixture
def sent(support: Channel, ada: Agent) -> Ticket:
    """A ticket whose customer was asked, with everything before it out of the way."""
    ticket = settled(support, ada)
    for delivery in Delivery.objects.filter(ticket=ticket):
        send(delivery.pk)
    send_due(LATER)
    return ticket


def test_the_question_leaves_when_its_time_has_come(support: Channel, ada: Agent) -> None:
    ticket = settled(support, ada)
    early, late, again = send_due(NOON + DAY), send_due(LATER), send_due(LATER)
    invitation = Invitation.objects.get(ticket=ticket)
    message = Message.objects.get(ticket=ticket, author_kind="survey")
    assert (
        (early, late, again),
        (invitation.state, invitation.sent_at, invitation.send_at, invitation.expires_at, invitation.message),
        (message.kind, message.language, message.subject, message.agent),
        Delivery.objects.get(message=message).status,
        list(ticket.events.order_by("id").values_list("kind", flat=True))[-2:],
    ) == (
        (0, 1, 0),
        ("sent", LATER, None, LATER + 14 * DAY, message),
        ("message", "en", "How easy was it? About “Return of order 0988”", None),
        "queued",
        ["survey_scheduled", "survey_sent"],
    )


def test_the_mail_has_a_link_for_each_score_in_both_parts_and_a_way_to_stop(sent: Ticket) -> None:
    letter = mail_of(sent)
    invitation = Invitation.objects.get(ticket=sent)
    links = [survey_url(invitation, score) for score in (5, 4, 3, 2, 1)]
    stop = letter["List-Unsubscribe"].strip("<>")
    text = letter.get_body(("plain",)).get_content()
    html = letter.get_body(("html",)).get_content()
    assert (
        re.findall(r"https?://\S+", text),
        re.findall(r'href="([^"]+)"', html),
        letter["Auto-Submitted"],
        letter["List-Unsubscribe-Post"],
        letter["Subject"],
        "How easy was it to get this sorted, from 1 very difficult to 5 very easy?" in text,
    ) == (
        [*links, stop],
        [trap_url(invitation), *links, stop],
        "auto-generated",
        "List-Unsubscribe=One-Click",
        "How easy was it? About “Return of order 0988”",
        True,
    )


def test_no_header_and_no_row_an_agent_reads_holds_the_key_to_an_answer(sent: Ticket) -> None:
    letter = mail_of(sent)
    token = survey_url(Invitation.objects.get(ticket=sent)).rstrip("/").rpartition("/")[2]
    headers = "\n".join(f"{name}: {value}" for name, value in letter.items())
    tokens = re.findall(r"[a-z2-7]{20,}", headers)
    message = Message.objects.get(ticket=sent, author_kind="survey")
    refused = [other for other in tokens if not _opens(other)]
    assert (token in headers, refused == tokens and bool(tokens), token in message.text + message.html) == (
        False,
        True,
        False,
    )


def _opens(token: str) -> bool:
    try:
        invitation_for(token)
    except Http404:
        return False
    return True


def test_a_customer_with_two_tickets_is_asked_about_one(support: Channel, ada: Agent) -> None:
    first, second = settled(support, ada, 1), settled(support, ada, 2, subject="Another matter")
    sent = send_due(LATER)
    assert (sent, states(first), states(second)) == (
        1,
        [(1, "sent", "")],
        [(1, "suppressed", "asked_lately")],
    )


def test_who_opted_out_meanwhile_is_not_asked(support: Channel, ada: Agent) -> None:
    ticket = settled(support, ada)
    Customer.objects.update(survey_opt_out_at=NOON + DAY)
    assert (send_due(LATER), states(ticket)) == (0, [(1, "suppressed", "opted_out")])


def test_a_reopened_matter_is_not_asked_about(support: Channel, ada: Agent) -> None:
    ticket = settled(support, ada)
    reopen(ticket, by=ada, at=NOON + 3 * HOUR)
    assert (send_due(LATER), states(ticket)) == (0, [(1, "cancelled", "")])


def test_spam_is_not_asked_about(support: Channel, ada: Agent) -> None:
    ticket = settled(support, ada)
    mark_spam(ticket, by=ada, at=NOON + 3 * HOUR)
    assert (send_due(LATER), states(ticket)) == (0, [(1, "suppressed", "spam")])


def test_a_sweep_that_runs_at_night_leaves_the_question_for_the_morning(support: Channel, ada: Agent) -> None:
    ticket = settled(support, ada)
    night = datetime(2026, 3, 5, 2, tzinfo=UTC)
    assert (send_due(night), Invitation.objects.get(ticket=ticket).send_at) == (0, night.replace(hour=9))


def test_the_delay_of_a_demonstration_is_short_and_knows_no_night(support: Channel, ada: Agent) -> None:
    midnight = datetime(2026, 3, 4, 0, tzinfo=UTC)
    with override_settings(SURVEY_DELAY_SECONDS=20):
        ticket = settled(support, ada, at=midnight)
        sent = send_due(midnight + timedelta(seconds=20))
    assert (sent, states(ticket)) == (1, [(1, "sent", "")])


def test_the_question_is_asked_in_the_customers_language(support: Channel, ada: Agent) -> None:
    ticket = settled(support, ada)
    Ticket.objects.filter(pk=ticket.pk).update(language="")
    Customer.objects.update(language="ru")
    reopen(ticket, by=ada, at=NOON + 3 * HOUR)
    ticket.refresh_from_db()
    resolve(Ticket.objects.get(pk=ticket.pk), by=ada, at=NOON + 4 * HOUR)
    send_due(LATER)
    message = Message.objects.get(ticket=ticket, author_kind="survey")
    assert (message.language, message.subject) == ("ru", "Легко ли всё прошло? Ваше обращение «Return of order 0988»")


def test_one_that_can_not_be_sent_does_not_hold_back_the_others(
    support: Channel, ada: Agent, caplog: pytest.LogCaptureFixture
) -> None:
    broken = settled(support, ada)
    fine = settled(support, ada, 2, name="Mia", address="mia@example.org")
    without_texts = Survey.objects.create(name="Without texts").versions.create(number=1, texts={}, created_at=NOON)
    Invitation.objects.filter(ticket=broken).update(version=without_texts)
    sent = send_due(LATER)
    assert (sent, states(broken), states(fine), "could not be sent" in caplog.text) == (
        1,
        [(1, "scheduled", "")],
        [(1, "sent", "")],
        True,
    )


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_the_same_time_ask_once(support: Channel, ada: Agent) -> None:
    first, second = settled(support, ada, 1), settled(support, ada, 2, subject="Another matter")
    together = threading.Barrier(2)
    sent: list[int] = []

    def sweep() -> None:
        together.wait()
        sent.append(send_due(LATER))
        connection.close()

    sweeps = [threading.Thread(target=sweep) for _ in range(2)]
    for thread in sweeps:
        thread.start()
    for thread in sweeps:
        thread.join()
    # What one sweep found locked by the other, the next one does.
    sent.append(send_due(LATER))
    assert (
        sum(sent),
        sorted([*states(first), *states(second)]),
        Message.objects.filter(author_kind="survey").count(),
    ) == (
        1,
        [(1, "sent", ""), (1, "suppressed", "asked_lately")],
        1,
    )
