"""Merging and splitting by programs."""

from __future__ import annotations

import pytest

from inbox.agents.models import Agent, Team
from inbox.channels import actions as channels
from inbox.channels.models import Channel
from inbox.tickets.models import Ticket
from tests.inbox.api.calls import Caller, problem
from tests.inbox.questions import asks, says


@pytest.fixture
def program(ada: Agent) -> Caller:
    return Caller(ada)


def test_a_ticket_is_merged_and_taken_out_again(program: Caller, support: Channel) -> None:
    one, other = asks(support, 1), asks(support, 1)
    merged = program.call("POST", f"tickets/{one.pk}/merge/", {"into": other.pk})
    source = program.reads(f"tickets/{one.pk}/")
    undone = program.call("POST", f"tickets/{one.pk}/unmerge/")
    assert (merged.status_code, merged.json()["id"], source["state"], source["merged_into"]) == (
        200,
        other.pk,
        "closed",
        other.pk,
    )
    assert (undone.json()["id"], undone.json()["state"], undone.json()["merged_into"]) == (one.pk, "new", None)


def test_what_can_t_be_merged_is_told(program: Caller, support: Channel, shipping: Team) -> None:
    one = asks(support, 1)
    hidden = asks(channels.connect(kind="email", address="p@nordlys.example", name="Parcels", team=shipping), 1)
    asked = ({"into": one.pk}, {"into": hidden.pk}, {"into": "x"}, {})
    assert [problem(program.call("POST", f"tickets/{one.pk}/merge/", into)) for into in asked] == [
        (409, "conflict", {}),
        (400, "invalid", {"/into": ["There is no such ticket."]}),
        (400, "invalid", {"/into": ["A valid integer is required."]}),
        (400, "invalid", {"/into": ["This field is required."]}),
    ]
    assert problem(program.call("POST", f"tickets/{one.pk}/unmerge/"))[:2] == (409, "conflict")


def test_a_message_is_split_off_once(program: Caller, support: Channel) -> None:
    ticket = asks(support, 1)
    message = says(ticket, "By the way: where is my invoice?")
    address = f"messages/{message.pk}/split/"
    first, again = (program.call("POST", address, {"and_later": True}, Idempotency_Key="one") for _ in range(2))
    new = Ticket.objects.order_by("id").last()
    assert (first.status_code, again.status_code, first.json(), Ticket.objects.count()) == (201, 201, again.json(), 2)
    assert (first.json()["id"], first.headers["Location"], list(new.messages.all())) == (
        new.pk,
        f"/api/v1/tickets/{new.pk}/",
        [message],
    )
    first_message = f"messages/{ticket.messages.get().pk}/split/"
    assert problem(program.call("POST", first_message, {}))[:2] == (409, "conflict")
