"""An IMAP connection that is signed in, its errors in words, its folders, and the folder of sent mail."""

from __future__ import annotations

import imaplib
import re
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import BufferedReader
from typing import cast

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError, ProtocolError

from channels_adapters.contracts import Fault, SendError
from channels_adapters.email.incoming import TIMEOUT, Mailbox, certified, dial, said_plainly, withheld, wrong_password
from channels_adapters.email.mime import MAX_MAIL, read_head
from channels_adapters.email.oauth import sasl
from channels_adapters.wording import say

#: The most a server may send in one piece; more is no answer to anything we ask.
_MAX_LITERAL = MAX_MAIL + 1024 * 1024
_MOST_SECONDS = 300.0
#: Response codes (RFC 5530) and words that mean: not now.
_NOT_NOW = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]|too many|try again|temporar", re.IGNORECASE)
_AS_BYTES = re.compile(r"""b(['"])(.*)\1\Z""", re.DOTALL)
_SENT_NAMES = ("sent", "sent items", "sent mail", "sent messages", "gesendet", "gesendete elemente", "envoyés")
_LATEST = 30


class Client(IMAPClient):
    """IMAPClient over a connection of ours: checked address, our TLS, and no answer larger than we could have asked."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        super().__init__(mailbox.host, mailbox.port, ssl=mailbox.security == "tls", timeout=TIMEOUT)
        # INTERNALDATE with its zone, not in this machine's time.
        self.normalise_times = False

    def _create_IMAP4(self) -> imaplib.IMAP4:
        return _Connection(self._mailbox)


class _Connection(imaplib.IMAP4):
    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        super().__init__(mailbox.host, mailbox.port, timeout=TIMEOUT)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return dial(self._mailbox)

    def read(self, size: int) -> bytes:
        if size > _MAX_LITERAL:
            raise self.abort(f"the server announces {size} bytes")
        # However slowly a server drips, a piece ends.
        reader = cast(BufferedReader, self.file)
        pieces, left, until = [], size, time.monotonic() + _MOST_SECONDS
        while left and (piece := reader.read1(min(left, 1 << 20))):
            pieces.append(piece)
            left -= len(piece)
            if time.monotonic() > until:
                raise TimeoutError
        return b"".join(pieces)


@contextmanager
def signed_in(mailbox: Mailbox) -> Iterator[Client]:
    """A connection that is encrypted as set and signed in. Raises `SendError`, also for what happens inside."""
    with imap_said_plainly(mailbox):
        client = Client(mailbox)
        try:
            if mailbox.security == "starttls":
                if not client.has_capability("STARTTLS"):
                    raise SendError(
                        Fault.AUTH,
                        say("%(where)s offers no STARTTLS; nothing is sent in the clear.", where=mailbox.where),
                    )
                client.starttls(certified())
            _sign_in(client, mailbox)
            if client.has_capability("ID"):
                # Some providers (NetEase) open no folder to a program that does not say its name (RFC 2971).
                client.id_({"name": "inbox"})
            yield client
            # Courtesy: what was to be done is done, whatever the server says to it now.
            with suppress(IMAPClientError, OSError):
                client.logout()
        finally:
            with suppress(OSError):
                client.shutdown()


@contextmanager
def imap_said_plainly(mailbox: Mailbox) -> Iterator[None]:
    """Turn what goes wrong into a `SendError`; a lost connection is temporary, a refused command is told as it is."""
    with said_plainly(mailbox):
        try:
            yield
        except (IMAPClientAbortError, ProtocolError) as problem:
            said = withheld(mailbox, words(problem))
            raise SendError(
                Fault.TEMPORARY, say("The connection to %(where)s was lost: %(said)s", where=mailbox.where, said=said)
            ) from problem
        except IMAPClientError as problem:
            said = withheld(mailbox, words(problem))
            fault = Fault.TEMPORARY if is_passing(problem) else Fault.BLOCKED
            raise SendError(fault, say("%(where)s refused: %(said)s", where=mailbox.where, said=said)) from problem


def is_passing(problem: Exception) -> bool:
    """Whether the server says that it can't just now."""
    return bool(_NOT_NOW.search(words(problem)))


def words(problem: Exception) -> str:
    """What an error says, without the traces of Python in it."""
    text = str(problem)
    for _layer in range(2):
        found = _AS_BYTES.search(text)
        text = text[: found.start()] + found[2] if found else text
    return text or type(problem).__name__


