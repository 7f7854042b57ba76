"""An admin makes a chat for a site, dresses it, says what it asks, and hands its secret to the site's developers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from tests.browser.conftest import Screen
from tests.browser.test_shell import found_by_axe

pytestmark = pytest.mark.browser
PARTS = ("", "chat/general/", "chat/look/", "chat/before/", "chat/hours/", "chat/after/", "chat/security/")


def is_within(page: Page) -> bool:
    """Whether nothing has to be scrolled to from the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_an_admin_sets_up_a_chat_and_sees_it_while_he_types(screen: Screen, maja: Agent, support: Channel) -> None:
    page = screen(maja)
    page.goto("/channels/new/livechat/")
    found = found_by_axe(page)
    page.fill("[name=name]", "Chat on shop.example")
    page.fill("[name=origins]", "https://shop.example")
    page.locator("button.primary[type=submit]").click()
    expect(page.locator("#figures")).to_contain_text("Waiting for the first visit")
    home = page.url

    page.goto(f"{home}chat/look/")
    page.fill("[name=colour]", "#ffdd00")
    page.select_option("[name=side]", "left")
    page.fill("[name=en-greeting]", "Ahoy!")
    ground = page.locator(".chat-ground.is-light")
    expect(ground.locator(".chat-panel-said")).to_have_text("Ahoy!")
    expect(ground).to_have_class("chat-ground is-light side-left")
    expect(ground.locator(".chat-launcher")).to_have_css("background-color", "rgb(255, 221, 0)")
    # The field somebody is typing in keeps the focus while the preview is drawn anew.
    expect(page.locator("[name=en-greeting]")).to_be_focused()

    page.goto(f"{home}chat/before/")
    page.locator("button[value='add:topic']").press("Enter")
    page.fill("[name='0-choices-en']", "Orders\nReturns")
    with page.expect_navigation():
        page.locator("button.primary[type=submit]").click()
    expect(page.locator("[name='0-choices-en']")).to_have_value("Orders\nReturns")

    page.goto(f"{home}chat/security/")
    page.get_by_role("button", name="Make the secret").press("Enter")
    expect(page.locator("#secret [role=status] input")).to_have_value(re.compile(r"^[\w-]{43}$"))
    found += found_by_axe(page)
    for width, scheme in ((1280, "light"), (320, "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        for part in PARTS:
            page.goto(home + part)
            found += found_by_axe(page)
            assert is_within(page), (part, width)
    assert found == []
