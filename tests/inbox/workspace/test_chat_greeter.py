"""The pages on which a greeter and rules that speak first are written, as a browser without scripts uses them."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.chats.examples import demo_flow
from inbox.chats.flow_editing import problems
from inbox.chats.flow_models import Flow, FlowStep
from inbox.chats.flow_queries import flow_of, script_of
from inbox.chats.rule_models import ChatRule
from tests import cast
from tests.inbox.workspace.test_chat_settings import errors, typed

pytestmark = pytest.mark.usefixtures("company")
Screen = Callable[[Agent], Client]


@pytest.fixture
def chat(company: None) -> Channel:
    return cast.shop_chat()


def test_the_example_is_taken_looked_through_and_switched_on(screen: Screen, chat: Channel) -> None:
    client, place = screen(cast.maja()), f"/channels/{chat.pk}/chat/greeter/"
    empty = client.get(place)
    client.post(f"{place}steps/", {"kind": "example"})
    page = client.get(place)
    client.post(place, typed(client, place, is_active="on", starts="before"))
    flow = flow_of(chat.pk)
    assert flow
    assert ("Nobody greets yet" in empty.content.decode(), steps_of(page), flow.is_active, problems(flow)) == (
        True,
        ["welcome", "order", "returns", "sizes", "matter"],
        True,
        [],
    )


def test_a_walk_says_what_visitors_would_read_in_their_language(screen: Screen, chat: Channel) -> None:
    flow = demo_flow(chat)
    client, place = screen(cast.maja()), f"/channels/{chat.pk}/chat/greeter/"
    option = flow.steps.get(key="welcome").options.get(next__key="returns")
    pressed = f"{option.pk + 4}"
    said = bubbles(client.get(place, {"walk": f"{pressed}.3"}))
    over = client.get(place, {"walk": "1.x.99999"}).content.decode()
    assert ([one[:12] for one in said], "From here on a person has it." in over) == (
        ["What can we ", "Returns and ", "You can send", "No, it did n", "I pass this "],
        True,
    )


def test_a_step_is_written_with_its_buttons(screen: Screen, chat: Channel) -> None:
    client, place = screen(cast.maja()), f"/channels/{chat.pk}/chat/greeter/steps/"
    client.post(place, {"kind": "buttons"})
    client.post(place, {"kind": "ask"})
    address = f"{place}{FlowStep.objects.get(kind='buttons').pk}/"
    given = {"key": "Start here", "text-en": "What is it?", "b1-en": "An order", "b1-next": "ask-1", "b2-en": "Else"}
    client.post(address, typed(client, address, **given))
    client.post(address, typed(client, address, **{"b2-removal": "on", "b3-en": "More", "b3-ru": "Ещё"}))
    step = script_of(flow_of(chat.pk) or Flow()).steps[0]
    assert (step.key, step.texts, [(one.labels, one.next) for one in step.options]) == (
        "start-here",
        {"en": "What is it?"},
        [({"en": "An order"}, "ask-1"), ({"en": "More", "ru": "Ещё"}, None)],
    )


def test_what_would_leave_visitors_stuck_is_told_and_not_saved(screen: Screen, chat: Channel) -> None:
    demo_flow(chat)
    client = screen(cast.maja())
    step = FlowStep.objects.get(key="welcome")
    address = f"/channels/{chat.pk}/chat/greeter/steps/{step.pk}/"
    refused = client.post(address, typed(client, address, **{"text-en": ""}))
    moved = client.post(f"{address}place/", {"by": "1"}, follow=True)
    sentence = "“welcome” says nothing in English: write what the bot says there."
    assert (sentence in unescape(refused.content.decode()), steps_of(moved)[0]) == (True, "welcome")
    assert "Nothing is changed. In the empty chat only buttons can stand" in unescape(moved.content.decode())
    assert step.texts.filter(language="en").exists()


def test_a_step_is_removed(screen: Screen, chat: Channel) -> None:
    demo_flow(chat)
    client = screen(cast.maja())
    step = FlowStep.objects.get(key="sizes")
    page = client.post(f"/channels/{chat.pk}/chat/greeter/steps/{step.pk}/removal/", follow=True)
    assert steps_of(page) == ["welcome", "order", "returns", "matter"]


def test_a_rule_is_written_changed_moved_and_removed(screen: Screen, chat: Channel) -> None:
    client, place = screen(cast.maja()), f"/channels/{chat.pk}/chat/rules/"
    new = typed(client, f"{place}new/", name="Cart", **{"text-en": "Hello", "author": cast.ada().pk})
    refused = client.post(f"{place}new/", {**new, "page_match": "contains", "text-en": ""})
    client.post(f"{place}new/", new)
    client.post(f"{place}new/", {**new, "name": "Second", "author": ""})
    first, second = ChatRule.objects.order_by("id")
    address = f"{place}{first.pk}/"
    client.post(address, typed(client, address, cart_at_least="99.50", from_hour="10:30"))
    client.post(f"{place}{second.pk}/place/", {"by": "-1"})
    listed = re.findall(r'class="entry-title"[^>]*>([^<]+)', client.get(place).content.decode())
    client.post(f"{place}{second.pk}/removal/")
    first.refresh_from_db()
    assert (errors(refused), listed, str(first.cart_at_least), first.author, ChatRule.objects.count()) == (
        [
            "Write what it says: this is the chat's own language.",
            "Write a part of the address, such as “/cart”, or choose any page.",
        ],
        ["Second", "Cart"],
        "99.50",
        cast.ada(),
        1,
    )


def steps_of(page: HttpResponse) -> list[str]:
    return re.findall(r'<li class="policy[^"]*" id="step-([^"]+)"', page.content.decode())


def bubbles(page: HttpResponse) -> list[str]:
    found: list[Any] = re.findall(r'<li class="is-(?:ours|theirs)">.*?</span>(.*?)</li>', page.content.decode(), re.S)
    return [unescape(one) for one in found]
