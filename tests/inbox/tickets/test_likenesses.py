"""Customers who may be one person: what speaks for it is found and shown; nobody is merged for it."""

from __future__ import annotations

import pytest

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.customers.actions import recognize, renumber
from inbox.customers.enums import Sign
from inbox.customers.likeness_models import CustomerLikeness, CustomerLook
from inbox.customers.models import Customer
from inbox.tickets.changes import Refused
from inbox.tickets.likenesses import (
    addresses_in,
    agree,
    alike_to,
    dismiss,
    look,
    merges_into,
    reconsider,
    waiting,
)
from inbox.tickets.models import Message, Ticket
from inbox.tickets.people import unmerge_customers
from tests import cast
from tests.inbox.questions import asks, says

pytestmark = pytest.mark.django_db


def looked() -> int:
    return sum(look(pk) for pk in waiting())


def found() -> list[tuple[str, str, list[list[str]]]]:
    rows = CustomerLikeness.objects.order_by("first", "second").select_related("first", "second")
    return [(row.first.name, row.second.name, [[one["sign"], one["value"]] for one in row.evidence]) for row in rows]


def test_addresses_are_found_as_identities_have_them() -> None:
    text = "I'm Bo.B@X.example. or call +49 (30) 123-4567 / 0049 30 7654321; order 4711, 2026-11-22."
    assert addresses_in(text) == ["bo.b@x.example", "+49301234567", "+49307654321"]
    assert addresses_in("a" * 50_000 + "@" * 50_000 + "1 " * 50_000) == []


def test_who_names_anothers_address_or_has_his_rare_name_may_be_him(support: Channel) -> None:
    asks(support, 1, name="Bo Beet")
    asks(support, 2, "I wrote from C1@x.example before, and from c2@x.example.", name="Bo B.")
    asks(support, 3, "Or bo@y.example.", name="bo beet"), asks(support, 4, "Or eve@y.example.", name="Eve")
    for number in range(5, 10):
        asks(support, number, "Or max@y.example.", name="Max Meier")
    new = looked()
    assert (new, looked(), waiting()) == (2, 0, [])
    assert found() == [
        ("Bo Beet", "Bo B.", [["wrote", "c1@x.example"]]),
        ("Bo Beet", "bo beet", [["same_name", "bo beet"]]),
    ]


def test_a_form_before_a_chat_counts_and_who_is_in_copy_does_not(support: Channel, ada: Agent) -> None:
    asks(support, 1, name="Bo"), asks(support, 2, name="Eve")
    ticket = asks(support, 3, name="Ann")
    says(ticket, "Eve (c2@x.example) knows.")
    ticket.participants.create(customer=Customer.objects.get(name="Eve"), joined_at=ticket.created_at)
    Message.objects.filter(ticket=ticket).update(context={"form": {"E-mail": "c1@x.example"}})
    assert (looked(), found()) == (1, [("Bo", "Ann", [["wrote", "c1@x.example"]])])


def test_what_a_network_says_counts_and_nobody_is_merged(support: Channel) -> None:
    bo = recognize([("phone", "", "+4930123", True)], name="Bo").customer
    eve = recognize([("phone", "", "+4930456", True)], name="Eve").customer
    ann = recognize([("wa", "", "ann", True)], name="Ann").customer
    told = renumber(("phone", "", "+4930123"), ("phone", "", "+4930456"))
    recognize([("wa", "", "ann", True), ("phone", "", "+4930123", True)])
    recognize([("wa", "", "ann", True), ("phone", "", "+4930123", True)])
    assert (told, found()) == (
        "conflict",
        [("Bo", "Eve", [["taken", "+4930456"]]), ("Bo", "Ann", [["taken", "+4930123"]])],
    )
    assert {one.merged_into_id for one in (bo, eve, ann)} == {None}


def test_the_same_number_in_another_scope_speaks_for_one_person(support: Channel) -> None:
    recognize([("phone", "pbx", "+4930123456", True)], name="Bo")
    ann = recognize([("phone", "", "+4930123456", True)], name="Ann")
    ticket = asks(support, 1, name="Eve")
    says(ticket, "Me again: eve@x.example", identity=ann)
    assert (looked(), found()) == (1, [("Bo", "Ann", [["same_address", "+4930123456"]])])


def test_a_message_that_comes_while_somebody_looks_is_looked_at_too(support: Channel) -> None:
    asks(support, 1, name="Bo")
    ticket = asks(support, 2, name="Eve")
    looked()
    says(ticket, "Once more, from c9@x.example.")
    (number,) = waiting()
    CustomerLook.objects.update(lease_token="0" * 32)
    says(ticket, "I am c1@x.example.")
    kept = CustomerLook.objects.get()
    assert (kept.lease_token, kept.pk, looked()) == (None, number, 1)


def _likeness(support: Channel) -> tuple[Ticket, Ticket, CustomerLikeness]:
    first, second = asks(support, 1, name="Bo Beet"), asks(support, 2, "c1@x.example is me too.", name="Bo")
    looked()
    return first, second, CustomerLikeness.objects.get()


def test_it_is_shown_on_both_sides_to_who_sees_the_others_ticket(support: Channel) -> None:
    first, second, _ = _likeness(support)

    def shown(ticket: Ticket, agent: Agent) -> list[tuple[str, int, list[str]]]:
        rows = alike_to(ticket.customer, agent, merged=[])
        return [(row.other.name, row.ticket_id, row.signs) for row in rows]

    words = ["One wrote the other's address: c1@x.example"]
    of_billing, of_shipping = cast.ada(), cast.wen()
    assert shown(first, of_billing) == shown(first, cast.lea()) == [("Bo", second.pk, words)]
    assert shown(second, of_billing) == [("Bo Beet", first.pk, words)]
    Ticket.objects.filter(pk=first.pk).update(team=cast.shipping())
    assert (shown(second, of_billing), shown(first, of_shipping)) == ([], [])
    assert shown(second, of_shipping) == [("Bo Beet", first.pk, words)]


def test_they_are_merged_on_agreement_and_two_again_when_it_is_undone(support: Channel, ada: Agent) -> None:
    first, second, likeness = _likeness(support)
    source = agree(likeness, first.customer, by=ada)
    merges = merges_into(first.customer)
    gone = alike_to(first.customer, ada, merged=merges)
    unmerge_customers(Customer.objects.get(pk=source.pk), by=ada)
    back = alike_to(first.customer, ada, merged=merges_into(first.customer))
    assert (source, [one.source for one in merges], gone) == (second.customer, [source], [])
    assert [one.other for one in back] == [source]


def test_who_were_found_to_be_two_are_not_likened_again_until_somebody_thinks_better(
    support: Channel, ada: Agent
) -> None:
    _, second, likeness = _likeness(support)
    with pytest.raises(Refused):
        dismiss(likeness, by=cast.lin())
    dismiss(likeness, by=ada)
    says(second, "As I said: c1@x.example.")
    again = (looked(), alike_to(second.customer, ada, merged=[]))
    reconsider(likeness, by=ada)
    assert (again, len(alike_to(second.customer, ada, merged=[]))) == ((0, []), 1)


def test_signs_have_words() -> None:
    assert all(str(one.label) for one in Sign)
