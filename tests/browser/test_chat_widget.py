"""The chat on a page of another site, whose policy allows nothing inline, in a real browser."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from inbox.agents.models import Agent
from inbox.channels.models import Channel, Delivery
from inbox.chats.models import Visitor, WidgetField
from inbox.chats.talk import type_as_agent
from inbox.sla.calendars import make_calendar
from inbox.sla.opening import OpeningHours
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message, Ticket
from tests import cast
from tests.browser.conftest import Screen, settle_down
from tests.browser.host import Host, hosting

pytestmark = pytest.mark.browser
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@pytest.fixture
def shop(site: str, ada: Agent) -> Channel:
    return cast.shop_chat()


def opened(page: Page) -> FrameLocator:
    """The chat, opened by its launcher."""
    page.locator("inbox-chat button.launcher").click()
    return chat(page)


def chat(page: Page) -> FrameLocator:
    return page.frame_locator("inbox-chat iframe")


def says(frame: FrameLocator, text: str) -> None:
    box, send = (
        frame.get_by_role("textbox", name="Write a message"),
        frame.get_by_role("button", name="Send", exact=True),
    )
    # What is typed into a frame of another process is lost by the browser until the frame has the focus.
    box.click()
    box.fill(text)
    send.click()


def writes_until(shown: Locator, ticket: Ticket) -> None:
    """The agent writes on: what is told before the visitor's stream stands is not told again by itself."""
    for _ in range(60):
        type_as_agent(ticket, "Ada", is_typing=True)
        with suppress(AssertionError):
            return expect(shown).to_be_visible(timeout=1000)
    raise AssertionError("The visitor does not see that somebody writes.")


def texts(frame: FrameLocator) -> list[str]:
    return frame.locator(".bubble").all_inner_texts()


def test_a_visitor_and_an_agent_talk_on_a_page_of_another_site(screen: Screen, host: Host, ada: Agent) -> None:
    page = screen(None)
    page.goto(host.address)
    frame = opened(page)
    says(frame, "Where is my parcel? https://shop.example/track?id=7.")
    expect(frame.locator(".status")).to_have_text("Delivered")
    ticket = Ticket.objects.get()
    writes_until(frame.get_by_text("Ada is writing"), ticket)
    with page.expect_response("**/read/"):
        answer = reply(ticket, "On its way.", by=ada)
    expect(frame.get_by_role("article", name="Ada")).to_contain_text("On its way.")
    expect(frame.get_by_text("Ada is writing")).to_be_hidden()
    link = frame.get_by_role("link", name="https://shop.example/track?id=7")
    assert (link.get_attribute("href"), link.get_attribute("rel"), link.get_attribute("target")) == (
        "https://shop.example/track?id=7",
        "noopener noreferrer nofollow",
        "_blank",
    )
    frame.locator("input[type=file]").set_input_files({"name": "box.png", "mimeType": "image/png", "buffer": PICTURE})
    expect(frame.locator(".tray small")).to_be_visible()
    says(frame, "Here it is")
    expect(frame.get_by_role("img", name="Picture: box.png")).to_be_visible()
    expect(page.locator("body")).to_have_attribute("data-heard", "On its way.")
    said = Message.objects.filter(direction="in").latest("id")
    assert (said.context["cart"], said.context["page"]["title"]) == ({"total": 99}, "Boots")
    assert Delivery.objects.get(message=answer).status == "read"


def test_who_comes_back_finds_the_conversation_and_what_was_answered_meanwhile(
    screen: Screen, host: Host, ada: Agent
) -> None:
    page = screen(None)
    page.goto(host.address)
    frame = opened(page)
    says(frame, "Do you have these in 42?")
    expect(frame.locator(".status")).to_have_text("Delivered")
    page.goto("about:blank")
    reply(Ticket.objects.get(), "We do!", by=ada)
    page.goto(f"{host.address}/sandals")
    button = page.get_by_role("button", name="Chat: Nordlys Shoes. New messages: 1")
    expect(button).to_be_visible()
    button.click()
    expect(chat(page).get_by_text("We do!")).to_be_visible()
    assert texts(chat(page)) == ["Do you have these in 42?", "We do!"]
    chat(page).get_by_role("button", name="Close the chat").click()
    expect(page.get_by_role("button", name="Chat: Nordlys Shoes", exact=True)).to_be_focused()
    reply(Ticket.objects.get(), "Shall we keep them for you?", by=ada)
    expect(page.locator("inbox-chat .bubble")).to_contain_text("Shall we keep them for you?")
    assert Visitor.objects.count() == 1


def test_what_is_written_without_a_network_is_sent_once_when_it_is_back(screen: Screen, host: Host) -> None:
    page = screen(None)
    page.goto(host.address)
    frame = opened(page)
    says(frame, "One")
    expect(frame.locator(".status")).to_have_text("Delivered")
    page.context.set_offline(True)
    says(frame, "Two")
    says(frame, "Three")
    expect(frame.locator(".status")).to_have_text("Will be sent when you are online")
    assert Message.objects.count() == 1
    page.context.set_offline(False)
    expect(frame.locator(".status")).to_have_text("Delivered")
    assert list(Message.objects.order_by("id").values_list("text", flat=True)) == ["One", "Two", "Three"]
    page.reload()
    opened(page)
    expect(chat(page).locator(".bubble")).to_have_text(["One", "Two", "Three"])


