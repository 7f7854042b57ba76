"""Writing a mail by keyboard: who else gets it, a picture in the text, and a time to send it at."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.tickets.models import Draft, Message, ScheduledReply
from tests.browser.conftest import Screen
from tests.browser.test_shell import found_by_axe
from tests.inbox.questions import asks

pytestmark = pytest.mark.browser
#: A pixel, put on the clipboard and pasted into the reply.
PASTE = """() => {
  const pixel = atob("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");
  const bytes = Uint8Array.from(pixel, (character) => character.charCodeAt(0));
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([bytes], "sole.gif", { type: "image/gif" }));
  const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  document.querySelector("[name=message_text]").dispatchEvent(event);
}"""


def test_a_mail_with_copies_and_a_picture_is_written_and_planned(screen: Screen, support: Channel, ada: Agent) -> None:
    ticket = asks(support, 1)
    page = screen(ada)
    page.goto(f"/inbox/open/{ticket.pk}/")
    page.get_by_role("button", name="Cc, Bcc").click()
    cc = page.get_by_label("Cc", exact=True)
    expect(cc).to_be_focused()
    page.keyboard.type("eva@x.example,")
    page.keyboard.type("Ulf Berg <ulf@x.example>")
    page.keyboard.press("Enter")
    page.keyboard.type("mia@")
    page.keyboard.press("Tab")
    chips = page.locator("#copies li")
    expect(chips).to_have_text(["eva@x.example×", "Ulf Berg×"])
    expect(page.locator("[data-chips-problem]").first).to_have_text("“mia@” is not a mail address.")
    assert found_by_axe(page) == []
    cc.fill("")
    # Backspace takes the last one back, to be mended.
    cc.press("Backspace")
    expect(cc).to_have_value("Ulf Berg <ulf@x.example>")
    cc.press("Enter")
    page.get_by_role("button", name="Remove eva@x.example").click()
    page.keyboard.press("Escape")
    text = page.get_by_label("Reply", exact=True).and_(page.locator("textarea"))
    text.fill("Like this?")
    with page.expect_response("**/draft/"):
        page.evaluate(PASTE)
    expect(text).to_have_value("Like this?\n[sole.gif]\n")
    page.reload()
    expect(chips).to_have_text(["Ulf Berg×"])
    # What was pasted is gone with the page; the picture is put in again.
    text.fill("Like this?")
    page.evaluate(PASTE)
    page.get_by_role("button", name="Send later").click()
    page.get_by_role("button", name="In an hour").click()
    expect(page.locator(".planned")).to_contain_text("Planned for")
    expect(text).to_have_value("")
    page.locator(".planned").get_by_role("button", name="Send now").click()
    expect(page.locator(".planned")).to_have_count(0)
    expect(page.locator(".said.agent")).to_contain_text("Like this?")
    message = Message.objects.latest("id")
    expect(page.locator("ticket-page")).to_have_attribute("data-told", str(message.pk))
    assert [(one["role"], one["value"]) for one in message.recipients] == [
        ("to", "c1@x.example"),
        ("cc", "ulf@x.example"),
    ]
    assert ("cid:" in message.html, message.attachments.get().is_inline, Draft.objects.count()) == (True, True, 0)
    assert ScheduledReply.objects.get().settled_at is not None
