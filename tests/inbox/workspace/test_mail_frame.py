"""The frame a mail is shown in: sanitised, without scripts, under a policy of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.message import EmailMessage
from html import unescape

import pytest
from django.http import QueryDict
from django.test import Client

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.common.clock import now
from inbox.tickets.models import Message, Ticket
from inbox.workspace.image_links import image_address
from tests.inbox.mails import arrives
from tests.inbox.workspace.pages import part

Screen = Callable[[Agent], Client]
HTML = (
    "<p>Hello</p><table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr><tr><td>e</td><td>f</td></tr></table>"
    '<script>alert(1)</script><img src="cid:photo@x"><img src="https://track.example/p.gif">'
)


@pytest.fixture
def ticket(ticket_once: int, company: None) -> Ticket:
    return Ticket.objects.get(pk=ticket_once)


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
    words = [preview in shown, "track.example" in shown, "1 remote image is blocked" in shown, "alert" in shown]
    assert words == [True, False, True, False]
    # Then they come through us, and the frame still asks nobody else.
    links = re.findall(r'src="(/images/[^"]*)"', allowed.content.decode())
    assert [image_address(QueryDict(unescape(one).partition("?")[2]).dict(), now()) for one in links] == [
        "https://track.example/p.gif"
    ]
    assert "img-src 'self' data:;" in allowed["Content-Security-Policy"]


def test_an_agent_can_have_the_images_of_a_sender_always(
    screen: Screen, laid_out: Ticket, ada: Agent, carl: Agent
) -> None:
    message, client = laid_out.messages.get(), screen(ada)
    frame, choice = f"/messages/{message.pk}/frame/", f"/messages/{message.pk}/images/"

    def is_shown() -> bool:
        return "track.example" in client.get(frame).content.decode()

    seen = [is_shown()]
    client.post(choice)
    seen.append(is_shown())
    cookie = client.cookies[f"images-{ada.pk}"]
    # Another who signs in at the same browser decides for himself; a forged sender is never the one who was meant.
    client.force_login(carl)
    seen.append(is_shown())
    client.force_login(ada)
    Message.objects.update(authenticity="failed")
    seen.append(is_shown())
    Message.objects.update(authenticity="verified")
    client.delete(choice)
    seen.append(is_shown())
    assert seen == [False, True, False, False, False]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/messages/", True, "Lax")


def test_a_mail_is_shown_in_its_own_colours_or_without_as_the_reader_likes(
    screen: Screen, laid_out: Ticket, ada: Agent
) -> None:
    message, client = laid_out.messages.get(), screen(ada)
    Message.objects.update(html='<p style="color:#c00">Red</p>')
    looks = {
        look: part(client.get(f"/messages/{message.pk}/frame/?look={look}"), "<html ", ">").count("data-paper")
        for look in ("", "sent", "plain", "nonsense")
    }
    assert looks == {"": 1, "sent": 1, "plain": 0, "nonsense": 1}


def test_the_page_frames_what_loses_by_being_read_as_text(screen: Screen, laid_out: Ticket, ada: Agent) -> None:
    page = screen(ada).get(f"/inbox/open/{laid_out.pk}/")
    frame = part(page, "<iframe ", ">")
    assert f'src="/messages/{laid_out.messages.get().pk}/frame/"' in frame
    assert 'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"' in frame
    assert "alert(1)" not in page.content.decode()


def test_a_plain_message_has_no_frame(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    assert screen(ada).get(f"/messages/{ticket.messages.get().pk}/frame/").status_code == 404
