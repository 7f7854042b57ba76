"""Deciding whom to ask when a ticket is resolved, and taking it back when the matter goes on."""

from __future__ import annotations

import pytest

from inbox.agents.models import Agent, Team
from inbox.channels.models import Channel
from inbox.customers.models import Customer, Identity
from inbox.surveys import actions
from inbox.surveys.models import Invitation, Survey
from inbox.tickets.actions import (
    assign,
    mark_spam,
    move_to_team,
    open_ticket,
    reopen,
    resolve,
)
from inbox.tickets.conversation import reply
from inbox.tickets.models import Ticket, TicketEvent
from tests.inbox.mails import arrives, mail
from tests.inbox.questions import says
from tests.inbox.surveys.stories import DAY, HOUR, NOON, answered, settled, states, written

DAY_AFTER = NOON + 2 * DAY


def test_a_resolved_ticket_gets_a_question_a_day_later_credited_to_who_answered_last(
    support: Channel, ada: Agent, carl: Agent, billing: Team, shipping: Team, wen: Agent
) -> None:
    ticket = answered(written(support), ada)
    reply(ticket, "And here is the label.", by=carl, at=NOON + 2 * HOUR)
    assign(ticket, wen, by=ada, at=NOON + 3 * HOUR)
    move_to_team(ticket, shipping, by=ada, at=NOON + 3 * HOUR)
    resolve(ticket, by=wen, at=NOON + 4 * HOUR)
    invitation = Invitation.objects.get()
    assert (
        states(ticket),
        (invitation.send_at, invitation.decided_at, invitation.agent, invitation.team, invitation.language),
        list(
            ticket.events.filter(kind__startswith="survey").order_by("id").values_list("kind", "occurred_at", "details")
        ),
    ) == (
        [(1, "scheduled", "")],
        (NOON + 4 * HOUR + DAY, NOON + 4 * HOUR, carl, billing, "en"),
        [
            (
                "survey_scheduled",
                NOON + 4 * HOUR,
                {"invitation": invitation.pk, "cycle": 1, "send_at": invitation.send_at.isoformat()},
            )
        ],
    )


def test_deciding_twice_changes_nothing(support: Channel, ada: Agent) -> None:
    ticket = settled(support, ada)
    before = (states(ticket), TicketEvent.objects.count())
    actions.decide(ticket, list(ticket.events.filter(kind="resolved")))
    assert (states(ticket), TicketEvent.objects.count()) == before


def _without_a_reply(channel: Channel, ada: Agent) -> Ticket:
    return resolve(written(channel), by=ada, at=NOON + HOUR)


def _spam(channel: Channel, ada: Agent) -> Ticket:
    ticket = mark_spam(answered(written(channel), ada), by=ada, at=NOON + 2 * HOUR)
    return resolve(ticket, by=ada, at=NOON + 3 * HOUR)


def _automatic(channel: Channel, ada: Agent) -> Ticket:
    ticket = arrives(channel, mail(date="Tue, 03 Mar 2026 10:00:00 +0000", Auto_Submitted="auto-replied")).ticket
    return resolve(answered(ticket, ada), by=ada, at=NOON + 2 * HOUR)


def _opted_out(channel: Channel, ada: Agent) -> Ticket:
    ticket = answered(written(channel), ada)
    Customer.objects.update(survey_opt_out_at=NOON)
    return resolve(Ticket.objects.get(pk=ticket.pk), by=ada, at=NOON + 2 * HOUR)


def _erased(channel: Channel, ada: Agent) -> Ticket:
    ticket = answered(written(channel), ada)
    Customer.objects.update(erased_at=NOON)
    return resolve(Ticket.objects.get(pk=ticket.pk), by=ada, at=NOON + 2 * HOUR)


def _without_an_address(channel: Channel, ada: Agent) -> Ticket:
    ticket = answered(written(channel), ada)
    Identity.objects.update(kind="phone")
    return resolve(ticket, by=ada, at=NOON + 2 * HOUR)


def _switched_off(channel: Channel, ada: Agent) -> Ticket:
    Survey.objects.update(is_active=False)
    return settled(channel, ada)


def _not_in_the_sample(channel: Channel, ada: Agent) -> Ticket:
    Survey.objects.update(sample_percent=0)
    return settled(channel, ada)


