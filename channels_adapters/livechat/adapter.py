"""The live chat as a channel: the core is its network, so sending is storing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, ClassVar

from channels_adapters.base import BaseAdapter
from channels_adapters.contracts import (
    Account,
    Attachment,
    AttachmentKind,
    Authenticity,
    Capabilities,
    Choice,
    DeliveryState,
    Event,
    Fault,
    Handshake,
    Identifier,
    InboundMessage,
    Malformed,
    MediaRef,
    OutboundMessage,
    Payload,
    Person,
    SendError,
    Sent,
    ThreadRef,
    Verdict,
)
from channels_adapters.livechat.frames import check

#: Characters a message may have.
MOST_TEXT = 10_000
MOST_FILES = 10
_UNREADABLE = re.compile("[\x00\ud800-\udfff]")
_KINDS = frozenset(str(kind) for kind in AttachmentKind)
_SHA256 = re.compile(r"[0-9a-f]{64}")


class LiveChatAdapter(BaseAdapter):
    """Frames of our own widget."""

    kind: ClassVar[str] = "livechat"
    label: ClassVar[str] = "Live chat"
    capabilities: ClassVar[Capabilities] = Capabilities(
        inbound=frozenset({"push_to_us"}),
        threading="room",
        text_limit=MOST_TEXT,
        attachment_limit=20 * 1024 * 1024,
        buttons=11,
        typing=timedelta(seconds=8),
        receipts=frozenset({DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ}),
        edits=True,
        idempotent_send=True,
        is_our_own=True,
    )

    def verify(self, payload: Payload, account: Account) -> Handshake | None:
        """Only the chat's own endpoints sign frames."""
        check(payload, account)
        return None

    def parse(self, payload: Payload, account: Account) -> Sequence[Event]:
        """One message a frame. Raises `Malformed` for anything else."""
        try:
            frame = json.loads(payload.body)
        except (ValueError, RecursionError) as problem:
            raise Malformed("It is no JSON.") from problem
        if not isinstance(frame, dict):
            raise Malformed("A frame is a JSON object.")
        identifier, written = _text(frame, "id", 64), frame.get("visitor")
        if not identifier or not isinstance(written, int) or isinstance(written, bool) or written < 1:
            raise Malformed("A frame names its message and its visitor.")
        return (_message(frame, identifier, written, account),)

    def send(self, message: OutboundMessage, account: Account) -> Sent:
        """Nothing to do: what is stored is in the chat. Raises `SendError` where it is for nobody."""
        if not message.to:
            raise SendError(Fault.RECIPIENT, "There is nobody to show it to.")
        return Sent(external_ids=(message.client_ref,))


def _message(frame: Mapping[str, Any], identifier: str, visitor: int, account: Account) -> InboundMessage:
    subject = _text(frame, "subject", 200)
    files, choice, context = frame.get("files"), frame.get("choice"), frame.get("context")
    text = _text(frame, "text", MOST_TEXT)
    return InboundMessage(
        event_id=f"message:{visitor}:{identifier}",
        external_id=f"{visitor}:{identifier}",
        author=_person(frame, visitor, subject, account),
        thread=ThreadRef(token=_text(frame, "thread", 40)),
        occurred_at=_instant(frame.get("at")),
        text=text,
        full_text=text,
        attachments=tuple(_files(files)) if isinstance(files, list) else (),
        choice=Choice(_text(choice, "id", 500), _text(choice, "label", 200)) if isinstance(choice, dict) else None,
        language=_text(frame, "language", 10),
        authenticity=Authenticity(Verdict.VERIFIED, "identity token") if subject else Authenticity(),
        context=MappingProxyType(context if isinstance(context, dict) else {}),
    )


def _person(frame: Mapping[str, Any], visitor: int, subject: str, account: Account) -> Person:
    """Who the site proved, under its own id and the address it vouches for; else the browser alone."""
    value = f"user:{subject}" if subject else f"visitor:{visitor}"
    identifiers = [Identifier("livechat", value, account.address, verified=bool(subject))]
    if subject and (email := _text(frame, "email", 320)):
        identifiers.append(Identifier("email", email, verified=True))
    return Person(tuple(identifiers), name=_text(frame, "name", 200), locale=_text(frame, "language", 10))


def _files(given: Sequence[object]) -> list[Attachment]:
    found = []
    for one in given[:MOST_FILES]:
        sha256 = _text(one, "sha256", 64) if isinstance(one, dict) else ""
        if not isinstance(one, dict) or not _SHA256.fullmatch(sha256):
            continue
        size, kind = one.get("size"), _text(one, "kind", 10)
        found.append(
            Attachment(
                kind=AttachmentKind(kind) if kind in _KINDS else AttachmentKind.FILE,
                filename=_text(one, "filename", 255),
                content_type=_text(one, "content_type", 160) or "application/octet-stream",
                size=size if isinstance(size, int) and size >= 0 else 0,
                ref=MediaRef(f"sha256:{sha256}"),
            )
        )
    return found


def _text(given: Mapping[str, Any], name: str, most: int) -> str:
    value = given.get(name)
    return _UNREADABLE.sub("", value)[:most] if isinstance(value, str) else ""


def _instant(given: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(given) if isinstance(given, str) else None
        return at.astimezone(UTC) if at and at.tzinfo else None
    except (ValueError, OverflowError):
        return None