def sent_folder(client: Client, mailbox: Mailbox) -> str:
    """The folder of sent mail: the one that is set, else the one the server marks (RFC 6154) or names so; or ""."""
    if mailbox.sent_folder:
        return mailbox.sent_folder
    folders = client.list_folders()
    marked = [str(name) for flags, _delimiter, name in folders if b"\\Sent" in flags]
    named = [str(name) for _flags, delimiter, name in folders if _last(str(name), delimiter).lower() in _SENT_NAMES]
    return next(iter([*marked, *named]), "")


def selected(client: Client, folder: str, *, readonly: bool = True) -> dict[bytes, int]:
    """What the server tells of a folder on opening it. Raises `SendError` when there is none of that name."""
    try:
        told: dict[bytes, int] = client.select_folder(folder, readonly=readonly)
    except IMAPClientAbortError:
        raise
    except IMAPClientError as problem:
        if is_passing(problem):
            raise
        has = ", ".join(str(name) for _flags, _delimiter, name in client.list_folders()[:30])
        raise SendError(
            Fault.BLOCKED,
            say(
                "The folder %(folder)s can't be opened: %(words)s The mailbox has: %(has)s.",
                folder=folder,
                words=words(problem),
                has=has,
            ),
        ) from problem
    return told


def find_sent(mailbox: Mailbox, marks: Sequence[str]) -> str:
    """The Message-ID of a mail in the folder of sent mail or the first folder that holds one of `marks`; or ""."""
    with signed_in(mailbox) as client:
        for folder in dict.fromkeys((sent_folder(client, mailbox), mailbox.folders[0])):
            if folder and (found := _with_mark(client, folder, marks)):
                return found
    return ""


def save_sent(mailbox: Mailbox, mail: bytes) -> bool:
    """Put a copy into the folder of sent mail, read; False when the very mail is there already."""
    message_id = read_head(mail[: 1024 * 1024]).text("message-id").strip()
    with signed_in(mailbox) as client:
        folder = sent_folder(client, mailbox)
        if not folder:
            raise SendError(Fault.BLOCKED, say("The mailbox has no folder for sent mail; name one in the settings."))
        if message_id and _with_mark(client, folder, (message_id,)):
            return False
        client.append(folder, mail, (b"\\Seen",))
    return True


def _with_mark(client: Client, folder: str, marks: Sequence[str]) -> str:
    exists = selected(client, folder).get(b"EXISTS", 0)
    found = {uid for mark in marks for uid in client.search(["HEADER", "Message-ID", mark])}
    if not found and exists:
        # Some servers index whole words only and don't find a part of an id.
        found = set(client.search([f"{max(exists - _LATEST, 0) + 1}:*"]))
    for uid, told in client.fetch(sorted(found)[-_LATEST:], ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"]).items():
        value = next((value for key, value in told.items() if key.startswith(b"BODY[")), None) or b""
        message_id = read_head(bytes(value)).text("message-id").strip()
        if uid and any(mark in message_id for mark in marks):
            return message_id
    return ""


def _sign_in(client: Client, mailbox: Mailbox) -> None:
    try:
        if mailbox.token:
            # After a refusal the server sends its reasons and waits for an empty answer.
            said = iter((sasl(mailbox.username, mailbox.token),))
            client.sasl_login("XOAUTH2", lambda _challenge: next(said, ""))
        elif client.has_capability("AUTH=PLAIN"):
            client.plain_login(mailbox.username, mailbox.password)
        elif client.has_capability("LOGINDISABLED"):
            raise SendError(
                Fault.AUTH,
                say(
                    "%(where)s takes no password on an unencrypted connection: choose TLS or STARTTLS.",
                    where=mailbox.where,
                ),
            )
        else:
            client.login(mailbox.username, mailbox.password)
    except LoginError as refusal:
        if isinstance(refusal.__context__, IMAPClientAbortError):
            raise refusal.__context__ from None
        if is_passing(refusal):
            said_now = withheld(mailbox, words(refusal))
            raise SendError(
                Fault.TEMPORARY,
                say("%(where)s lets nobody in just now: %(said_now)s", where=mailbox.where, said_now=said_now),
            ) from None
        raise wrong_password(mailbox, words(refusal)) from None


def _last(name: str, delimiter: bytes | None) -> str:
    return name.rpartition(delimiter.decode("ascii", "replace"))[2] if delimiter else name
