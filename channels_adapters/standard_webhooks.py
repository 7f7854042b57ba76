"""Signatures of Standard Webhooks 1.0: the headers webhook-id, webhook-timestamp, webhook-signature.

A secret is `whsec_` and 24 to 64 bytes in Base64; what is signed is the id, the timestamp and the raw body.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from channels_adapters.contracts import InvalidSignature

PREFIX = "whsec_"
#: How far a timestamp may be from now, in either direction.
TOLERANCE = timedelta(minutes=5)
_KEY_BYTES = range(16, 129)


def secret_of(key: bytes) -> str:
    """A key as it is shown to whoever signs or checks with it."""
    return PREFIX + base64.b64encode(key).decode()


def key_of(secret: str) -> bytes:
    """The key in a secret. Raises `ValueError` for what is no secret of this form."""
    try:
        key = base64.b64decode(secret.strip().removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as problem:
        raise ValueError("The secret is not whsec_ and Base64.") from problem
    if len(key) not in _KEY_BYTES:
        raise ValueError("The secret has fewer than 16 bytes, or more than 128.")
    return key


def signature(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature`."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}"


def signed_headers(key: bytes, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a request."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(key, message_id, timestamp, body),
    }


def request_headers(key: bytes, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """All headers of a request of ours, whose body is JSON."""
    signed = signed_headers(key, message_id, timestamp, body)
    return {"content-type": "application/json", "user-agent": "Inbox-Webhooks/1", **signed}


def check(secrets: Iterable[str], headers: Mapping[str, str], body: bytes, at: datetime) -> None:
    """Return if one of the signatures was made with one of the secrets, about now. Raises `InvalidSignature`.

    A sender that changes its secret may put several signatures into the header, separated by spaces.
    """
    given = {name.lower(): value for name, value in headers.items()}
    message_id, timestamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    signatures = [one.encode() for one in given.get("webhook-signature", "").split() if one.startswith("v1,")]
    if not message_id or not signatures or not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 12):
        raise InvalidSignature("The headers webhook-id, webhook-timestamp and webhook-signature (v1,...) are needed.")
    if abs(at - datetime.fromtimestamp(int(timestamp), UTC)) > TOLERANCE:
        raise InvalidSignature("The timestamp is more than five minutes from now: look at the sender's clock.")
    why = "The signature was not made with this channel's secret."
    for secret in filter(None, secrets):
        try:
            wanted = signature(key_of(secret), message_id, int(timestamp), body).encode()
        except ValueError as problem:
            why = str(problem)
            continue
        if any(hmac.compare_digest(wanted, one) for one in signatures):
            return
    raise InvalidSignature(why)
