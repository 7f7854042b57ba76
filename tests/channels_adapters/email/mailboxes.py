"""Accounts on the test's mail server, and what looking into them gives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from channels_adapters.contracts import Account, Fault, Polled, SendError
from channels_adapters.email.mime import read_head
from channels_adapters.registry import adapter
from tests.mail_servers import PASSWORD, Box, Dovecot

LONG_AGO = datetime.now(UTC) - timedelta(days=90)


def letter(subject: object, text: str = "Hello", message_id: str = "") -> bytes:
    """A small mail."""
    name = f"Message-ID: {message_id or f'<{subject}@larsen.example>'}\r\n"
    return f"From: Bo <bo@larsen.example>\r\nSubject: {subject}\r\n{name}\r\n{text}\r\n".encode()


def letters(*subjects: object) -> list[bytes]:
    return [letter(subject) for subject in subjects]


def account(
    server: Dovecot, box: Box, protocol: str = "imap", *, password: str = PASSWORD, **settings: object
) -> Account:
    """An account whose mail is fetched from the box, all of it."""
    given = {
        "incoming": protocol,
        "incoming_host": "127.0.0.1",
        "incoming_port": server.ports[protocol],
        "incoming_security": "none",
        "incoming_username": box.user,
        "since": "all",
    }
    return Account("email", "support@nordlys.example", given | settings, {"incoming_password": password})


def polled(account: Account, cursor: str = "", place: str = "") -> list[Polled]:
    """Everything one look gives."""
    return list(adapter("email").poll(account, place or adapter("email").places(account)[0], cursor))


def subjects(found: Sequence[Polled]) -> list[str]:
    """The subjects of the mails among them."""
    return [read_head(one.payload.body).text("subject").strip() for one in found if one.payload]


def look(account: Account, cursor: str = "", place: str = "") -> tuple[list[str], str]:
    """The subjects one look gives, and the cursor after it."""
    found = polled(account, cursor, place)
    return subjects(found), found[-1].cursor


def refused(account: Account, cursor: str = "", place: str = "") -> tuple[Fault, str]:
    """What a look ends in, and the sentence; neither holds the password."""
    with pytest.raises(SendError) as told:
        polled(account, cursor, place)
    assert PASSWORD not in f"{told.value!r} {told.value.reason}"
    return told.value.fault, told.value.reason
