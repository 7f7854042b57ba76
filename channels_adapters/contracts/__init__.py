"""The seam between the product and the networks: the values both sides exchange.

Standard library only. Everything here is immutable, typed and comparable, so that parsing the same
payload twice gives equal results. Times are aware datetimes in UTC; sizes are bytes; texts are `str`
without NUL and without lone surrogates (adapters clean them), ready for PostgreSQL.
"""

from channels_adapters.contracts.adapter import (
    Adapter,
    Capabilities,
    CheckResult,
    FileLimit,
    GuideStep,
    Polled,
    ReplyStep,
    SettingsField,
    Template,
    TextUnit,
)
from channels_adapters.contracts.inbound import (
    AccountEvent,
    Authenticity,
    Automatic,
    CalendarEntry,
    CalendarMethod,
    CallEvent,
    Choice,
    DeliveryState,
    DeliveryUpdate,
    Event,
    IdentityChanged,
    InboundMessage,
    MessageDeleted,
    MessageEdited,
    MessageReaction,
    ReachChanged,
    Typing,
    Verdict,
)
from channels_adapters.contracts.outbound import Button, Fault, OutboundMessage, Refusal, SendError, Sent
from channels_adapters.contracts.parts import Attachment, AttachmentKind, MediaRef, ThreadRef, Visibility
from channels_adapters.contracts.payloads import Account, Handshake, InvalidSignature, Malformed, Payload
from channels_adapters.contracts.people import Identifier, Person, Recipient

__all__ = [
    "Account",
    "AccountEvent",
    "Adapter",
    "Attachment",
    "AttachmentKind",
    "Authenticity",
    "Automatic",
    "Button",
    "CalendarEntry",
    "CalendarMethod",
    "CallEvent",
    "Capabilities",
    "CheckResult",
    "Choice",
    "DeliveryState",
    "DeliveryUpdate",
    "Event",
    "Fault",
    "FileLimit",
    "GuideStep",
    "Handshake",
    "Identifier",
    "IdentityChanged",
    "InboundMessage",
    "InvalidSignature",
    "Malformed",
    "MediaRef",
    "MessageDeleted",
    "MessageEdited",
    "MessageReaction",
    "OutboundMessage",
    "Payload",
    "Person",
    "Polled",
    "ReachChanged",
    "Recipient",
    "Refusal",
    "ReplyStep",
    "SendError",
    "Sent",
    "SettingsField",
    "Template",
    "TextUnit",
    "ThreadRef",
    "Typing",
    "Verdict",
    "Visibility",
]
