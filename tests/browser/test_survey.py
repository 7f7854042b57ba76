"""The customer answers the survey, in a real browser against the real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import override_settings
from playwright.sync_api import Page, expect

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.common.clock import now
from inbox.surveys.access import stop_url, survey_url
from inbox.surveys.actions import answer, send_due
from inbox.surveys.models import Answer, Invitation
from inbox.tickets.actions import reopen
from tests.browser.conftest import Screen
from tests.inbox.surveys.stories import HOUR, settled

pytestmark = pytest.mark.browser
THANKS = "Thank you, that helps us."


@pytest.fixture
def invitation(site: str, support: Channel, ada: Agent) -> Iterator[Invitation]:
    """The customer was asked a moment ago; the links lead to this server."""
    with override_settings(SITE_URL=site, SURVEY_DELAY_SECONDS=0):
        settled(support, ada, at=now() - HOUR)
        send_due()
        yield Invitation.objects.get()


@pytest.fixture
def phone(screen: Screen) -> Page:
    return screen(None, width=390, height=844, has_touch=True, is_mobile=True)


def kept() -> list[tuple[int, str, bool]]:
    return list(Answer.objects.order_by("id").values_list("score", "comment", "is_current"))


def test_one_tap_answers_and_a_comment_adds_to_it(invitation: Invitation, phone: Page) -> None:
    phone.goto(survey_url(invitation, 5))
    opened = kept()
    expect(phone.get_by_role("radio", name="5 very easy")).to_be_checked()
    phone.get_by_text("difficult", exact=True).tap()
    expect(phone.get_by_role("heading", name=THANKS)).to_be_visible()
    tapped = kept()
    phone.get_by_label("What would have made it easier?").fill("I had to print the label myself.")
    phone.get_by_role("button", name="Save my comment").tap()
    expect(phone.get_by_role("status")).to_have_text("Your comment is saved.")
    phone.get_by_role("link", name="Change my answer").tap()
    expect(phone.get_by_role("radio", name="2 difficult")).to_be_checked()
    phone.get_by_role("button", name="Send my answer").tap()
    expect(phone.get_by_role("heading", name=THANKS)).to_be_visible()
    assert (opened, tapped, kept()) == (
        [],
        [(2, "", True)],
        [(2, "", False), (2, "I had to print the label myself.", True)],
    )


def test_a_program_that_runs_scripts_and_presses_nothing_answers_nothing(invitation: Invitation, phone: Page) -> None:
    for score in (3, 1, 5, 2, 4):
        phone.goto(survey_url(invitation, score), wait_until="networkidle")
        phone.evaluate("document.querySelector('input:checked').click()")
        phone.evaluate("document.querySelector('input:not(:checked)').click()")
        phone.mouse.wheel(0, 500)
        phone.wait_for_load_state("networkidle")
    phone.goto(stop_url(invitation), wait_until="networkidle")
    invitation.customer.refresh_from_db()
    assert (kept(), invitation.customer.survey_opt_out_at) == ([], None)


def test_two_taps_at_once_are_one_answer(invitation: Invitation, phone: Page) -> None:
    phone.goto(survey_url(invitation))
    phone.get_by_text("very easy", exact=True).dblclick()
    expect(phone.get_by_role("heading", name=THANKS)).to_be_visible()
    assert kept() == [(5, "", True)]


def test_arrow_keys_walk_through_the_answers_and_enter_sends(invitation: Invitation, screen: Screen) -> None:
    page = screen(None)
    page.goto(survey_url(invitation, 5))
    page.get_by_role("radio", name="5 very easy").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="3 neither")).to_be_checked()
    walked = kept()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=THANKS)).to_be_visible()
    assert (walked, kept()) == ([], [(3, "", True)])


def test_without_scripts_the_button_sends_score_and_comment(invitation: Invitation, screen: Screen) -> None:
    page = screen(None, width=390, has_touch=True, is_mobile=True, java_script_enabled=False)
    page.goto(survey_url(invitation, 4))
    expect(page.get_by_text("A tap on an answer sends it.")).to_be_hidden()
    page.get_by_label("What would have made it easier?").fill("Nothing, thanks.")
    page.get_by_role("button", name="Send my answer").tap()
    expect(page.get_by_role("heading", name=THANKS)).to_be_visible()
    assert kept() == [(4, "Nothing, thanks.", True)]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible_on_the_narrowest_phone(
    invitation: Invitation, screen: Screen, ada: Agent, theme: str
) -> None:
    page = screen(None, width=320, height=640, theme=theme, has_touch=True)
    found = {
        "asked": _faults(page, survey_url(invitation, 4) + "&lang=ru"),
        "bad link": _faults(page, survey_url(invitation).replace("/s/", "/s/a")),
        "stop": _faults(page, stop_url(invitation)),
    }
    answer(invitation, 2, "The label.")
    found["thanked"] = _faults(page, survey_url(invitation) + "thanks/")
    Invitation.objects.update(state="sent")
    reopen(invitation.ticket, by=ada)
    found["closed"] = _faults(page, survey_url(invitation))
    assert found == dict.fromkeys(("asked", "bad link", "stop", "thanked", "closed"), ())


def _faults(page: Page, url: str) -> tuple[object, ...]:
    """What axe finds, controls under 44 pixels, and a page wider than the screen."""
    page.goto(url)
    violations = [(one["id"], one["nodes"][0]["html"]) for one in Axe().run(page).response["violations"]]
    small = page.evaluate(
        "() => [...document.querySelectorAll('a, button, .choices label, textarea')]"
        ".filter(one => one.getBoundingClientRect().height < 44).map(one => one.outerHTML)"
    )
    wide = page.evaluate("() => document.documentElement.scrollWidth > innerWidth")
    return (*violations, *small, *(["wider than the screen"] if wide else []))
