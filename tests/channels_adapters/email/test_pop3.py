"""Fetching by POP3 from a real server: mails are known by their UIDL and stay, unless the account says otherwise."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from channels_adapters.contracts import Fault, Polled, SendError
from channels_adapters.email import pop3
from channels_adapters.registry import adapter
from tests.channels_adapters.email.mailboxes import account, letter, letters, look, polled, refused, subjects
from tests.mail_servers import Box, Dovecot, Proxy

pytestmark = pytest.mark.mail_server


@pytest.fixture
def box(dovecot: Dovecot) -> Box:
    return dovecot.box()


def received(subject: str, at: datetime) -> bytes:
    """A mail that got here at an instant, whatever its sender says."""
    return (
        f"Received: from a by b; {format_datetime(at)}\r\nDate: Thu, 1 Jan 1970 00:00:00 +0000\r\n".encode()
        + letter(subject)
    )


def test_mails_come_once_byte_for_byte_and_stay(dovecot: Dovecot, box: Box) -> None:
    odd = letter("odd", "x" * 100_000 + "\r\n.\r\n..\r\n\té\r\n\r\n")
    box.put(*letters(1), odd)
    here = account(dovecot, box, "pop3")
    found = polled(here)
    box.put(*letters(3))
    again, cursor = look(here, found[-1].cursor)
    assert (subjects(found), odd in [one.payload.body for one in found if one.payload], again) == (
        ["1", "odd"],
        True,
        ["3"],
    )
    assert (look(here, cursor)[0], len(box.files())) == ([], 3)


@pytest.mark.parametrize(
    ("since", "counted"), [("new", ["new"]), ("30", ["some", "new"]), ("all", ["old", "some", "new"])]
)
def test_earlier_mail_counts_as_far_back_as_is_set(dovecot: Dovecot, box: Box, since: str, counted: list[str]) -> None:
    now = datetime.now(UTC)
    for subject, age in (("old", 90), ("some", 10), ("new", 0)):
        box.put(received(subject, now - timedelta(days=age)))
    here = account(dovecot, box, "pop3", since=since)
    first, cursor = look(here)
    assert (first, look(here, cursor)[0]) == (counted, [])


def test_the_cursor_forgets_what_the_server_has_no_more(dovecot: Dovecot, box: Box) -> None:
    box.put(*letters(*range(30)))
    here = account(dovecot, box, "pop3")
    _, cursor = look(here)
    for file in box.files()[:29]:
        file.unlink()
    _, later = look(here, cursor)
    assert (len(pop3.Drop.read(cursor).known or ()), len(pop3.Drop.read(later).known or ())) == (30, 1)


def test_a_mail_is_deleted_only_once_it_is_journalled(dovecot: Dovecot, box: Box) -> None:
    box.put(*letters(1, 2))
    here = account(dovecot, box, "pop3", after_import="delete")
    looking = adapter("email").poll(here, "pop3:", "")
    handed_out = [next(looking), next(looking), next(looking)]
    # Whoever journalled the first one died before he could ask for the next.
    looking.close()  # type: ignore[attr-defined]
    before = len(box.files())
    rest = polled(here, handed_out[-1].cursor)
    assert (before, subjects([*handed_out, *rest]), len(box.files())) == (2, ["1", "2"], 0)


def test_a_connection_cut_at_any_byte_loses_and_doubles_nothing(dovecot: Dovecot, box: Box) -> None:
    box.put(*[letter(number, "x" * 3000) for number in range(6)])
    proxy = Proxy(dovecot.ports["pop3"])
    here = account(dovecot, box, "pop3", incoming_port=proxy.port)
    proxy.cuts = [700, 4000, 9000, 12_000]
    found: list[Polled] = []
    while proxy.cuts:
        with suppress(SendError):
            found.extend(adapter("email").poll(here, "pop3:", found[-1].cursor if found else ""))
    last = polled(here, found[-1].cursor)
    proxy.stop()
    assert sorted(subjects([*found, *last])) == [str(number) for number in range(6)]


def test_a_mail_that_is_too_large_comes_with_its_head_and_stays(
    dovecot: Dovecot, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pop3, "MAX_MAIL", 1024 * 1024)
    box.put(letter("large", "x" * 1024 * 1024))
    here = account(dovecot, box, "pop3", after_import="delete")
    payload = next(one.payload for one in polled(here) if one.payload)
    message = adapter("email").parse(payload, here)[0]
    assert (getattr(message, "subject", ""), getattr(message, "unsupported", ""), len(box.files())) == (
        "large",
        f"This mail has 1 MB, more than the 1 MB that are taken in. It is in the mailbox of {box.user}.",
        1,
    )


def test_signing_in_encrypted_by_token_and_in_vain(dovecot: Dovecot, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    box.put(*letters(1))
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    tls = account(
        dovecot, box, "pop3", incoming_host="localhost", incoming_security="tls", incoming_port=dovecot.ports["pop3s"]
    )
    starttls = account(dovecot, box, "pop3", incoming_host="localhost", incoming_security="starttls")
    by_token = account(dovecot, box, "pop3", oauth_provider="google")
    good = replace(by_token, secrets={"oauth_access_token": dovecot.provider.token(box.user)})
    bad = replace(by_token, secrets={"oauth_access_token": "stale"})
    wrong = account(dovecot, box, "pop3", password="guess")
    assert ([look(way)[0] for way in (tls, starttls, good)], [refused(way)[0] for way in (bad, wrong)]) == (
        [["1"]] * 3,
        [Fault.AUTH] * 2,
    )


def test_a_check_shows_the_newest_mails_and_deletes_none(dovecot: Dovecot, box: Box) -> None:
    box.put(*letters(1, 2, 3, 4))
    steps = list(adapter("email").check(account(dovecot, box, "pop3", after_import="delete")))
    assert ([one.passed for one in steps], [line[-1] for line in steps[-1].details], len(box.files())) == (
        [True] * 4,
        ["4", "3", "2"],
        4,
    )
