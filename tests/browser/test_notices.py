"""The bell rings while one works: counted, said once, and gone when the ticket was read."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.escalations.taking import take, waiting
from inbox.sla.escalation import On, Step
from inbox.sla.sweep import notice_due
from tests.browser.conftest import Screen
from tests.inbox.escalating import ASKED, DUE, MINUTE, escalates
from tests.inbox.questions import asks

pytestmark = pytest.mark.browser


def live(page: Page) -> Page:
    """The page once its stream is open."""
    expect(page.locator("body")).to_have_attribute("data-live", "live")
    return page


def test_a_missed_target_rings_is_said_and_is_seen_with_its_ticket(
    screen: Screen, support: Channel, ada: Agent
) -> None:
    escalates(Step(on=On.BREACHED, notify=(f"agent:{ada.pk}",)))
    page = screen(ada)
    page.goto("/profile/")
    live(page)
    ticket = asks(support, 1, subject="Where are my shoes?", at=ASKED)
    notice_due(DUE + MINUTE)
    for one in waiting():
        take(one)
    expect(page.locator("#bell .rail-badge")).to_have_text("1")
    said = page.get_by_role("status").filter(has_text="First reply missed")
    expect(said).to_contain_text(f"First reply missed: {ticket.ref} Where are my shoes?")
    page.get_by_role("link", name="Notices").click()
    page.get_by_role("link", name="Where are my shoes?").click()
    live(page)
    expect(page.locator("#bell .rail-badge")).to_have_count(0)
