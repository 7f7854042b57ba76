"""By these tokens a site tells who its visitor is: JSON Web Tokens (RFC 7519), signed with the channel's own secret.

One way of signing exists here, HMAC with SHA-256 (RFC 7515, HS256). What a token says about it is compared, never
followed (RFC 8725, 3.1). Refused is a token of another channel, one that never ends, one good for longer than a day.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from channels_adapters.contracts import Account, InvalidSignature
from channels_adapters.livechat.frames import SECRETS

#: Characters of a token.
MOST = 4096
MOST_SUBJECT = 200
#: A token may be good for so long from now on.
LONGEST = timedelta(hours=24)
#: So far the site's clock and ours may differ.
SKEW = timedelta(seconds=60)
#: Bytes below which a secret is none (RFC 7518, 3.2).
SHORTEST_SECRET = 32
_PART = re.compile(r"[A-Za-z0-9_-]+")
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\]+")
_FARTHEST = 2**40


@dataclass(frozen=True, slots=True)
class Claims:
    """What a site vouches for: its own id of the person, and what it calls him.

    The address is proven only if `email_is_verified`. `key` tells which secret signed it, without telling the secret.
    """

    subject: str
    name: str
    email: str
    email_is_verified: bool
    expires_at: datetime
    key: str


def verified(token: str, account: Account, now: datetime) -> Claims:
    """What a good token says. Raises `InvalidSignature` with a sentence for whoever builds the site."""
    header, signed, payload, signature = _taken_apart(token)
    if header.get("alg") != "HS256":
        raise InvalidSignature('The token is not signed with HS256: its header must say "alg": "HS256".')
    if "crit" in header or "b64" in header or str(header.get("typ", "JWT")).upper() != "JWT":
        raise InvalidSignature("The token's header asks for what is not understood here.")
    keys = _keys(account)
    matching = [key for key in keys if hmac.compare_digest(signature_of(signed, key), signature)]
    if not matching:
        raise InvalidSignature("The token's signature is not that of this channel's secret.")
    claims = _object(payload)
    _check_audience(claims.get("aud"), account.address)
    return Claims(
        subject=_subject(claims.get("sub")),
        name=_line(claims.get("name"), 200),
        email=_address(claims.get("email")),
        email_is_verified=claims.get("email_verified") is True,
        expires_at=_checked_times(claims, now),
        key=fingerprint(matching[0]),
    )


def fingerprints(account: Account) -> tuple[str, ...]:
    """Which secrets count now, as `Claims.key` tells them."""
    return tuple(fingerprint(key) for key in _usable(account))


def fingerprint(key: bytes) -> str:
    """A name for a secret that does not give it away."""
    return hashlib.sha256(b"chat identity:" + hashlib.sha256(key).digest()).hexdigest()[:16]


def issue(claims: Mapping[str, Any], secret: str) -> str:
    """A token as a site's server makes it."""
    header = _encoded(b'{"alg":"HS256","typ":"JWT"}')
    body = _encoded(json.dumps(dict(claims), separators=(",", ":")).encode())
    return f"{header}.{body}.{_encoded(signature_of(f'{header}.{body}'.encode(), secret.encode()))}"


def signature_of(signed: bytes, key: bytes) -> bytes:
    """HS256 of a token's header and claims as they stand in it (RFC 7518, 3.2)."""
    return hmac.digest(key, signed, "sha256")


def _taken_apart(token: str) -> tuple[dict[str, Any], bytes, bytes, bytes]:
    if len(token) > MOST:
        raise InvalidSignature(f"A token has at most {MOST} characters.")
    parts = token.split(".")
    if len(parts) != 3:
        raise InvalidSignature("A token has three parts with dots between them: header, claims, signature.")
    header = _object(_decoded(parts[0]))
    return header, f"{parts[0]}.{parts[1]}".encode(), _decoded(parts[1]), _decoded(parts[2]) if parts[2] else b""


def _decoded(part: str) -> bytes:
    """The bytes of a part; each has one way of being written (RFC 7515, 2)."""
    try:
        content = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) if _PART.fullmatch(part) else None
    except binascii.Error:
        content = None
    if content is None or _encoded(content) != part:
        raise InvalidSignature("A part of the token is not base64url without padding.")
    return content


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as problem:
        raise InvalidSignature("A part of the token is not JSON.") from problem
    if not isinstance(found, dict):
        raise InvalidSignature("A part of the token is not a JSON object.")
    return found


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _usable(account: Account) -> list[bytes]:
    keys = [account.secrets.get(name, "").encode() for name in SECRETS]
    return [key for key in keys if len(key) >= SHORTEST_SECRET]


def _keys(account: Account) -> list[bytes]:
    if not (keys := _usable(account)):
        raise InvalidSignature("This channel has no secret by which a site could vouch for its visitors.")
    return keys


def _check_audience(audience: Any, address: str) -> None:
    if audience != address and not (isinstance(audience, list) and address in audience):
        raise InvalidSignature('The token is for another channel: its "aud" must be this channel\'s key.')


def _subject(subject: Any) -> str:
    if not isinstance(subject, str) or not subject.strip():
        raise InvalidSignature('The token names nobody: its "sub" must be your id of the person, as a text.')
    if len(subject) > MOST_SUBJECT or not subject.isprintable() or subject != subject.strip():
        raise InvalidSignature(
            f'The token\'s "sub" must be printable, without spaces around, of {MOST_SUBJECT} at most.'
        )
    return subject


def _checked_times(claims: Mapping[str, Any], now: datetime) -> datetime:
    """When the token ends, which it must tell, and soon."""
    ends = _instant(claims, "exp")
    if ends is None:
        raise InvalidSignature('The token never ends: its "exp" must be at most a day ahead.')
    if ends + SKEW <= now:
        raise InvalidSignature("The token is over. Make a fresh one for each page.")
    if ends > now + LONGEST + SKEW:
        raise InvalidSignature("The token is good for too long: it must end within a day.")
    for name in ("nbf", "iat"):
        begins = _instant(claims, name)
        if begins is not None and begins > now + SKEW:
            raise InvalidSignature("The token is not good yet. Are the clocks right?")
    return ends


def _instant(claims: Mapping[str, Any], name: str) -> datetime | None:
    seconds = claims.get(name)
    if seconds is None and name not in claims:
        return None
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 <= seconds < _FARTHEST:
        raise InvalidSignature(f'The token\'s "{name}" must be seconds since 1970.')
    # A year that no calendar has is later than any that counts.
    return datetime.fromtimestamp(min(seconds, 250_000_000_000), UTC)


def _line(given: Any, most: int) -> str:
    text = given if isinstance(given, str) else ""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:most]


def _address(given: Any) -> str:
    is_one = isinstance(given, str) and len(given) <= 320 and given.isprintable() and _ADDRESS.fullmatch(given)
    return str(given) if is_one else ""
