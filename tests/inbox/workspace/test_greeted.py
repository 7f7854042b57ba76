"""What the greeter learnt, and what a rule said, at the desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from inbox.agents.models import Agent
from inbox.chats.examples import demo_flow
from inbox.tickets.models import Ticket
from tests import cast
from tests.inbox.livechat.browsers import Browser
from tests.inbox.workspace.pages import part, text_of

pytestmark = pytest.mark.django_db
Screen = Callable[[Agent], Client]


def test_who_takes_over_sees_what_was_asked_and_why_the_bot_left(company: None, screen: Screen) -> None:
    demo_flow(cast.shop_chat())
    visitor = Browser(cast.shop_chat())
    opening = visitor.opens()["conversation"]["opening"]
    visitor.says("", choice=opening["buttons"][0])
    client = screen(cast.ada())
    still = beside(client)
    visitor.says("1007")
    assert (still, beside(client)) == (
        "Asked by the greeter Pressed Where is my order? It still talks with the visitor. Your answer ends that.",
        "Asked by the greeter Pressed Where is my order? Order number 1007 The script came to its end",
    )


def test_its_words_are_marked_as_automatic(company: None, screen: Screen) -> None:
    demo_flow(cast.shop_chat())
    visitor = Browser(cast.shop_chat())
    visitor.says("", choice=visitor.opens()["conversation"]["opening"]["buttons"][0])
    page = screen(cast.ada()).get(f"/tickets/{Ticket.objects.get().pk}/parts/").content.decode()
    assert page.count("Said by itself; it answers nobody.") == 2


def beside(client: Client) -> str:
    page = client.get(f"/tickets/{Ticket.objects.get().pk}/parts/")
    block = part(page, "Asked by the greeter", "</section>")
    return " ".join(f"Asked by the greeter {text_of(block)}".split())
