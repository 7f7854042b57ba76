"""Mails in a real browser: nothing in them runs or asks anybody, and they can be read."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.tickets.html import safe
from inbox.tickets.models import Message, Ticket
from inbox.workspace.views.mail_frame import FRAME_POLICY
from tests.browser.conftest import Screen
from tests.browser.test_shell import found_by_axe
from tests.inbox.mails import arrives
from tests.inbox.tickets.hostile import HOSTILE

pytestmark = pytest.mark.browser
SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"
MAIL = "document.querySelector('mail-frame iframe').contentDocument?.querySelector('.sheet')"
NEWSLETTER = (
    '<body style="background:#eee"><table width="600" bgcolor="#102030"><tr><td style="color:#fff">Autumn sale</table>'
    '<img src="https://shop.example/hero.png" alt="Boots"><img src="https://shop.example/open" width="1" height="1">'
)
LETTER = (
    "<p>Yes, <b>please</b>.</p><table>" + "<tr><td>a</td><td>b</td></tr>" * 3 + "</table>"
    '<div class="gmail_quote"><p>On Monday Ada wrote:</p><blockquote>Shall I?</blockquote></div>'
)


def test_each_of_the_two_defences_holds_alone(browser: Browser, site: str) -> None:
    documents = {
        # The sanitiser without a frame, and the frame without the sanitiser.
        **{f"/clean/{number}": (safe(mail, files={}).html, "") for number, mail in enumerate(HOSTILE)},
        **{f"/frame/{number}": (f"<!doctype html>{mail}", FRAME_POLICY) for number, mail in enumerate(HOSTILE)},
    }
    boxes = {path: f' sandbox="{SANDBOX}"' if policy else "" for path, (_, policy) in documents.items()}
    frames = "".join(f'<iframe src="{path}"{box}></iframe>' for path, box in boxes.items())
    documents["/around"] = (f"<!doctype html>{frames}", "")
    page = browser.new_context(base_url=site).new_page()
    asked: list[str] = []
    happened: list[str] = []

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(site)
        if path not in documents:
            asked.append(route.request.url)
            route.abort()
            return
        body, policy = documents[path]
        headers = {"Content-Security-Policy": policy} if policy else {}
        route.fulfill(body=body, headers=headers, content_type="text/html; charset=utf-8")

    page.context.route("**/*", answer)
    page.on("dialog", lambda dialog: happened.append(dialog.message) or dialog.dismiss())
    page.context.on("page", lambda opened: happened.append(f"window {opened.url}"))
    page.goto("/around", wait_until="load")
    stayed = [frame.url.removeprefix(site) for frame in page.main_frame.child_frames]
    page.context.close()
    # What names no host asks ourselves, as a picture: that changes nothing.
    elsewhere = [address for address in asked if not address.startswith(site)]
    assert (elsewhere, happened, stayed) == ([], [], list(boxes))


def test_a_mail_is_read_with_its_history_folded_and_its_images_on_request(
    screen: Screen, support: Channel, ada: Agent
) -> None:
    letter, newsletter = (
        arrives(support, laid_out(*one)).ticket for one in ((LETTER, "Yes, please."), (NEWSLETTER, "Autumn sale"))
    )
    page = screen(ada, theme="dark")
    page.goto(f"/inbox/open/{letter.pk}/")
    wait_for_mail(page, "mail.innerText.includes('Yes, please.') && mail.querySelector('details')?.open === false")
    assert paper_of(page) == "dark"
    page.evaluate(f"{MAIL}.querySelector('summary').focus()")
    page.keyboard.press("Enter")
    wait_for_mail(page, "mail.querySelector('details')?.open && mail.innerText.includes('Shall I?')")

    page.goto(f"/inbox/open/{newsletter.pk}/")
    bar = page.locator(".mail-bar")
    expect(bar).to_contain_text("1 remote image is blocked. 1 tracker removed.")
    assert paper_of(page) == "light"
    bar.get_by_role("button", name="Always from").click()
    expect(bar).to_contain_text("Images from this sender are always shown.")
    wait_for_mail(page, "mail.querySelector('img[src^=\\'/images/?of=https%3A%2F%2Fshop.example\\']')")
    bar.get_by_role("button", name="Block them").click()
    expect(bar.get_by_role("link", name="Show images")).to_be_visible()


def wait_for_mail(page: Page, condition: str) -> None:
    """Until something holds in the frame; asked from outside, for nothing runs in there."""
    page.wait_for_function(f"() => {{ const mail = {MAIL}; return mail && ({condition}) }}")


def laid_out(html: str, text: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Bo <bo@x.example>", "support@nordlys.example", text
    message.set_content(f"{text}\n\nOn Mon, 2 Mar 2026 at 10:12, Ada <ada@nordlys.example> wrote:\n> Shall I?\n")
    message.add_alternative(html, subtype="html")
    return message.as_bytes()


def paper_of(page: Page) -> str:
    wait_for_mail(page, "mail.ownerDocument.readyState === 'complete'")
    ground = page.evaluate(f"getComputedStyle({MAIL}.ownerDocument.documentElement).backgroundColor")
    return "light" if ground == "rgb(255, 255, 255)" else "dark"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_around_a_mail_and_a_phone_shows_all_of_it(
    screen: Screen, support: Channel, ada: Agent, theme: str
) -> None:
    ticket = arrives(support, laid_out(NEWSLETTER, "Autumn sale")).ticket
    dress_up(ticket)
    page = screen(ada, width=390, height=844, theme=theme)
    page.goto(f"/inbox/open/{ticket.pk}/")
    expect(page.locator(".mail-bar")).to_be_visible()
    page.locator(".addressed summary").click()
    widest = page.evaluate(
        "Math.max(...[...document.querySelectorAll('.said *')].map((one) => one.getBoundingClientRect().right))"
    )
    assert (found_by_axe(page), widest <= 390) == ([], True)
    page.get_by_role("button", name=re.compile("sender check failed")).click()
    expect(page.get_by_text("Take it for forged")).to_be_visible()


def dress_up(ticket: Ticket) -> None:
    Message.objects.filter(ticket=ticket).update(
        authenticity="failed",
        is_stranger=True,
        automatic="bulk",
        mailing_list="runners.lists.example",
        reply_to="other@x.example",
        unsupported="A part of this mail is encrypted.",
        forwarded_from="kay@ito.example",
        calendar=[{"method": "request", "uid": "1", "summary": "Fitting", "starts_at": "2026-03-02T15:00:00+00:00"}],
    )
