"""Reading a maildrop by POP3 (RFC 1939): mails are known by their UIDL, and stay unless the account says otherwise."""

from __future__ import annotations

import base64
import hashlib
import json
import poplib
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from channels_adapters.contracts import Fault, Polled, SendError
from channels_adapters.email.found import found_mail
from channels_adapters.email.imap_cursor import counted_from
from channels_adapters.email.incoming import TIMEOUT, Mailbox, certified, dial, said_plainly, withheld, wrong_password
from channels_adapters.email.mime import MAX_MAIL, read_head
from channels_adapters.email.oauth import sasl
from channels_adapters.wording import say

#: How often a mail is tried before its place is taken by a note.
MOST_TRIES = 8
_OLD_IN_A_ROW = 20
_MOST_SECONDS = 300.0
_NOT_NOW = ("[in-use]", "[sys/temp]", "[login-delay]", "lock", "try again", "too many")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Drop:
    """The cursor: which mails of the maildrop are dealt with, which are owed, which are still to be removed.

    They are known by a digest of their UIDL; what the server has no more is forgotten. `known` is None before the
    first look.
    """

    since: datetime | None = None
    asked: str = ""
    of: str = ""
    known: tuple[str, ...] | None = None
    owed: Mapping[str, int] = field(default_factory=dict)
    done: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str) -> Drop:
        """The cursor written earlier; "" is the beginning."""
        if not text:
            return cls()
        kept = json.loads(text)
        since = datetime.fromisoformat(kept["since"]) if kept["since"] else None
        known = None if kept["known"] is None else tuple(kept["known"])
        return cls(since, kept["asked"], kept["of"], known, kept["owed"], tuple(kept["done"]))

    def written(self) -> str:
        """As text, to be kept."""
        since = self.since.isoformat() if self.since else ""
        told = {"since": since, "asked": self.asked, "of": self.of, "known": self.known, "owed": dict(self.owed)}
        return json.dumps({**told, "done": self.done}, separators=(",", ":"))

    def fitting(self, mailbox: Mailbox, at: datetime) -> Drop:
        """The same, or a new beginning for another maildrop or another choice of what counts."""
        of = _digest(f"{mailbox.host}\0{mailbox.username}".encode())
        if self.asked != mailbox.since:
            return Drop(counted_from(mailbox.since, at), mailbox.since, of)
        return self if self.of == of else Drop(self.since, self.asked, of)


