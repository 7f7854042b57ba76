"""Files and originals: handed out so that nothing in them runs here."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from html import unescape

import pytest
from asgiref.sync import async_to_sync
from django.test import Client, RequestFactory

from inbox.agents.models import Agent
from inbox.channels.models import Channel, Envelope
from inbox.tickets.conversation import keep_files
from inbox.tickets.files import store
from inbox.tickets.models import Attachment, Ticket
from inbox.workspace.views.files import message_files
from tests.inbox.mails import arrives
from tests.inbox.workspace.pages import text_of

Screen = Callable[[Agent], Client]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32


@pytest.fixture
def ticket(ticket_once: int, company: None) -> Ticket:
    return Ticket.objects.get(pk=ticket_once)


def attached(ticket: Ticket, content: bytes, filename: str, content_type: str) -> Attachment:
    keep_files(ticket.messages.get(), [store(content, filename=filename, content_type=content_type)])
    return Attachment.objects.latest("id")


def test_a_file_is_saved_never_opened(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    file = attached(ticket, b"<script>alert(1)</script>", 'Rech"nung\r\nX: 1 für Bö.html', "text/html")
    response = screen(ada).get(f"/attachments/{file.pk}/")
    assert {name: response[name] for name in ("Content-Type", "X-Content-Type-Options", "Content-Disposition")} == {
        "Content-Type": "application/octet-stream",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": "attachment; filename*=utf-8''Rech_nungX_%201%20f%C3%BCr%20B%C3%B6.html",
    }
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response.content == b"<script>alert(1)</script>"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a...", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"%PDF-1.4", "application/pdf"),
    ],
)
def test_a_picture_or_document_is_looked_at_as_what_its_bytes_are(
    screen: Screen, ticket: Ticket, ada: Agent, content: bytes, kind: str
) -> None:
    file = attached(ticket, content, "a.html", "text/html")
    response = screen(ada).get(f"/attachments/{file.pk}/preview/")
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == (kind, "nosniff")
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize(
    ("content", "claimed"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"),
        (b"<html>", "image/png"),
        (b"", "image/png"),
    ],
)
def test_anything_else_has_no_preview(screen: Screen, ticket: Ticket, ada: Agent, content: bytes, claimed: str) -> None:
    file = attached(ticket, content, "a.png", claimed)
    assert screen(ada).get(f"/attachments/{file.pk}/preview/").status_code == 404


def test_files_of_other_teams_are_404(screen: Screen, ticket: Ticket, wen: Agent) -> None:
    file = attached(ticket, PNG, "a.png", "image/png")
    client = screen(wen)
    assert {client.get(f"/attachments/{file.pk}/{path}").status_code for path in ("", "preview/")} == {404}


def test_the_original_is_one_click_away_as_text_and_as_a_file(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    message, client = ticket.messages.get(), screen(ada)
    words = text_of(client.get(f"/messages/{message.pk}/original/"))
    saved = client.get(f"/messages/{message.pk}/original/file/")
    assert "Message-ID <first@larsen.example>" in words
    assert saved.content == bytes(message.envelope.body)
    assert saved["Content-Disposition"] == f'attachment; filename="{ticket.ref}-{message.pk}.eml"'


def test_all_files_of_a_message_come_in_one_archive_each_under_a_name_of_its_own(ticket: Ticket, ada: Agent) -> None:
    for content, name in ((PNG, "photo.png"), (b"one", "report.pdf"), (b"two", "report.pdf"), (b"x", "../Report.pdf")):
        attached(ticket, content, name, "application/octet-stream")
    request = RequestFactory().get("/")
    request.user = ada
    response = message_files(request, ticket.messages.get().pk)
    assert response["Content-Disposition"] == f'attachment; filename="{ticket.ref}-{ticket.messages.get().pk}.zip"'

    async def whole() -> bytes:
        return b"".join([piece async for piece in response])

    archive = zipfile.ZipFile(io.BytesIO(async_to_sync(whole)()))
    assert {name: archive.read(name) for name in archive.namelist()} == {
        "photo.png": PNG,
        "report.pdf": b"one",
        "report (2).pdf": b"two",
        "_Report.pdf": b"x",
    }


def test_headers_are_shown_as_written_and_as_they_read(screen: Screen, support: Channel, ada: Agent) -> None:
    head = "From: =?utf-8?q?J=C3=B6rg?= <j@x.example>\r\nSubject: a\r\n b\u202ec\r\nTo: s@x.example\r\n"
    body = f"{head}\r\nHi.\x1b[0m".encode()
    message = arrives(support, body).ticket.messages.get()
    page = screen(ada).get(f"/messages/{message.pk}/original/")
    rows = re.findall(
        r'<th scope="row">([^<]*)</th><td>(?:<p>([^<]*)</p>)?<p class="mono">([^<]*)</p>', page.content.decode()
    )
    assert [tuple(unescape(one) for one in row) for row in rows] == [
        ("From", "Jörg <j@x.example>", "=?utf-8?q?J=C3=B6rg?= <j@x.example>"),
        ("Subject", "", "a b⟨202E⟩c"),
        ("To", "", "s@x.example"),
    ]
    assert "Hi.␛[0m" in text_of(page)


def test_of_a_webhook_the_request_is_shown_without_its_secrets(screen: Screen, ticket: Ticket, ada: Agent) -> None:
    message = ticket.messages.get()
    headers = {"Content-Type": "application/json", "Authorization": "Basic c2VjcmV0", "X-Webhook-Token": "t0ken"}
    Envelope.objects.update(body=b'{"a": 1}', headers=headers, url="https://inbox.example/hooks/email/hush/")
    page = screen(ada).get(f"/messages/{message.pk}/original/").content.decode()
    assert [word in page for word in ("application/json", "{&quot;a&quot;: 1}", "c2VjcmV0", "t0ken", "hush")] == [
        True,
        True,
        False,
        False,
        False,
    ]