def test_two_tabs_show_one_conversation(screen: Screen, host: Host, ada: Agent) -> None:
    first = screen(None)
    first.goto(host.address)
    frame = opened(first)
    says(frame, "From the first")
    expect(frame.locator(".status")).to_have_text("Delivered")
    second = first.context.new_page()
    second.goto(f"{host.address}/sandals")
    other = opened(second)
    expect(other.get_by_text("From the first")).to_be_visible()
    says(other, "From the second")
    expect(other.locator(".bubble")).to_have_text(["From the first", "From the second"])
    expect(other.locator(".status")).to_have_text("Delivered")
    reply(Ticket.objects.get(), "To both", by=ada)
    for one in (frame, other):
        expect(one.locator(".bubble")).to_have_text(["From the first", "From the second", "To both"])
    assert (Visitor.objects.count(), Ticket.objects.count()) == (1, 1)


def test_consent_form_and_first_words_by_keyboard_alone(screen: Screen, host: Host, shop: Channel) -> None:
    shop.widget.asks_consent = True
    shop.widget.save()
    WidgetField.objects.create(widget=shop.widget, asked="email", is_required=True)
    page = screen(None)
    page.goto(host.address)
    expect(page.locator("inbox-chat button.launcher")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    frame = chat(page)
    expect(frame.get_by_role("dialog", name="Nordlys Shoes")).to_be_visible()
    expect(frame.get_by_role("log", name="Conversation")).to_be_attached()
    expect(frame.get_by_role("button", name="Agree and chat")).to_be_focused()
    assert (page.evaluate("Object.keys(localStorage).length"), Visitor.objects.count()) == (0, 0)
    page.keyboard.press("Enter")
    address = frame.get_by_role("textbox", name="E-mail address")
    expect(address).to_be_focused()
    page.keyboard.press("Enter")
    expect(frame.get_by_text("Please fill this in.")).to_be_visible()
    page.keyboard.type("bo@shop.example")
    page.keyboard.press("Enter")
    expect(frame.get_by_role("textbox", name="Write a message")).to_be_focused()
    page.keyboard.type("Hello")
    page.keyboard.press("Enter")
    expect(frame.locator(".status")).to_have_text("Delivered")
    page.keyboard.press("Escape")
    expect(page.locator("inbox-chat button.launcher")).to_be_focused()
    assert Message.objects.get().text == "Hello"


def test_outside_the_hours_a_message_goes_with_an_address_and_an_answer_waits(
    screen: Screen, host: Host, shop: Channel, maja: Agent
) -> None:
    page = screen(None, width=390, height=844)
    page.goto(host.address)
    frame = opened(page)
    expect(frame.get_by_text("We are here")).to_be_visible()
    shop.widget.calendar = make_calendar("Never", OpeningHours("UTC"), by=maja)
    shop.widget.save()
    says(frame, "When are you back?")
    address = frame.get_by_role("textbox", name="E-mail address")
    address.fill("bo@shop.example")
    expect(frame.get_by_text("We are away", exact=True)).to_be_visible()
    frame.get_by_role("button", name="Start the chat").click()
    expect(frame.locator(".status")).to_have_text("Delivered")
    assert (Message.objects.get().text, Visitor.objects.get().claimed_email) == (
        "When are you back?",
        "bo@shop.example",
    )


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_chat(
    screen: Screen, host: Host, shop: Channel, ada: Agent, width: int, theme: str
) -> None:
    page = screen(None, width=width, height=640, theme=theme)
    page.goto(host.address)
    frame = opened(page)
    says(frame, "Hello https://shop.example/")
    expect(frame.locator(".status")).to_have_text("Delivered")
    reply(Ticket.objects.get(), "Hi!", by=ada)
    expect(frame.get_by_text("Hi!", exact=True)).to_be_visible()
    frame.get_by_role("button", name="More").click()
    found = found_by_axe(page)
    page.keyboard.press("Escape")
    frame.get_by_role("button", name="Emoji").click()
    assert found + found_by_axe(page) == []


def test_the_chat_speaks_the_language_of_the_page(screen: Screen, host: Host) -> None:
    page = screen(None)
    heard = {}
    for wanted in ("en", "zh-CN", "zh-TW", "ru"):
        page.goto(f"{host.address}/?lang={wanted}")
        frame = opened(page)
        expect(frame.get_by_role("log")).to_be_attached()
        heard[wanted] = frame.locator("html").get_attribute("lang")
    assert heard == {"en": "en", "zh-CN": "zh-hans", "zh-TW": "zh-hant", "ru": "ru"}


def test_a_site_that_is_not_allowed_gets_neither_launcher_nor_frame(browser: Browser, site: str, shop: Channel) -> None:
    told: list[str] = []
    context = browser.new_context()
    page = context.new_page()
    page.on("console", lambda message: told.append(message.text))
    with hosting(site) as stranger:
        stranger.key = shop.address
        with page.expect_console_message(lambda message: "may not show this chat" in message.text):
            page.goto(stranger.address)
        assert page.locator("inbox-chat").count() == 0
        with page.expect_event("framenavigated", lambda frame: frame.parent_frame is not None):
            page.goto(f"{stranger.address}/embedding")
        inner = page.frames[1].url
    context.close()
    assert inner.startswith("chrome-error:")
    assert any("frame-ancestors" in one for one in told)
    assert not Visitor.objects.exists()


def found_by_axe(page: Page) -> list[str]:
    """What axe finds in the page and in the frame, a line each."""
    found = []
    for frame in page.frames:
        settle_down(frame)
        frame.evaluate(AXE)
        results = frame.evaluate(f"axe.run({json.dumps(RULES)})")
        found += [f"{one['id']}: {node['target']}" for one in results["violations"] for node in one["nodes"]]
    return found
