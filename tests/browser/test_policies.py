"""An admin orders what is promised, with the keyboard and the mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from inbox.agents.models import Agent
from tests.browser.conftest import Screen
from tests.browser.test_shell import found_by_axe

pytestmark = pytest.mark.browser


def names(page: Page) -> list[str]:
    return page.locator(".policy .entry-title").all_inner_texts()


def test_an_admin_makes_a_policy_and_puts_it_in_its_place(screen: Screen, maja: Agent) -> None:
    page = screen(maja)
    page.goto("/settings/policies/new/")
    page.fill("#name", "Wholesale")
    page.check("input[name=priority][value=high]")
    page.fill("#first_response-high", "45m")
    page.press("#first_response-high", "Tab")
    expect(page.locator("#meaning")).to_contain_text("45 m")
    for target in ("next_response", "resolution"):
        page.uncheck(f"input[name={target}-promised]")
    page.click("button[value=add]")
    page.check("input[name=step-0-notify][value=assignee]")
    found = found_by_axe(page)
    page.press("#name", "Enter")
    expect(page.locator("h1")).to_have_text("Wholesale")
    page.goto("/settings/policies/")
    found += found_by_axe(page)
    assert (names(page), found) == (["Wholesale", "Standard"], [])
    page.locator("button[aria-label='Move Wholesale down']").press("Enter")
    expect(page.locator(".policy .entry-title").first).to_have_text("Standard")
    page.locator(".policy:last-child .policy-grip").drag_to(page.locator(".policy:first-child .policy-main"))
    expect(page.locator(".policy .entry-title").first).to_have_text("Wholesale")
