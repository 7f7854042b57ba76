"""What is known of a mail beside its bytes, by whoever found it in a mailbox. It travels as the payload's headers."""

from __future__ import annotations

from datetime import datetime

from channels_adapters.contracts import Payload

_ARRIVED_AT = "arrived-at"
_SENT_COPY = "sent-copy"
_LEFT_OUT = "left-out"


def found_mail(
    body: bytes, *, arrived_at: datetime | None = None, is_sent_copy: bool = False, left_out: str = ""
) -> Payload:
    """A mail as a mailbox had it: when it got there, whether it lay among the sent ones.

    `left_out` says why `body` is only the mail's head.
    """
    notes = {
        _ARRIVED_AT: arrived_at.isoformat() if arrived_at else "",
        _SENT_COPY: "yes" if is_sent_copy else "",
        _LEFT_OUT: left_out,
    }
    return Payload(body, headers={name: value for name, value in notes.items() if value})


def arrived_at(payload: Payload) -> datetime | None:
    """When the mail got into its mailbox, where that is known."""
    text = _note(payload, _ARRIVED_AT)
    return datetime.fromisoformat(text) if text else None


def is_sent_copy(payload: Payload) -> bool:
    """Whether the mail lay among the account's sent mails: we wrote it, elsewhere."""
    return bool(_note(payload, _SENT_COPY))


def left_out(payload: Payload) -> str:
    """Why there is no more than the head of the mail; "" where all of it is here."""
    return _note(payload, _LEFT_OUT)


def _note(payload: Payload, name: str) -> str:
    """Never of a request: its headers are its sender's."""
    return "" if payload.is_request else payload.headers.get(name, "")
