"""Putting tickets off by keyboard, and deleting one after a second look; both taken back from their toasts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.common.clock import now
from inbox.tickets.models import Ticket
from inbox.tickets.snoozing import snooze
from tests.browser.conftest import Screen
from tests.browser.test_shell import found_by_axe
from tests.browser.test_triage import rows, settled
from tests.inbox.questions import asks, says

pytestmark = pytest.mark.browser


def test_z_puts_a_ticket_off_and_the_customers_next_word_brings_it_back(
    screen: Screen, support: Channel, ada: Agent
) -> None:
    first, second = asks(support, 1), asks(support, 2)
    page = screen(ada)
    page.goto(f"/inbox/open/{first.pk}/")
    settled(page)
    # The first time offered has the focus: Enter takes it. The row is gone, the view counts it, the head says so.
    page.keyboard.press("z")
    dialog = page.locator("#question")
    expect(dialog.get_by_role("button", name="In a week")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator(".standing")).to_contain_text("Snoozed until")
    expect(page.locator(f"#row-{first.pk}")).to_have_count(0)
    expect(page.locator("#views [href='/inbox/snoozed/']")).to_have_text("Snoozed1")
    # Taken back, and done again with the mouse.
    page.keyboard.press("Control+z")
    expect(page.locator(".standing")).to_have_count(0)
    expect(page.locator(f"#row-{first.pk}")).to_have_count(1)
    page.keyboard.press("z")
    dialog.get_by_role("button", name="In a week").click()
    expect(page.locator(f"#row-{first.pk}")).to_have_count(0)
    # It comes back by itself, and the bell says so.
    says(first, "And now?")
    expect(page.locator(f"#row-{first.pk}")).to_have_count(1)
    expect(page.locator("#timeline")).to_contain_text("back from snooze: the customer wrote")
    assert rows(page) == ["Question 1", "Question 2"]
    first.refresh_from_db()
    assert (first.snoozed_until, second.snoozed_until) == (None, None)


def test_a_lead_deletes_a_ticket_and_takes_that_back_and_a_colleague_sees_it_go(
    screen: Screen, support: Channel, maja: Agent, ada: Agent
) -> None:
    ticket = asks(support, 1)
    page, other = screen(maja), screen(ada)
    for one in (page, other):
        one.goto(f"/inbox/open/{ticket.pk}/")
        settled(one)
    page.locator("[name=message_text]").fill("Half a reply")
    page.locator("[popovertarget=more-menu]").click()
    page.get_by_role("link", name="Delete", exact=True).click()
    dialog = page.locator("#question")
    expect(dialog.get_by_role("heading", name=f"Delete {ticket.ref}?")).to_be_visible()
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    dialog.get_by_role("button", name="Delete").click()
    expect(page.locator(".standing")).to_contain_text("Gone for good")
    expect(page.locator("[name=message_text]")).to_be_hidden()
    expect(page.locator(f"#row-{ticket.pk}")).to_have_count(0)
    expect(other.locator("ticket-page")).to_have_count(0)
    expect(other.locator(f"#row-{ticket.pk}")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".standing")).to_have_count(0)
    expect(page.locator("[name=message_text]")).to_have_value("Half a reply")
    expect(other.locator(f"#row-{ticket.pk}")).to_have_count(1)
    ticket.refresh_from_db()
    assert ticket.deleted_at is None


def test_without_script_it_is_put_off_and_deleted_too(screen: Screen, support: Channel, maja: Agent) -> None:
    ticket = asks(support, 1)
    page = screen(maja, java_script_enabled=False)
    page.goto(f"/inbox/open/{ticket.pk}/")
    page.locator("#snooze").click()
    page.get_by_role("button", name="In a week").click()
    assert "Snoozed until" in page.locator(".standing").inner_text()
    page.goto(f"/tickets/{ticket.pk}/deletion/")
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_role("button", name="Restore")).to_have_count(0)
    ticket.refresh_from_db()
    assert (ticket.deleted_at, ticket.snoozed_until is None) == (None, False)


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (1280, "light")])
def test_axe_finds_nothing_in_dialogs_lists_and_heads(
    screen: Screen, support: Channel, maja: Agent, width: int, theme: str
) -> None:
    tickets = [asks(support, number) for number in (1, 2)]
    snooze(tickets[0], now() + timedelta(days=1), by=maja)
    Ticket.objects.filter(pk=tickets[1].pk).update(deleted_at=now())
    page = screen(maja, width=width, theme=theme, reduced_motion="reduce")
    found = []
    for path in (
        f"/inbox/snoozed/{tickets[0].pk}/",
        f"/inbox/deleted/{tickets[1].pk}/",
        f"/tickets/{tickets[0].pk}/snooze/",
        f"/tickets/{tickets[0].pk}/deletion/",
    ):
        page.goto(path)
        found += found_by_axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.goto(f"/inbox/snoozed/{tickets[0].pk}/")
    page.keyboard.press("z")
    page.locator("#question [name=until]").wait_for()
    found += found_by_axe(page)
    assert found == []