class Client(poplib.POP3):
    """poplib over a connection of ours, for lines and mails of any allowed length."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self.begin()
        super().__init__(mailbox.host, mailbox.port, TIMEOUT)

    def begin(self) -> None:
        """Before each answer: it may have so many bytes and take so long, however slowly a server drips."""
        self.left = MAX_MAIL + 1024 * 1024
        self.until = time.monotonic() + _MOST_SECONDS

    def _create_socket(self, timeout: float) -> socket.socket:
        return dial(self._mailbox)

    def _getline(self) -> tuple[bytes, int]:
        # The library refuses lines of more than 2048 bytes; mails have longer ones.
        line = self.file.readline(self.left + 1)
        if not line.endswith(b"\n"):
            raise ConnectionResetError("the server ended the connection")
        self.left -= len(line)
        if self.left < 0:
            raise _TooLong
        if time.monotonic() > self.until:
            raise TimeoutError
        return line[:-2] if line.endswith(b"\r\n") else line[:-1], len(line)


class _TooLong(Exception):
    pass


def poll_pop3(mailbox: Mailbox, written: str, at: datetime) -> Iterator[Polled]:
    """What the maildrop holds beyond the cursor. Raises `SendError`."""
    drop = Drop.read(written).fitting(mailbox, at)
    if drop.written() != written:
        # Kept before the server is asked: from this instant on mail counts, even if it can't be reached today.
        yield Polled(None, drop.written())
    with signed_in(mailbox) as client:
        yield from _Reading(client, mailbox, drop).everything()


@contextmanager
def signed_in(mailbox: Mailbox) -> Iterator[Client]:
    """A connection that is encrypted as set and signed in. Raises `SendError`, also for what happens inside."""
    with said_plainly(mailbox):
        try:
            client = Client(mailbox)
        except poplib.error_proto as refusal:
            raise SendError(
                Fault.TEMPORARY,
                say("%(where)s refused: %(words)s", where=mailbox.where, words=_words(mailbox, refusal)),
            ) from refusal
        try:
            if mailbox.security == "starttls":
                _encrypt(client, mailbox)
            _sign_in(client, mailbox)
            yield client
            # What was to be removed is removed now (RFC 1939, 6); other courtesy is not missed.
            with suppress(poplib.error_proto, OSError):
                client.quit()
        except poplib.error_proto as refusal:
            raise SendError(
                Fault.TEMPORARY,
                say("%(where)s refused: %(words)s", where=mailbox.where, words=_words(mailbox, refusal)),
            ) from refusal
        except _TooLong as problem:
            raise SendError(
                Fault.TEMPORARY, say("%(where)s sends more than was asked for.", where=mailbox.where)
            ) from problem
        finally:
            client.close()


class _Reading:
    """One look into the maildrop."""

    def __init__(self, client: Client, mailbox: Mailbox, drop: Drop) -> None:
        self.client, self.mailbox = client, mailbox
        self.removes = mailbox.after_import == "delete"
        self.sizes = {int(line.split()[0]): int(line.split()[1]) for line in self._asked(client.list)[1]}
        self.numbers = {_digest(line.split(None, 1)[1]): int(line.split()[0]) for line in self._uidl()}
        self.drop = replace(
            drop,
            known=None if drop.known is None else tuple(one for one in drop.known if one in self.numbers),
            owed={one: times for one, times in drop.owed.items() if one in self.numbers},
            done=tuple(one for one in drop.done if one in self.numbers),
        )
        self.trouble = ""

    def everything(self) -> Iterator[Polled]:
        """All that is new in the server's order, then what is owed."""
        for one in self.drop.done if self.removes else ():
            self._asked(lambda one=one: self.client.dele(self.numbers[one]))  # type: ignore[misc]
        if self.drop.known is None:
            self.drop = replace(self.drop, known=tuple(self._old()))
            yield Polled(None, self.drop.written())
        passed = {*(self.drop.known or ()), *self.drop.owed}
        owed = list(self.drop.owed)
        for one in [*(one for one in self.numbers if one not in passed), *owed]:
            yield from self._one(one)
        yield Polled(None, self.drop.written())
        if self.trouble:
            raise SendError(Fault.TEMPORARY, self.trouble)

    def _one(self, one: str) -> Iterator[Polled]:
        number, ending = self.numbers[one], None
        body, left_out = b"", ""
        try:
            body, left_out = self._body(number)
        except (OSError, _TooLong) as problem:
            ending = problem
        except poplib.error_proto as problem:
            self.trouble = f"A mail can't be had from the server: {_words(self.mailbox, problem)}"
        others = {key: times for key, times in self.drop.owed.items() if key != one}
        if not body and self.drop.owed.get(one, 0) < MOST_TRIES:
            self.drop = replace(self.drop, owed={**others, one: self.drop.owed.get(one, 0) + 1})
            self.trouble = self.trouble or "The server lists a mail and gives nothing for it."
            yield Polled(None, self.drop.written())
        else:
            if not body:
                body = f"X-Place: {self.drop.of} {one}\r\n\r\n".encode()
                left_out = "The mail server could not hand this mail over."
            if left_out:
                left_out += f" It is in the mailbox of {self.mailbox.username}."
            removed = self.removes and not left_out
            self.drop = replace(
                self.drop,
                known=(*(self.drop.known or ()), one),
                owed=others,
                done=(*self.drop.done, one) if removed else self.drop.done,
            )
            head = body[:65536]
            yield Polled(found_mail(body, arrived_at=_arrival(head), left_out=left_out), self.drop.written())
            if removed and not ending:
                self._asked(lambda: self.client.dele(number))
        if ending:
            raise ending

    def _body(self, number: int) -> tuple[bytes, str]:
        size = self.sizes.get(number, 0)
        self.client.begin()
        if size <= MAX_MAIL:
            return _joined(self.client.retr(number)[1]), ""
        why = f"This mail has {size / 1e6:.0f} MB, more than the {MAX_MAIL // 1024 // 1024} MB that are taken in."
        return _joined(self.client.top(number, 0)[1]), why

    def _old(self) -> list[str]:
        """What was there before mail counts, told by the dates of the newest mails; the rest is older than they."""
        if self.drop.since is None:
            return []
        newest_first, counted, old = list(reversed(self.numbers)), set(), 0
        for one in newest_first:
            arrived = _arrival(_joined(self._asked(lambda one=one: self.client.top(self.numbers[one], 0))[1]))  # type: ignore[misc]
            if arrived is not None and arrived >= self.drop.since:
                counted.add(one)
                old = 0
            elif (old := old + 1) >= _OLD_IN_A_ROW:
                break
        return [one for one in self.numbers if one not in counted]

    def _uidl(self) -> list[bytes]:
        try:
            return list(self._asked(self.client.uidl)[1])
        except poplib.error_proto as problem:
            raise SendError(
                Fault.BLOCKED,
                say(
                    "%(where)s does not name its mails (UIDL), so none can be told from another.",
                    where=self.mailbox.where,
                ),
            ) from problem

    def _asked(self, command: Callable[[], Answer]) -> Answer:
        self.client.begin()
        return command()


def _encrypt(client: Client, mailbox: Mailbox) -> None:
    try:
        client.stls(certified())
    except poplib.error_proto as refusal:
        raise SendError(
            Fault.AUTH, say("%(where)s offers no STARTTLS; nothing is sent in the clear.", where=mailbox.where)
        ) from refusal


def _sign_in(client: Client, mailbox: Mailbox) -> None:
    try:
        if mailbox.token:
            said = base64.b64encode(sasl(mailbox.username, mailbox.token).encode()).decode()
            answer = client._shortcmd(f"AUTH XOAUTH2 {said}")  # type: ignore[attr-defined]
            if answer.startswith(b"+ "):
                # The reasons of a refusal; the server waits for an empty answer.
                client._shortcmd("")  # type: ignore[attr-defined]
        else:
            client.user(mailbox.username)
            client.pass_(mailbox.password)
    except poplib.error_proto as refusal:
        said_now = _words(mailbox, refusal)
        if any(sign in said_now.lower() for sign in _NOT_NOW):
            raise SendError(
                Fault.TEMPORARY,
                say("%(where)s lets nobody in just now: %(said_now)s", where=mailbox.where, said_now=said_now),
            ) from None
        raise wrong_password(mailbox, said_now) from None


def _arrival(head: bytes) -> datetime | None:
    """When a mail got here, by its last Received header, else its Date."""
    part = read_head(head)
    for text in (part.text("received").rpartition(";")[2], part.text("date")):
        try:
            found = parsedate_to_datetime(text.strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _joined(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\r\n" for line in lines)


def _digest(name: bytes) -> str:
    """A UIDL in sixty bits: short, for a maildrop may hold many, and never met twice."""
    return base64.urlsafe_b64encode(hashlib.sha256(name).digest())[:10].decode()


def _words(mailbox: Mailbox, problem: poplib.error_proto) -> str:
    said = problem.args[0] if problem.args else ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return withheld(mailbox, text.removeprefix("-ERR").strip())
