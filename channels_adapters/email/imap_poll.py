"""Reading a folder by IMAP: what it holds and the cursor does not cover, oldest first; and waiting for news (IDLE).

Flags are never relied on and never set unless the account says so: people read the mailbox elsewhere. A mail that
can't be had waits (`owed`) while others go ahead, and is told of in the end.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, ProtocolError

from channels_adapters.contracts import Fault, Polled, SendError
from channels_adapters.email.found import found_mail
from channels_adapters.email.imap import Client, is_passing, selected, sent_folder, signed_in, words
from channels_adapters.email.imap_cursor import WINDOW, Cursor
from channels_adapters.email.incoming import Mailbox, withheld
from channels_adapters.email.mime import MAX_MAIL
from channels_adapters.wording import say

#: A server may end IDLE after half an hour (RFC 2177), and routers forget sooner.
IDLE_FOR = 15 * 60.0
_LOOK_AROUND = 30.0
#: How often a mail is tried before its place is taken by a note.
MOST_TRIES = 8
_SEARCHED_AT_ONCE = 50_000
_DESCRIBED_AT_ONCE = 500
_PIECE = 4 * 1024 * 1024
_HEAD = 256 * 1024
_MOST_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class _Listed:
    """A mail the server holds."""

    uid: int
    arrived_at: datetime | None


def poll_imap(mailbox: Mailbox, place: str, written: str, at: datetime) -> Iterator[Polled]:
    """What the folder holds beyond the cursor. Raises `SendError`."""
    cursor = Cursor.read(written).fitting(mailbox, at)
    if cursor.written() != written:
        # Kept before the server is asked: from this instant on mail counts, even if it can't be reached today.
        yield Polled(None, cursor.written())
    with signed_in(mailbox) as client:
        reading = _Reading(client, mailbox, place, cursor)
        yield from reading.everything()


def listen_imap(mailbox: Mailbox, place: str) -> Iterator[bool]:
    """True each time the folder changed, else False every half minute. Ends where the server can't tell (no IDLE)."""
    with signed_in(mailbox) as client:
        if not client.has_capability("IDLE"):
            return
        selected(client, _folder(client, mailbox, place))
        # What came between the last poll and this moment would be told by nobody.
        yield True
        while True:
            client.idle()
            if _has_spoken(client):
                yield _has_changed(client.idle_done()[1])
                continue
            until = time.monotonic() + IDLE_FOR
            while (left := until - time.monotonic()) > 0:
                wait, asked_at = min(left, _LOOK_AROUND), time.monotonic()
                told = client.idle_check(timeout=wait)
                if any(line[0] == b"BYE" for line in told):
                    raise SendError(Fault.TEMPORARY, say("%(where)s ended the connection.", where=mailbox.where))
                yield _has_changed(told)
                if not told and time.monotonic() - asked_at < wait / 2:
                    # Nothing, and too soon: either TLS talks to itself or the line is cut. Asking anew tells.
                    break
            yield _has_changed(client.idle_done()[1])


def _has_spoken(client: Client) -> bool:
    """Whether the server told something along with its leave to idle: it lies in our buffer, where no poll sees it."""
    line = client.socket()
    waits = line.gettimeout()
    line.setblocking(False)
    try:
        return bool(client._imap.file.peek(1))
    except OSError:
        return False
    finally:
        line.settimeout(waits)


def _has_changed(told: Sequence[Sequence[object]]) -> bool:
    return any(len(line) > 1 and line[1] in (b"EXISTS", b"EXPUNGE") for line in told)


def _folder(client: Client, mailbox: Mailbox, place: str) -> str:
    kind, _, name = place.partition(":")
    folder = name or (sent_folder(client, mailbox) if kind == "sent" else "INBOX")
    if not folder:
        raise SendError(Fault.BLOCKED, say("The mailbox has no folder for sent mail; name one in the settings."))
    return folder


