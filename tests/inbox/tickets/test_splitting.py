"""Splitting a message off: a ticket of its own that waits since it was written."""

from datetime import UTC, datetime, timedelta

import pytest

from inbox.reports.verify import differences
from inbox.sla.actions import replayed
from inbox.tickets import actions
from inbox.tickets.actions import Refused
from inbox.tickets.conversation import note, reply
from inbox.tickets.enums import Priority
from inbox.tickets.merging import merge
from inbox.tickets.models import Message, Ticket
from inbox.tickets.splitting import split
from tests.inbox.questions import asks, says

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def ticket(support, ada):
    """Asked at nine, answered at ten."""
    asked = asks(support, 1, at=MONDAY)
    reply(asked, "On its way.", by=ada, at=MONDAY + HOUR)
    return asked


def running(ticket):
    """Response runs: since when, how they stand, why waived."""
    ticket = Ticket.objects.get(pk=ticket.pk)
    found = replayed(ticket)
    assert list(differences()) == []
    assert ticket.waiting_since == min(
        (run.started_at for run in found.runs if run.target != "resolution" and run.stopped_at is None), default=None
    )
    return [(run.started_at, run.state.value, run.waived_because) for run in found.runs if run.target != "resolution"]


def test_the_new_ticket_is_its_author_s_and_waits_since_he_wrote(ticket, ada):
    actions.prioritize(ticket, Priority.HIGH, by=ada, at=MONDAY + HOUR)
    message = says(ticket, "By the way: where is my invoice?", at=MONDAY + 2 * HOUR)
    new = split(message, by=ada, at=MONDAY + 3 * HOUR)
    assert (new.customer, new.channel, new.team, new.priority, new.subject, new.created_at, new.snippet) == (
        ticket.customer,
        ticket.channel,
        ticket.team,
        "high",
        "By the way: where is my invoice?",
        MONDAY + 2 * HOUR,
        "By the way: where is my invoice?",
    )
    assert running(new) == [(MONDAY + 2 * HOUR, "running", "")]
    log = new.events.exclude(kind="policy_applied").order_by("id")
    assert [(event.kind, event.occurred_at, event.details["split_from"]) for event in log] == [
        ("created", MONDAY + 2 * HOUR, ticket.pk),
        ("received", MONDAY + 2 * HOUR, ticket.pk),
    ]


def test_the_old_one_no_longer_waits_for_it(ticket, ada):
    message = says(ticket, "By the way: where is my invoice?", at=MONDAY + 2 * HOUR)
    new = split(message, by=ada, at=MONDAY + 3 * HOUR)
    assert running(ticket) == [(MONDAY, "met", ""), (MONDAY + 2 * HOUR, "waived", "split off")]
    told = ticket.events.get(kind="split_off")
    assert (told.details["ticket"], told.details["messages"], ticket.snippet, ticket.last_message_at) == (
        new.pk,
        [message.pk],
        "On its way.",
        MONDAY + HOUR,
    )


def test_what_remains_goes_on_waiting_from_its_own_time(ticket, ada):
    message = says(ticket, "By the way: where is my invoice?", at=MONDAY + 2 * HOUR)
    says(ticket, "And where is the parcel?", at=MONDAY + 3 * HOUR)
    split(message, by=ada, at=MONDAY + 4 * HOUR)
    assert running(ticket)[1:] == [(MONDAY + 3 * HOUR, "running", "")]


def test_later_ones_of_customers_go_along_and_nothing_of_ours(ticket, ada):
    first = says(ticket, "By the way: where is my invoice?", at=MONDAY + 2 * HOUR)
    note(ticket, "Number 77.", by=ada, at=MONDAY + 3 * HOUR)
    says(ticket, "Its number is 77.", at=MONDAY + 4 * HOUR)
    new = split(first, by=ada, and_later=True, at=MONDAY + 5 * HOUR)
    assert [[message.text for message in one.messages.order_by("id")] for one in (ticket, new)] == [
        ["Where is it?", "On its way.", "Number 77."],
        ["By the way: where is my invoice?", "Its number is 77."],
    ]


def test_merging_the_new_one_into_the_old_undoes_it(ticket, ada):
    message = says(ticket, "By the way: where is my invoice?", at=MONDAY + 2 * HOUR)
    new = split(message, by=ada, at=MONDAY + 3 * HOUR)
    merge(new, ticket, by=ada, at=MONDAY + 4 * HOUR)
    assert running(ticket)[2:] == [(MONDAY + 2 * HOUR, "running", "")]


def test_nobody_is_told_automatically_that_it_arrived(ticket, ada, support):
    type(support).objects.filter(pk=support.pk).update(acknowledges=True)
    message = says(ticket, "By the way: where is my invoice?", at=MONDAY + 2 * HOUR)
    new = split(Message.objects.get(pk=message.pk), by=ada)
    assert list(new.messages.all()) == [message]


def test_some_messages_can_t_be_split_off(ticket, ada, support):
    later = says(ticket, "By the way: where is my invoice?")
    spam = asks(support, 2)
    actions.mark_spam(spam, by=ada)
    internal, ours = note(ticket, "Careful.", by=ada), ticket.messages.get(text="On its way.")
    first = ticket.messages.order_by("id").first()
    told = []
    for message in (first, internal, ours, spam.messages.get()):
        with pytest.raises(Refused) as refusal:
            split(message, by=ada)
        told.append(str(refusal.value))
    assert told == [
        "The ticket began with this message: without it there would be nothing left.",
        "Only what a customer wrote can become a ticket of its own.",
        "Only what a customer wrote can become a ticket of its own.",
        "This ticket is spam. Take it out of the spam first.",
    ]
    assert (Ticket.objects.count(), Message.objects.get(pk=later.pk).ticket) == (2, ticket)


def test_a_ticket_that_was_merged_keeps_what_it_holds(ticket, ada, support):
    message = says(ticket, "By the way: where is my invoice?")
    merge(ticket, asks(support, 1), by=ada)
    with pytest.raises(Refused, match="was merged into another ticket"):
        split(message, by=ada)
