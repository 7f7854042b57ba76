"""What became of our own mails, told by mail: RFC 3464 delivery reports, RFC 8098 receipts, RFC 5965 complaints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from channels_adapters.contracts import Automatic, DeliveryState, DeliveryUpdate, Identifier
from channels_adapters.email.addresses import canonical
from channels_adapters.email.bounces import Failed, failed_recipients, is_delay, status_of
from channels_adapters.email.identification import message_ids, own_message_id
from channels_adapters.email.mime import Part, read_head

_MAX_SCANNED = 256 * 1024
_MAX_RECIPIENTS = 200
_STATES = {
    "failed": DeliveryState.BOUNCED,
    "delivered": DeliveryState.DELIVERED,
    "relayed": DeliveryState.DELIVERED,
    "expanded": DeliveryState.DELIVERED,
}
_ID_LINE = re.compile(r"^[> \t]{0,8}message-id:[ \t]{0,8}(<[^<>\s]{3,400}>)", re.IGNORECASE | re.MULTILINE)
_STATUSES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED = frozenset({"message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global"})


def delivery_updates(
    root: Part,
    *,
    event_id: str,
    automatic: Automatic | None,
    answers: str,
    text: str,
    ours: frozenset[str],
    occurred_at: datetime | None,
) -> Iterator[DeliveryUpdate]:
    """The news in this mail, one for each recipient it names. Nothing when it does not tell of which mail."""
    parts = {part.content_type: part for part in reversed(list(root.leaves()))}
    kind = root.parameters.get("report-type", "").lower()
    original = _original_id(parts, text if automatic is Automatic.BOUNCE else "") or answers.removeprefix("mid:")
    if not original:
        return
    if notification := parts.get("message/disposition-notification"):
        fields = _fields(notification)[0]
        if "displayed" in fields.words("disposition").lower():
            yield DeliveryUpdate(
                f"{event_id}#read", DeliveryState.READ, (original,), None, None,
                _recipient(fields), occurred_at=occurred_at,
            )  # fmt: skip
        return
    if kind == "feedback-report" or "message/feedback-report" in parts:
        yield DeliveryUpdate(f"{event_id}#complained", DeliveryState.COMPLAINED, (original,), occurred_at=occurred_at)
        return
    if statuses := [part for part in root.leaves() if part.content_type in _STATUSES]:
        blocks = [fields for part in statuses for fields in _fields(part)]
        yield from _of_recipients(blocks, original, event_id, occurred_at)
    elif automatic is Automatic.BOUNCE:
        yield from _of_plain_bounce(root, original, event_id, text, ours, occurred_at)


def _of_recipients(
    blocks: list[Part], original: str, event_id: str, occurred_at: datetime | None
) -> Iterator[DeliveryUpdate]:
    for number, fields in enumerate(blocks):
        action = fields.words("action").lower().partition("(")[0].strip()
        state = _STATES.get(action)
        if state is None:
            continue
        status = fields.words("status")
        diagnosis = fields.words("diagnostic-code")
        yield DeliveryUpdate(
            f"{event_id}#{number}",
            state,
            (original,),
            recipient=_recipient(fields),
            reason=" ".join((diagnosis or status).split())[:1000] if state is DeliveryState.BOUNCED else "",
            occurred_at=occurred_at,
            permanent=not status.startswith("4"),
        )


def _of_plain_bounce(
    root: Part, original: str, event_id: str, text: str, ours: frozenset[str], occurred_at: datetime | None
) -> Iterator[DeliveryUpdate]:
    """A bounce from a program that writes no report: whom its headers or its words name."""
    if is_delay(f"{root.words('subject')}\n{text}"):
        return
    status = status_of(text)
    named = {one.address: one for one in failed_recipients(text, ours=ours)}
    listed = [canonical(one) for one in root.words("x-failed-recipients").split(",")[:_MAX_RECIPIENTS]]
    addresses = [one for one in dict.fromkeys(listed) if one] or list(named) or [""]
    for number, address in enumerate(addresses):
        failed = named.get(address) or Failed(address, status, not status.startswith("4"))
        yield DeliveryUpdate(
            f"{event_id}#{number}",
            DeliveryState.BOUNCED,
            (original,),
            recipient=Identifier("email", address) if address else None,
            reason=failed.reason or status,
            occurred_at=occurred_at,
            permanent=failed.permanent,
        )


def _fields(part: Part) -> list[Part]:
    """The blocks of fields of a report, each with a recipient of its own behind the first."""
    content = part.content()[:_MAX_SCANNED].replace(b"\r\n", b"\n")
    return [read_head(block) for block in content.split(b"\n\n")[: _MAX_RECIPIENTS + 1] if block.strip()] or [
        read_head(b"")
    ]


def _recipient(fields: Part) -> Identifier | None:
    for name in ("original-recipient", "final-recipient"):
        kind, _, value = fields.words(name).partition(";")
        if address := canonical(value or kind):
            return Identifier("email", address)
    return None


def _original_id(parts: dict[str, Part], text: str) -> str:
    for kind in ("message/disposition-notification", "message/delivery-status"):
        if kind in parts:
            for fields in _fields(parts[kind]):
                for name in ("original-message-id", "x-original-message-id"):
                    if ids := message_ids(fields.words(name)):
                        return ids[0]
    for kind, part in parts.items():
        if kind in _RETURNED:
            head = read_head(part.content()[:_MAX_SCANNED])
            if head.header("message-id") is not None:
                return own_message_id(head.text("message-id"))
    found = _ID_LINE.search(text[:_MAX_SCANNED])
    return found[1] if found else ""
