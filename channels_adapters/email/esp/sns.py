"""Amazon SNS: whether a notification is Amazon's, and the confirmation of a subscription.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html. The time in a notification is signed,
but not its age: SNS repeats a notification as it was for as long as we don't take it.
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidSignature as WrongSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.x509 import load_pem_x509_certificate

from channels_adapters import network
from channels_adapters.contracts import Account, Fault, InvalidSignature, SendError
from channels_adapters.wording import say

_HOST = re.compile(r"sns\.[a-z0-9-]{3,40}\.amazonaws\.com(?:\.cn)?\Z")
_CERTIFICATE = re.compile(r"/SimpleNotificationService-[0-9a-zA-Z]{1,100}\.pem\Z")
_SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
_SIGNED["UnsubscribeConfirmation"] = _SIGNED["SubscriptionConfirmation"]
_MAX_CERTIFICATES = 32
#: Certificates by address; they change about once a year.
_kept: dict[str, bytes] = {}


def event_in(message: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The event of SES in a notification; None for what SNS says by itself."""
    try:
        event = json.loads(str(message.get("Message")))
    except (ValueError, RecursionError):
        return None
    return event if isinstance(event, dict) and message.get("Type") == "Notification" else None


def topics(account: Account) -> frozenset[str]:
    """The topics the account names: ARNs, separated by commas or line breaks."""
    return frozenset(re.split(r"[\s,]+", str(account.settings.get("topic_arn") or ""))) - {""}


def verify(message: Mapping[str, Any], account: Account) -> None:
    """Check that SNS signed the notification, for a topic of the account's. Raises as `certificate` does."""
    wanted = topics(account)
    if wanted and message.get("TopicArn") not in wanted:
        raise InvalidSignature("The notification is of another topic.")
    url = str(message.get("SigningCertURL") or message.get("SigningCertUrl") or "")
    check(message, certificate(url))


def check(message: Mapping[str, Any], certificate: bytes) -> None:
    """Check the signature with a certificate (PEM). Raises `InvalidSignature`."""
    names = _SIGNED.get(str(message.get("Type")))
    digest = {"1": SHA1(), "2": SHA256()}.get(str(message.get("SignatureVersion")))  # noqa: S303 - what SNS signs with
    if names is None or digest is None:
        raise InvalidSignature("The notification is signed in a way that is not known.")
    text = "".join(f"{name}\n{message[name]}\n" for name in names if message.get(name) is not None)
    try:
        key = load_pem_x509_certificate(certificate).public_key()
        if not isinstance(key, RSAPublicKey):
            raise InvalidSignature("The certificate holds no RSA key.")
        key.verify(b64decode(str(message.get("Signature"))), text.encode(), PKCS1v15(), digest)
    except (WrongSignature, binascii.Error, ValueError) as problem:
        raise InvalidSignature("The notification's signature is wrong.") from problem


def certificate(url: str) -> bytes:
    """The certificate at an address of Amazon's, fetched once. Raises `InvalidSignature`, and `SendError` for now."""
    if not _is_amazons(url) or not _CERTIFICATE.match(urlsplit(url).path):
        raise InvalidSignature("The certificate is not at an address of Amazon SNS.")
    if url not in _kept:
        found = _fetched(url, "The certificate of Amazon SNS can't be fetched")
        if len(_kept) >= _MAX_CERTIFICATES:
            _kept.clear()
        _kept[url] = found
    return _kept[url]


def is_wanted_subscription(message: Mapping[str, Any], account: Account) -> bool:
    """Whether SNS asks to confirm a subscription to a topic that the account names."""
    return message.get("Type") == "SubscriptionConfirmation" and message.get("TopicArn") in topics(account)


def confirm(message: Mapping[str, Any]) -> None:
    """Confirm a subscription by visiting its address. Raises `SendError`."""
    url = str(message.get("SubscribeURL") or "")
    if not _is_amazons(url):
        raise SendError(Fault.CONTENT, say("The address to confirm the subscription is not one of Amazon SNS."))
    _fetched(url, "The subscription could not be confirmed")


def _fetched(url: str, otherwise: str) -> bytes:
    try:
        answer = network.fetch(url, 64 * 1024, timeout=10, redirects=0)
    except network.NetworkError as problem:
        raise SendError(Fault.TEMPORARY, f"{otherwise}: {problem}") from problem
    if answer.status != 200:
        raise SendError(Fault.TEMPORARY, f"{otherwise}: status {answer.status}")
    return answer.body


def _is_amazons(url: str) -> bool:
    try:
        parts = urlsplit(url)
        plain = parts.port in (None, 443) and parts.username is None
    except ValueError:
        return False
    return parts.scheme == "https" and plain and bool(_HOST.match(parts.hostname or ""))
