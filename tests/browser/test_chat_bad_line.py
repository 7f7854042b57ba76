"""A visitor on a line that breaks: what he wrote, chose and gave up stays so, and the chat comes back by itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.chats.models import WidgetField
from inbox.surveys.actions import send_due
from inbox.surveys.models import Answer, Invitation
from inbox.tickets.actions import resolve
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message, Ticket
from tests import cast
from tests.browser.conftest import Screen
from tests.browser.host import Host
from tests.browser.test_bad_line import held, refused_once
from tests.browser.test_chat_widget import PICTURE, chat, opened, says, writes_until

pytestmark = pytest.mark.browser
#: Fetches the panel in the frame, as the frame itself does; it does not matter whether that works.
PANEL = """() => {
  const { imports } = JSON.parse(document.querySelector("script[type=importmap]").textContent);
  return import(Object.values(imports).find((address) => address.includes("/panel"))).then(() => {}, () => {});
}"""


@pytest.fixture
def shop(site: str, ada: Agent, support: Channel) -> Channel:
    return cast.shop_chat()


def talking(page: Page, host: Host, text: str = "Hello") -> FrameLocator:
    """A chat that has begun."""
    page.goto(host.address)
    frame = opened(page)
    says(frame, text)
    expect(frame.locator(".status")).to_have_text("Delivered")
    return frame


def test_a_chat_whose_parts_did_not_arrive_is_loaded_again(screen: Screen, host: Host) -> None:
    page = screen(None, intercepts=True)
    page.route("**/frame/log*.js", lambda route: route.abort("connectionreset"))
    page.goto(host.address)
    with page.expect_event("requestfailed", lambda request: "/frame/log" in request.url):
        frame = opened(page)
    # The browser has given it up as well.
    page.frames[1].evaluate(PANEL)
    page.unroute("**/frame/log*.js")
    says(frame, "Hello")
    expect(frame.locator(".status")).to_have_text("Delivered")
    # What the site had said of its visitor is told to the new frame too.
    assert Message.objects.get().context["cart"] == {"total": 99}


def test_a_chat_that_did_not_arrive_can_be_closed_on_a_phone_and_is_loaded_again(screen: Screen, host: Host) -> None:
    page = screen(None, width=390, height=844)
    page.route("**/frame/?*", lambda route: route.abort("connectionreset"))
    page.goto(host.address)
    opened(page)
    close = page.get_by_role("button", name="Close the chat")
    close.click()
    expect(page.get_by_role("link", name="Sandals")).to_be_visible()
    page.locator("inbox-chat button.launcher").click()
    page.unroute("**/frame/?*")
    page.evaluate("dispatchEvent(new Event('online'))")
    says(chat(page), "Hello")
    expect(chat(page).locator(".status")).to_have_text("Delivered")
    expect(page.locator("inbox-chat button.launcher")).to_be_hidden()


def test_what_was_given_up_while_it_was_on_its_way_is_not_sent(screen: Screen, host: Host) -> None:
    page = screen(None, intercepts=True)
    frame = talking(page, host)
    refused_once(page, "**/messages/")
    says(frame, "You are useless")
    again = held(page, "**/messages/")
    discard = frame.get_by_role("button", name="Discard")
    expect(discard).to_be_visible()
    tried = again()
    discard.click()
    tried.abort("connectionreset")
    says(frame, "Sorry, one more question")
    expect(frame.locator(".status")).to_have_text("Delivered")
    expect(frame.locator(".bubble")).to_have_text(["Hello", "Sorry, one more question"])
    assert Message.objects.filter(text="You are useless").count() == 0


def test_an_answer_that_rang_while_the_line_broke_is_fetched_again(screen: Screen, host: Host, ada: Agent) -> None:
    page = screen(None, intercepts=True)
    frame = talking(page, host)
    writes_until(frame.get_by_text("Ada is writing"), Ticket.objects.get())
    met = refused_once(page, "**/conversation/*")
    reply(Ticket.objects.get(), "On its way.", by=ada)
    while not met:
        page.wait_for_timeout(10)
    expect(frame.get_by_text("On its way.", exact=True)).to_be_visible()


def test_a_score_and_the_words_to_it_outlast_news_and_a_page_that_is_left(
    screen: Screen, host: Host, ada: Agent
) -> None:
    page = screen(None, intercepts=True)
    frame = talking(page, host)
    ticket = Ticket.objects.get()
    reply(ticket, "On its way.", by=ada)
    resolve(ticket, by=ada)
    send_due(Invitation.objects.get().send_at)
    frame.locator(".survey input").first.click()
    # Left at once, before the score was sent.
    page.goto("about:blank")
    page.goto(host.address)
    opened(page)
    words = frame.locator(".survey textarea")
    expect(words).to_be_visible()
    words.press_sequentially("It took lon")
    reply(ticket, "And sorry for the wait.", by=ada)
    expect(frame.get_by_text("And sorry for the wait.", exact=True)).to_be_visible()
    expect(words).to_be_focused()
    words.press_sequentially("g")
    expect(words).to_have_value("It took long")
    assert Answer.objects.filter(is_current=True).count() == 1


def test_a_form_that_is_asked_anew_holds_what_was_filled_in(screen: Screen, host: Host, shop: Channel) -> None:
    WidgetField.objects.create(widget=shop.widget, asked="email", is_required=True)
    WidgetField.objects.create(widget=shop.widget, asked="phone", position=1, is_required=True)
    page = screen(None, intercepts=True)
    page.goto(host.address)
    frame = opened(page)
    address, phone = frame.locator("#field-0"), frame.locator("#field-1")
    address.fill("bo@shop..example")
    phone.fill("+45 12 34 56 78")
    frame.get_by_role("button", name="Start the chat").click()
    says(frame, "Hello")
    expect(address).to_have_attribute("aria-invalid", "true")
    expect(address).to_have_value("bo@shop..example")
    expect(phone).to_have_value("+45 12 34 56 78")
    address.fill("bo@shop.example")
    frame.get_by_role("button", name="Start the chat").click()
    expect(frame.locator(".status")).to_have_text("Delivered")


def test_a_copy_by_mail_is_asked_for_once_and_said_to_be_on_its_way(screen: Screen, host: Host, ada: Agent) -> None:
    page = screen(None, intercepts=True)
    frame = talking(page, host)
    reply(Ticket.objects.get(), "On its way.", by=ada)
    expect(frame.get_by_text("On its way.", exact=True)).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/transcript/" in request.url else None)
    frame.get_by_role("button", name="More").click()
    frame.get_by_role("button", name="Send the conversation by mail").click()
    frame.get_by_label("E-mail address").fill("bo@larsen.example")
    waiting = held(page, "**/transcript/")
    save = frame.get_by_role("button", name="Save")
    save.click()
    going = waiting()
    frame.get_by_label("E-mail address").press("Enter")
    going.continue_()
    said = frame.get_by_text("It is on its way to bo@larsen.example.")
    expect(said).to_be_visible()
    # News of the line say nothing about it.
    writes_until(frame.get_by_text("Ada is writing"), Ticket.objects.get())
    expect(said).to_be_visible()
    assert len(asked) == 1


def test_a_file_whose_upload_broke_off_is_sent_again(screen: Screen, host: Host) -> None:
    page = screen(None, intercepts=True)
    frame = talking(page, host)
    met = refused_once(page, "**/files/")
    frame.locator("input[type=file]").set_input_files({"name": "box.png", "mimeType": "image/png", "buffer": PICTURE})
    expect(frame.locator(".tray small")).to_be_visible()
    says(frame, "Here it is")
    expect(frame.get_by_role("img", name="Picture: box.png")).to_be_visible()
    assert len(met) == 1


def test_what_was_on_its_way_when_consent_ended_is_not_shown(
    screen: Screen, host: Host, shop: Channel, ada: Agent
) -> None:
    shop.widget.asks_consent = True
    shop.widget.save()
    page = screen(None, intercepts=True)
    page.goto(host.address)
    frame = opened(page)
    frame.get_by_role("button", name="Agree and chat").click()
    says(frame, "My number is 1007")
    expect(frame.locator(".status")).to_have_text("Delivered")
    writes_until(frame.get_by_text("Ada is writing"), Ticket.objects.get())
    waiting = held(page, "**/conversation/*")
    reply(Ticket.objects.get(), "Thank you, Bo.", by=ada)
    late = waiting()
    page.evaluate("inboxChat.push(['consent', false])")
    expect(frame.locator(".bubble")).to_have_count(0)
    with page.expect_response("**/conversation/*"):
        late.continue_()
    expect(frame.get_by_role("button", name="Agree and chat")).to_be_visible()
    page.frames[1].evaluate("new Promise((done) => setTimeout(done))")
    assert frame.locator(".bubble").count() == 0
