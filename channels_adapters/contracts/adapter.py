"""What a channel kind provides, and what its network can do."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar, Literal, Protocol, Self, runtime_checkable

from channels_adapters.contracts.inbound import DeliveryState, Event
from channels_adapters.contracts.outbound import OutboundMessage, Sent
from channels_adapters.contracts.parts import MediaRef
from channels_adapters.contracts.payloads import Account, Handshake, Payload
from channels_adapters.contracts.people import Identifier, Person


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
class FileLimit:
    """Files a network takes: content types (`image/png`, `audio/*`) and the most bytes one may have."""

    types: tuple[str, ...]
    most_bytes: int

    def takes(self, content_type: str, size: int) -> bool:
        """Whether a file is one of these."""
        plain = content_type.partition(";")[0].strip().lower()
        group = plain.partition("/")[0] + "/*"
        return size <= self.most_bytes and (plain in self.types or group in self.types or "*/*" in self.types)


@dataclass(frozen=True, slots=True)
class Template:
    """A message approved by the network beforehand: its text has places {{1}}, {{2}} ... for variables."""

    name: str
    language: str
    text: str
    state: Literal["approved", "pending", "rejected", "paused"] = "approved"
    category: str = ""
    header: str = ""
    footer: str = ""
    buttons: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class GuideStep:
    """One thing to do at the network before an account can be connected, in words.

    `{callback}` in `text` is our address for its webhooks; `fields` are names of settings it yields.
    """

    title: str
    text: str
    link: str = ""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PublicAnswers:
    """What an answer may have that everybody reads, where that is not what a message to one person may have."""

    text_limit: int | None
    text_unit: TextUnit = TextUnit.CHARACTERS
    files: tuple[FileLimit, ...] = ()


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a network can do, so that the workspace knows before it sends.

    One that `is_our_own` has what we store: a message has been sent once it is committed. `files` are what it takes
    (None: anything up to `attachment_limit`); others go as links. `button_length` is the most a label may have, in
    `text_unit`. Public comments are answered within the limits of `public` (None: these same ones), and can be answered
    privately for `private_reply_within`. It shows for `typing` that somebody writes, each time it is told so
    (`tell_typing`). Who opted out gets nothing more, or, where that covers `marketing` alone, answers and every
    template of another category.
    """

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
    typing: timedelta | None = None
    receipts: frozenset[DeliveryState] = frozenset()
    edits: bool = False
    one_reply_only: bool = False
    files: tuple[FileLimit, ...] | None = None
    button_length: int | None = None
    templates: bool = False
    private_reply_within: timedelta | None = None
    public: PublicAnswers | None = None
    opt_out_covers: Literal["all", "marketing"] = "all"
    idempotent_send: bool = False
    is_our_own: bool = False
    poll_reach: timedelta | None = None
    rate_per_second: float | None = None

    def in_public(self) -> Self:
        """What an answer that everybody reads may have: nothing to press, where it differs from one to a person."""
        it = self.public
        return (
            replace(self, text_limit=it.text_limit, text_unit=it.text_unit, files=it.files, buttons=0) if it else self
        )

    def once_in_private(self) -> Self:
        """What a private answer to a public comment may have: it is one message without files."""
        return replace(self, one_reply_only=True, files=(), attachment_limit=0)


@dataclass(frozen=True, slots=True)
class SettingsField:
    """One field of an adapter's settings form, with the text that helps to fill it in.

    Fields of one `section` stand together under its title. `only_if` names another field and the values of it
    under which this one is asked for; otherwise it is hidden and not required. A secret that `verifies` what arrives
    goes on doing so for a while when it is replaced, as `<name>_before`. One that is `drawn` is made up by us, 32
    letters and digits, for the administrator to copy to the network. A field named `address` describes the account's.
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
    verifies: bool = False
    drawn: bool = False


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One line of a connection test: what was tried, whether it worked, what to do if not.

    `details` are lines of what was seen (the newest mails, a server's greeting), never secrets. `expires_at` is when
    the account's credentials stop working, where the network tells.
    """

    label: str
    passed: bool
    advice: str = ""
    details: tuple[str, ...] = ()
    expires_at: datetime | None = None


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
    #: The app-wide webhook it shares with others (`meta`); "" where each account has an address of its own.
    family: ClassVar[str]
    #: The network as its people see it, where that is not the kind: two of our kinds are `whatsapp` to them. Who stops
    #: messages or shuts us out does so there, and nowhere else.
    network: ClassVar[str]
    guide: ClassVar[tuple[GuideStep, ...]]
    #: Settings that name the account in app-wide webhooks as well as its address: what it belongs to (`waba_id`).
    also_named_by: ClassVar[tuple[str, ...]]
    #: What the network wants to hear when a webhook was taken (`ok`); most are content with an empty 200.
    acknowledgement: ClassVar[bytes]

    def capabilities_of(self, account: Account) -> Capabilities:
        """What can be done with this account: `capabilities`, unless its settings (not its secrets) say otherwise."""

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

    def tell_typing(self, message: OutboundMessage, account: Account) -> bool:
        """Have whom the message is for see that somebody writes it: it has no words yet. Raises `SendError`.

        False where he can't be shown it.
        """

    def find_outbound(self, client_ref: str, account: Account) -> Sent | None:
        """Whether the network has the message after all; None where it can't tell. Raises `SendError`."""

    def fetch_media(self, ref: MediaRef, account: Account) -> bytes:
        """The bytes behind a reference. Raises `SendError` with the fault `media`."""

    def templates(self, account: Account) -> Sequence[Template]:
        """The account's message templates, in whatever state. Raises `SendError`."""

    def fetch_profile(self, identifier: Identifier, account: Account) -> Person | None:
        """What the network tells of a person, if anything."""

    def check(self, account: Account) -> Iterable[CheckResult]:
        """Try the account's settings without changing anything; each step is told as soon as it was tried."""

    def connect(self, account: Account, callback_url: str) -> Sequence[CheckResult]:
        """Register our URL at the network where it can be done by API."""

    def refresh_credentials(self, account: Account) -> Mapping[str, str]:
        """New secrets before the old ones expire; empty where there is nothing to do. Raises `SendError`.

        `expires_at` among them (ISO 8601, with its offset) is when they stop working in turn.
        """
