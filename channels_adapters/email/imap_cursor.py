"""How far a folder was read: UIDs with their UIDVALIDITY (RFC 3501, 2.3.1.1), and what is still owed below them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from channels_adapters.email.incoming import Mailbox

#: Mails whose numbers show up late are looked for this far below the highest one.
WINDOW = 100
#: Clocks of servers differ: what got there a little before the account was connected counts as well.
_TOLERATED = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Everything up to `uid` is journalled, but for the `owed` (how often they were tried in vain).

    `since` is the instant from which mail counts (None: all of it), `asked` the setting it came from, `of` the
    mailbox; `seen` holds the UIDs near the top that are done, `done` those journalled with something left to do at
    the server.
    """

    since: datetime | None = None
    asked: str = ""
    of: str = ""
    validity: int = 0
    uid: int = 0
    seen: frozenset[int] = frozenset()
    owed: Mapping[int, int] = field(default_factory=dict)
    done: tuple[int, ...] = ()

    @classmethod
    def read(cls, text: str) -> Cursor:
        """The cursor written earlier; "" is the beginning."""
        if not text:
            return cls()
        kept = json.loads(text)
        return cls(
            datetime.fromisoformat(kept["since"]) if kept["since"] else None,
            kept["asked"],
            kept["of"],
            kept["validity"],
            kept["uid"],
            frozenset(_opened(kept["seen"])),
            {int(uid): times for uid, times in kept["owed"].items()},
            tuple(kept["done"]),
        )

    def written(self) -> str:
        """As text, to be kept."""
        return json.dumps(
            {
                "since": self.since.isoformat() if self.since else "",
                "asked": self.asked,
                "of": self.of,
                "validity": self.validity,
                "uid": self.uid,
                "seen": _closed(self.seen),
                "owed": dict(self.owed),
                "done": self.done,
            },
            separators=(",", ":"),
        )

    def fitting(self, mailbox: Mailbox, at: datetime) -> Cursor:
        """The same, or a new beginning for another mailbox or another choice of what counts."""
        of = hashlib.sha256(f"{mailbox.host}\0{mailbox.username}".encode()).hexdigest()[:12]
        if self.asked != mailbox.since:
            return Cursor(counted_from(mailbox.since, at), mailbox.since, of)
        return self if self.of == of else Cursor(self.since, self.asked, of)

    def valid_for(self, validity: int) -> Cursor:
        """The same while the folder's numbers hold, else the beginning: the journal knows what it has."""
        return self if self.validity == validity else Cursor(self.since, self.asked, self.of, validity)

    def passed(self, uid: int, *, seen: Iterable[int] = ()) -> Cursor:
        """Having dealt with `uid` (and with `seen`)."""
        top = max(self.uid, uid)
        near = frozenset(one for one in (*self.seen, *seen) if top - WINDOW < one <= top)
        return replace(self, uid=top, seen=near)

    def paid(self, uid: int) -> Cursor:
        """Having got `uid` at last, or given it up."""
        return replace(self, owed={one: times for one, times in self.owed.items() if one != uid})

    def owing(self, uid: int) -> Cursor:
        """Having tried `uid` in vain once more; others go first from now on."""
        return replace(self.passed(uid, seen=[uid]), owed={**self.owed, uid: self.owed.get(uid, 0) + 1})


def counted_from(since: str, at: datetime) -> datetime | None:
    """The instant from which mail counts, by the setting: `new`, a number of days, or `all` (None)."""
    if since == "all":
        return None
    return (at.astimezone(UTC) - (timedelta(days=int(since)) if since.isdecimal() else _TOLERATED)).replace(
        microsecond=0
    )


def _closed(numbers: Iterable[int]) -> str:
    """Numbers as ranges: `1:5,7`."""
    ranges: list[list[int]] = []
    for number in sorted(numbers):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ",".join(f"{low}:{high}" if low != high else str(low) for low, high in ranges)


def _opened(text: str) -> Iterable[int]:
    for piece in text.split(",") if text else ():
        low, _, high = piece.partition(":")
        yield from range(int(low), int(high or low) + 1)
