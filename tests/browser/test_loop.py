"""An unhappy customer is got back to, and what he says becomes a theme, an action and a letter; in a real browser."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.surveys.actions import answer
from inbox.surveys.models import FollowUpTask, Survey, ThemeLetter, ThemeLetterCopy
from inbox.surveys.theme_letters import send_copies
from inbox.surveys.themes import search_past
from tests import cast
from tests.browser.conftest import Screen, settle_down
from tests.inbox.follow_ups.stories import invited
from tests.inbox.surveys.stories import HOUR

pytestmark = pytest.mark.browser


@pytest.fixture
def task(site: str, ada: Agent) -> FollowUpTask:
    """Bo said a moment ago that it was hard."""
    Survey.objects.update(delays={"email": 0}, quiet_until_hour=0, quiet_from_hour=24)
    invitation = invited(resolved=now() - HOUR, by=ada)
    type(invitation).objects.filter(pk=invitation.pk).update(state="sent", sent_at=now(), expires_at=now() + 24 * HOUR)
    invitation.refresh_from_db()
    answer(invitation, 1, "The label must be printed.")
    return FollowUpTask.objects.get()


def wrong_with(page: Page) -> list[str]:
    settle_down(page)
    return [one["id"] for one in Axe().run(page).response["violations"]]


def test_an_unhappy_customer_is_got_back_to(screen: Screen, task: FollowUpTask) -> None:
    page = screen(cast.ada(), width=390, theme="dark")
    page.goto("/follow-ups/?whose=team")
    page.get_by_label("Owner").select_option(label="Ada")
    page.get_by_role("button", name="Hand over").click()
    page.get_by_role("link", name="Mine 1").click()
    found = wrong_with(page)
    page.locator("summary", has_text="Done").click()
    page.get_by_label("How did it go?").fill("Sent a printed label by post.")
    with page.expect_navigation():
        page.get_by_role("button", name="Mark as done").click()
    page.get_by_role("link", name="Done", exact=True).click()
    expect(page.get_by_text("Sent a printed label by post.")).to_be_visible()
    task.refresh_from_db()
    assert (task.outcome, task.done_by, found) == ("Sent a printed label by post.", cast.ada(), [])


def test_what_he_says_becomes_a_theme_an_action_and_a_letter(screen: Screen, task: FollowUpTask) -> None:
    page, found = screen(cast.lea()), []
    page.goto("/themes/new/?phrase=label&language=en")
    with page.expect_navigation():
        page.get_by_role("button", name="Make the theme").click()
    search_past()
    page.reload()
    expect(page.get_by_text("The label must be printed.")).to_be_visible()
    found += wrong_with(page)
    page.get_by_label("What is to be done?").fill("Put a label into every box")
    page.get_by_role("button", name="Plan it").click()
    page.get_by_role("link", name="Put a label into every box").click()
    page.get_by_role("button", name="It is done").click()
    expect(page.get_by_text("Not enough data")).to_be_visible()
    page.get_by_label("English").fill("Hello {name}, there is a label in every box now.")
    page.get_by_role("button", name="Save and preview").click()
    expect(page.get_by_text("Hello Bo 1, there is a label in every box now.")).to_be_visible()
    page.get_by_role("button", name="Send it to 1 customer").click()
    expect(page.get_by_role("button", name="Stop it")).to_be_visible()
    found += wrong_with(page)
    ThemeLetter.objects.update(begins_at=now())
    send_copies()
    page.reload()
    expect(page.get_by_text("1 customer was told")).to_be_visible()
    copy = ThemeLetterCopy.objects.select_related("message").get()
    assert copy.message is not None
    assert (copy.message.text, found) == ("Hello Bo 1, there is a label in every box now.", [])
