"""Short signed tokens for links and mail headers: an id and a MAC, opaque and checked in constant time."""

from __future__ import annotations

import base64
import hashlib
import hmac

from django.conf import settings

_MAC_BYTES = 12


def sign(purpose: str, number: int) -> str:
    """A lower-case, case-insensitive token for `number`, valid for one `purpose` only.

    Base32 because mail servers fold the case of local parts (RFC 5321, 2.4) and people retype links.
    """
    raw = number.to_bytes(8, "big").lstrip(b"\0") or b"\0"
    return base64.b32encode(_mac(purpose, number) + raw).decode().rstrip("=").lower()


def unsign(purpose: str, token: str) -> int | None:
    """The number in `token`, or None when the token was not made by `sign` for this purpose."""
    number = claimed(token)
    if number is None:
        return None
    # Tokens are letters and digits, so comparing them as bytes is comparing them.
    return number if hmac.compare_digest(sign(purpose, number).encode(), token.lower().encode()) else None


def claimed(token: str) -> int | None:
    """The number a token speaks of, proven by nothing: to find what `unsign` needs to know the purpose."""
    padded = token.upper() + "=" * (-len(token) % 8)
    try:
        raw = base64.b32decode(padded)
    except ValueError:
        return None
    tail = raw[_MAC_BYTES:]
    return int.from_bytes(tail, "big") if 1 <= len(tail) <= 8 else None


def _mac(purpose: str, number: int) -> bytes:
    key = hashlib.sha256(f"{purpose}:{settings.LINK_SIGNING_KEY}".encode()).digest()
    return hmac.new(key, str(number).encode(), hashlib.sha256).digest()[:_MAC_BYTES]
