"""Meta's proofs: of its webhooks (`X-Hub-Signature-256`), of our webhook's address (`hub.challenge`), of our app."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from channels_adapters.contracts import Account, Handshake, InvalidSignature, Payload

_HEADER = "x-hub-signature-256"
_MOST_CHALLENGE = 1000


def verify(payload: Payload, account: Account) -> Handshake | None:
    """The answer to Meta's check of our address, or None where the raw body is signed with the app's secret.

    The former secret is as good while it is kept. Raises `InvalidSignature`.
    """
    if payload.method == "GET":
        return _handshake(payload, account)
    given = next((value for name, value in payload.headers.items() if name.lower() == _HEADER), "")
    expected = ["sha256=" + _hmac(secret, payload.body) for secret in _valid(account, "app_secret")]
    if not any(_is_same(given.strip(), one) for one in expected):
        raise InvalidSignature("The signature is missing or wrong." if expected else "No app secret is set.")
    return None


def app_secret_proof(token: str, secret: str) -> str:
    """What proves to the Graph API that a token is used by the app it was made for (`appsecret_proof`)."""
    return _hmac(secret, token.encode())


def _handshake(payload: Payload, account: Account) -> Handshake:
    query = {name: values[-1] for name, values in parse_qs(urlsplit(payload.url).query).items()}
    is_ours = any(_is_same(query.get("hub.verify_token", ""), one) for one in _valid(account, "verify_token"))
    if query.get("hub.mode") != "subscribe" or not is_ours:
        raise InvalidSignature("The verify token is missing or wrong.")
    return Handshake(query.get("hub.challenge", "")[:_MOST_CHALLENGE].encode())


def _valid(account: Account, name: str) -> Iterator[str]:
    """The secret of that name, and the one before it while it is kept."""
    yield from filter(None, (account.secrets.get(name, ""), account.secrets.get(f"{name}_before", "")))


def _is_same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _hmac(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
