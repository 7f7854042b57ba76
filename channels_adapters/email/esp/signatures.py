"""Whether a webhook comes from the provider: its signature over the raw bytes, or the password in our address.

Without a secret nothing is believed of a provider that signs. One that signs nothing (Postmark, Mailjet, Brevo,
SparkPost; MailerSend and SendGrid where it isn't switched on) sends a user name and a password with each request, if
the account has them; else the address itself, which nobody can guess, has to do. Several secrets, one a line or
separated by commas, are all good while one replaces another.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

from cryptography.exceptions import InvalidSignature as WrongSignature
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from channels_adapters.contracts import Account, InvalidSignature, Malformed, Payload
from channels_adapters.email.esp import sns
from channels_adapters.email.esp.providers import LABELS, provider_of
from channels_adapters.email.esp.request import fields_of, header, is_form, json_of, values

FRESH = timedelta(minutes=5)
_SIGNS = frozenset({"amazon_ses", "mailersend", "mailgun", "mandrill", "postal", "resend"})


def verify_webhook(payload: Payload, account: Account) -> None:
    """Raises `InvalidSignature` unless the request proves its origin; `SendError` if that can't be told now."""
    if payload.method.upper() in ("GET", "HEAD"):
        return
    try:
        name = provider_of(payload, account)
        if name == "amazon_ses":
            if account.settings.get("esp") != name and not sns.topics(account):
                raise InvalidSignature("The account takes no notifications of Amazon SNS.")
            _check_password(payload, account)
            sns.verify(_object(json_of(payload)), account)
            return
        keys = _secrets(account, "webhook_signing_key")
        if keys and name in _CHECKS:
            _check_password(payload, account)
            if not _CHECKS[name](payload, keys):
                raise InvalidSignature(
                    f"The signature is not one that {LABELS[name]} made with the key of this account."
                )
            return
    except Malformed as problem:
        raise InvalidSignature(str(problem)) from problem
    if _check_password(payload, account):
        return
    if name in _SIGNS or account.settings.get("esp") != name:
        raise InvalidSignature(f"There is no key to check what {LABELS[name]} signs.")


def single_use(payload: Payload, account: Account) -> str:
    """What the signature covers in place of the body: good for one request, "" where the body itself is signed."""
    try:
        if provider_of(payload, account) == "mailgun":
            return f"mailgun:{token}" if (token := _mailgun_signature(payload)[1]) else ""
    except Malformed:
        return ""
    return ""


def _check_password(payload: Payload, account: Account) -> bool:
    """Whether the account has a user name and password for its webhooks, and they were given."""
    wanted = _secrets(account, "webhook_login")
    if not wanted:
        return False
    scheme, _, coded = header(payload, "authorization").partition(" ")
    try:
        given = b64decode(coded, validate=True) if scheme.lower() == "basic" else b""
    except (binascii.Error, ValueError):
        given = b""
    if not _any_equal(given, (one.encode() for one in wanted)):
        raise InvalidSignature("The user name and password of the webhook are missing or wrong.")
    return True


