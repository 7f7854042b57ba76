"""What is sent, and what became of it."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from channels_adapters.contracts.parts import Attachment, ThreadRef
from channels_adapters.contracts.people import Identifier, Person, Recipient


class Fault(enum.StrEnum):
    """Why sending failed; whether trying again can help is a property of the fault.

    `AUTH` is said of the account and of nothing else: the network lets it in no more, whatever is asked. One that is
    let in and may not do this (it lacks a permission, a means of payment, the right to write to a country) is
    `NOT_ALLOWED` to.
    """

    RATE_LIMITED = "rate_limited"
    TEMPORARY = "temporary"
    UNKNOWN_OUTCOME = "unknown_outcome"
    AUTH = "auth"
    NOT_ALLOWED = "not_allowed"
    WINDOW_CLOSED = "window_closed"
    NEEDS_TEMPLATE = "needs_template"
    RECIPIENT = "recipient"
    BLOCKED = "blocked"
    OPTED_OUT = "opted_out"
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
    `sent_parts` are the ids of the parts the network took at an earlier attempt: what is left begins after them.
    `way` is the rung of the reply window it is sent by. `template` is the name of one of the account's templates,
    `variables` what stands in its places.
    """

    client_ref: str
    to: tuple[Recipient, ...]
    thread: ThreadRef = field(default_factory=ThreadRef)
    subject: str = ""
    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    buttons: tuple[Button, ...] = ()
    template: str = ""
    variables: tuple[str, ...] = ()
    way: Literal["free", "human_tag", "template", "paid"] = "free"
    by_human: bool = True
    sender_name: str = ""
    language: str = ""
    message_id: str = ""
    reply_to: str = ""
    sent_at: datetime | None = None
    headers: tuple[tuple[str, str], ...] = ()
    already_sent: tuple[Identifier, ...] = ()
    sent_parts: tuple[str, ...] = ()


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
