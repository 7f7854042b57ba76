"""A conversation by mail: to whoever had it, and of no use for sending strangers anything."""

from __future__ import annotations

import pytest

from inbox.channels.mail_models import TicketMail
from inbox.chats.models import Visitor
from inbox.tickets.conversation import note, reply
from inbox.tickets.models import Ticket
from tests import cast
from tests.inbox.livechat.browsers import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(company: None) -> Browser:
    """Of a visitor who asked and was answered."""
    cast.support()
    browser = Browser(cast.shop_chat())
    browser.opens(language="en")
    browser.says("Where is my parcel?")
    reply(Ticket.objects.get(), "On its way.", by=cast.ada())
    note(Ticket.objects.get(), "He is nice.", by=cast.ada())
    return browser


def _asks(browser: Browser, email: str = "bo@larsen.example") -> tuple[int, str]:
    answer = browser.post("transcript", email=email)
    return answer.status_code, answer.json().get("error", "")


def test_it_has_what_was_said_and_says_who_asked_for_it(browser: Browser) -> None:
    asked = browser.post("transcript", email="Bo@larsen.example")
    mail = TicketMail.objects.get()
    told = [mail.text.find(part) for part in ("You ·", "Where is my parcel?", "Ada ·", "On its way.", "Somebody asked")]
    assert (asked.status_code, asked.json(), mail.address, mail.name) == (
        202,
        {"email": "bo@larsen.example"},
        "bo@larsen.example",
        "",
    )
    assert (told == sorted(told), told[0] > 0, "nice" in mail.text + mail.html) == (True, True, False)
    assert mail.subject == f"Transcript: Your chat with Nordlys Shoes ({Ticket.objects.get().ref})"


def test_it_goes_to_the_address_that_was_given_and_to_no_other(browser: Browser) -> None:
    Visitor.objects.update(claimed_email="bo@larsen.example")
    assert [_asks(browser, "victim@x.example"), _asks(browser, "")] == [(403, "other_address"), (202, "")]
    assert [one.address for one in TicketMail.objects.all()] == ["bo@larsen.example"]


def test_nobody_is_sent_more_than_three_a_day_whoever_asks(browser: Browser) -> None:
    mine = [_asks(browser) for _ in range(4)]
    other = Browser(browser.channel)
    other.opens()
    other.says("Hello")
    reply(Ticket.objects.order_by("-id")[0], "Hi.", by=cast.ada())
    assert (mine[-2:], _asks(other), TicketMail.objects.count()) == (
        [(202, ""), (429, "slow_down")],
        (429, "slow_down"),
        3,
    )


def test_what_nobody_of_us_has_answered_is_sent_to_nobody(browser: Browser) -> None:
    browser.says("Buy pills at https://pills.example")
    other = Browser(browser.channel)
    other.opens()
    other.says("Buy pills")
    assert (_asks(other, "victim@x.example"), _asks(browser)) == ((409, "nothing"), (202, ""))
    mail = TicketMail.objects.get()
    assert "pills" not in mail.text + mail.html
