"""Visitors who move: from the computer to the phone on a slow line, and away from the page altogether."""

from __future__ import annotations

import email
import time
from datetime import timedelta
from email.policy import default

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from inbox.agents.models import Agent
from inbox.channels import delivery
from inbox.channels.models import Channel, OutboxMail
from inbox.chats.letters import write_due
from inbox.chats.models import Visitor
from inbox.chats.starting import start_chat
from inbox.common.clock import now
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message, Ticket
from tests import cast
from tests.browser.conftest import Screen
from tests.browser.host import Host
from tests.browser.test_chat_widget import opened, says
from tests.inbox.livechat.browsers import vouched
from tests.inbox.mails import arrives, mail

pytestmark = pytest.mark.browser
#: What browsers call "3G": milliseconds, and bytes a second down and up.
THIRD_GENERATION = {"offline": False, "latency": 300, "downloadThroughput": 180_000, "uploadThroughput": 84_000}


@pytest.fixture
def shop(site: str, ada: Agent, support: Channel) -> Channel:
    return cast.shop_chat()


def is_known(page: Page, shop: Channel) -> None:
    """The site tells who its visitor is."""
    page.evaluate("token => inboxChat.push(['identify', token])", vouched(shop, name="Bo Larsen"))


def test_whom_the_site_knows_goes_on_from_another_device_on_a_slow_line(
    screen: Screen, host: Host, shop: Channel, ada: Agent
) -> None:
    computer, phone = screen(None), screen(None, width=360, height=740)
    computer.goto(host.address)
    is_known(computer, shop)
    says(opened(computer), "Can I still change my order?")
    expect(computer.frame_locator("inbox-chat iframe").locator(".status")).to_have_text("Delivered")
    line = phone.context.new_cdp_session(phone)
    line.send("Network.emulateNetworkConditions", THIRD_GENERATION)
    phone.goto(host.address)
    is_known(phone, shop)
    chat = opened(phone)
    expect(chat.get_by_text("Can I still change my order?")).to_be_visible()
    says(chat, "It is number 7.")
    expect(chat.locator(".status").last).to_have_text("Delivered")
    reply(Ticket.objects.get(), "Yes, until noon.", by=ada)
    for page in (computer, phone):
        shown = page.frame_locator("inbox-chat iframe").locator(".bubble")
        expect(shown).to_have_text(["Can I still change my order?", "It is number 7.", "Yes, until noon."])
    assert (Visitor.objects.filter(subject="customer-42").count(), Ticket.objects.get().customer.name) == (
        2,
        "Bo Larsen",
    )


def test_an_open_chat_hears_what_its_person_says_on_another_device_and_waits_for_a_slow_server(
    screen: Screen, host: Host, shop: Channel
) -> None:
    computer, phone = screen(None), screen(None, width=360, height=740)
    asked: list[str] = []

    def answer(route: Route) -> None:
        """Neither the first request nor the first with the token is answered."""
        asked.append(route.request.post_data or "")
        told = [one for one in asked if ("identity_token" in one) == ("identity_token" in asked[-1])]
        route.abort() if len(told) == 1 else route.continue_()

    phone.route("**/session/", answer)
    for page in (phone, computer):
        page.goto(host.address)
        page.evaluate("inboxChat.push(['on', 'identify', () => (document.body.dataset.is = 'known')])")
        is_known(page, shop)
    chat = opened(phone)
    for page in (phone, computer):
        expect(page.locator("body")).to_have_attribute("data-is", "known")
    expect(chat.locator(".bubble")).to_have_count(0)
    says(opened(computer), "Can I still change my order?")
    expect(chat.get_by_text("Can I still change my order?")).to_be_visible()


