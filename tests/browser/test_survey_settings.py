"""An admin sets up a survey: from a template, with a follow-up question, looked at in Chinese, published twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import FrameLocator, Page, Route, expect

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from tests.browser.conftest import Screen
from tests.browser.test_bad_line import held, refused_once
from tests.browser.test_shell import found_by_axe

pytestmark = pytest.mark.browser


def shown(page: Page) -> FrameLocator:
    """What the preview holds."""
    return page.frame_locator(".survey-frame")


def test_an_admin_makes_a_survey_and_sees_what_customers_will_see(
    screen: Screen, maja: Agent, support: Channel
) -> None:
    page = screen(maja)
    page.goto("/settings/surveys/new/")
    found = found_by_axe(page)
    page.check("input[value='csat_5:resolution']")
    page.fill("#name", "Satisfied?")
    page.click("text=Make the survey")
    expect(shown(page).locator("h1")).to_contain_text("How satisfied are you")
    before = page.evaluate("history.length")

    page.click("button[value='question:single']")
    expect(page.locator("#f-q-q1-en-question")).to_be_focused()
    page.fill("#f-q-q1-en-question", "What went wrong?")
    page.fill("#f-q-q1-en-o-a1", "It took too long")
    page.fill("#f-q-q1-en-o-a2", "It is not solved")
    for score in ("1", "2"):
        page.check(f"input[name='q-q1-scores'][value='{score}']")
    # Thanks of a bad score ask; those of a good one don't.
    page.locator("label:has(input[value='thanks'])").click()
    page.select_option("select[name=a]", "2")
    expect(shown(page).locator("body")).to_contain_text("What went wrong?")
    page.select_option("select[name=a]", "5")
    expect(shown(page).locator("body")).not_to_contain_text("What went wrong?")

    # Beside English stands one language, and the preview speaks it.
    page.locator("label:has(#lang-zh-hant)").click()
    page.fill("#f-t-zh-hant-thanks", "多謝！")
    page.select_option("select[name=p-lang]", "zh-hant")
    expect(shown(page).locator("h1")).to_have_text("多謝！")
    page.check("input[name=p-rtl]")
    expect(shown(page).locator("html")).to_have_attribute("dir", "rtl")
    page.locator("label:has(input[value='mail'])").click()
    expect(shown(page).locator("h1")).to_contain_text("您對我們的服務有多滿意")
    found += found_by_axe(page)
    # Looking is no step back in the browser's history.
    assert (page.evaluate("history.length"), found) == (before, [])

    page.locator("button[value=publish]").press("Enter")
    expect(page.locator(".versions")).to_contain_text("Follow-up question added: “What went wrong?”")
    found = found_by_axe(page)
    page.locator("a[href$='/content/']").click()
    page.fill("#f-t-en-thanks", "Thanks a lot.")
    page.locator("button[value=publish]").press("Enter")
    expect(page.locator(".versions > li").first).to_contain_text("Version 3asked now")
    with page.expect_navigation():
        page.locator("header button[name=on]").click()
    page.goto("/settings/surveys/")
    expect(page.locator(".survey-split")).to_contain_text("50 % Satisfied?")
    found += found_by_axe(page)
    assert found == []


def test_on_a_phone_in_the_dark_nothing_sticks_out(screen: Screen, maja: Agent, support: Channel) -> None:
    page = screen(maja, width=390, height=844, theme="dark")
    found = []
    for place in ("", "1/", "1/rules/", "1/content/", "campaigns/"):
        page.goto("/settings/surveys/")
        one = page.locator(".survey-line .entry-title").first.get_attribute("href") or ""
        page.goto(one + place[2:] if place.startswith("1/") else f"/settings/surveys/{place}")
        found += found_by_axe(page)
        assert page.evaluate("Math.max(...[...document.querySelectorAll('.card')].map(e => e.scrollWidth))") <= 358, (
            place
        )
    assert found == []


def test_without_a_script_the_same_buttons_do_the_same(screen: Screen, maja: Agent, support: Channel) -> None:
    page = screen(maja, java_script_enabled=False)
    page.goto("/settings/surveys/")
    page.click("text=Edit")
    page.click("button[value='question:text']")
    page.fill("#f-q-q1-en-question", "What was hard?")
    page.locator("label:has(input[value='thanks'])").click()
    page.select_option("select[name=a]", "1")
    page.click("[data-show]")
    expect(shown(page).locator("body")).to_contain_text("What was hard?")
    page.click("button[value=publish]")
    expect(page.locator(".versions")).to_contain_text("Follow-up question added: “What was hard?”")


def test_the_preview_shows_what_was_chosen_last_however_long_the_choice_before_takes(
    screen: Screen, maja: Agent, support: Channel
) -> None:
    page = screen(maja, intercepts=True)
    page.goto("/settings/surveys/new/")
    page.check("input[value='csat_5:resolution']")
    page.fill("#name", "Satisfied?")
    page.click("text=Make the survey")
    page.locator("label:has(input[value='thanks'])").click()
    expect(shown(page).locator("h1")).to_contain_text("Thank you")
    held: list[Route] = []
    page.route("**/preview/", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/preview/"):
        page.select_option("select[name=a]", "2")
    page.select_option("select[name=a]", "4")
    held[0].continue_()
    expect(shown(page).locator("body")).to_contain_text("Your answer 4")
    page.unroute_all(behavior="wait")
    expect(shown(page).locator("body")).to_contain_text("Your answer 4")


def test_a_question_that_did_not_arrive_is_said_and_what_is_typed_meanwhile_stays(
    screen: Screen, maja: Agent, support: Channel
) -> None:
    page = screen(maja, intercepts=True)
    page.goto("/settings/surveys/")
    page.click("text=Edit")
    more = page.locator("button[value='question:text']")
    expect(more).to_be_visible()
    refused_once(page, "**/content/")
    more.click()
    expect(page.locator(".toast")).to_contain_text("That did not reach the server.")
    more.click()
    page.fill("#f-q-q1-en-question", "What was hard?")
    going = held(page, "**/content/")
    page.click("button[value='question:single']")
    first = going()
    page.fill("#f-q-q1-en-question", "What was the hardest?")
    first.continue_()
    expect(page.locator("#f-q-q2-en-question")).to_be_focused()
    expect(page.locator("#f-q-q1-en-question")).to_have_value("What was the hardest?")
