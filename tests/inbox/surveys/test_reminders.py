"""Reminding once who has not answered."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from inbox.agents.models import Agent
from inbox.channels.delivery import send
from inbox.channels.models import Channel, Delivery, OutboxMail
from inbox.customers.models import Customer
from inbox.surveys.access import survey_url
from inbox.surveys.actions import answer, remind_due, send_due, stop_surveys
from inbox.surveys.models import Invitation, Survey
from inbox.tickets.actions import mark_spam, reopen
from inbox.tickets.models import Message, Ticket
from tests.inbox.surveys.stories import DAY, HOUR, NOON, settled, states

SENT = NOON + 2 * DAY
DUE = SENT + 3 * DAY


@pytest.fixture
def asked(support: Channel, ada: Agent) -> Ticket:
    """A customer who was asked by a survey that reminds after three days."""
    Survey.objects.update(reminder_days=3)
    ticket = settled(support, ada)
    send_due(SENT)
    return ticket


def test_who_has_not_answered_is_reminded_once_with_the_same_link(asked: Ticket) -> None:
    early, due, again = remind_due(DUE - HOUR), remind_due(DUE), remind_due(DUE + DAY)
    invitation = Invitation.objects.get()
    for delivery in Delivery.objects.filter(ticket=asked).order_by("id"):
        send(delivery.pk)
    first, second = OutboxMail.objects.filter(message__author_kind="survey").order_by("id")
    letter = message_from_bytes(second.body, policy=policy.default)
    event = asked.events.get(kind="survey_reminded")
    assert (
        (early, due, again),
        (invitation.state, invitation.reminded_at, invitation.remind_at, invitation.sent_at),
        letter["Subject"],
        survey_url(invitation, 5) in letter.get_body(("plain",)).get_content(),
        "We asked you on 5 March" in letter.get_body(("plain",)).get_content(),
        message_from_bytes(first.body, policy=policy.default)["Message-ID"] == letter["Message-ID"],
        (event.occurred_at, event.message),
    ) == (
        (0, 1, 0),
        ("sent", DUE, None, SENT),
        "Reminder: How easy was it? About “Return of order 0988”",
        True,
        True,
        False,
        (DUE, invitation.reminder),
    )


def test_nobody_is_reminded_unless_the_survey_says_so(support: Channel, ada: Agent) -> None:
    settled(support, ada)
    send_due(SENT)
    assert (remind_due(SENT + 13 * DAY), Invitation.objects.get().remind_at) == (0, None)


def _answers(ticket: Ticket, ada: Agent) -> None:
    answer(Invitation.objects.get(), 4, at=SENT + DAY)


def _is_reopened(ticket: Ticket, ada: Agent) -> None:
    reopen(ticket, by=ada, at=SENT + DAY)


def _is_spam(ticket: Ticket, ada: Agent) -> None:
    mark_spam(ticket, by=ada, at=SENT + DAY)


def _opts_out(ticket: Ticket, ada: Agent) -> None:
    stop_surveys(ticket.customer, at=SENT + DAY)


def _is_erased(ticket: Ticket, ada: Agent) -> None:
    Customer.objects.update(erased_at=SENT + DAY)


def _bounces(ticket: Ticket, ada: Agent) -> None:
    Delivery.objects.filter(message__author_kind="survey").update(status="bounced")


@pytest.mark.parametrize("story", [_answers, _is_reopened, _is_spam, _opts_out, _is_erased, _bounces])
def test_who_has_a_reason_not_to_hear_from_us_is_not_reminded(asked: Ticket, ada: Agent, story) -> None:
    story(asked, ada)
    assert (remind_due(DUE), remind_due(DUE + DAY), Message.objects.filter(author_kind="survey").count()) == (0, 0, 1)


def test_a_reminder_waits_for_the_morning_and_does_not_come_on_the_last_day(asked: Ticket) -> None:
    night = datetime(2026, 3, 9, 3, tzinfo=UTC)
    asleep = (remind_due(night), Invitation.objects.get().remind_at)
    late = (remind_due(SENT + 13 * DAY + HOUR), Invitation.objects.get().remind_at)
    assert (asleep, late) == ((0, night.replace(hour=9)), (0, None))


def test_a_reminder_counts_in_no_throttle(asked: Ticket, support: Channel, ada: Agent) -> None:
    remind_due(DUE)
    other = settled(support, ada, 2, at=SENT + 29 * DAY)
    assert (states(other), send_due(SENT + 31 * DAY)) == ([(1, "scheduled", "")], 1)
