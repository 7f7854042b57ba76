"""The shell as people use it: sign-in, themes, keys, the live connection; and what axe says of its pages."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from channels_adapters.standard_webhooks import key_of, signed_headers
from inbox.agents.models import Agent
from inbox.channels.models import Channel, Envelope, OutboxMail
from inbox.common.clock import now
from tests.browser.conftest import Screen, settle_down
from tests.networks.api import event

pytestmark = pytest.mark.browser
MAIL = b"From: Nordlys <support@nordlys.example>\r\nTo: bo@larsen.example\r\nSubject: Order\r\n\r\nOn its way.\r\n"


@pytest.fixture
def kept(support: Channel) -> OutboxMail:
    return OutboxMail.objects.create(
        channel=support,
        client_ref="6dbb2a2e-53c8-4b07-9a4d-1d9ab25f31a5",
        recipients=["bo@larsen.example"],
        body=MAIL,
        kept_at=now(),
    )


@pytest.fixture
def unreadable(support: Channel) -> Envelope:
    return Envelope.objects.create(
        channel=support,
        body=b"\x00\xff",
        body_hash="a",
        size=2,
        received_at=now(),
        state="quarantined",
        error="No From.",
    )


def pages_of_the_shell(support: Channel, kept: OutboxMail, unreadable: Envelope) -> list[str]:
    return [
        "/profile/",
        "/channels/",
        f"/channels/{support.pk}/",
        f"/channels/{support.pk}/settings/",
        f"/channels/{support.pk}/imports/",
        "/channels/new/",
        "/channels/new/email/",
        "/channels/new/telegram/",
        "/channels/quarantine/",
        f"/channels/quarantine/{unreadable.pk}/",
        "/outbox/",
        f"/outbox/{kept.pk}/",
        "/settings/policies/",
        "/settings/policies/new/",
        "/account/2fa/",
        "/account/password/change/",
    ]


def found_by_axe(page: Page) -> list[str]:
    """What axe finds on the page, a line each."""
    settle_down(page)
    # No script answers in the frame of a mail.
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"], "iframes": False}
    results = Axe().run(page, options=rules).response
    return [f"{page.url} {found['id']}: {node['target']}" for found in results["violations"] for node in found["nodes"]]


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_the_shell_and_none_scrolls_sideways(
    screen: Screen, maja: Agent, support: Channel, kept: OutboxMail, unreadable: Envelope, width: int, theme: str
) -> None:
    page = screen(maja, width=width, theme=theme)
    found = []
    for address in pages_of_the_shell(support, kept, unreadable):
        answer = page.goto(address)
        assert answer is None or answer.status == 200, address
        found += found_by_axe(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{address} is wider than the screen")
    assert found == []


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_at_the_door(screen: Screen, width: int, theme: str) -> None:
    page = screen(None, width=width, theme=theme)
    found = []
    for address in ("/account/login/", "/setup/"):
        page.goto(address)
        found += found_by_axe(page)
    assert found == []


def test_an_agent_signs_in_and_finds_what_he_asked_for(screen: Screen, ada: Agent) -> None:
    ada.set_password("a-long-password-1")
    ada.save()
    ada.set_password("a-long-password-1")
    ada.save()
    page = screen(None)
    page.goto("/profile/")
    page.get_by_label("Email").fill("ada@nordlys.example")
    page.get_by_label("Password").fill("a-long-password-1")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Ada")).to_be_visible()


def test_the_theme_changes_at_once_and_is_kept_for_the_next_page(screen: Screen, ada: Agent) -> None:
    page = screen(ada)
    page.goto("/profile/")
    page.get_by_role("button", name="Ada").click()
    with page.expect_response("**/profile/appearance/"):
        page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    ada.refresh_from_db()
    assert ada.theme == "dark"


def test_keys_open_their_help_and_lead_to_places_but_not_while_somebody_writes(screen: Screen, maja: Agent) -> None:
    page = screen(maja)
    page.goto("/profile/")
    page.get_by_label("Name").focus()
    page.keyboard.type("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_label("Name").evaluate("field => field.blur()")
    page.keyboard.type("?")
    help_ = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_.get_by_text("Channels")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.type("gs")
    expect(page.get_by_role("heading", name="Channels")).to_be_visible()


def test_keys_work_on_a_keyboard_of_another_script(screen: Screen, maja: Agent) -> None:
    page = screen(maja)
    page.goto("/profile/")
    page.evaluate(
        """() => [["п", "KeyG"], ["ы", "KeyS"]].forEach(([key, code]) =>
            document.body.dispatchEvent(new KeyboardEvent("keydown", {key, code, bubbles: true, cancelable: true})))"""
    )
    expect(page.get_by_role("heading", name="Channels")).to_be_visible()


def test_two_tabs_share_one_live_connection_and_the_second_takes_over(screen: Screen, ada: Agent) -> None:
    first = screen(ada)
    streams: list[str] = []
    first.context.on("request", lambda request: streams.append(request.url) if "/live/" in request.url else None)
    first.goto("/profile/")
    expect(first.locator("body")).to_have_attribute("data-live", "live")
    second = first.context.new_page()
    second.goto("/profile/")
    second.wait_for_function("navigator.locks.query().then(locks => locks.pending.length === 1)")
    assert len(streams) == 1
    # It has been told that the line is live: that it asks for one of its own is what says that it took over.
    with second.expect_request("**/live/**"):
        first.close()
    expect(second.locator("body")).to_have_attribute("data-live", "live")
    assert len(streams) == 2


def test_an_admin_lets_the_servers_be_filled_in_and_watches_them_being_tried(screen: Screen, maja: Agent) -> None:
    page = screen(maja)
    page.goto("/channels/new/email/")
    page.get_by_label("Name", exact=True).fill("Sales")
    page.get_by_label("Address", exact=True).fill("sales@nordlys.example")
    hidden = page.get_by_label("Incoming mail server")
    expect(hidden).to_be_hidden()
    page.get_by_role("button", name="Another mailbox").click()
    expect(hidden).to_have_value("imap.nordlys.example")
    hidden.fill("127.0.0.1")
    page.get_by_label("SMTP server").fill("127.0.0.1")
    page.locator("[name=network_incoming_port], [name=network_port]").evaluate_all(
        "all => all.forEach(e => e.value = 1)"
    )
    page.get_by_role("button", name="Connect").click()
    page.get_by_role("button", name="Try it").click()
    expect(page.locator(".log-line.over")).to_have_count(2)
    expect(page.get_by_text("Incoming mail server 127.0.0.1:1")).to_be_visible()


def test_an_admin_connects_a_program_and_sees_its_first_request_arrive(screen: Screen, maja: Agent, site: str) -> None:
    page = screen(maja)
    page.goto("/channels/")
    page.get_by_role("link", name="Connect a channel").click()
    page.get_by_role("link", name="API", exact=True).click()
    page.get_by_label("Name", exact=True).fill("Till")
    page.get_by_label("Address", exact=True).fill("till")
    secret = page.get_by_label("Signing secret").input_value()
    page.get_by_role("button", name="Connect").click()
    expect(page.locator(".log-line.good")).to_have_count(2)
    expect(page.get_by_text("No request has arrived yet")).to_be_visible()
    body = json.dumps(event("Is the shop open?")).encode()
    signed = signed_headers(key_of(secret), "msg_1", int(now().timestamp()), body)
    path = urlsplit(page.get_by_label("Address for webhooks").input_value()).path
    taken = httpx.post(f"{site}{path}", content=body, headers={"Content-Type": "application/json", **signed})
    assert taken.status_code == 200
    expect(page.get_by_text("First request received at")).to_be_visible()
