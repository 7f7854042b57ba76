"""Meta's proofs: of its webhooks (`X-Hub-Signature-256`), of our webhook's address (`hub.challenge`), of our app."""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from channels_adapters.contracts import Account, Handshake, InvalidSignature, Payload
from channels_adapters.proofs import is_one_of

_MOST_CHALLENGE = 1000


def verify(payload: Payload, account: Account, names: Sequence[str] = ("app_secret",)) -> Handshake | None:
    """The answer to Meta's check of our address, or None where the raw body is signed with a secret of these names.

    The former secret is as good while it is kept. Raises `InvalidSignature`.
    """
    if payload.method == "GET":
        return _handshake(payload, account)
    secrets = [secret for name in names for secret in account.valid_secrets(name)]
    expected = ["sha256=" + _hmac(secret, payload.body) for secret in secrets]
    if not is_one_of(payload.header("x-hub-signature-256").strip(), expected):
        raise InvalidSignature("The signature is missing or wrong." if expected else "No app secret is set.")
    return None


def app_secret_proof(token: str, secret: str) -> str:
    """What proves to the Graph API that a token is used by the app it was made for (`appsecret_proof`)."""
    return _hmac(secret, token.encode())


def _handshake(payload: Payload, account: Account) -> Handshake:
    query = payload.query
    is_ours = is_one_of(query.get("hub.verify_token", ""), account.valid_secrets("verify_token"))
    if query.get("hub.mode") != "subscribe" or not is_ours:
        raise InvalidSignature("The verify token is missing or wrong.")
    return Handshake(query.get("hub.challenge", "")[:_MOST_CHALLENGE].encode())


def _hmac(secret: str, message: bytes) -> str:
    return hmac.digest(secret.encode(), message, "sha256").hex()
