"""Whose a chat is: who takes chats and how many, and handing one over."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from inbox.agents.models import Agent
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message, Ticket
from tests import cast
from tests.inbox.livechat.browsers import Browser
from tests.inbox.workspace.pages import part, text_of

pytestmark = pytest.mark.django_db
Screen = Callable[[Agent], Client]


@pytest.fixture
def chat(company: None) -> Ticket:
    """Somebody asks, and Ada answers."""
    visitor = Browser(cast.shop_chat())
    visitor.opens()
    visitor.says("Hello")
    ticket = Ticket.objects.get()
    reply(ticket, "Hi!", by=cast.ada())
    return ticket


def menu(client: Client) -> str:
    return text_of(part(client.get("/profile/"), 'id="agent-menu"', "<hr>"))


def test_who_takes_chats_sees_how_many_he_has(chat: Ticket, screen: Screen) -> None:
    client = screen(cast.ada())
    client.post("/profile/chats/", {"takes": "1"})
    client.post("/profile/chats/", {"most": "3"})
    taking = menu(client)
    client.post("/profile/chats/", {"takes": "0"})
    assert ("you have 1 of 3" in taking, "you have" in menu(client)) == (True, False)
    assert Agent.objects.filter(takes_chats=True).count() == 0


@pytest.mark.parametrize("most", ["0", "21", "-1", "many"])
def test_a_number_of_chats_that_makes_no_sense_is_refused(company: None, screen: Screen, most: str) -> None:
    client = screen(cast.ada())
    client.post("/profile/chats/", {"most": most})
    assert "Between 1 and 20 chats at once." in text_of(client.get("/profile/"))
    assert Agent.objects.get(pk=cast.ada().pk).most_chats == 4


def test_a_chat_is_handed_to_a_colleague_with_a_note(chat: Ticket, screen: Screen) -> None:
    client, carl = screen(cast.ada()), cast.carl()
    asked = text_of(client.get(f"/tickets/{chat.pk}/handing-over/"))
    client.post(f"/tickets/{chat.pk}/handing-over/", {"to": f"agent-{carl.pk}", "note": "He speaks Danish."})
    chat.refresh_from_db()
    said = Message.objects.latest("id")
    assert ("Carl" in asked, "Ada" in asked.partition("Colleagues")[2]) == (True, False)
    assert (chat.assignee, said.kind, said.text) == (carl, "note", "He speaks Danish.")


def test_a_chat_is_handed_to_a_team_and_is_nobodys_there(chat: Ticket, screen: Screen) -> None:
    team = cast.shipping()
    screen(cast.lea()).post(f"/tickets/{chat.pk}/handing-over/", {"to": f"team-{team.pk}"})
    chat.refresh_from_db()
    assert (chat.team, chat.assignee, Message.objects.filter(kind="note").exists()) == (team, None, False)


def test_a_handing_over_to_nobody_is_refused_and_nothing_is_said(chat: Ticket, screen: Screen) -> None:
    refused = screen(cast.ada()).post(f"/tickets/{chat.pk}/handing-over/", {"to": "agent-0", "note": "Yours."})
    assert (refused.status_code, "Choose a colleague or a team." in text_of(refused)) == (422, True)
    assert not Message.objects.filter(kind="note").exists()


def test_who_can_not_answer_is_handed_nothing(chat: Ticket, screen: Screen) -> None:
    to = {"to": f"agent-{cast.otto().pk}", "note": "Yours."}
    refused = screen(cast.ada()).post(f"/tickets/{chat.pk}/handing-over/", to)
    chat.refresh_from_db()
    assert (refused.status_code, chat.assignee, Message.objects.filter(kind="note").exists()) == (
        422,
        cast.ada(),
        False,
    )
