"""Beside a ticket: who may be the same person, and what is decided about it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.customers.enums import Sign
from inbox.customers.likeness import note_likeness
from inbox.customers.likeness_models import CustomerLikeness
from inbox.tickets.models import Ticket
from tests import cast
from tests.inbox.questions import asks
from tests.inbox.workspace.pages import part, text_of

pytestmark = pytest.mark.django_db
Screen = Callable[[Agent], Client]
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def two(support: Channel) -> tuple[Ticket, Ticket]:
    one, other = asks(support, 1, name="Bo Beet"), asks(support, 2, name="Bo B.")
    note_likeness(one.customer_id, other.customer_id, Sign.WROTE, "c2@x.example")
    return one, other


def address(route: str, ticket: Ticket, *args: int) -> str:
    return reverse(f"workspace:{route}", args=[ticket.pk, *args])


def panel(client: Client, ticket: Ticket) -> str:
    page = client.get(reverse("workspace:ticket", args=[ticket.pk]), follow=True)
    found = part(page, '<section class="alike"', "</section>") if b'class="alike"' in page.content else ""
    return text_of(found)


def test_it_is_shown_with_what_speaks_for_it_and_merged_after_a_look(
    screen: Screen, two: tuple[Ticket, Ticket], ada: Agent
) -> None:
    (one, other), client = two, screen(ada)
    number = CustomerLikeness.objects.get().pk
    shown = panel(client, one)
    asked = text_of(client.get(address("likeness", one, number), headers={"X-Pane": "dialog"}).content.decode())
    done = client.post(address("likeness", one, number), headers=SCRIPT)
    after = panel(client, one)
    other.refresh_from_db()
    assert "Maybe the same person Bo B. Latest ticket: " in shown
    assert "One wrote the other's address: c2@x.example Same person Not the same" in shown
    assert "All that belongs to Bo B. goes to Bo Beet" in asked
    assert ("is the same person as Bo Beet now." in done["HX-Trigger"], other.customer) == (True, one.customer)
    assert "The same person Bo B. merged on" in after

    client.post(address("customer_merge", one, CustomerLikeness.objects.get().second_id), {"method": "delete"})
    other.refresh_from_db()
    assert (other.customer.name, "Maybe the same person" in panel(client, one)) == ("Bo B.", True)


def test_who_is_somebody_else_is_not_suggested_again(screen: Screen, two: tuple[Ticket, Ticket], ada: Agent) -> None:
    (one, other), client = two, screen(ada)
    path = address("likeness_dismissal", one, CustomerLikeness.objects.get().pk)
    told = client.post(path, headers=SCRIPT)
    gone = [panel(client, ticket) for ticket in (one, other)]
    client.delete(f"{path}?undone=1", headers=SCRIPT)
    assert ("Bo B. is somebody else." in told["HX-Trigger"], gone) == (True, ["", ""])
    assert "Bo Beet" in panel(client, other)


def test_only_who_answers_customers_and_sees_the_other_ticket_is_told(
    screen: Screen, two: tuple[Ticket, Ticket], ada: Agent
) -> None:
    one, other = two
    Ticket.objects.filter(pk=other.pk).update(team=cast.shipping())
    number = CustomerLikeness.objects.get().pk
    shown = [panel(screen(agent), one) for agent in (cast.lin(), cast.otto(), ada)]
    answers = [screen(agent).post(address("likeness", one, number)).status_code for agent in (cast.lin(), ada)]
    assert (shown, answers) == (["", "", ""], [404, 404])
    assert "Bo B." in panel(screen(cast.lea()), one)
