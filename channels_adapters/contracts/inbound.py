"""The events a network tells, normalised."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Literal

from channels_adapters.contracts.parts import Attachment, ThreadRef
from channels_adapters.contracts.people import Identifier, Person, Recipient


class Automatic(enum.StrEnum):
    """Why a message was not written by a person."""

    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    BULK = "bulk"
    LOOP = "loop"


class Verdict(enum.StrEnum):
    """What is known of the sender's claim to be who he says."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Authenticity:
    """The verdict, and in words what it rests on (`dkim=pass header.d=example.org`)."""

    verdict: Verdict = Verdict.UNVERIFIED
    details: str = ""
    reply_to_differs: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A button of ours that was pressed."""

    id: str
    label: str = ""


class CalendarMethod(enum.StrEnum):
    """What a calendar object asks of its reader (RFC 5546)."""

    REQUEST = "request"
    CANCEL = "cancel"
    REPLY = "reply"
    PUBLISH = "publish"


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A meeting in a message (RFC 5545). Whole days have times at midnight and `all_day`; `zone` is as written."""

    method: CalendarMethod
    uid: str
    summary: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    all_day: bool = False
    zone: str = ""
    place: str = ""
    organizer: str = ""
    repeats: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class OwnPart:
    """Which message of ours it is: the part of that `number` (the first has 0) of `count` of a `client_ref`."""

    client_ref: str
    number: int = 0
    count: int = 1

    @property
    def is_last(self) -> bool:
        """Whether nothing comes after it: parts leave in order, so the others left before."""
        return self.number + 1 >= self.count


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A message someone wrote, normalised.

    `text` is what the person newly wrote, `full_text` everything, `html` the original as it came
    (never sanitised here: that is done last, at display). `occurred_at` is the network's clock, or
    None where the network tells none. `direction` `echo` is a message of ours sent elsewhere, or by us: then
    `own_part`, where the network gives back what we sent along, says which.
    `unsupported` says why content can't be had; such a message is kept, never dropped. `forwarded_from` wrote
    what the author passed on; `mailing_list` is the id of the list it came by (RFC 2919).
    """

    event_id: str
    external_id: str
    author: Person
    thread: ThreadRef
    occurred_at: datetime | None
    direction: Literal["in", "echo"] = "in"
    recipients: tuple[Recipient, ...] = ()
    subject: str = ""
    text: str = ""
    full_text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    choice: Choice | None = None
    rating: int | None = None
    language: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    automatic: Automatic | None = None
    authenticity: Authenticity = Authenticity()
    reply_to: Person | None = None
    group_key: str = ""
    context: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    referral: str = ""
    unsupported: str = ""
    forwarded_from: Person | None = None
    mailing_list: str = ""
    calendar: tuple[CalendarEntry, ...] = ()
    own_part: OwnPart | None = None


@dataclass(frozen=True, slots=True)
class MessageEdited:
    """The author changed a message; `text` is all of it as it is now.

    `attachments` are the files it has now; None where the network tells of none, and they are what they were.
    """

    event_id: str
    external_id: str
    text: str
    occurred_at: datetime | None = None
    html: str = ""
    attachments: tuple[Attachment, ...] | None = None


@dataclass(frozen=True, slots=True)
class MessageDeleted:
    """The author took a message back; `must_erase` where the network asks us to forget its content."""

    event_id: str
    external_id: str
    occurred_at: datetime | None = None
    must_erase: bool = False


@dataclass(frozen=True, slots=True)
class MessageReaction:
    """An emoji put on a message (or taken off again: `removed`)."""

    event_id: str
    external_id: str
    author: Person
    emoji: str
    occurred_at: datetime | None = None
    removed: bool = False


class DeliveryState(enum.StrEnum):
    """How far a message of ours got. Later members outrank earlier ones; states never go backwards."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True)
class DeliveryUpdate:
    """What became of messages of ours: named by `external_ids`, or all up to `watermark` in `thread`.

    `own_part`, where the network gives back what we sent along, says which message its one external id is.
    """

    event_id: str
    state: DeliveryState
    external_ids: tuple[str, ...] = ()
    watermark: datetime | None = None
    thread: ThreadRef | None = None
    recipient: Identifier | None = None
    reason: str = ""
    occurred_at: datetime | None = None
    permanent: bool = True
    own_part: OwnPart | None = None


@dataclass(frozen=True, slots=True)
class IdentityChanged:
    """A person's identifier was replaced by another (a new number)."""

    event_id: str
    old: Identifier
    new: Identifier
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReachChanged:
    """Whether somebody can be written to: he `blocked` us, `opted_out` (STOP), or is `reachable` again (START)."""

    event_id: str
    person: Person
    state: Literal["blocked", "opted_out", "reachable"]
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Typing:
    """Someone is writing."""

    event_id: str
    author: Person
    thread: ThreadRef
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """News of the account itself: `token_revoked`, `template_approved`, `events_lost` (poll now), `unparsed`."""

    event_id: str
    name: str
    details: str = ""
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallEvent:
    """A phone call and its state (`ringing`, `answered`, `missed`, `ended`)."""

    event_id: str
    external_id: str
    author: Person
    state: str
    occurred_at: datetime | None = None
    duration: timedelta | None = None


Event = (
    InboundMessage
    | MessageEdited
    | MessageDeleted
    | MessageReaction
    | DeliveryUpdate
    | IdentityChanged
    | ReachChanged
    | Typing
    | AccountEvent
    | CallEvent
)