class _Reading:
    """One look into one folder."""

    def __init__(self, client: Client, mailbox: Mailbox, place: str, cursor: Cursor) -> None:
        self.client, self.mailbox, self.is_sent = client, mailbox, place.startswith("sent:")
        self.acts = not self.is_sent and mailbox.after_import != "nothing"
        self.folder = _folder(client, mailbox, place)
        self.told = selected(client, self.folder, readonly=not self.acts)
        self.cursor = cursor.valid_for(int(self.told.get(b"UIDVALIDITY", 0)))
        #: What was said of the mails that could not be had just now, and of what could not be done with the others.
        self.refused: dict[int, str] = {}
        self.trouble = ""

    def everything(self) -> Iterator[Polled]:
        """All that is new, then what is owed, then where the folder ends."""
        self._finish()
        found = self._new()
        for start in range(0, len(found), _DESCRIBED_AT_ONCE):
            for one in self._described(found[start : start + _DESCRIBED_AT_ONCE]):
                yield from self._one(one)
        still_there = self._described(sorted(self.cursor.owed)) if self.cursor.owed else []
        for gone in set(self.cursor.owed) - {one.uid for one in still_there}:
            self.cursor = self.cursor.paid(gone)
        for one in still_there:
            if one.uid not in self.refused:
                yield from self._one(one)
        self.cursor = self.cursor.passed(int(self.told.get(b"UIDNEXT", 1)) - 1)
        yield Polled(None, self.cursor.written())
        if refused := [self.refused[uid] for uid in self.cursor.owed if uid in self.refused]:
            raise SendError(Fault.TEMPORARY, refused[0])
        if self.trouble:
            raise SendError(Fault.BLOCKED, self.trouble)

    def _new(self) -> list[int]:
        """UIDs not dealt with yet, ascending. Those that others marked as deleted are as good as gone."""
        lowest = max(self.cursor.uid - WINDOW, 0) + 1
        criteria = ["UNDELETED"]
        if self.cursor.uid:
            criteria += ["UID", f"{lowest}:*"]
        elif self.cursor.since:
            # SINCE goes by the server's own day; what it gives too much is left out by the instant.
            criteria += ["SINCE", (self.cursor.since - timedelta(days=2)).strftime("%d-%b-%Y")]
        found: set[int] = set()
        # In pieces, for an answer has to fit into a line, and from the top: what others remove meanwhile
        # lets numbers slide down into pieces that are still to be asked for.
        top = int(self.told.get(b"EXISTS", 0))
        while top > 0:
            bottom = max(top - _SEARCHED_AT_ONCE, 0) + 1
            found.update(self.client.search([f"{bottom}:{top}", *criteria]))
            top = bottom - 1
        known = self.cursor.seen | set(self.cursor.owed)
        return sorted(uid for uid in found if uid >= lowest and uid not in known)

    def _described(self, uids: Sequence[int]) -> list[_Listed]:
        """Those of the mails that are still there and count."""
        told = self.client.fetch(uids, ["INTERNALDATE"])
        found = []
        for uid in uids:
            if uid not in told:
                continue
            arrived = told[uid].get(b"INTERNALDATE")
            arrived = arrived.astimezone(UTC) if arrived else None
            if self.cursor.since and arrived and arrived < self.cursor.since:
                self.cursor = self.cursor.passed(0, seen=[uid])
                continue
            found.append(_Listed(uid, arrived))
        return found

    def _one(self, one: _Listed) -> Iterator[Polled]:
        ending: Exception | None = None
        body, left_out = b"", ""
        try:
            body, left_out = self._body(one)
        except (IMAPClientAbortError, ProtocolError, OSError) as problem:
            ending = problem
        except IMAPClientError as problem:
            ending = problem if is_passing(problem) else None
            said = f"A mail can't be had from the server: {withheld(self.mailbox, words(problem))}"
            self.refused[one.uid] = said
        if not body and self.cursor.owed.get(one.uid, 0) < MOST_TRIES:
            self.cursor = self.cursor.owing(one.uid)
            self.refused.setdefault(one.uid, "The server lists a mail and gives nothing for it.")
            yield Polled(None, self.cursor.written())
        else:
            if not body:
                body, left_out = self._note(one), "The mail server could not hand this mail over."
            yield self._found(one, body, left_out)
        if ending:
            raise ending
        self._finish()

    def _found(self, one: _Listed, body: bytes, left_out: str) -> Polled:
        self.cursor = self.cursor.paid(one.uid).passed(one.uid, seen=[one.uid])
        if left_out:
            # The mailbox has more of it than we: there it stays.
            left_out += f" It is in the folder {self.folder} of {self.mailbox.username}."
        elif self.acts:
            self.cursor = replace(self.cursor, done=(one.uid,))
        payload = found_mail(body, arrived_at=one.arrived_at, is_sent_copy=self.is_sent, left_out=left_out)
        return Polled(payload, self.cursor.written())

    def _body(self, one: _Listed) -> tuple[bytes, str]:
        """The mail's bytes, or its head and why there is no more. Nothing when it is gone."""
        pieces = bytearray()
        until = time.monotonic() + _MOST_SECONDS
        while len(pieces) <= MAX_MAIL:
            piece = self._piece(one.uid, f"BODY.PEEK[]<{len(pieces)}.{_PIECE}>")
            pieces += piece
            if len(piece) < _PIECE:
                break
            if time.monotonic() > until:
                raise TimeoutError
        if len(pieces) <= MAX_MAIL:
            return bytes(pieces), ""
        size = int(self.client.fetch([one.uid], ["RFC822.SIZE"]).get(one.uid, {}).get(b"RFC822.SIZE") or len(pieces))
        why = f"This mail has {size / 1e6:.0f} MB, more than the {MAX_MAIL // 1024 // 1024} MB that are taken in."
        return self._piece(one.uid, f"BODY.PEEK[HEADER]<0.{_HEAD}>"), why

    def _note(self, one: _Listed) -> bytes:
        """What can be said of a mail that can't be had; each is another, so none is taken for a repeat."""
        date = f"Date: {one.arrived_at:%d %b %Y %H:%M:%S +0000}\r\n" if one.arrived_at else ""
        return f"{date}X-Place: {self.cursor.of} {self.cursor.validity} {one.uid}\r\n\r\n".encode()

    def _piece(self, uid: int, what: str) -> bytes:
        told = self.client.fetch([uid], [what]).get(uid, {})
        value = next((value for key, value in told.items() if key.startswith(b"BODY[")), None)
        return bytes(value) if value else b""

    def _finish(self) -> None:
        """Do at the server what the account says is to be done with what is journalled."""
        uids, self.cursor = list(self.cursor.done), replace(self.cursor, done=())
        if not uids or not self.acts:
            return
        try:
            if self.mailbox.after_import == "seen":
                self.client.add_flags(uids, [b"\\Seen"], silent=True)
            elif self.mailbox.after_import == "move":
                self._move(uids)
            elif self.mailbox.after_import == "delete":
                self._remove(uids)
        except (IMAPClientAbortError, ProtocolError):
            raise
        except IMAPClientError as problem:
            self.trouble = (
                "The mail is here, but it could not be marked or moved in the mailbox: "
                f"{withheld(self.mailbox, words(problem))}"
            )

    def _move(self, uids: list[int]) -> None:
        target = self.mailbox.move_to
        if not target:
            self.trouble = "The folder to move mails to is not named in the settings."
            return
        if not self.client.folder_exists(target):
            self.client.create_folder(target)
        if self.client.has_capability("MOVE"):
            self.client.move(uids, target)
        else:
            self.client.copy(uids, target)
            self._remove(uids)

    def _remove(self, uids: list[int]) -> None:
        self.client.delete_messages(uids, silent=True)
        # A plain EXPUNGE would also remove what others have marked; where there is no other, marked it stays.
        if self.client.has_capability("UIDPLUS"):
            self.client.uid_expunge(uids)
