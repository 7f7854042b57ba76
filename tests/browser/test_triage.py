"""A morning at the inbox, by keyboard: find, read, answer, hand over, resolve; with news coming in meanwhile."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from playwright.sync_api import Page, expect

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.tickets import actions
from inbox.tickets.conversation import note, reply
from inbox.tickets.models import Draft, Ticket
from tests.browser.conftest import Screen
from tests.browser.test_shell import found_by_axe
from tests.inbox.mails import arrives
from tests.inbox.questions import asks, says

pytestmark = pytest.mark.browser
LAID_OUT = (
    "<h2>Receipt</h2><table>" + "<tr><td>Trail runner</td><td>89,00</td></tr>" * 4 + "</table>"
    "<script>parent.document.title = 'taken over'</script>"
    "<form action='/tickets/1/spam/' method=post><button>Win</button></form>"
    "<a href='https://x.example/'>our shop</a><img src='https://track.example/p.gif'>"
)


def laid_out(channel: Channel) -> Ticket:
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = "Ida <ida@x.example>", channel.address, "<h@x.example>"
    message["Subject"] = "Two lines on my receipt"
    message.set_content("Is that right?")
    message.add_alternative(LAID_OUT, subtype="html")
    return arrives(channel, message.as_bytes()).ticket


def rows(page: Page) -> list[str]:
    return page.locator(".row-subject").all_inner_texts()


def settled(page: Page) -> None:
    """The live stream is connected: what happens from here on is heard."""
    expect(page.locator("[data-live-pill]")).to_have_text("live")


def test_a_morning_of_triage_by_keyboard(screen: Screen, support: Channel, ada: Agent, carl: Agent) -> None:
    first, second, third = (asks(support, number) for number in (1, 2, 3))
    page = screen(ada)
    page.goto("/inbox/open/")
    settled(page)
    page.keyboard.press("j")
    expect(page.locator("h1")).to_contain_text("Question 1")
    expect(page.locator(f"#row-{first.pk} .row")).to_have_attribute("aria-current", "true")
    expect(page.locator(f"#row-{first.pk} .row.unread")).to_have_count(0)
    # Take it, make it urgent, tag it: each shows at once and reaches the server.
    page.keyboard.press("i")
    expect(page.locator("#pick-assignee")).to_contain_text("Ada")
    page.keyboard.press("p")
    page.get_by_role("button", name="Urgent").click()
    expect(page.locator("#pick-priority")).to_contain_text("Urgent")
    page.keyboard.press("l")
    page.locator("#tag-menu [name=tag]").fill("refund")
    page.keyboard.press("Enter")
    # The news may reach the row before the answer closes the menu, which takes the keys until then.
    expect(page.locator("#tag-menu [name=tag]")).to_be_hidden()
    expect(page.locator(f"#row-{first.pk}")).to_contain_text("refund")
    expect(page.locator(f"#row-{first.pk}")).to_contain_text("Urgent")
    # Answer and resolve: the next ticket of the list opens, the answered one leaves the list.
    page.keyboard.press("r")
    page.keyboard.type("It is on its way.")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.locator("h1")).to_contain_text("Question 2")
    expect(page.locator(f"#row-{first.pk}")).to_have_count(0)
    first.refresh_from_db()
    assert (first.state, first.assignee, first.priority) == ("resolved", ada, "urgent")
    assert [tag.name for tag in first.tags.all()] == ["refund"]
    # A note for a colleague, then on to the next one and back to the list.
    page.keyboard.press("n")
    page.keyboard.type("Carl, please call her.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".said.note")).to_contain_text("Carl, please call her.")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("h1")).to_contain_text("Question 3")
    page.keyboard.press("k")
    expect(page.locator("h1")).to_contain_text("Question 2")
    page.keyboard.press("u")
    expect(page.locator("ticket-page")).to_have_count(0)
    assert page.url.endswith("/inbox/open/")
    # Asked of the page itself: the driver counts the browser's entries, which may not hold the last step yet.
    page.evaluate("history.back()")
    expect(page.locator("h1")).to_contain_text("Question 2")
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page.locator("#list-title")).to_have_text("Mine")
    assert third.state == "new"
    assert second.messages.filter(kind="note", agent=ada).count() == 1


def test_news_come_in_without_a_reload_and_leave_the_half_written_reply_alone(
    screen: Screen, support: Channel, ada: Agent, carl: Agent
) -> None:
    ticket = asks(support, 1)
    page = screen(ada)
    page.goto(f"/inbox/open/{ticket.pk}/")
    settled(page)
    area = page.locator("[name=message_text]")
    area.fill("Dear Customer, ")
    area.focus()
    other = asks(support, 2)
    expect(page.locator(f"#row-{other.pk}")).to_contain_text("Question 2")
    says(ticket, "I found them, never mind.")
    note(ticket, "She called too.", by=carl)
    expect(page.locator("#timeline")).to_contain_text("I found them, never mind.")
    expect(page.locator("#timeline")).to_contain_text("She called too.")
    page.keyboard.type("thank you.")
    expect(area).to_have_value("Dear Customer, thank you.")
    expect(area).to_be_focused()
    # The server asks before it sends past what is new; the words stay.
    page.keyboard.press("Control+Enter")
    problem = page.locator(".problem")
    expect(problem).to_contain_text("I found them, never mind.")
    expect(area).to_have_value("Dear Customer, thank you.")
    problem.get_by_role("button", name="Send anyway").click()
    expect(page.locator(".said.agent")).to_contain_text("Dear Customer, thank you.")
    expect(area).to_have_value("")
    # And it can be taken back: its words return to the composer.
    page.locator(".delivery").get_by_role("button", name="Undo").click()
    expect(area).to_have_value("Dear Customer, thank you.")
    expect(page.locator(".said.agent")).to_have_count(0)


def test_a_draft_is_saved_while_writing_and_found_on_another_device(
    screen: Screen, support: Channel, ada: Agent
) -> None:
    ticket = asks(support, 1)
    page = screen(ada)
    page.goto(f"/inbox/open/{ticket.pk}/")
    page.locator("[name=message_text]").fill("Half a reply")
    expect(page.locator(".composer-saved")).to_contain_text("Draft saved")
    phone = screen(ada, width=390, height=844)
    phone.goto(f"/inbox/drafts/{ticket.pk}/")
    expect(phone.locator("[name=message_text]")).to_have_value("Half a reply")
    # Leaving the field saves at once, without waiting for a pause.
    phone.locator("[name=message_text]").fill("")
    with phone.expect_response(lambda response: "/draft/" in response.url):
        phone.locator("[name=message_text]").blur()
    assert not Draft.objects.exists()


def test_a_change_is_undone_from_its_toast(screen: Screen, support: Channel, ada: Agent) -> None:
    ticket = asks(support, 1)
    actions.set_state(ticket, "open", by=ada)
    page = screen(ada)
    page.goto(f"/inbox/open/{ticket.pk}/")
    settled(page)
    page.keyboard.press("e")
    expect(page.locator("#pick-state")).to_contain_text("Resolved")
    expect(page.locator(f"#row-{ticket.pk}")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#pick-state")).to_contain_text("Open")
    expect(page.locator(f"#row-{ticket.pk}")).to_have_count(1)


def test_a_stranger_s_html_takes_over_nothing_and_traps_nobody(screen: Screen, support: Channel, ada: Agent) -> None:
    ticket = laid_out(support)
    page = screen(ada)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/inbox/open/{ticket.pk}/")
    frame = page.frame_locator("mail-frame iframe")
    expect(frame.locator("h2")).to_have_text("Receipt")
    expect(frame.locator("script, form, button")).to_have_count(0)
    # As tall as the mail: the frame itself has nothing to scroll.
    box = page.locator("mail-frame iframe")
    expect(box).to_have_js_property("scrollTop", 0)
    page.wait_for_function(
        "(f) => f.contentDocument.documentElement.scrollHeight <= f.clientHeight + 1", arg=box.element_handle()
    )
    assert "taken over" not in page.title()
    assert [url for url in asked if "track.example" in url] == []
    frame.get_by_role("link", name="our shop").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") != "IFRAME"


def test_reading_and_replying_work_without_script(screen: Screen, support: Channel, ada: Agent) -> None:
    ticket = asks(support, 1)
    page = screen(ada, java_script_enabled=False)
    page.goto("/inbox/unassigned/")
    page.locator(".row").click()
    page.locator("#pick-state").click()
    page.get_by_role("button", name="On hold", exact=True).first.click()
    page.locator("[name=message_text]").fill("It is on its way.")
    page.get_by_role("button", name="Send", exact=True).click()
    assert "It is on its way." in page.locator(".said.agent").inner_text()
    page.get_by_role("radio", name="Note").check(force=True)
    page.locator("[name=note_text]").fill("Called as well.")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".said.note")).to_contain_text("Called as well.")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.messages.count()) == ("pending", 3)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing_in_the_inbox(
    screen: Screen, support: Channel, ada: Agent, carl: Agent, width: int, theme: str
) -> None:
    ticket = laid_out(support)
    actions.tag(ticket, ["refund"], by=ada)
    actions.prioritize(ticket, "high", by=ada)
    note(ticket, "Look at https://x.example/", by=carl)
    reply(ticket, "It is.", by=ada)
    asks(support, 2)
    page = screen(ada, width=width, theme=theme, reduced_motion="reduce")
    found = []
    for path in ("/inbox/open/?tag=refund", "/inbox/mine/", f"/inbox/open/{ticket.pk}/"):
        page.goto(path)
        found += found_by_axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert found == []


def test_a_menu_stays_open_while_news_come_in(screen: Screen, support: Channel, ada: Agent, carl: Agent) -> None:
    ticket = asks(support, 1)
    page = screen(ada)
    page.goto(f"/inbox/open/{ticket.pk}/")
    settled(page)
    page.keyboard.press("l")
    tag = page.locator("#tag-menu [name=tag]")
    tag.fill("ref")
    actions.prioritize(ticket, "high", by=carl)
    expect(page.locator("#timeline")).to_contain_text("priority: High")
    expect(tag).to_be_focused()
    expect(tag).to_have_value("ref")
    page.keyboard.press("Escape")
    expect(page.locator("#pick-priority")).to_contain_text("High")


def test_the_files_chosen_are_named_and_sent(screen: Screen, support: Channel, ada: Agent) -> None:
    ticket = asks(support, 1)
    page = screen(ada)
    page.goto(f"/inbox/open/{ticket.pk}/")
    page.locator("[type=file][name=files]").set_input_files(
        [{"name": "label.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}]
    )
    expect(page.locator("chosen-files")).to_contain_text("label.pdf")
    page.locator("[name=message_text]").fill("Print it, please.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".said.agent .file")).to_contain_text("label.pdf")
