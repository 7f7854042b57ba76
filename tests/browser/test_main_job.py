"""The main job as people do it: the mail appears, the agent answers, the customer rates, the admin reads."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.surveys.models import Answer
from inbox.tickets.models import Ticket
from tests.browser.conftest import Screen
from tests.inbox.mails import mail
from tests.product import Product

pytestmark = [pytest.mark.browser, pytest.mark.process]


def test_a_mail_is_answered_resolved_rated_and_reported(
    screen: Screen, support: Channel, ada: Agent, maja: Agent, asked_at_once: None, product: Product
) -> None:
    product.listener()
    product.worker()
    product.beat()
    inbox = screen(ada, width=1440)
    inbox.goto("/inbox/open/")

    product.send(mail())
    row = inbox.get_by_role("link", name=re.compile("Where are my shoes"))
    expect(row).to_be_visible()

    row.click()
    expect(inbox.locator("[data-flow]")).to_contain_text("My shoes did not arrive.")
    inbox.keyboard.press("r")
    inbox.keyboard.type("They leave tomorrow.")
    inbox.keyboard.press("Control+Enter")
    expect(inbox.locator("[data-flow]")).to_contain_text("They leave tomorrow.")
    product.until(lambda: product.mail_server.mails, "the reply did not leave")
    expect(inbox.locator(".delivery.is-sent")).to_be_visible()

    sent = product.mail_server.mails[0]
    reply_to = sent["Reply-To"].addresses[0].addr_spec
    product.send(mail("Thanks. And the bill?", message_id="<2@larsen.example>", answers=sent["Message-ID"]), reply_to)
    expect(inbox.locator("[data-flow]")).to_contain_text("And the bill?")

    inbox.keyboard.press("r")
    inbox.keyboard.type("It is attached to your order.")
    inbox.keyboard.press("Control+Shift+Enter")
    product.until(lambda: len(product.mail_server.mails) == 3, "the survey did not leave")
    assert Ticket.objects.get().state == "resolved"

    letter = product.mail_server.mails[2].get_body(("plain",)).get_content()
    link = re.search(r"http://127\.0\.0\.1:8000(/s/\S+?a=4)", letter)[1]
    phone = screen(None, width=390, height=844)
    phone.goto(link)
    assert Answer.objects.count() == 0
    phone.get_by_role("textbox").fill("I had to ask twice.")
    phone.get_by_role("button").last.click()
    product.until(Answer.objects.exists, "the answer was not kept")
    given = Answer.objects.get(is_current=True)
    assert (given.score, given.ease) == (4, 75.0)

    report = screen(maja, width=1440)
    report.goto("/reports/")
    expect(report.locator("main")).to_contain_text("75")
    expect(report.locator("main")).to_contain_text("1 of 1")
