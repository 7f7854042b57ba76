"""Said twice in a breath is said once and counted; who floods is marked, slowed down, and can be blocked."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from inbox.channels.models import Envelope, ReceivedEvent
from inbox.chats import limits
from inbox.chats.limits import Limit
from inbox.chats.models import Visitor
from inbox.chats.trust_models import AddressBlock
from inbox.chats.visitors import block, unblock
from inbox.common.clock import now
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message, Ticket
from tests import cast
from tests.inbox.livechat.browsers import Browser, vouched

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(company: None) -> Browser:
    browser = Browser(cast.shop_chat())
    browser.opens()
    return browser


def counted() -> list[tuple[str, int]]:
    found = Message.objects.filter(direction="in").order_by("id")
    return [(one.text, one.context.get("repeated") or 1) for one in found]


def test_the_same_words_in_a_breath_are_one_message_with_a_count(browser: Browser) -> None:
    client_id = uuid.uuid4().hex
    first = browser.says("Hello?")
    cursor = browser.sees()["cursor"]
    again = [browser.says("Hello?", client_id=one) for one in (client_id, client_id, "")]
    outcomes = [one["outcome"] for one in again]
    assert [one["message"]["client_id"] for one in again[:2]] == [client_id] * 2
    browser.says("Anybody?")
    shown = [(one["text"], one["repeated"]) for one in browser.sees(after=cursor)["messages"]]
    events = Ticket.objects.get().events.filter(kind="message_edited").order_by("id")
    times = [event.details["repeated"] for event in events]
    assert (first["outcome"], outcomes, counted(), shown, times) == (
        "opened",
        ["repeated"] * 3,
        [("Hello?", 3), ("Anybody?", 1)],
        [("Hello?", 3), ("Anybody?", 1)],
        [2, 3],
    )


def test_the_same_answer_to_another_question_is_another_message(browser: Browser) -> None:
    browser.says("Yes")
    reply(Ticket.objects.get(), "Really?", by=cast.ada())
    browser.says("Yes")
    assert counted() == [("Yes", 1), ("Yes", 1)]


def test_the_same_words_later_are_another_message(browser: Browser) -> None:
    browser.says("Hello?")
    Message.objects.update(occurred_at=now() - timedelta(minutes=2))
    browser.says("Hello?")
    assert counted() == [("Hello?", 1), ("Hello?", 1)]


def test_the_same_words_of_another_visitor_are_his(browser: Browser) -> None:
    other = Browser(browser.channel)
    other.opens()
    browser.says("Hello?")
    other.says("Hello?")
    assert (counted(), browser.texts(), other.texts()) == ([("Hello?", 1)] * 2, ["Hello?"], ["Hello?"])


def test_who_writes_faster_than_people_do_has_his_ticket_marked(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LIMITS", {**limits.LIMITS, "flood": (Limit("visitor", 2, 10**9),)})
    marks = []
    for text in "abcd":
        browser.says(text)
        marks.append(list(Ticket.objects.get().tags.values_list("name", flat=True)))
    assert marks == [[], [], ["flood"], ["flood"]]


@pytest.mark.parametrize(
    "place", ["conversation", "messages", "other", "read", "sessions", "steps", "typing", "uploads", "upload_bytes"]
)
def test_too_much_is_told_when_to_go_on_and_nothing_is_taken(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    narrow = tuple(Limit(limit.of, 0, 10**9) for limit in limits.LIMITS[place])
    monkeypatch.setattr(limits, "LIMITS", {**limits.LIMITS, place: narrow})
    asks = {
        "conversation": lambda: browser.get("conversation"),
        "messages": lambda: browser.post("messages", id=uuid.uuid4().hex, text="Hi"),
        "other": lambda: browser.post("session"),
        "read": lambda: browser.post("read", up_to=1),
        "sessions": lambda: Browser(browser.channel).begins(),
        "steps": lambda: browser.post("steps"),
        "typing": lambda: browser.post("typing", typing=True),
        "uploads": lambda: browser.sends("a.txt", b"words"),
        "upload_bytes": lambda: browser.sends("a.txt", b"words"),
    }
    before = Visitor.objects.count()
    answer = asks[place]()
    waits = answer.json()["retry_after"]
    assert (answer.status_code, answer.json()["error"], answer.headers["Retry-After"], Visitor.objects.count()) == (
        429,
        "slow_down",
        str(waits),
        before,
    )
    assert not Envelope.objects.exists()
    assert not ReceivedEvent.objects.exists()


def test_a_blocked_visitor_is_told_so_everywhere_and_others_at_his_address_only_if_wished(browser: Browser) -> None:
    neighbour, admin = Browser(browser.channel), cast.maja()
    neighbour.client.defaults["REMOTE_ADDR"] = browser.client.defaults["REMOTE_ADDR"]
    visitor = browser.visitor
    block(visitor, by=admin)
    refused = {
        (answer.status_code, answer.json()["error"])
        for answer in (
            browser.post("session"),
            browser.post("messages", id=uuid.uuid4().hex, text="Hi"),
            browser.get("conversation"),
            browser.sends("a.txt", b"words"),
        )
    }
    alone = neighbour.begins().status_code
    block(visitor, by=admin, with_address=True)
    stranger, known = Browser(browser.channel), Browser(browser.channel)
    for one in (stranger, known):
        one.client.defaults["REMOTE_ADDR"] = browser.client.defaults["REMOTE_ADDR"]
    both = (stranger.begins().status_code, known.begins(identity_token=vouched(browser.channel)).status_code)
    AddressBlock.objects.update(until=now())
    later = stranger.begins().status_code
    unblock(visitor, by=admin)
    again = browser.post("session").status_code
    assert (refused, alone, both, later, again, Message.objects.count()) == (
        {(403, "blocked")},
        200,
        (403, 200),
        200,
        200,
        0,
    )