def _mailgun(payload: Payload, keys: list[str]) -> bool:
    """HMAC over the time and a token; the body is not covered, so the token must not be used twice."""
    at, token, given = _mailgun_signature(payload)
    if not token:
        return False
    _check_fresh(at, payload)
    good = [hmac.new(key.encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest().encode() for key in keys]
    return _any_equal(given.encode(), good)


def _mailgun_signature(payload: Payload) -> tuple[str, str, str]:
    found = values(fields_of(payload)) if is_form(payload) else _object(_object(json_of(payload)).get("signature"))
    return str(found.get("timestamp", "")), str(found.get("token", "")), str(found.get("signature", ""))


def _mandrill(payload: Payload, keys: list[str]) -> bool:
    """HMAC over the address, with the user name and password that were part of it, and the sorted fields."""
    form = values(fields_of(payload))
    fields = "".join(f"{name}{form[name]}" for name in sorted(form))
    given = header(payload, "x-mandrill-signature").encode()
    good = [
        b64encode(hmac.new(key.encode(), f"{url}{fields}".encode("utf-8", "replace"), hashlib.sha1).digest())
        for key in keys
        for url in _addresses(payload)
    ]
    return _any_equal(given, good)


def _addresses(payload: Payload) -> list[str]:
    """The address as Mandrill may have written it: as it came, and with user name and password in front."""
    parts = urlsplit(payload.url)
    scheme, _, coded = header(payload, "authorization").partition(" ")
    if scheme.lower() != "basic" or "@" in parts.netloc:
        return [payload.url]
    try:
        login = b64decode(coded, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return [payload.url]
    return [payload.url, urlunsplit(parts._replace(netloc=f"{login}@{parts.netloc}"))]


def _resend(payload: Payload, keys: list[str]) -> bool:
    """Svix: HMAC over id, time and body; the header lists signatures of several versions and keys."""
    at = header(payload, "svix-timestamp")
    _check_fresh(at, payload)
    signed = f"{header(payload, 'svix-id')}.{int(float(at))}.".encode() + payload.body
    good = []
    for key in keys:
        try:
            secret = b64decode(key.removeprefix("whsec_"))
        except (binascii.Error, ValueError):
            continue
        good.append(b"v1," + b64encode(hmac.new(secret, signed, hashlib.sha256).digest()))
    return any(_any_equal(one.encode(), good) for one in header(payload, "svix-signature").split()[:20])


def _mailersend(payload: Payload, keys: list[str]) -> bool:
    good = [hmac.new(key.encode(), payload.body, hashlib.sha256).hexdigest().encode() for key in keys]
    return _any_equal(header(payload, "signature").encode(), good)


def _sendgrid(payload: Payload, keys: list[str]) -> bool:
    """ECDSA over time and body, with the public key of the account."""
    at = header(payload, "x-twilio-email-event-webhook-timestamp")
    _check_fresh(at, payload)
    given = header(payload, "x-twilio-email-event-webhook-signature")
    return any(_signed_by(key, given, at.encode() + payload.body) for key in keys)


def _postal(payload: Payload, keys: list[str]) -> bool:
    return any(_signed_by(key, header(payload, "x-postal-signature"), payload.body) for key in keys)


_CHECKS: Mapping[str, Callable[[Payload, list[str]], bool]] = {
    "mailersend": _mailersend,
    "mailgun": _mailgun,
    "mandrill": _mandrill,
    "postal": _postal,
    "resend": _resend,
    "sendgrid": _sendgrid,
}


def _signed_by(public_key: str, signature: str, signed: bytes) -> bool:
    try:
        key = load_der_public_key(b64decode(re.sub(r"-----[A-Z ]+-----|\s", "", public_key)))
        given = b64decode(signature, validate=True)
        if isinstance(key, EllipticCurvePublicKey):
            key.verify(given, signed, ECDSA(SHA256()))
        elif isinstance(key, RSAPublicKey):
            key.verify(given, signed, PKCS1v15(), SHA1())  # noqa: S303 - what Postal signs with
        else:
            return False
    except (WrongSignature, UnsupportedAlgorithm, binascii.Error, ValueError):
        return False
    return bool(given)


def _check_fresh(at: str, payload: Payload) -> None:
    """The signed time (seconds since 1970) must be within five minutes of when the request arrived."""
    try:
        signed_at = datetime.fromtimestamp(float(at), UTC)
    except (ValueError, OverflowError, OSError) as problem:
        raise InvalidSignature("The time in the signature is missing or no time.") from problem
    if abs((payload.received_at or datetime.now(UTC)) - signed_at) > FRESH:
        raise InvalidSignature("The signature is older than five minutes.")


def _secrets(account: Account, name: str) -> list[str]:
    """The secrets under a name, and those they replaced a while ago."""
    return [one for held in (name, f"{name}_before") for one in _several(account.secrets.get(held, ""))]


def _several(text: str) -> list[str]:
    """One a line, or separated by commas; a key in PEM form is one."""
    blocks = re.findall(r"-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----", text, re.DOTALL)
    return blocks or [one for each in re.split(r"[\r\n,]+", text) if (one := each.strip())]


def _any_equal(given: bytes, good: Iterable[bytes]) -> bool:
    """Whether one is equal; all are compared, each in constant time."""
    return bool(sum([hmac.compare_digest(given, one) for one in good]))


def _object(given: object) -> Mapping[str, object]:
    return given if isinstance(given, dict) else {}
