"""The seam between the product and the networks: the values both sides exchange.

Standard library only. Everything here is immutable, typed and comparable, so that parsing the same
payload twice gives equal results. Times are aware datetimes in UTC; sizes are bytes; texts are `str`
without NUL and without lone surrogates (adapters clean them), ready for PostgreSQL.
"""

from __future__ import annotations

import copyreg
import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import ClassVar, Literal, Protocol, runtime_checkable

_NOTHING: Mapping[str, str] = MappingProxyType({})


def _read_only(mapping: dict[str, object]) -> MappingProxyType[str, object]:
    return MappingProxyType(mapping)


# These values travel between processes, and read-only mappings don't pickle by themselves.
copyreg.pickle(MappingProxyType, lambda mapping: (_read_only, (dict(mapping),)))


class Malformed(Exception):
    """The payload can't be understood at all; the sentence says why. It is kept in quarantine."""


class InvalidSignature(Exception):
    """The payload does not prove that it comes from the network (or no secret is set to check it with)."""


class Fault(enum.StrEnum):
    """Why sending failed; whether trying again can help is a property of the fault."""

    RATE_LIMITED = "rate_limited"
    TEMPORARY = "temporary"
    UNKNOWN_OUTCOME = "unknown_outcome"
    AUTH = "auth"
    WINDOW_CLOSED = "window_closed"
    NEEDS_TEMPLATE = "needs_template"
    RECIPIENT = "recipient"
    BLOCKED = "blocked"
    CONTENT = "content"
    TOO_LARGE = "too_large"
    MEDIA = "media"

    @property
    def retryable(self) -> bool:
        """True when the same message may be sent again later without a person changing anything."""
        return self in (Fault.RATE_LIMITED, Fault.TEMPORARY)


class SendError(Exception):
    """The network did not take the message, or not all of it.

    `reason` is the provider's own words, `retry_after` the wait it asked for, `sent_parts` what it
    already took (kept: a later attempt must not repeat them), `refused` why, where it told for each recipient.
    """

    def __init__(
        self,
        fault: Fault,
        reason: str,
        *,
        retry_after: timedelta | None = None,
        sent_parts: tuple[str, ...] = (),
        refused: tuple[Refusal, ...] = (),
    ) -> None:
        super().__init__(f"{fault}: {reason}")
        self.fault = fault
        self.reason = reason
        self.retry_after = retry_after
        self.sent_parts = sent_parts
        self.refused = refused


@dataclass(frozen=True, slots=True)
class Account:
    """A connected account as plain values. `address` is the mail address or the network's own id."""

    kind: str
    address: str
    settings: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    secrets: Mapping[str, str] = field(default_factory=lambda: _NOTHING, repr=False)


@dataclass(frozen=True, slots=True)
class Payload:
    """What arrived, raw. A mail is a payload with only a body; a webhook has all of it."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    url: str = ""
    method: str = "POST"
    remote_addr: str = ""
    received_at: datetime | None = None

    @property
    def is_request(self) -> bool:
        """True for a webhook's request, False for a bare mail or frame."""
        return bool(self.url) or any(name.lower() == "content-type" for name in self.headers)


@dataclass(frozen=True, slots=True)
class Handshake:
    """An answer the network expects to its own check of our URL, in place of events."""

    body: bytes
    content_type: str = "text/plain"
    status: int = 200


