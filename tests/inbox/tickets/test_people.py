"""Two customers who are one person, and two again."""

from __future__ import annotations

import pytest

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.customers.models import Customer, CustomerMerge
from inbox.customers.people import one_person, person_of
from inbox.surveys.actions import send_due, stop_surveys
from inbox.tickets.actions import Refused
from inbox.tickets.models import Message, Participant, Ticket
from inbox.tickets.people import merge_customers, unmerge_customers
from tests import cast
from tests.inbox.questions import asks, says
from tests.inbox.surveys.stories import DAY, HOUR, NOON, settled, states


@pytest.fixture
def bo(support: Channel) -> Customer:
    return asks(support, 1, name="Bo", at=NOON).customer


@pytest.fixture
def robert(support: Channel) -> Customer:
    return asks(support, 2, name="Robert", at=NOON).customer


def held(customer: Customer) -> dict[str, int]:
    """How much belongs to a customer."""
    names = ("identities", "tickets", "messages", "participations", "invitations")
    return {name: getattr(customer, name).count() for name in names}


def asker(ticket: Ticket) -> list[str]:
    return [str(one.customer) for one in ticket.participants.filter(is_asker=True)]


ONE = {"identities": 1, "tickets": 1, "messages": 1, "participations": 1, "invitations": 0}


def test_all_that_is_known_of_one_is_known_of_the_other_and_can_go_back(
    support: Channel, ada: Agent, bo: Customer, robert: Customer
) -> None:
    ticket = bo.tickets.get()
    merge_customers(bo, robert, by=ada, at=NOON + HOUR)
    again = merge_customers(bo, robert, by=ada, at=NOON + 2 * HOUR)
    merged = (held(bo), held(robert), asker(ticket))
    later = asks(support, 1, at=NOON + 3 * HOUR)
    says(Ticket.objects.get(pk=ticket.pk), "And?", at=NOON + 3 * HOUR, identity=robert.identities.order_by("id")[0])
    by_robert = asks(support, 2, at=NOON + 3 * HOUR)
    during = (later.customer, by_robert.customer, person_of(bo), sorted(one_person(bo)))
    unmerge_customers(bo, by=ada, at=NOON + 4 * HOUR)
    events = ticket.events.filter(kind="customer_changed").order_by("id").values_list("details__from", "details__to")
    assert (
        again,
        merged,
        during,
        (held(bo), held(robert)),
        sorted(bo.tickets.values_list("pk", flat=True)),
        (asker(ticket), asker(later), asker(by_robert)),
        (list(events), one_person(robert), CustomerMerge.objects.get().undone_at),
    ) == (
        robert,
        (dict.fromkeys(ONE, 0), {name: 2 * count for name, count in ONE.items()}, ["Robert"]),
        (robert, robert, robert, [bo.pk, robert.pk]),
        (
            {"identities": 1, "tickets": 2, "messages": 3, "participations": 2, "invitations": 0},
            {"identities": 1, "tickets": 2, "messages": 2, "participations": 2, "invitations": 0},
        ),
        [ticket.pk, later.pk],
        (["Bo"], ["Bo"], ["Robert"]),
        ([(bo.pk, robert.pk), (robert.pk, bo.pk)], [robert.pk], NOON + 4 * HOUR),
    )


def test_one_person_in_one_ticket_asks_there_once(support: Channel, ada: Agent, bo: Customer, robert: Customer) -> None:
    ticket = bo.tickets.get()
    says(ticket, "Me too.", at=NOON + HOUR, identity=robert.identities.get())
    merge_customers(bo, robert, by=ada, at=NOON + 2 * HOUR)
    merged = asker(ticket)
    unmerge_customers(bo, by=ada, at=NOON + 3 * HOUR)
    parties = Participant.objects.filter(ticket=ticket).order_by("customer").values_list("customer__name", "is_asker")
    authors = list(Message.objects.filter(ticket=ticket).order_by("id").values_list("customer__name", flat=True))
    assert (merged, list(parties), authors) == (["Robert"], [("Bo", True), ("Robert", False)], ["Bo", "Robert"])


def test_who_wants_no_surveys_as_one_wants_none_as_both(ada: Agent, bo: Customer, robert: Customer) -> None:
    stop_surveys(bo, at=NOON)
    Customer.objects.filter(pk=robert.pk).update(erased_at=NOON + HOUR)
    merge_customers(bo, robert, by=ada, at=NOON + 2 * HOUR)
    unmerge_customers(bo, by=ada, at=NOON + 3 * HOUR)
    found = Customer.objects.order_by("pk").values_list("survey_opt_out_at", "erased_at")
    assert list(found) == [(NOON, NOON + HOUR), (NOON, NOON + HOUR)]


def test_one_person_is_asked_once_and_two_are_asked_each(support: Channel, ada: Agent) -> None:
    first = settled(support, ada, 1, name="Bo", address="bo@x.example")
    second = settled(support, ada, 2, name="Robert", address="robert@x.example", at=NOON + 5 * DAY)
    send_due(NOON + 2 * DAY)
    merge_customers(first.customer, second.customer, by=ada, at=NOON + 5 * DAY + HOUR)
    as_one = (send_due(NOON + 7 * DAY), states(first), states(second))
    unmerge_customers(first.customer, by=ada, at=NOON + 8 * DAY)
    third = settled(support, ada, 3, name="Robert", address="robert@x.example", at=NOON + 9 * DAY)
    assert (as_one, states(third)) == (
        (0, [(1, "sent", "")], [(1, "suppressed", "asked_lately")]),
        [(1, "scheduled", "")],
    )


@pytest.mark.parametrize("who", ["lin", "otto"])
def test_who_does_not_answer_customers_does_not_merge_them(bo: Customer, robert: Customer, who: str) -> None:
    with pytest.raises(Refused):
        merge_customers(bo, robert, by=getattr(cast, who)())
    assert (held(bo), CustomerMerge.objects.count()) == (ONE, 0)


def test_what_is_merged_is_not_merged_again_and_chains_are_undone_from_their_end(
    support: Channel, ada: Agent, bo: Customer, robert: Customer
) -> None:
    rob = asks(support, 3, name="Rob", at=NOON).customer
    merge_customers(bo, robert, by=ada)
    for source, into in ((bo, rob), (rob, bo), (rob, rob)):
        with pytest.raises(Refused):
            merge_customers(source, into, by=ada)
    merge_customers(robert, rob, by=ada)
    with pytest.raises(Refused):
        unmerge_customers(bo, by=ada)
    one = sorted(one_person(bo)) == sorted([bo.pk, robert.pk, rob.pk])
    unmerge_customers(robert, by=ada)
    unmerge_customers(bo, by=ada)
    with pytest.raises(Refused):
        unmerge_customers(bo, by=ada)
    assert (one, [held(who) for who in (bo, robert, rob)]) == (True, [ONE, ONE, ONE])
