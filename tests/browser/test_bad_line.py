"""What an agent writes and chooses, and what he is shown, when requests fail, come late, or find the session ended."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import APIResponse, Page, Route, expect

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.tickets import actions
from inbox.tickets.models import Draft, Message, Ticket
from tests.browser.conftest import Screen
from tests.browser.test_triage import settled
from tests.inbox.questions import asks, says
from tests.web import session_of

pytestmark = pytest.mark.browser
FAILED = "That did not reach the server."


def at(page: Page, ticket: Ticket) -> Page:
    page.goto(f"/inbox/open/{ticket.pk}/")
    settled(page)
    return page


def hears(page: Page, ticket: Ticket) -> None:
    """What is rung reaches the page: a server that has only begun to listen has it ask for everything anew instead."""
    settled(page)
    says(ticket, "Are you there?")
    expect(page.locator(f"#row-{ticket.pk}")).to_contain_text("Are you there?")


def refused_once(page: Page, address: str) -> list[str]:
    """The next request there gets no answer; the addresses of those that got none."""
    met: list[str] = []

    def cut(route: Route) -> None:
        met.append(route.request.url)
        route.abort("connectionreset")

    page.route(address, cut, times=1)
    return met


def held(page: Page, address: str) -> Callable[[], Route]:
    """The next request there waits until the test lets it go; what is returned waits until there is one."""
    waiting: list[Route] = []
    page.route(address, lambda route: waiting.append(route), times=1)

    def caught() -> Route:
        while not waiting:
            page.wait_for_timeout(10)
        return waiting[0]

    return caught


def test_a_reply_sent_after_the_session_ended_keeps_its_words(
    screen: Screen, support: Channel, ada: Agent, site: str
) -> None:
    ticket = asks(support, 1)
    page = screen(ada, intercepts=True)
    # The bell would hear of it as well, and take the page to the sign-in.
    with page.expect_response("**/bell/*"):
        at(page, ticket)
    Session.objects.all().delete()
    area = page.locator("[name=message_text]")
    area.fill("It left this morning.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text(FAILED)
    expect(area).to_have_value("It left this morning.")
    # Signed in again, on the same page: what had not reached the server is there.
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_of(ada), "url": site}])
    page.goto(f"/inbox/open/{ticket.pk}/")
    expect(area).to_have_value("It left this morning.")
    expect(page.locator(".composer-saved")).to_contain_text("Draft saved")
    assert (Draft.objects.get().text, ticket.messages.count()) == ("It left this morning.", 1)


def test_rows_that_were_on_their_way_while_one_read_the_ticket_do_not_stay_unread(
    screen: Screen, support: Channel, ada: Agent
) -> None:
    ticket = asks(support, 1)
    page = screen(ada, intercepts=True)
    page.goto("/inbox/open/")
    hears(page, ticket)
    late: list[tuple[Route, APIResponse]] = []

    def comes_late(route: Route) -> None:
        late.append((route, route.fetch()))

    row = page.locator(f"#row-{ticket.pk}")
    page.route(re.compile("/rows/"), comes_late, times=1)
    says(ticket, "And the receipt?")
    while not late:
        page.wait_for_timeout(10)
    page.keyboard.press("j")
    expect(page.locator("ticket-page")).to_have_attribute("data-told", str(Message.objects.latest("id").pk))
    expect(row.locator(".row.unread")).to_have_count(0)
    route, answer = late[0]
    route.fulfill(response=answer)
    expect(row).to_contain_text("And the receipt?")
    expect(row.locator(".row.unread")).to_have_count(0)


def test_whoever_signs_out_leaves_no_words_in_the_browser(screen: Screen, support: Channel, ada: Agent) -> None:
    page = at(screen(ada, intercepts=True), asks(support, 1))
    page.route("**/draft/", lambda route: route.abort("connectionreset"))
    page.locator("[name=message_text]").fill("The card ends in 4711.")
    expect(page.locator(".composer-saved")).to_have_text("Draft not saved")
    words = "JSON.stringify({...sessionStorage}).includes('4711')"
    kept = page.evaluate(words)
    page.locator("[popovertarget=agent-menu]").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert (kept, page.evaluate(words)) == (True, False)


def test_words_written_while_a_reply_is_on_its_way_stay(screen: Screen, support: Channel, ada: Agent) -> None:
    ticket = asks(support, 1)
    page = at(screen(ada, intercepts=True), ticket)
    waiting = held(page, "**/messages/")
    area = page.locator("[name=message_text]")
    area.fill("It is on its way.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("ticket-composer")).to_have_attribute("aria-busy", "true")
    page.keyboard.type(" And so is the receipt.")
    waiting().continue_()
    expect(page.locator(".said.agent")).to_contain_text("It is on its way.")
    expect(area).to_have_value("And so is the receipt.")
    expect(area).to_be_focused()
    expect(page.locator(".composer-saved")).to_contain_text("Draft saved")
    assert Draft.objects.get().text == "And so is the receipt."


def test_a_reply_whose_answer_got_lost_is_not_sent_twice(screen: Screen, support: Channel, ada: Agent) -> None:
    ticket = asks(support, 1)
    page = at(screen(ada, intercepts=True), ticket)

    def loses_the_answer(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/messages/", loses_the_answer, times=1)
    area = page.locator("[name=message_text]")
    area.fill("It is on its way.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text(FAILED)
    # Written on: what was sent is one message, what came after it is still to be sent.
    page.keyboard.type(" And the receipt?")
    expect(area).to_have_value("And the receipt?")
    expect(page.locator(".said.agent")).to_have_count(1)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said.agent")).to_have_count(2)
    expect(area).to_have_value("")
    sent = Message.objects.filter(ticket=ticket, agent=ada).order_by("id")
    assert [message.text for message in sent] == ["It is on its way.", "And the receipt?"]


def test_a_draft_that_was_on_its_way_is_found_on_coming_back(screen: Screen, support: Channel, ada: Agent) -> None:
    first, second = asks(support, 1), asks(support, 2)
    page = at(screen(ada, intercepts=True), first)
    waiting = held(page, f"**/tickets/{first.pk}/draft/")
    page.locator("[name=message_text]").fill("Half a rep")
    page.keyboard.press("Escape")
    page.locator(f"#row-{second.pk} .row").click()
    expect(page.locator("h1")).to_contain_text("Question 2")
    # Older than the draft: fetched before it was saved.
    page.locator(f"#row-{first.pk} .row").click()
    expect(page.locator("h1")).to_contain_text("Question 1")
    expect(page.locator("[name=message_text]")).to_have_value("Half a rep")
    waiting().continue_()
    page.locator("[name=message_text]").press_sequentially("ly")
    expect(page.locator(".composer-saved")).to_contain_text("Draft saved")
    assert Draft.objects.get().text == "Half a reply"


def test_words_taken_back_stay_when_their_draft_is_not_saved(screen: Screen, support: Channel, ada: Agent) -> None:
    ticket = asks(support, 1)
    page = at(screen(ada, intercepts=True), ticket)
    area = page.locator("[name=message_text]")
    area.fill("Dear customer,")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said.agent")).to_contain_text("Dear customer,")
    area.fill("Begun meanwhile")
    expect(page.locator(".composer-saved")).to_contain_text("Draft saved")
    met = refused_once(page, "**/draft/")
    # Only the second try of the draft has an answer.
    with page.expect_response("**/draft/"):
        page.locator(".delivery").get_by_role("button", name="Undo").click()
    expect(area).to_have_value("Dear customer,\n\nBegun meanwhile")
    expect(page.locator(".said.agent")).to_have_count(0)
    assert (len(met), Draft.objects.get().text) == (1, "Dear customer,\n\nBegun meanwhile")


def test_what_was_chosen_springs_back_when_it_did_not_get_through(screen: Screen, support: Channel, ada: Agent) -> None:
    ticket = asks(support, 1)
    page = at(screen(ada, intercepts=True), ticket)
    # Nothing gets through for a while, nor is how it stands to be heard.
    page.route("**/parts/**", lambda route: route.abort("connectionreset"))
    refused_once(page, "**/assignee/")
    page.keyboard.press("i")
    expect(page.locator(".toast")).to_contain_text(FAILED)
    expect(page.locator("#pick-assignee")).to_contain_text("Nobody")


def test_news_whose_fragments_got_lost_are_fetched_again(
    screen: Screen, support: Channel, ada: Agent, carl: Agent
) -> None:
    ticket = asks(support, 1)
    page = at(screen(ada, intercepts=True), ticket)
    hears(page, ticket)
    expect(page.locator("#timeline")).to_contain_text("Are you there?")
    parts, rows = refused_once(page, "**/parts/?of=talk"), refused_once(page, "**/rows/?*")
    says(ticket, "I found them, never mind.")
    expect(page.locator("#timeline")).to_contain_text("I found them, never mind.")
    expect(page.locator(f"#row-{ticket.pk}")).to_contain_text("I found them, never mind.")
    assert (len(parts), len(rows)) == (1, 1)


def test_a_row_never_shows_an_older_state_than_the_list_knew(
    screen: Screen, support: Channel, ada: Agent, carl: Agent
) -> None:
    ticket = asks(support, 1)
    page = screen(ada, intercepts=True)
    page.clock.install()
    page.goto("/inbox/open/")
    hears(page, ticket)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/rows/" in request.url else None)
    older = held(page, "**/rows/?*")
    actions.prioritize(ticket, "high", by=carl)
    told = older().fetch()
    heard = page.evaluate_handle(
        """() => ({
          news: new Promise((done) => {
            const heard = ({ detail }) => detail.kinds?.includes("tagged") && done();
            document.body.addEventListener("live:ticket", heard);
          }),
        })"""
    )
    actions.tag(ticket, ["refund"], by=carl)
    heard.evaluate("async ({ news }) => void (await news)")
    # As long as the list waits for more news before it asks.
    page.clock.run_for(1000)
    page.evaluate("fetch('/static/workspace/icon.svg').then((answer) => answer.text())")
    assert len(asked) == 1
    older().fulfill(response=told)
    expect(page.locator(f"#row-{ticket.pk}")).to_contain_text("refund")


def test_without_a_network_the_page_stays(screen: Screen, support: Channel, ada: Agent) -> None:
    first, second = asks(support, 1), asks(support, 2)
    page = at(screen(ada, intercepts=True), first)
    page.locator("[name=message_text]").fill("Half a reply")
    refused_once(page, f"**/inbox/open/{second.pk}/")
    page.locator(f"#row-{second.pk} .row").click()
    expect(page.locator(".toast")).to_contain_text(FAILED)
    expect(page.locator("[name=message_text]")).to_have_value("Half a reply")
    expect(page.locator(f"#row-{first.pk} .row")).to_have_attribute("aria-current", "true")
    assert page.url.endswith(f"/inbox/open/{first.pk}/")
    page.locator(f"#row-{second.pk} .row").click()
    expect(page.locator("h1")).to_contain_text("Question 2")


def test_an_undo_that_did_not_get_through_can_be_pressed_again(screen: Screen, support: Channel, ada: Agent) -> None:
    ticket = asks(support, 1)
    actions.set_state(ticket, "open", by=ada)
    page = at(screen(ada, intercepts=True), ticket)
    page.keyboard.press("e")
    expect(page.locator("#pick-state")).to_contain_text("Resolved")
    refused_once(page, "**/state/?*")
    undo = page.locator(".toast").get_by_role("button", name="Undo")
    undo.click()
    expect(page.locator(".toast").first).to_contain_text(FAILED)
    undo.click()
    expect(page.locator("#pick-state")).to_contain_text("Open")