@dataclass(frozen=True, slots=True)
class Identifier:
    """One address of one person on one network.

    `kind` is `email`, `phone`, `psid`, `wa_bsuid`, `tg_user` ...; `scope` is the page, app, team or
    host inside which `value` is unique ("" for worldwide); `verified` says that the network or a
    signature vouches for it.
    """

    kind: str
    value: str
    scope: str = ""
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote or is written to; the primary identifier comes first."""

    identifiers: tuple[Identifier, ...]
    name: str = ""
    username: str = ""
    avatar: str = ""
    locale: str = ""
    is_bot: bool = False

    @property
    def primary(self) -> Identifier:
        """The identifier to answer to."""
        return self.identifiers[0]


class Visibility(enum.StrEnum):
    """Whether strangers can read the message at the network."""

    PRIVATE = "private"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class ThreadRef:
    """Where a message belongs: lookup keys, the safest first (`mid:<...>`, `room:...`, `comment:...`).

    `answers` is the key of the very message it answers, `container` what it hangs under (a post, a
    video, a listing), `token` our own reply token found in it (plus-address), if any.
    """

    keys: tuple[str, ...] = ()
    answers: str = ""
    container: str = ""
    token: str = ""
    visibility: Visibility = Visibility.PRIVATE


@dataclass(frozen=True, slots=True)
class MediaRef:
    """Content that must still be fetched: an opaque token and the instant it stops working."""

    token: str
    expires_at: datetime | None = None


class AttachmentKind(enum.StrEnum):
    """What an attachment is for its reader."""

    FILE = "file"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    STICKER = "sticker"
    LOCATION = "location"
    CONTACT = "contact"
    MESSAGE = "message"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file with its exact bytes, or a reference to fetch them. `content_id` names an inline part."""

    kind: AttachmentKind
    filename: str
    content_type: str
    size: int
    content: bytes | None = field(default=None, repr=False)
    ref: MediaRef | None = None
    content_id: str = ""
    inline: bool = False


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


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person a message was addressed to and how: `to`, `cc` or `bcc`."""

    person: Person
    role: Literal["to", "cc", "bcc"] = "to"


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
class InboundMessage:
    """A message someone wrote, normalised.

    `text` is what the person newly wrote, `full_text` everything, `html` the original as it came
    (never sanitised here: that is done last, at display). `occurred_at` is the network's clock, or
    None where the network tells none. `direction` `echo` is a message of ours sent elsewhere.
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


@dataclass(frozen=True, slots=True)
class MessageEdited:
    """The author changed a message; `text` is all of it as it is now."""

    event_id: str
    external_id: str
    text: str
    occurred_at: datetime | None = None
    html: str = ""


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
    """What became of messages of ours: named by `external_ids`, or all up to `watermark` in `thread`."""

    event_id: str
    state: DeliveryState
    external_ids: tuple[str, ...] = ()
    watermark: datetime | None = None
    thread: ThreadRef | None = None
    recipient: Identifier | None = None
    reason: str = ""
    occurred_at: datetime | None = None
    permanent: bool = True


@dataclass(frozen=True, slots=True)
class IdentityChanged:
    """A person's identifier was replaced by another (a new number)."""

    event_id: str
    old: Identifier
    new: Identifier
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
    | Typing
    | AccountEvent
    | CallEvent
)


@dataclass(frozen=True, slots=True)
class Button:
    """A quick answer offered to the customer."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """A message to send.

    `client_ref` is our UUID and stays the same over every attempt: Message-ID local part, transaction
    id, idempotency key. `thread` names what it answers; `headers` are extra ones of ours (RFC 8058,
    RFC 3834), never taken from a customer's message. `sender_name` is shown beside the account's address.
    `already_sent` have it from an earlier attempt or must not get it: named among the recipients, not sent to.
    """

    client_ref: str
    to: tuple[Recipient, ...]
    thread: ThreadRef = ThreadRef()
    subject: str = ""
    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    buttons: tuple[Button, ...] = ()
    template: str = ""
    by_human: bool = True
    sender_name: str = ""
    language: str = ""
    message_id: str = ""
    reply_to: str = ""
    sent_at: datetime | None = None
    headers: tuple[tuple[str, str], ...] = ()
    already_sent: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A recipient the provider refused although it took the message for others; `retryable`: for now."""

    recipient: Identifier
    reason: str
    retryable: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took the message: external ids of its parts, people learned, recipients refused."""

    external_ids: tuple[str, ...]
    learned: tuple[Person, ...] = ()
    refused: tuple[Refusal, ...] = ()
    detail: str = ""


class TextUnit(enum.StrEnum):
    """What a network counts when it limits a text's length."""

    CHARACTERS = "characters"
    UTF16 = "utf16"
    BYTES = "bytes"
    GRAPHEMES = "graphemes"
    WEIGHTED = "weighted"


