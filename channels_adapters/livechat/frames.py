"""What the chat's endpoints journal: JSON frames, written by us from what a visitor's browser sent.

    {"id": "<the widget's UUID>", "visitor": 17, "subject": "", "email": "", "name": "", "language": "en",
     "thread": "<reply token of the ticket that goes on, or none>",
     "text": "...", "files": [{"sha256", "filename", "content_type", "size", "kind"}], "choice": {"id", "label"} | null,
     "context": {"page": {...}, "cart": {...}, ...}, "rule": null, "before": null, "at": "2026-11-22T10:00:00+00:00"}

`rule` is the one that spoke first and is answered now, `before` the number kept for what the visitor was shown earlier.
`subject` is set only where the site proved it; `email` only where the site vouches for it. The frame is signed with the
channel's secret, so that nothing but the chat's endpoints can put words into a visitor's mouth.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from channels_adapters.contracts import Account, InvalidSignature, Payload

SIGNATURE = "X-Frame-Signature"
_PLACE = "chat:frame"
#: The channel's secret that signs identity tokens and frames; the one before it counts while a site changes over.
SECRETS = ("identity_secret", "identity_secret_before")


def payload_of(frame: Mapping[str, Any], account: Account, *, remote_addr: str = "") -> Payload:
    """The signed payload of a frame. Raises `InvalidSignature` when the channel has no secret."""
    body = json.dumps(frame, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    headers = {"Content-Type": "application/json", SIGNATURE: _signed(body, _keys(account)[0])}
    return Payload(body=body, headers=headers, url=_PLACE, method="POST", remote_addr=remote_addr)


def check(payload: Payload, account: Account) -> None:
    """Raises `InvalidSignature` unless the chat's endpoints wrote this."""
    if payload.url != _PLACE:
        raise InvalidSignature("A chat's messages come by its widget, not by a web address.")
    given = next((value for name, value in payload.headers.items() if name.lower() == SIGNATURE.lower()), "")
    if not given:
        raise InvalidSignature("A chat's messages come by its widget; this frame is not signed.")
    if not any(hmac.compare_digest(_signed(payload.body, key).encode(), given.encode()) for key in _keys(account)):
        raise InvalidSignature("The frame's signature is not that of this channel.")


def _keys(account: Account) -> list[bytes]:
    keys = [account.secrets[name].encode() for name in SECRETS if account.secrets.get(name)]
    if not keys:
        raise InvalidSignature("This chat has no secret to check with.")
    return keys


def _signed(body: bytes, key: bytes) -> str:
    return hmac.new(hashlib.sha256(b"chat frame:" + key).digest(), body, hashlib.sha256).hexdigest()
