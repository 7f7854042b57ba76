"""Two questions about one matter: merged by keyboard, undone, and a message split off."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.tickets.conversation import reply
from inbox.tickets.models import Ticket
from tests.browser.conftest import Screen
from tests.browser.test_shell import found_by_axe
from tests.browser.test_triage import settled
from tests.inbox.questions import asks, says

pytestmark = pytest.mark.browser


def test_two_tickets_become_one_and_two_again(screen: Screen, support: Channel, ada: Agent) -> None:
    older = asks(support, 1, "Where are my shoes?", subject="Shoes")
    newer = asks(support, 1, "The order is 1007.", subject="My order number")
    page = screen(ada)
    page.goto(f"/inbox/open/{newer.pk}/")
    settled(page)
    # The same customer's other ticket is there to be taken.
    page.keyboard.press("m")
    dialog = page.locator("#question")
    expect(dialog.get_by_role("radio", name="Shoes")).to_be_focused()
    assert found_by_axe(page) == []
    # What is typed narrows them; the dialog stays.
    dialog.get_by_role("searchbox").fill("nobody")
    expect(dialog).to_contain_text("No ticket that this one could be merged with.")
    dialog.get_by_role("searchbox").fill(older.ref)
    expect(dialog.get_by_role("radio", name="Shoes")).to_be_checked()
    dialog.get_by_role("radio", name="Shoes").focus()
    page.keyboard.press("Enter")
    # The ticket that stays opens, with both.
    expect(page.locator("h1")).to_contain_text("Shoes")
    expect(page.locator("#timeline")).to_contain_text("The order is 1007.")
    expect(page.locator("#timeline")).to_contain_text(f"from {newer.ref}")
    expect(page.locator(f"#row-{newer.pk}")).to_have_count(0)
    assert found_by_axe(page) == []
    page.keyboard.press("Control+z")
    expect(page.locator("h1")).to_contain_text("My order number")
    expect(page.locator(f"#row-{newer.pk}")).to_have_count(1)
    assert Ticket.objects.get(pk=newer.pk).merged_into is None


def test_a_message_becomes_a_ticket_of_its_own(screen: Screen, support: Channel, ada: Agent) -> None:
    ticket = asks(support, 1, "Where are my shoes?", subject="Shoes")
    reply(ticket, "On their way.", by=ada)
    message = says(ticket, "By the way, my invoice is wrong.")
    page = screen(ada)
    page.goto(f"/inbox/open/{ticket.pk}/")
    settled(page)
    said = page.locator(f"#message-{message.pk}")
    said.get_by_role("button", name="More about the message").click()
    said.get_by_role("link", name="Split into a new ticket").click()
    expect(page.locator("#question")).to_contain_text("my invoice is wrong")
    assert found_by_axe(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("#timeline")).to_contain_text("moved 1 message to a new ticket")
    expect(said).to_have_count(0)
    new = Ticket.objects.latest("pk")
    expect(page.locator(f"#row-{new.pk}")).to_contain_text("By the way, my invoice is wrong.")