@dataclass(frozen=True, slots=True)
class ReplyStep:
    """One rung of the reply-window ladder: until `within` after the customer's last message, send this `way`."""

    way: Literal["free", "human_tag", "template", "paid"]
    within: timedelta | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a network can do, so that the workspace knows before it sends."""

    inbound: frozenset[Literal["push_to_us", "poll", "listen"]]
    threading: Literal["headers", "room", "person"]
    rich_text: bool = False
    subject: bool = False
    text_limit: int | None = None
    text_unit: TextUnit = TextUnit.CHARACTERS
    attachment_limit: int | None = None
    attachments_total_limit: int | None = None
    buttons: int = 0
    reply_window: tuple[ReplyStep, ...] = (ReplyStep("free"),)
    typing: bool = False
    receipts: frozenset[DeliveryState] = frozenset()
    edits: bool = False
    one_reply_only: bool = False
    idempotent_send: bool = False
    poll_reach: timedelta | None = None
    rate_per_second: float | None = None


@dataclass(frozen=True, slots=True)
class SettingsField:
    """One field of an adapter's settings form, with the text that helps to fill it in.

    Fields of one `section` stand together under its title. `only_if` names another field and the values of it
    under which this one is asked for; otherwise it is hidden and not required.
    """

    name: str
    label: str
    help: str = ""
    secret: bool = False
    required: bool = True
    kind: Literal["text", "number", "boolean", "choice"] = "text"
    choices: tuple[tuple[str, str], ...] = ()
    default: str = ""
    section: str = ""
    only_if: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line of a connection test: what was tried, whether it worked, what to do if not.

    `details` are lines of what was seen (the newest mails, a server's greeting), never secrets.
    """

    label: str
    passed: bool
    advice: str = ""
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Polled:
    """One payload a poll brought (None where it only moved on), and the cursor to keep once it is journalled."""

    payload: Payload | None
    cursor: str


@runtime_checkable
class Adapter(Protocol):
    """What every channel kind provides. `base.BaseAdapter` answers for what a network lacks."""

    kind: ClassVar[str]
    label: ClassVar[str]
    capabilities: ClassVar[Capabilities]
    settings_fields: ClassVar[tuple[SettingsField, ...]]

    def route(self, payload: Payload) -> Sequence[str]:
        """Addresses of the accounts an app-wide payload is for; empty where the URL names the account."""

    def verify(self, payload: Payload, account: Account) -> Handshake | None:
        """Check the raw bytes before any parsing. Raises `InvalidSignature`; `SendError` if that can't be done now."""

    def single_use(self, payload: Payload, account: Account) -> str:
        """What a signature covers in place of the body, good for one request only; "" where the body is signed."""

    def parse(self, payload: Payload, account: Account) -> Sequence[Event]:
        """Translate; pure and total: raises `Malformed` and nothing else, ever."""

    def completed(self, payload: Payload, account: Account) -> Payload:
        """A payload that only points at its content, with the content; others as they are. Raises `SendError`."""

    def authenticated(self, events: Sequence[Event], payload: Payload, account: Account) -> Sequence[Event]:
        """The events with what looking further (DNS, bounded) tells of their senders. Never raises."""

    def places(self, account: Account) -> Sequence[str]:
        """What is polled: the folders of a mailbox, "" for an account that is one place; empty for none."""

    def poll(self, account: Account, place: str, cursor: str) -> Iterator[Polled]:
        """What the server holds beyond `cursor`, oldest first. Raises `SendError` with what is wrong.

        Whoever asks for the next one has journalled the last: only then may it be marked or removed at the server.
        """

    def listen(self, account: Account, place: str) -> Iterator[bool]:
        """True each time there is something to poll, False at least every minute so that whoever listens can stop.

        Ends at once where the network rings no bell. Raises `SendError`.
        """

    def send(self, message: OutboundMessage, account: Account) -> Sent:
        """Transmit once, no retries. Raises `SendError`."""

    def find_outbound(self, client_ref: str, account: Account) -> Sent | None:
        """Whether the network has the message after all; None where it can't tell. Raises `SendError`."""

    def fetch_media(self, ref: MediaRef, account: Account) -> bytes:
        """The bytes behind a reference. Raises `SendError` with the fault `media`."""

    def fetch_profile(self, identifier: Identifier, account: Account) -> Person | None:
        """What the network tells of a person, if anything."""

    def check(self, account: Account) -> Iterable[CheckResult]:
        """Try the account's settings without changing anything; each step is told as soon as it was tried."""

    def connect(self, account: Account, callback_url: str) -> Sequence[CheckResult]:
        """Register our URL at the network where it can be done by API."""

    def refresh_credentials(self, account: Account) -> Mapping[str, str]:
        """New secrets before the old ones expire; empty where there is nothing to do."""
