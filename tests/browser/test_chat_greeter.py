"""A greeter in a visitor's hands, and the pages on which it is written."""

from __future__ import annotations

from datetime import time

import pytest
from playwright.sync_api import expect

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.chats.examples import demo_flow, demo_rule
from inbox.chats.flow_models import FlowAnswer, FlowRun, FlowStep
from inbox.chats.rule_models import ChatRule, ChatRuleShown
from tests import cast
from tests.browser.conftest import Screen
from tests.browser.host import Host
from tests.browser.test_chat_widget import opened, says
from tests.browser.test_shell import found_by_axe

pytestmark = pytest.mark.browser


@pytest.fixture
def shop(site: str, ada: Agent) -> Channel:
    return cast.shop_chat()


def test_a_visitor_is_met_asked_and_handed_over(screen: Screen, host: Host, shop: Channel) -> None:
    demo_flow(shop)
    page = screen(None)
    page.goto(host.address)
    chat = opened(page)
    log = chat.get_by_role("log")
    chat.get_by_role("button", name="Where is my order?").click()
    expect(log.get_by_text("What is your order number?")).to_be_visible()
    expect(chat.get_by_role("button", name="Returns and exchanges")).to_have_count(0)
    expect(chat.get_by_role("button", name="Talk to a person")).to_be_visible()
    says(chat, "it is NS-1007")
    expect(log.get_by_text("I pass this on to a person")).to_be_visible()
    answers = list(FlowAnswer.objects.values_list("answer", flat=True))
    assert (answers, FlowRun.objects.get().why) == (["Where is my order?", "NS-1007"], "script")


def test_a_rule_speaks_beside_the_button_and_is_sent_away(screen: Screen, host: Host, shop: Channel) -> None:
    demo_rule(shop)
    page = screen(None)
    ChatRule.objects.update(
        page_match="any", seconds=0, cart_at_least=None, when="any", from_hour=time(0), to_hour=time(0)
    )
    page.goto(host.address)
    words = page.locator("inbox-chat").get_by_text("Are you unsure about a size")
    expect(words).to_be_visible()
    # Not another sign of life, which may be on its way.
    with page.expect_response(lambda answer: "dismissed" in (answer.request.post_data or "")):
        page.locator("inbox-chat").get_by_role("button", name="Dismiss").click()
    expect(words).to_have_count(0)
    assert ChatRuleShown.objects.get().dismissed_at is not None


def test_axe_finds_nothing_where_a_greeter_is_written(screen: Screen, site: str, shop: Channel, maja: Agent) -> None:
    flow, rule = demo_flow(shop), demo_rule(shop)
    page = screen(maja)
    place = f"{site}/channels/{shop.pk}/chat"
    step = FlowStep.objects.filter(flow=flow).earliest("position")
    found: list[str] = []
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for address in ("greeter/", f"greeter/steps/{step.pk}/", "rules/", f"rules/{rule.pk}/"):
            page.goto(f"{place}/{address}")
            found += found_by_axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert found == []
