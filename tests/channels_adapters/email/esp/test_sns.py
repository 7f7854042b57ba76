"""Notifications of Amazon SNS: signed by Amazon, of the account's topic, confirmed for no other."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from channels_adapters.contracts import Account, AccountEvent, InvalidSignature, SendError
from channels_adapters.email.esp import sns
from channels_adapters.registry import adapter
from tests.channels_adapters.email.esp.recorded_requests import request

TOPIC = "arn:aws:sns:eu-west-1:111111111111:mail"
CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123abcd.pem"
_KEY = rsa.generate_private_key(65537, 2048)


def certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    at = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, _KEY.public_key(), x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .sign(_KEY, SHA256())
    )
    return made.public_bytes(Encoding.PEM)


@pytest.fixture(autouse=True)
def known_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificate as if it had been fetched: no server on this machine has Amazon's name."""
    monkeypatch.setitem(sns._kept, CERTIFICATE, certificate())


def account(topic: str = TOPIC) -> Account:
    return Account("email", "support@shop.example", settings={"esp": "amazon_ses", "topic_arn": topic})


def message(version: str = "2", **fields: str) -> dict[str, str]:
    """A notification, signed as SNS does."""
    found = {
        "Type": "Notification",
        "MessageId": "m-1",
        "TopicArn": TOPIC,
        "Message": json.dumps(
            {"eventType": "Delivery", "mail": {"messageId": "s-1"}, "delivery": {"recipients": ["a@b.c"]}}
        ),
        "Timestamp": "2026-01-01T00:00:00.000Z",
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE,
        **fields,
    }
    names = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
    text = "".join(f"{name}\n{found[name]}\n" for name in names if name in found)
    signature = _KEY.sign(text.encode(), padding.PKCS1v15(), SHA1() if version == "1" else SHA256())
    return {**found, "Signature": base64.b64encode(signature).decode()}


def subscription(**fields: str) -> dict[str, str]:
    usual = {"SubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription", "Token": "t"}
    return message(Type="SubscriptionConfirmation", **(usual | fields))


def is_good(found: dict[str, str], topic: str = TOPIC) -> bool:
    try:
        adapter("email").verify(request(found), account(topic))
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_notification_that_amazon_signed_is_believed(version: str) -> None:
    notified = [message(version), message(version, Subject="Amazon SES Email Event Notification"), subscription()]
    ended = message(version, Type="UnsubscribeConfirmation", SubscribeURL="https://x.example/", Token="t")
    assert [is_good(one) for one in (*notified, ended)] == [True] * 4


def test_whatever_is_changed_in_it_is_noticed() -> None:
    good, asked = message(Subject="x"), subscription()
    forged = [{**good, name: f"{good[name]}x"} for name in ("Message", "MessageId", "Subject", "Timestamp", "TopicArn")]
    forged += [{**asked, name: f"{asked[name]}x"} for name in ("SubscribeURL", "Token")]
    forged += [{**good, "Type": "SubscriptionConfirmation"}, {**good, "SignatureVersion": "1"}]
    forged += [{**good, "SignatureVersion": "3"}, {**good, "Signature": "!"}, {**good, "Signature": ""}]
    forged += [
        {name: value for name, value in good.items() if name != left} for left in good if left != "SigningCertURL"
    ]
    assert [is_good(one, "") for one in forged] == [False] * len(forged)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123abcd.pem",
        "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-0123abcd.pem",
        "https://evil.example/SimpleNotificationService-0123abcd.pem",
        "https://sns.eu-west-1.amazonaws.com@evil.example/SimpleNotificationService-0123abcd.pem",
        "https://evil@sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123abcd.pem",
        "https://sns.eu-west-1.amazonaws.com:8443/SimpleNotificationService-0123abcd.pem",
        "https://sns.eu-west-1.amazonaws.com/?x=/SimpleNotificationService-0123abcd.pem",
        "https://sns.eu-west-1.amazonaws.com/bucket/evil.pem",
        "https://bucket.s3.amazonaws.com/SimpleNotificationService-0123abcd.pem",
        "https://sns.eu-west-1.amazonaws.com:x/",
    ],
)
def test_a_certificate_from_anywhere_else_is_not_even_fetched(url: str) -> None:
    assert not is_good(message(SigningCertURL=url))


def test_only_the_topics_of_the_account_are_taken() -> None:
    other = "arn:aws:sns:eu-west-1:222222222222:theirs"
    assert [is_good(message(TopicArn=other), topic) for topic in (TOPIC, f"{TOPIC}, {other}", "")] == [
        False,
        True,
        True,
    ]
    nowhere = Account("email", "support@shop.example")
    with pytest.raises(InvalidSignature):
        adapter("email").verify(request(message()), nowhere)


def test_a_subscription_is_confirmed_for_a_topic_of_the_account_at_amazons_address_only() -> None:
    names = []
    for asked in (subscription(), subscription(TopicArn="arn:aws:sns:eu-west-1:2:theirs")):
        (event,) = adapter("email").parse(request(asked), account())
        assert isinstance(event, AccountEvent)
        names.append((event.name, event.details))
    assert names == [
        ("subscription_confirmed", TOPIC),
        ("subscription_unconfirmed", "arn:aws:sns:eu-west-1:2:theirs"),
    ]
    theirs = request(subscription(TopicArn="arn:aws:sns:eu-west-1:2:theirs"))
    assert adapter("email").completed(theirs, account()) is theirs
    for url in ("https://169.254.169.254/", "http://sns.eu-west-1.amazonaws.com/", "https://sns.evil.example/"):
        with pytest.raises(SendError, match="not one of Amazon SNS"):
            adapter("email").completed(request(subscription(SubscribeURL=url)), account())
