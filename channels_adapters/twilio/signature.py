"""X-Twilio-Signature: the address and the fields of a request, signed with the account's auth token."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from urllib.parse import SplitResult, parse_qs, parse_qsl, urlsplit

from channels_adapters.contracts import Account, InvalidSignature, Payload
from channels_adapters.proofs import is_one_of

_PORTS = {"https": 443, "http": 80}


def check(payload: Payload, account: Account) -> None:
    """Hold a request against the token, and against the former one while that is kept. Raises `InvalidSignature`."""
    given, tokens = payload.header("X-Twilio-Signature"), account.valid_secrets("auth_token")
    if not tokens:
        raise InvalidSignature("The auth token is not set: nothing can be checked.")
    if not given:
        raise InvalidSignature("The request is not signed.")
    fields = _fields(payload)
    if not is_one_of(given, [signature(url, fields, token) for token in tokens for url in _addresses(payload.url)]):
        raise InvalidSignature("The signature does not fit the request.")


def signature(url: str, fields: str, token: str) -> str:
    """What Twilio writes into the header; `fields` are the signed ones as they are signed, a character for a byte."""
    signed = url.encode("utf-8", "replace") + fields.encode("latin-1")
    return b64encode(hmac.new(token.encode(), signed, hashlib.sha1).digest()).decode()


def signed_fields(body: bytes) -> str:
    """The fields of a form by name, each with its values, every one once; a character stands for a byte."""
    found: dict[str, set[str]] = {}
    for name, value in parse_qsl(body.decode("latin-1"), keep_blank_values=True, encoding="latin-1"):
        found.setdefault(name, set()).add(value)
    return "".join(name + value for name in sorted(found) for value in sorted(found[name]))


def _fields(payload: Payload) -> str:
    """None where the address carries the body's own hash. Raises `InvalidSignature` for one that does not fit."""
    hashes = parse_qs(urlsplit(payload.url).query).get("bodySHA256", [])
    if not hashes:
        return signed_fields(payload.body)
    if not is_one_of(hashes[0], [hashlib.sha256(payload.body).hexdigest()]):
        raise InvalidSignature("The body is not the one that was signed.")
    return ""


def _addresses(url: str) -> set[str]:
    """The address as it is, without its port, and with it: Twilio signs one of them."""
    parts = urlsplit(url)
    try:
        port = parts.port or _PORTS.get(parts.scheme, 443)
    except ValueError:
        return {url}
    return {url, _at(parts, ""), _at(parts, f":{port}")}


def _at(parts: SplitResult, port: str) -> str:
    user, at, _ = parts.netloc.rpartition("@")
    host = parts.hostname or ""
    return parts._replace(netloc=f"{user}{at}{f'[{host}]' if ':' in host else host}{port}").geturl()
