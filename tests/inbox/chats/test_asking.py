"""After a chat its visitor is asked in the chat, while he is there, and answers where he is asked."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from inbox.agents.models import Agent
from inbox.channels import delivery
from inbox.channels.mail_models import TicketMail
from inbox.channels.models import OutboxMail
from inbox.chats.letters import write_due
from inbox.chats.models import Visitor
from inbox.common.clock import moved_to
from inbox.surveys.actions import send_due
from inbox.surveys.models import Answer, Invitation
from inbox.tickets.actions import resolve
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message, Ticket
from tests import cast
from tests.inbox.livechat.browsers import Browser

pytestmark = pytest.mark.django_db
#: A Tuesday.
NOON, NIGHT = datetime(2026, 3, 3, 12, tzinfo=UTC), datetime(2026, 3, 3, 22, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def browser(company: None) -> Iterator[Browser]:
    """Of a visitor who is there at noon, and was answered."""
    cast.support()
    with moved_to(NOON):
        yield _answered(cast.shop_chat(), cast.ada())


def _answered(channel: Any, ada: Agent) -> Browser:
    browser = Browser(channel)
    browser.opens(language="en")
    browser.says("Where is my parcel?")
    reply(Ticket.objects.order_by("-id")[0], "On its way.", by=ada)
    return browser


def _resolved(at: datetime = NOON) -> Invitation:
    resolve(Ticket.objects.order_by("-id")[0], by=cast.ada(), at=at)
    return Invitation.objects.order_by("-id")[0]


def _asked(browser: Browser, at: datetime = NOON) -> dict[str, Any]:
    """The question as it stands in the chat once the ticket is resolved."""
    _resolved(at)
    send_due(at)
    found: dict[str, Any] = browser.sees()["messages"][-1]["survey"]
    return found


def _press(browser: Browser, step: dict[str, Any]) -> dict[str, Any]:
    choice = {"id": step["id"], "label": step["label"]}
    return browser.says("", client_id=uuid.uuid4().hex, choice=choice)


def test_who_is_there_is_asked_at_once_and_who_went_after_the_usual_wait(browser: Browser) -> None:
    at_once = _resolved().send_at
    other = _answered(browser.channel, cast.ada())
    other.post("steps", left=True)
    later = _resolved().send_at
    assert (at_once, later) == (NOON, NOON + 10 * MINUTE)


def test_who_ends_the_chat_himself_is_asked_at_once(browser: Browser) -> None:
    browser.post("steps", left=True)
    browser.post("end")
    assert Invitation.objects.get().send_at == NOON


def test_nobody_is_asked_at_night_because_he_is_there(browser: Browser) -> None:
    with moved_to(NIGHT):
        browser.post("steps", page={"url": "https://shop.example/boots"})
        assert _resolved(NIGHT).send_at == datetime(2026, 3, 4, 9, tzinfo=UTC)


def test_he_is_asked_once_in_thirty_days_however_often_he_chats(browser: Browser) -> None:
    _asked(browser)
    resolve_again = browser.says("One more thing")
    reply(Ticket.objects.get(), "Yes?", by=cast.ada())
    assert (resolve_again["status"], _resolved(NOON + MINUTE).suppressed_because) == (201, "asked_lately")


def test_he_answers_in_the_chat_changes_his_mind_and_adds_words(browser: Browser) -> None:
    asked = _asked(browser)
    pressed = [_press(browser, asked["scale"][place]) for place in (4, 1)]
    told = browser.post("survey", message=asked["message"], comment=" Too slow. ").json()["survey"]
    again = browser.sees()["messages"][-1]["survey"]
    assert (
        [step["score"] for step in asked["scale"]],
        asked["answered"],
        [(one["outcome"], one["message"]["survey"]["answered"]) for one in pressed],
        (told["answered"], told["comment"], told["is_open"], told == again),
    ) == ([1, 2, 3, 4, 5], None, [("answered", 5), ("answered", 2)], (2, "Too slow.", True, True))
    assert list(Answer.objects.filter(is_current=True).values_list("score", "source")) == [(2, "channel")]
    # A press is no message.
    assert (asked["low"], asked["high"], Message.objects.count()) == ("very difficult", "very easy", 3)


def test_a_question_that_is_over_is_shown_as_closed_and_takes_no_answer(browser: Browser) -> None:
    asked = _asked(browser)
    browser.says("Wait, one more thing")
    shown = next(one["survey"] for one in browser.sees()["messages"] if one.get("survey"))
    commented = browser.post("survey", message=asked["message"], score=5, comment="Good")
    assert (shown["is_open"], _press(browser, asked["scale"][4])["outcome"], commented.status_code) == (
        False,
        "too_late",
        410,
    )
    assert not Answer.objects.exists()


def test_nobody_answers_for_another(browser: Browser) -> None:
    asked = _asked(browser)
    other = _answered(browser.channel, cast.ada())
    _press(other, asked["scale"][4])
    refused = other.post("survey", message=asked["message"], score=5, comment="Good")
    assert (refused.status_code, Answer.objects.exists()) == (404, False)


def test_words_without_a_score_are_no_answer(browser: Browser) -> None:
    asked = _asked(browser)
    assert [browser.post("survey", message=asked["message"], **told).status_code for told in ({}, {"score": 9})] == [
        400,
        400,
    ]


def test_who_left_and_has_not_seen_the_question_gets_it_by_mail_once(browser: Browser) -> None:
    browser.post("steps", left=True)
    Visitor.objects.update(claimed_email="bo@larsen.example")
    browser.post("read", up_to=Message.objects.order_by("-id")[0].pk, seen=True)
    _resolved()
    send_due(NOON + 10 * MINUTE)
    written = [write_due(NOON + minutes * MINUTE) for minutes in (12, 20, 30)]
    mail = TicketMail.objects.get()
    delivery.send_mail(mail.pk)
    body = bytes(OutboxMail.objects.get().body)
    assert (written, mail.purpose, mail.address, mail.text) == ([0, 1, 0], "survey", "bo@larsen.example", "")
    assert (b"Auto-Submitted: auto-generated" in body, b"/s/" in body, b"List-Unsubscribe" in body) == (True,) * 3