def _asked_a_week_ago(channel: Channel, ada: Agent) -> Ticket:
    settled(channel, ada, 9, at=NOON - 8 * DAY)
    actions.send_due(NOON - 7 * DAY)
    return settled(channel, ada)


def _opened_by_an_agent(channel: Channel, ada: Agent) -> Ticket:
    customer = Customer.objects.create(name="Bo", created_at=NOON)
    Identity.objects.create(customer=customer, kind="email", value="bo@larsen.example", created_at=NOON)
    ticket = open_ticket(customer=customer, identity=None, channel_id=channel.pk, subject="Your order", by=ada, at=NOON)
    return resolve(answered(ticket, ada), by=ada, at=NOON + 2 * HOUR)


@pytest.mark.parametrize(
    ("story", "cycle", "reason"),
    [
        (_without_a_reply, 1, "no_human_reply"),
        (_spam, 1, "spam"),
        (_automatic, 0, "automatic_sender"),
        (_opted_out, 1, "opted_out"),
        (_erased, 1, "erased"),
        (_without_an_address, 1, "no_address"),
        (_switched_off, 1, "survey_off"),
        (_not_in_the_sample, 1, "sampled_out"),
        (_asked_a_week_ago, 1, "asked_lately"),
        (_opened_by_an_agent, 0, "no_customer"),
    ],
)
def test_not_asking_is_a_row_and_an_event_with_the_reason(
    support: Channel, ada: Agent, story, cycle: int, reason: str
) -> None:
    ticket = story(support, ada)
    events = ticket.events.filter(kind__startswith="survey")
    assert (
        states(ticket),
        [(event.kind, event.details["reason"], event.details["cycle"]) for event in events],
        actions.send_due(DAY_AFTER),
    ) == ([(cycle, "suppressed", reason)], [("survey_suppressed", reason, cycle)], 0)


def test_the_customers_next_question_cancels_what_is_scheduled_and_its_cycle_is_asked_about(
    support: Channel, ada: Agent
) -> None:
    ticket = settled(support, ada)
    says(ticket, "It does not fit the box.", at=NOON + 3 * HOUR)
    cancelled = states(ticket)
    answered(ticket, ada, at=NOON + 4 * HOUR)
    resolve(ticket, by=ada, at=NOON + 5 * HOUR)
    assert (cancelled, states(ticket)) == (
        [(1, "cancelled", "")],
        [(1, "cancelled", ""), (2, "scheduled", "")],
    )


def test_reopening_voids_the_link_of_a_question_not_answered_yet(support: Channel, ada: Agent) -> None:
    ticket = settled(support, ada)
    actions.send_due(DAY_AFTER)
    reopen(ticket, by=ada, at=DAY_AFTER + HOUR)
    event = ticket.events.get(kind="survey_cancelled")
    assert (states(ticket), event.details["state"], event.occurred_at) == (
        [(1, "voided", "")],
        "voided",
        DAY_AFTER + HOUR,
    )


def test_an_answer_given_stays_with_its_cycle_when_the_matter_goes_on(support: Channel, ada: Agent) -> None:
    ticket = settled(support, ada)
    actions.send_due(DAY_AFTER)
    actions.answer(Invitation.objects.get(), 4, at=DAY_AFTER + HOUR)
    reopen(ticket, by=ada, at=DAY_AFTER + 2 * HOUR)
    assert (states(ticket), ticket.events.filter(kind="survey_cancelled").count()) == ([(1, "answered", "")], 0)


def test_resolved_too_early_and_again_the_same_cycle_is_still_asked_about_once(support: Channel, ada: Agent) -> None:
    ticket = resolve(written(support), by=ada, at=NOON + HOUR)
    first = states(ticket)
    reopen(ticket, by=ada, at=NOON + 2 * HOUR)
    answered(ticket, ada, at=NOON + 3 * HOUR)
    resolve(ticket, by=ada, at=NOON + 4 * HOUR)
    second = states(ticket)
    sent = actions.send_due(DAY_AFTER)
    reopen(ticket, by=ada, at=DAY_AFTER + HOUR)
    resolve(ticket, by=ada, at=DAY_AFTER + 2 * HOUR)
    assert (first, second, sent, states(ticket), actions.send_due(DAY_AFTER + 3 * DAY)) == (
        [(1, "suppressed", "no_human_reply")],
        [(1, "scheduled", "")],
        1,
        [(1, "voided", "")],
        0,
    )