def test_nothing_begins_anew_while_a_proof_is_on_its_way(screen: Screen, host: Host, shop: Channel) -> None:
    page = screen(None)

    def answer(route: Route) -> None:
        """The server knows who he is for a second before his browser does."""
        answered = route.fetch()
        if "identity_token" in (route.request.post_data or ""):
            time.sleep(1)
        route.fulfill(response=answered)

    page.route("**/session/", answer)
    page.goto(host.address)
    page.evaluate("inboxChat.push(['on', 'identify', () => (document.body.dataset.is = 'known')])")
    is_known(page, shop)
    chat = opened(page)
    expect(page.locator("body")).to_have_attribute("data-is", "known")
    says(chat, "It is me.")
    expect(chat.locator(".status")).to_have_text("Delivered")
    assert (Visitor.objects.get().subject, Message.objects.get().customer.name) == ("customer-42", "Bo Larsen")


def test_what_is_said_while_a_proof_is_on_its_way_stays(screen: Screen, host: Host, shop: Channel) -> None:
    page = screen(None)
    # Nothing rings: what the frame does not ask for by itself, it does not know.
    page.route("**/stream/", lambda _: None)
    page.goto(host.address)
    is_known(page, shop)
    chat = opened(page)
    says(chat, "It is me.")
    expect(chat.locator(".status")).to_have_text("Delivered")
    late: list[tuple[Route, APIResponse]] = []

    def comes_late(route: Route) -> None:
        late.append((route, route.fetch()))

    page.route("**/session/", comes_late)
    page.evaluate("inboxChat.push(['on', 'identify', () => (document.body.dataset.is = 'known')])")
    is_known(page, shop)
    while not late:
        page.wait_for_timeout(10)
    with page.expect_event("requestfinished", lambda request: "/conversation/?after=" in request.url):
        says(chat, "Where is my order?")
    expect(chat.locator(".bubble")).to_have_count(2)
    expect(chat.locator(".status")).to_have_text("Delivered")
    route, answer = late[0]
    route.fulfill(response=answer)
    expect(page.locator("body")).to_have_attribute("data-is", "known")
    # A stream that stays silent is given up after 45 seconds, and everything asked for anew.
    expect(chat.locator(".bubble")).to_have_count(2, timeout=40_000)
    expect(chat.locator(".status")).to_have_text("Delivered")


def test_whom_we_speak_to_first_sees_it_beside_his_closed_chat(screen: Screen, host: Host, ada: Agent) -> None:
    page = screen(None)
    with page.expect_response("**/session/"):
        page.goto(host.address)
    start_chat(Visitor.objects.get(), "Can I help with the size?", by=ada)
    page.evaluate("history.pushState({}, '', '/sandals')")
    expect(page.locator("inbox-chat .bubble")).to_contain_text("Can I help with the size?")
    shown = opened(page)
    says(shown, "Yes, is 42 large?")
    expect(shown.locator(".bubble")).to_have_text(["Can I help with the size?", "Yes, is 42 large?"])
    reply(Ticket.objects.get(), "It is.", by=ada)
    expect(shown.get_by_text("It is.", exact=True)).to_be_visible()


def test_who_left_is_answered_by_mail_and_finds_all_of_it_in_the_chat_when_he_returns(
    screen: Screen, host: Host, shop: Channel, ada: Agent, support: Channel
) -> None:
    page = screen(None)
    page.goto(host.address)
    says(opened(page), "Where is my parcel?")
    expect(page.frame_locator("inbox-chat iframe").locator(".status")).to_have_text("Delivered")
    Visitor.objects.update(claimed_email="bo@larsen.example")
    page.goto("about:blank")
    reply(Ticket.objects.get(), "At your neighbour's.", by=ada)
    Visitor.objects.update(seen_at=now() - timedelta(minutes=10))
    write_due(now() + timedelta(minutes=10))
    for mail_id in delivery.waiting_mails():
        delivery.send_mail(mail_id)
    [sent] = [email.message_from_bytes(bytes(one.body), policy=default) for one in OutboxMail.objects.all()]
    to = sent["Reply-To"].addresses[0].addr_spec
    arrives(support, mail("Which one?", to=to, message_id="<1@x.example>", answers=str(sent["Message-ID"])))
    assert (sent["To"], Ticket.objects.count(), Message.objects.count()) == ("bo@larsen.example", 1, 3)
    page.goto(host.address)
    shown = opened(page).locator(".bubble")
    expect(shown).to_have_text(["Where is my parcel?", "At your neighbour's.", "Which one?"])
