"""What happens while a page is on its way: made already, and not listening yet."""

from __future__ import annotations

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.tickets.conversation import reply
from inbox.tickets.models import Ticket
from tests import cast
from tests.browser.conftest import Screen
from tests.browser.test_notices import live
from tests.inbox.livechat.browsers import Browser
from tests.inbox.questions import asks, says

pytestmark = pytest.mark.browser


class Held:
    """What a page asks for by `pattern` is answered when `release` is called, with what was true when it was asked."""

    def __init__(self, page: Page, pattern: str, *, is_answered: bool = True) -> None:
        self.waiting: list[tuple[Route, APIResponse | None]] = []
        self._page, self._pattern = page, pattern
        page.route(pattern, lambda route: self.waiting.append((route, route.fetch() if is_answered else None)))

    def asked(self) -> None:
        """Wait until the server has made what was asked for."""
        while not self.waiting:
            self._page.wait_for_timeout(20)

    def release(self) -> None:
        for route, answer in self.waiting:
            if answer:
                route.fulfill(response=answer)
            else:
                route.continue_()
        self._page.unroute(self._pattern)


@pytest.fixture
def listening(screen: Screen, maja: Agent, site: str) -> Page:
    """The server hears what is rung, for somebody else."""
    page = screen(maja)
    page.goto("/inbox/open/")
    live(page)
    return page


def test_a_page_shows_what_came_before_it_listened(
    screen: Screen, listening: Page, support: Channel, ada: Agent
) -> None:
    ticket = asks(support, 1)
    page = screen(ada)
    stream = Held(page, "**/live/**", is_answered=False)
    page.goto(f"/inbox/open/{ticket.pk}/")
    stream.asked()
    says(ticket, "It is blue, by the way.")
    expect(listening.locator(f"#row-{ticket.pk}")).to_contain_text("It is blue")
    stream.release()
    expect(page.locator("#timeline")).to_contain_text("It is blue, by the way.")
    expect(page.locator(f"#row-{ticket.pk}")).to_contain_text("It is blue")


def test_a_second_tab_shows_what_the_first_one_heard_while_it_was_on_its_way(
    screen: Screen, support: Channel, ada: Agent
) -> None:
    ticket = asks(support, 1)
    first = screen(ada)
    first.goto("/inbox/open/")
    live(first)
    second = first.context.new_page()
    document = Held(second, f"**/inbox/open/{ticket.pk}/")
    second.evaluate("address => { setTimeout(() => location.assign(address)) }", first.url + f"{ticket.pk}/")
    document.asked()
    says(ticket, "It is blue, by the way.")
    expect(first.locator(f"#row-{ticket.pk}")).to_contain_text("It is blue")
    document.release()
    expect(second.locator("#timeline")).to_contain_text("It is blue, by the way.")


def test_a_ticket_that_is_opened_shows_what_came_while_it_was_on_its_way(
    screen: Screen, support: Channel, ada: Agent
) -> None:
    ticket, _other = asks(support, 1), asks(support, 2)
    page = screen(ada, intercepts=True)
    page.goto("/inbox/open/")
    live(page)
    opened = Held(page, f"**/inbox/open/{ticket.pk}/")
    page.locator(f"#row-{ticket.pk} .row").click()
    opened.asked()
    says(ticket, "It is blue, by the way.")
    expect(page.locator(f"#row-{ticket.pk}")).to_contain_text("It is blue")
    opened.release()
    expect(page.locator("#timeline")).to_contain_text("It is blue, by the way.")


def test_a_page_shows_that_its_visitor_read_before_it_listened(screen: Screen, listening: Page, ada: Agent) -> None:

    visitor = Browser(cast.shop_chat())
    visitor.opens(language="en")
    visitor.says("Hello")
    ticket = Ticket.objects.get()
    answer = reply(ticket, "Good morning", by=ada, undo_seconds=0)
    page = screen(ada)
    stream = Held(page, "**/live/**", is_answered=False)
    page.goto(f"/inbox/open/{ticket.pk}/")
    stream.asked()
    visitor.post("read", up_to=answer.pk, seen=True)
    stream.release()
    expect(page.locator(".said.agent .delivery")).to_contain_text("Read")
