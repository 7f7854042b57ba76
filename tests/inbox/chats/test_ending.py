"""A visitor ends his chat."""

from __future__ import annotations

import pytest

from inbox.reports.verify import differences
from inbox.surveys.models import Invitation
from inbox.tickets.actions import set_state
from inbox.tickets.conversation import reply
from inbox.tickets.enums import EventKind, State
from inbox.tickets.models import Ticket
from tests import cast
from tests.inbox.livechat.browsers import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(company: None) -> Browser:
    browser = Browser(cast.shop_chat())
    browser.opens()
    return browser


def happened(ticket: Ticket, *kinds: EventKind) -> list[tuple[str, bool]]:
    """What happened, and whether the customer did it."""
    events = ticket.events.filter(kind__in=kinds).order_by("id")
    return [(event.kind, event.customer_id == ticket.customer_id) for event in events]


def test_an_answered_chat_that_its_visitor_ends_is_resolved_and_writing_again_reopens_it(browser: Browser) -> None:
    browser.says("Where is my parcel?")
    ticket = Ticket.objects.get()
    reply(ticket, "It comes tomorrow.", by=cast.ada())
    answers = [browser.post("end").json() for _ in range(2)]
    assert answers == [{"ticket": {"state": "resolved", "ref": ticket.ref}}] * 2
    browser.says("It did not come!")
    kinds = (EventKind.CHAT_ENDED, EventKind.RESOLVED, EventKind.REOPENED)
    assert happened(ticket, *kinds) == [(kind, True) for kind in kinds]
    assert (Ticket.objects.get().state, list(differences([ticket.pk]))) == (State.OPEN, [])
    assert Invitation.objects.filter(ticket=ticket).exists()


def test_an_unanswered_chat_that_its_visitor_ends_waits_for_its_answer(browser: Browser) -> None:
    browser.says("Where is my parcel?")
    states = [browser.post("end").json()["ticket"]["state"] for _ in range(2)]
    ticket = Ticket.objects.get()
    assert (states, happened(ticket, EventKind.CHAT_ENDED)) == (["new", "new"], [(EventKind.CHAT_ENDED, True)])
    assert ticket.waiting_since
    reply(ticket, "It comes tomorrow.", by=cast.ada())
    assert browser.post("end").json()["ticket"]["state"] == "resolved"


def test_what_waits_for_somebody_else_is_not_settled_by_a_goodbye(browser: Browser) -> None:
    browser.says("Where is my parcel?")
    ticket = Ticket.objects.get()
    reply(ticket, "I ask the carrier.", by=cast.ada())
    set_state(ticket, State.ON_HOLD, by=cast.ada())
    assert (browser.post("end").json()["ticket"]["state"], happened(ticket, EventKind.CHAT_ENDED)) == ("on_hold", [])


def test_without_a_conversation_there_is_nothing_to_end(browser: Browser) -> None:
    assert browser.post("end").json() == {"ticket": None}
