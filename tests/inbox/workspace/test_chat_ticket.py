"""A chat at the desk: how it reads, how far our words got, and what was changed in it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from inbox.agents.models import Agent
from inbox.chats.editing import delete
from inbox.chats.models import ChatWidget
from inbox.live.announce import bell, channel
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message, ScheduledReply, Ticket
from tests import cast
from tests.inbox.livechat.browsers import Browser
from tests.inbox.questions import asks
from tests.inbox.workspace.pages import part, text_of

pytestmark = pytest.mark.django_db
Screen = Callable[[Agent], Client]
CART = {"cart": {"total": 129.9, "currency": "EUR", "items": [{"name": "Boots", "quantity": 2, "price": 64.95}]}}


@pytest.fixture
def visitor(company: None) -> Browser:
    """Somebody on the site asks two things in a row."""
    visitor = Browser(cast.shop_chat())
    visitor.opens(context=CART)
    visitor.says("Hello")
    visitor.says("Where is my parcel?")
    return visitor


def shown(client: Client, name: str = "parts") -> HttpResponse:
    return client.get(f"/tickets/{Ticket.objects.get().pk}/{name}/")


def timeline(client: Client) -> str:
    return text_of(f"<ol {part(shown(client), '<ol ', '</ol>')}")


def test_short_messages_of_one_writer_stand_together_under_one_name(visitor: Browser, screen: Screen) -> None:
    for words in ("Let me look.", "It is on its way."):
        reply(Ticket.objects.get(), words, by=cast.ada())
    page = shown(screen(cast.ada())).content.decode()
    lines = [part.partition('"')[0] for part in page.split('<li class="said ')[1:]]
    assert lines == ["customer is-chat", "customer is-chat continues", "agent is-chat", "agent is-chat continues"]
    # How far they got is said once, and that the chat now waits for him needs no line.
    assert (page.count("<footer"), "waiting for the customer" in timeline(screen(cast.ada()))) == (1, False)


def test_how_far_an_answer_got_is_said_in_words(visitor: Browser, screen: Screen) -> None:
    answer = reply(Ticket.objects.get(), "On its way.", by=cast.ada())
    states = []
    for seen in (None, False, True):
        if seen is not None:
            visitor.post("read", up_to=answer.pk, seen=seen)
        states.append(timeline(screen(cast.ada())).rpartition("On its way.")[2].split()[0])
    assert states == ["Sent", "Delivered", "Read"]


def test_how_far_an_answer_got_is_said_although_the_next_one_was_deleted(visitor: Browser, screen: Screen) -> None:
    for words in ("Hi!", "Oops"):
        answer = reply(Ticket.objects.get(), words, by=cast.ada())
    delete(answer, by=cast.ada())
    words = timeline(screen(cast.ada()))
    assert (words.count("Sent"), "Ada deleted a message" in words) == (1, False)


def test_reading_it_tells_the_visitor_so(visitor: Browser, screen: Screen) -> None:
    last = Message.objects.latest("id").pk
    assert visitor.sees()["read_up_to"] == 0
    screen(cast.ada()).post(f"/tickets/{Ticket.objects.get().pk}/seen/", {"message": last})
    assert visitor.sees()["read_up_to"] == last


def test_where_he_was_stands_with_the_message_in_words_and_once(visitor: Browser, screen: Screen) -> None:
    words = timeline(screen(cast.ada()))
    assert "cart 129.90 EUR · Boots" in words
    assert words.count("2 × Boots, 64.95") == 1


def test_an_agent_changes_and_deletes_his_words(visitor: Browser, screen: Screen) -> None:
    answer = reply(Ticket.objects.get(), "It is lost.", by=cast.ada())
    client = screen(cast.ada())
    asked = client.get(f"/messages/{answer.pk}/text/")
    assert "It is lost." in text_of(asked)
    client.post(f"/messages/{answer.pk}/text/", {"text": "It is on its way."})
    changed = timeline(client)
    client.post(f"/messages/{answer.pk}/removal/")
    deleted = timeline(client)
    assert [piece in changed for piece in ("edited", "It is on its way.", "What it said before", "It is lost.")] == [
        True
    ] * 4
    assert [piece in deleted for piece in ("This message was deleted.", "What it said", "It is on its way.")] == [
        True
    ] * 3
    assert [one["is_deleted"] for one in visitor.sees()["messages"]] == [False, False, True]


def test_a_change_that_is_refused_says_why(visitor: Browser, screen: Screen) -> None:
    answer = reply(Ticket.objects.get(), "It is lost.", by=cast.ada())
    refused = screen(cast.carl()).post(
        f"/messages/{answer.pk}/text/", {"text": "Mine."}, headers={"HX-Request": "true"}
    )
    assert (refused.status_code, json.loads(refused["HX-Trigger"])["toast"]["text"]) == (
        409,
        "Only who wrote a message can change it.",
    )
    assert Message.objects.get(pk=answer.pk).text == "It is lost."


def test_answers_to_press_go_with_a_message_and_a_press_is_an_answer(visitor: Browser, screen: Screen) -> None:
    client, ticket = screen(cast.ada()), Ticket.objects.get()
    sent = {"mode": "message", "message_text": "Shall I send it again?", "offer": ["Yes", " ", "No", "Yes"]}
    client.post(f"/tickets/{ticket.pk}/messages/", sent)
    buttons = visitor.sees()["messages"][-1]["buttons"]
    visitor.says("", choice=buttons[0])
    assert [one["label"] for one in buttons] == ["Yes", "No"]
    assert Message.objects.latest("id").text == "Yes"
    assert "Yes No" in timeline(client)


def test_answers_to_press_go_with_a_planned_message(visitor: Browser, screen: Screen) -> None:
    client, ticket = screen(cast.ada()), Ticket.objects.get()
    sent = {"mode": "message", "message_text": "Shall I send it again?", "offer": ["Yes", "No"], "later": "hour"}
    client.post(f"/tickets/{ticket.pk}/messages/", sent)
    client.post(f"/planned/{ScheduledReply.objects.get().pk}/sending/")
    assert [one["label"] for one in visitor.sees()["messages"][-1]["buttons"]] == ["Yes", "No"]


def test_only_a_chat_offers_answers_to_press(company: None, screen: Screen) -> None:
    ticket = asks(cast.support(), 1)
    sent = {"mode": "message", "message_text": "Shall I?", "offer": ["Yes"]}
    screen(cast.ada()).post(f"/tickets/{ticket.pk}/messages/", sent)
    assert Message.objects.latest("id").buttons == []


def test_the_visitor_is_told_that_somebody_writes_by_name_where_names_are_shown(
    visitor: Browser, screen: Screen
) -> None:
    place, ada = f"/tickets/{Ticket.objects.get().pk}/typing/", cast.ada()
    # Whoever else rings meanwhile is told apart by a name that is nobody's.
    ada.name = f"Ada{uuid.uuid4().hex}"
    ada.save()
    client = screen(ada)
    with bell().pubsub() as heard:
        heard.subscribe(channel())
        assert heard.get_message(timeout=30), "nobody listens"
        client.post(place, {"typing": "1"})
        ChatWidget.objects.update(shows_agents=False)
        client.post(place, {"typing": "0"})
        bell().publish(channel(), json.dumps({"topic": "over", "name": ada.name}))
        told = []
        while not told or told[-1]["topic"] != "over":
            news = heard.get_message(timeout=30)
            assert news, "nothing was rung"
            if news["type"] == "message" and ada.name.encode() in news["data"]:
                told.append(json.loads(news["data"]))
    assert [(one["topic"], one.get("what")) for one in told] == [("chat", "typing"), ("over", None)]
