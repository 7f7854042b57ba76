"""A conversation in the widget: what the visitor writes is a ticket, what we answer stands in his chat."""

from __future__ import annotations

import uuid

import pytest

from inbox.channels.models import Delivery, Envelope
from inbox.tickets.conversation import note, reply
from inbox.tickets.models import Message, Ticket
from tests import cast
from tests.inbox.livechat.browsers import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(company: None) -> Browser:
    return Browser(cast.shop_chat())


def test_what_a_visitor_writes_opens_a_ticket_and_our_answer_is_in_his_chat_at_once(browser: Browser) -> None:
    browser.opens()
    said = browser.says("Where is my parcel?", context={"page": {"scroll": 40}})
    ticket = Ticket.objects.get()
    answer = reply(ticket, "On its way.", by=cast.ada())
    note(ticket, "He is nice.", by=cast.ada())
    told = [(one["from"], one["text"], (one["author"] or {}).get("name")) for one in browser.sees()["messages"]]
    assert (said["status"], said["outcome"], told) == (
        201,
        "opened",
        [("visitor", "Where is my parcel?", None), ("agent", "On its way.", "Ada")],
    )
    assert Delivery.objects.get(message=answer).status == "sent"
    assert Message.objects.first().context["page"]["url"] == "https://shop.example/boots"  # type: ignore[union-attr]


def test_the_same_message_sent_again_is_one_message(browser: Browser) -> None:
    browser.opens()
    client_id = uuid.uuid4().hex
    first = browser.says("Hello", client_id=client_id)
    again = browser.says("Hello", client_id=client_id, context={"page": {"url": "https://shop.example/other"}})
    assert (first["message"]["id"], Message.objects.count(), Envelope.objects.count()) == (
        again["message"]["id"],
        1,
        1,
    )


def test_after_a_cursor_comes_only_what_changed(browser: Browser) -> None:
    browser.opens()
    browser.says("One")
    cursor = browser.sees()["cursor"]
    ticket = Ticket.objects.get()
    reply(ticket, "Two", by=cast.ada())
    later = browser.sees(after=cursor)
    assert [one["text"] for one in later["messages"]] == ["Two"]
    assert browser.sees(after=later["cursor"])["messages"] == []


def test_another_browser_sees_nothing_of_it(browser: Browser) -> None:
    browser.opens()
    browser.says("My secret")
    other = Browser(browser.channel)
    other.opens()
    assert (other.sees()["messages"], Browser(browser.channel).get("conversation").status_code) == ([], 401)


def test_our_messages_are_delivered_and_read_and_never_less(browser: Browser) -> None:
    browser.opens()
    browser.says("Hello")
    answer = reply(Ticket.objects.get(), "Hi!", by=cast.ada())
    states = []
    for seen in (False, True, False):
        browser.post("read", up_to=answer.pk, seen=seen)
        states.append(Delivery.objects.get(message=answer).status)
    assert states == ["delivered", "read", "read"]
