"""How WeChat proves itself, and how its safe mode hides what it says (AES-256-CBC, padded to 32 bytes).

In the plain mode a signature covers a time and a number but no content: it is good for one request.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import b64decode
from collections.abc import Mapping, Sequence

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from channels_adapters.contracts import Account, Handshake, InvalidSignature, Malformed, Payload
from channels_adapters.json_reading import text
from channels_adapters.proofs import is_one_of
from channels_adapters.xml_reading import read

_PAD = 32
#: Random bytes before the content, and the content's length after them.
_SALT, _LENGTH = 16, 4


class Unreadable(Exception):
    """It can't be decrypted with the key, or is for another app."""


def check(payload: Payload, account: Account) -> Handshake | None:
    """Hold a request against the account's token and, in safe mode, its key. Raises `InvalidSignature`."""
    query, tokens = payload.query, account.valid_secrets("token")
    if not tokens:
        raise InvalidSignature("The token is not set: nothing can be checked.")
    if "echostr" in query and not payload.body.strip():
        return Handshake(_shaken(query, tokens, account))
    if not is_safe(account):
        _prove(query, "signature", tokens, ())
        return None
    try:
        hidden = text(read(payload.body), "Encrypt")
    except Malformed as problem:
        raise InvalidSignature(str(problem)) from problem
    if not hidden:
        raise InvalidSignature("The message is not encrypted, but the account is in safe mode.")
    _prove(query, "msg_signature", tokens, (hidden,))
    try:
        decrypted(hidden, account)
    except Unreadable as problem:
        raise InvalidSignature(str(problem)) from problem
    return None


def is_safe(account: Account) -> bool:
    """Whether only what is encrypted is believed: the compatible mode sends both."""
    mode = account.settings.get("mode") or ("safe" if account.secrets.get("encoding_aes_key") else "plain")
    return mode != "plain"


def stamp(payload: Payload) -> str:
    """What the signature of a request in plain mode covers."""
    query = payload.query
    return f"{query.get('timestamp', '')}:{query.get('nonce', '')}" if query.get("signature") else ""


def decrypted(hidden: str, account: Account) -> bytes:
    """What is hidden in it, with the key or the former one. Raises `Unreadable`."""
    keys = account.valid_secrets("encoding_aes_key")
    if not keys:
        raise Unreadable("The key (EncodingAESKey) is not set.")
    app_id = str(account.settings.get("app_id") or "").encode()
    for key in keys:
        content = _opened(hidden, key, app_id)
        if content is not None:
            return content
    raise Unreadable("It can't be decrypted with the key, or is for another app.")


def signature(*parts: str) -> str:
    """The hash of the parts in the order of their characters."""
    return hashlib.sha1("".join(sorted(parts)).encode("utf-8", "replace")).hexdigest()  # noqa: S324 - WeChat's choice


def _opened(hidden: str, key: str, app_id: bytes) -> bytes | None:
    """The content; None where the key or the app is not this one (no app id: any)."""
    try:
        secret, sealed = b64decode(key + "=", validate=True), b64decode(hidden, validate=True)
        opening = Cipher(algorithms.AES(secret), modes.CBC(secret[:16])).decryptor()
        plain = opening.update(sealed) + opening.finalize()
    except (binascii.Error, ValueError):
        return None
    pad = plain[-1] if plain else 0
    if not 1 <= pad <= _PAD or len(plain) < _SALT + _LENGTH + pad:
        return None
    plain = plain[_SALT:-pad]
    size = int.from_bytes(plain[:_LENGTH], "big")
    content, of = plain[_LENGTH : _LENGTH + size], plain[_LENGTH + size :]
    if len(content) != size or (app_id and not hmac.compare_digest(of, app_id)):
        return None
    return content


def _shaken(query: Mapping[str, str], tokens: Sequence[str], account: Account) -> bytes:
    """What is echoed: as it came, or decrypted where it came encrypted."""
    echo = query["echostr"]
    if "msg_signature" not in query:
        _prove(query, "signature", tokens, ())
        return echo.encode("utf-8", "replace")
    _prove(query, "msg_signature", tokens, (echo,))
    try:
        return decrypted(echo, account)
    except Unreadable as problem:
        raise InvalidSignature(str(problem)) from problem


def _prove(query: Mapping[str, str], name: str, tokens: Sequence[str], covered: Sequence[str]) -> None:
    parts = [query.get("timestamp", ""), query.get("nonce", ""), *covered]
    good = [signature(token, *parts) for token in tokens]
    if not all(parts) or not is_one_of(query.get(name, ""), good):
        raise InvalidSignature("The signature does not fit the request.")
