"""Clocks as agents meet them: they tick by the server's time, say why they stand still, and explain themselves."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.common.clock import now
from inbox.sla.models import Clock
from inbox.tickets.conversation import reply
from inbox.tickets.enums import State
from tests.browser.conftest import Screen
from tests.browser.test_shell import found_by_axe
from tests.inbox.questions import asks

pytestmark = pytest.mark.browser
HALF_AN_HOUR_FAST = "{ const real = Date.now; Date.now = () => real() + 1_800_000; }"


def test_a_clock_explains_itself_and_leads_to_the_message_that_started_it(
    screen: Screen, support: Channel, ada: Agent
) -> None:
    ticket = asks(support, 1, at=now() - timedelta(days=8))
    reply(ticket, "Which size?", by=ada, then=State.PENDING, at=now() - timedelta(days=7))
    asked = ticket.messages.earliest("id")
    page = screen(ada)
    page.goto(f"/inbox/open/{ticket.pk}/")
    # Why a clock stands still shows where the keyboard comes to it.
    paused = page.locator(".head-clocks .clock-link", has_text="paused")
    expect(paused.locator(".chip-why")).to_be_hidden()
    page.keyboard.press("Tab")
    paused.focus()
    expect(paused.locator(".chip-why")).to_be_visible()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", level=2)).to_contain_text("Resolution")
    expect(dialog.locator(".stretches")).to_have_accessible_name(re.compile("From .* paused, not counted .* now"))
    assert found_by_axe(page) == []
    dialog.get_by_role("link", name="Customer wrote").first.click()
    expect(dialog).to_be_hidden()
    expect(page.locator(f"#message-{asked.pk}")).to_be_in_viewport()


def test_a_clock_ticks_by_the_servers_time(screen: Screen, support: Channel, ada: Agent) -> None:
    ticket = asks(support, 1)
    due = now() + timedelta(minutes=20)
    Clock.objects.filter(ticket=ticket, target="first_response").update(due_at=due, goal_seconds=1800)
    page = screen(ada)
    page.context.add_init_script(HALF_AN_HOUR_FAST)
    # No news come: the page itself says what time it is.
    page.route("**/live/**", lambda route: route.abort())
    page.goto(f"/inbox/open/{ticket.pk}/")
    chip = page.locator(".head-clocks sla-chip", has_text="first reply")
    page.evaluate(
        "document.querySelectorAll('sla-chip').forEach((chip) => { chip.dataset.half = '2000-01-01'; chip.draw(); })"
    )
    expect(chip).to_contain_text("m left")
    expect(chip.locator(".chip")).not_to_have_class(re.compile("over"))
