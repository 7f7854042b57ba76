"""Answering on a network: a template while the window is closed, another channel, and a text that leaves in parts."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from inbox.agents.models import Agent, Team
from inbox.channels import actions as channels
from inbox.channels.access import hook_address
from inbox.channels.intake import accept, process
from inbox.channels.models import Channel
from inbox.channels.template_models import MessageTemplate
from inbox.common.clock import now
from inbox.customers.actions import recognize
from inbox.tickets.actions import open_ticket
from inbox.tickets.models import Message, Ticket
from tests.browser.conftest import Screen
from tests.browser.test_notices import live
from tests.browser.test_shell import found_by_axe
from tests.inbox.questions import says
from tests.networks import api

pytestmark = pytest.mark.browser


def asks_by(channel: Channel, *, days: int) -> Ticket:
    """Bo asks from his telephone."""
    at = now() - timedelta(days=days)
    bo = recognize([("phone", "", "+4530303030", True)], name="Bo")
    ticket = open_ticket(
        customer=bo.customer,
        identity=bo,
        channel_id=channel.pk,
        subject="Shoes",
        by=bo.customer,
        at=at,
        team=channel.team,
    )
    says(ticket, "Where are they?", at=at, identity=bo)
    return ticket


def connected(kind: str, team: Team) -> Channel:
    return channels.connect(kind=kind, address=f"{kind}-1", name=kind.title(), team=team)


def test_what_the_network_takes_is_written_and_nothing_else(
    screen: Screen, support: Channel, billing: Team, ada: Agent
) -> None:
    network, sms = connected("whatsapp", billing), connected("twilio", billing)
    for name, text in (("back", "Hello {{1}}, about {{2}}."), ("bye", "Good bye.")):
        MessageTemplate.objects.create(channel=network, name=name, language="en", text=text, synced_at=now())
    ticket = asks_by(network, days=2)
    page = screen(ada)
    page.goto(f"/inbox/open/{ticket.pk}/")
    words = page.locator("[name=message_text]")
    expect(words).to_be_hidden()
    page.get_by_role("radio", name="By SMS").check()
    words.fill("Good day! " * 170)
    page.get_by_role("radio", name="A message template").check()
    expect(words).to_be_hidden()
    page.get_by_role("radio", name="back").check()
    expect(page.locator("[data-place='1']").first).to_be_focused()
    page.keyboard.type("Bo")
    page.keyboard.press("Tab")
    page.keyboard.type("your shoes")
    expect(page.locator(".template-choice:has(:checked) .template-preview")).to_have_text("Hello Bo, about your shoes.")
    assert found_by_axe(page) == []
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".said.agent")).to_contain_text("Hello Bo, about your shoes.")
    assert Message.objects.latest("id").template["variables"] == ["Bo", "your shoes"]
    other = asks_by(sms, days=9)
    page.goto(f"/inbox/open/{other.pk}/")
    words.fill("Good day! " * 170)
    expect(page.locator("text-length")).to_contain_text("leaves as 2 messages")


def test_the_counter_follows_whether_everybody_reads_the_answer(screen: Screen, billing: Team, ada: Agent) -> None:
    ticket = asks_by(connected("messenger", billing), days=0)
    Message.objects.filter(ticket=ticket).update(is_public=True)
    page = screen(ada)
    page.goto(f"/inbox/open/{ticket.pk}/")
    page.locator("[name=message_text]").fill("Good day! " * 300)
    counter = page.locator("text-length")
    expect(counter).to_have_text("2999 of 8000 characters")
    page.get_by_role("checkbox", name="Answer in private").check()
    expect(counter).to_contain_text("2999 of 2000 characters")
    expect(counter).to_contain_text("Too long: the network takes one answer here")


def test_each_side_sees_that_the_other_writes(screen: Screen, billing: Team, ada: Agent) -> None:
    account = api.ACCOUNT
    channel = channels.connect(
        kind="api", address=account.address, name="CRM", secrets=dict(account.secrets), settings=dict(account.settings)
    )

    def tells(**event: object) -> None:
        body = json.dumps({"author": {"id": "4711", "name": "Bo Larsen"}, **event}).encode()
        process(accept(channel, api.signed(body, hook_address(channel))).envelope_id)

    tells(type="message", text="Where is my parcel?")
    ticket = Ticket.objects.get()
    page = screen(ada)
    page.goto(f"/inbox/open/{ticket.pk}/")
    live(page)
    tells(type="typing")
    expect(page.locator("[data-typing]")).to_have_text("Bo Larsen is typing")
    with page.expect_response("**/typing/") as heard:
        page.locator("[name=message_text]").press_sequentially("Tomorrow")
    assert (heard.value.status, cache.get(f"writing:{ticket.pk}")) == (204, True)
