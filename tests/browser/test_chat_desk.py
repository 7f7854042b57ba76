"""A chat at the desk: it comes by itself, one sees the other typing, reads, answers, and mends what was said."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from inbox.agents.models import Agent
from inbox.tickets.models import Message, Ticket
from tests import cast
from tests.browser.conftest import Screen
from tests.browser.test_notices import live
from tests.browser.test_shell import found_by_axe
from tests.inbox.livechat.browsers import Browser

pytestmark = pytest.mark.browser
CART = {"cart": {"total": 129.9, "currency": "EUR", "items": [{"name": "Boots", "quantity": 2, "price": 64.95}]}}


def test_a_chat_goes_on_live_on_both_sides(screen: Screen, ada: Agent) -> None:
    visitor = Browser(cast.shop_chat())
    visitor.opens(context=CART, language="en", time_zone="Asia/Tokyo")
    visitor.says("Hello")
    ticket = Ticket.objects.get()
    page = screen(ada)
    page.goto(f"/inbox/open/{ticket.pk}/")
    live(page)
    text = page.get_by_label("Reply", exact=True).and_(page.locator("textarea"))
    text.fill("Good mor")

    # Both write at the same time: what is being written stays, and what came meanwhile counts as seen.
    visitor.post("typing", typing=True)
    expect(page.locator("[data-typing]")).to_have_text(f"{ticket.customer} is typing")
    expect(page.locator(f"#row-{ticket.pk} .row-typing")).to_be_visible()
    visitor.says("Where is my parcel?")
    expect(page.locator(".said.customer")).to_have_count(2)
    expect(page.locator("[data-typing]")).to_have_text("")
    expect(page.locator("ticket-page")).to_have_attribute("data-told", str(Message.objects.latest("id").pk))
    assert visitor.sees()["read_up_to"] == Message.objects.latest("id").pk
    expect(text).to_have_value("Good mor")
    text.press_sequentially("ning")
    text.press("Control+Enter")
    said = page.locator(".said.agent")
    expect(said.locator(".delivery")).to_contain_text("Sent")
    # One goes on writing where one was.
    expect(page.get_by_label("Reply", exact=True).and_(page.locator("textarea"))).to_be_focused()
    answer = Message.objects.latest("id")
    visitor.post("read", up_to=answer.pk, seen=True)
    expect(said.locator(".delivery")).to_contain_text("Read")
    assert visitor.texts() == ["Hello", "Where is my parcel?", "Good morning"]

    said.hover()
    said.get_by_role("button", name="More about the message from Ada").click()
    page.get_by_role("link", name="Change what it says").click()
    page.get_by_label("The message", exact=True).fill("Good evening")
    page.get_by_role("button", name="Save").click()
    expect(said.locator(".words")).to_have_text("Good evening")
    expect(said).to_contain_text("edited")
    assert visitor.texts()[-1] == "Good evening"
    assert found_by_axe(page) == []
