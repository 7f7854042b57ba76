"""The frame a mail is shown in: sanitised, without scripts, under a policy of its own."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage

import pytest
from django.test import Client

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.tickets.models import Ticket
from tests.inbox.mails import arrives
from tests.inbox.workspace.pages import part

Screen = Callable[[Agent], Client]
HTML = (
    "<p>Hello</p><table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr><tr><td>e</td><td>f</td></tr></table>"
    '<script>alert(1)</script><img src="cid:photo@x"><img src="https://track.example/p.gif">'
)


@pytest.fixture
def laid_out(support: Channel) -> Ticket:
    """A mail with a table, a picture of its own and one from afar."""
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = "Bo <bo@x.example>", support.address, "<1@x.example>"
    message["Subject"] = "Receipt"
    message.set_content("Hello")
    message.add_alternative(HTML, subtype="html")
    message.get_payload()[1].add_related(b"\x89PNG\r\n\x1a\n", "image", "png", cid="<photo@x>")
    return arrives(support, message.as_bytes()).ticket


def test_the_frame_has_a_policy_that_lets_nothing_run(screen: Screen, laid_out: Ticket, ada: Agent) -> None:
    message = laid_out.messages.get()
    response = screen(ada).get(f"/messages/{message.pk}/frame/")
    policy = dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "img-src": "'self' data:",
        "style-src": "'unsafe-inline'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'self'",
        "sandbox": "allow-same-origin allow-popups allow-popups-to-escape-sandbox",
    }
    assert (response["X-Frame-Options"], response["Referrer-Policy"]) == ("SAMEORIGIN", "no-referrer")


def test_only_pictures_of_the_mail_are_shown_until_the_reader_wants_the_others(
    screen: Screen, laid_out: Ticket, ada: Agent
) -> None:
    message, client = laid_out.messages.get(), screen(ada)
    shown = client.get(f"/messages/{message.pk}/frame/").content.decode()
    allowed = client.get(f"/messages/{message.pk}/frame/?images=1")
    preview = f'src="/attachments/{message.attachments.get().pk}/preview/"'
    assert [preview in shown, "track.example" in shown, "1 remote image is blocked" in shown, "alert" in shown] == [
        True,
        False,
        True,
        False,
    ]
    assert ("track.example" in allowed.content.decode(), "https:" in allowed["Content-Security-Policy"]) == (True, True)


def test_the_page_frames_what_loses_by_being_read_as_text(screen: Screen, laid_out: Ticket, ada: Agent) -> None:
    page = screen(ada).get(f"/inbox/open/{laid_out.pk}/")
    frame = part(page, "<iframe ", ">")
    assert f'src="/messages/{laid_out.messages.get().pk}/frame/"' in frame
    assert 'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"' in frame
    assert "alert(1)" not in page.content.decode()


def test_a_plain_message_has_no_frame(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    assert screen(ada).get(f"/messages/{ticket.messages.get().pk}/frame/").status_code == 404
