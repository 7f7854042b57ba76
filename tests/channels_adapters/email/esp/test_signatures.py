"""Who may bring mail: signatures over the raw bytes, passwords, nothing without a secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from channels_adapters.contracts import InvalidSignature, Payload
from channels_adapters.registry import adapter
from tests.channels_adapters.email.esp.recorded_requests import account, at, form, recorded, request
from tests.corpora import corpora

NOW = 1_795_300_000.0
# Two keys in use at the same time, as while one replaces the other.
RESEND_KEYS = ", ".join(
    f"whsec_{base64.b64encode(key).decode()}" for key in (b"TEST_SIGNING_SECRET", b"TEST_INBOUND_SECRET")
)
_EC = ec.generate_private_key(ec.SECP256R1())
_RSA = rsa.generate_private_key(65537, 2048)


def is_good(payload: Payload, esp: str = "", **secrets: str) -> bool:
    try:
        assert adapter("email").verify(payload, account(esp, **secrets)) is None
    except InvalidSignature:
        return False
    return True


def basic(login: str) -> str:
    return f"Basic {base64.b64encode(login.encode()).decode()}"


def public(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def svix(body: object, key: bytes = b"key", seconds: float = NOW) -> Payload:
    data = json.dumps(body).encode()
    mac = hmac.new(key, f"msg_1.{int(seconds)}.".encode() + data, hashlib.sha256).digest()
    signatures = f"v1,AAAA v1a,BBBB v1,{base64.b64encode(mac).decode()}"
    signed = request(data, svix_id="msg_1", svix_timestamp=str(int(seconds)), svix_signature=signatures)
    return at(signed, NOW)


def mailgun(key: str = "key", seconds: float = NOW, token: str = "t") -> Payload:
    mac = hmac.new(key.encode(), f"{int(seconds)}{token}".encode(), hashlib.sha256).hexdigest()
    block = {"timestamp": str(int(seconds)), "token": token, "signature": mac}
    return at(request({"signature": block, "event-data": {"event": "delivered"}}), NOW)


def sendgrid(seconds: float = NOW) -> Payload:
    data = b'[{"event": "delivered", "sg_event_id": "1"}]'
    signature = _EC.sign(f"{int(seconds)}".encode() + data, ec.ECDSA(SHA256()))
    heads = {
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-Twilio-Email-Event-Webhook-Timestamp": str(int(seconds)),
    }
    return at(Payload(data, {"Content-Type": "application/json", **heads}), NOW)


def signed() -> Mapping[str, tuple[Payload, str]]:
    """A good request of each provider that signs its body, and the key to check it with."""
    body = b'{"event": "MessageSent", "payload": {}}'
    postal = base64.b64encode(_RSA.sign(body, padding.PKCS1v15(), SHA1())).decode()
    mailersend = hmac.new(b"key", body, hashlib.sha256).hexdigest()
    return {
        "resend": (svix({"type": "email.sent"}), f"whsec_{base64.b64encode(b'key').decode()}"),
        "sendgrid": (sendgrid(), public(_EC)),
        "postal": (request(body, X_Postal_Signature=postal), public(_RSA)),
        "mailersend": (request(body, Signature=mailersend), "key"),
    }


def test_recorded_requests_are_believed_with_their_key_and_only_then() -> None:
    vectors = json.loads((corpora() / "webhooks" / "signature_vectors.json").read_text())
    keys = {
        "mailgun": vectors["mailgun"]["signing_key"],
        "mandrill": vectors["mandrill"]["webhook_key"],
        "resend": RESEND_KEYS,
    }
    believed: dict[bool, list[str]] = {True: [], False: []}
    for one in (*recorded("mailgun"), *recorded("mandrill"), *recorded("resend")):
        payload = at(one.payload, _signed_at(one.payload))
        if payload.method == "POST" and "requires_webhook_key" not in one.name:
            believed[is_good(payload, webhook_signing_key=keys[one.provider])].append(one.name.rpartition("test_")[2])
            assert not is_good(payload, webhook_signing_key="another")
            assert not is_good(payload)
    # Mandrill signs the user name and password in the address as well: without them it is another address.
    assert (sorted(believed[False]), len(believed[True]) > 40) == (
        [
            *("verifies_bad_signature_1",) * 3,
            "verifies_missing_auth_1",
            *("verifies_missing_signature_1",) * 3,
        ],
        True,
    )


def _signed_at(payload: Payload) -> float:
    if given := payload.headers.get("svix-timestamp"):
        return float(given)
    found = re.search(rb'"timestamp"[^0-9]{1,9}([0-9]{10})', payload.body)
    return float(found[1]) if found else NOW


@pytest.mark.parametrize("provider", ["resend", "sendgrid", "postal", "mailersend"])
def test_a_flipped_bit_anywhere_in_the_body_is_noticed(provider: str) -> None:
    payload, key = signed()[provider]
    assert is_good(payload, provider, webhook_signing_key=key)
    unnoticed = []
    for place in range(len(payload.body)):
        body = payload.body[:place] + bytes([payload.body[place] ^ 1]) + payload.body[place + 1 :]
        if is_good(replace(payload, body=body), provider, webhook_signing_key=key):
            unnoticed.append(place)
    assert unnoticed == []


@pytest.mark.parametrize("provider", ["resend", "sendgrid", "postal", "mailersend", "mailgun", "mandrill"])
def test_without_a_key_or_with_another_nothing_is_believed(provider: str) -> None:
    payload = signed()[provider][0] if provider in signed() else mailgun() if provider == "mailgun" else _mandrill()
    other = public(ec.generate_private_key(ec.SECP256R1()))
    refused = [is_good(payload, provider, webhook_signing_key=key) for key in (other, "whsec_!", "another", " , ")]
    # SendGrid signs only where that is switched on: then the address is all there is.
    assert (refused[:3], is_good(payload, provider)) == ([False] * 3, provider == "sendgrid")


def _mandrill() -> Payload:
    return replace(form({"mandrill_events": "[]"}), url="https://help.example/hooks/email/x/")


def test_a_signature_is_good_for_five_minutes() -> None:
    for seconds, fresh in ((NOW - 299, True), (NOW - 301, False), (NOW + 299, True), (NOW + 301, False)):
        outcomes = [
            is_good(mailgun(seconds=seconds), webhook_signing_key="key"),
            is_good(
                svix({"type": "email.sent"}, seconds=seconds), webhook_signing_key=base64.b64encode(b"key").decode()
            ),
            is_good(sendgrid(seconds), webhook_signing_key=public(_EC)),
        ]
        assert outcomes == [fresh] * 3
    undated = replace(mailgun(), body=mailgun().body.replace(b'"17953', b'"x7953'))
    assert not is_good(undated, webhook_signing_key="key")


def test_while_one_key_replaces_another_both_are_good() -> None:
    for keys in ("old\nkey", "old, key", "key,\r\nold"):
        assert is_good(mailgun(), webhook_signing_key=keys)
    pem = f"-----BEGIN PUBLIC KEY-----\n{public(_EC)}\n-----END PUBLIC KEY-----"
    assert is_good(sendgrid(), webhook_signing_key=pem)


def test_a_key_or_password_that_was_replaced_is_good_for_a_while_yet() -> None:
    kept = {"webhook_signing_key": "new", "webhook_signing_key_before": "key"}
    assert [is_good(mailgun(key), **kept) for key in ("new", "key", "other")] == [True, True, False]
    asked = [
        replace(request({}), headers={**request({}).headers, "Authorization": basic(one)}) for one in ("a:b", "c:d")
    ]
    logins = {"webhook_login": "c:d", "webhook_login_before": "a:b"}
    assert [is_good(one, "postmark", **logins) for one in asked] == [True, True]


def test_what_mailgun_signs_can_be_used_once() -> None:
    made = adapter("email")
    tokens = [made.single_use(one, account("mailgun")) for one in (mailgun(), mailgun(token="u"), form({"token": "t"}))]
    assert tokens == ["mailgun:t", "mailgun:u", "mailgun:t"]
    assert made.single_use(request({"type": "email.sent"}), account()) == ""
    assert made.single_use(Payload(b"Subject: x"), account()) == ""


@pytest.mark.parametrize("provider", ["postmark", "mailjet", "brevo", "sparkpost", "resend"])
def test_a_password_of_the_account_is_asked_for(provider: str) -> None:
    body = {"type": "email.sent"}
    given = {login: request(body, Authorization=basic(login)) for login in ("u:p", "v:q", "u:", "")}
    wanted = "u:p\nv:q"
    assert [is_good(one, provider, webhook_login=wanted) for one in given.values()] == [True, True, False, False]
    for header in ("Basic !!", "Bearer u:p", basic("u:p").removeprefix("Basic ")):
        assert not is_good(request(body, Authorization=header), provider, webhook_login=wanted)
    assert not is_good(request(body), provider, webhook_login=wanted)


def test_the_address_is_enough_for_the_provider_the_account_names_where_nothing_is_signed() -> None:
    payload = request({"RecordType": "Delivery"})
    assert [is_good(payload, esp) for esp in ("postmark", "", "mailgun")] == [True, False, False]


def test_a_key_and_a_password_are_both_needed_where_both_are_set() -> None:
    secrets = {"webhook_signing_key": "key", "webhook_login": "u:p"}
    with_password = replace(mailgun(), headers={**mailgun().headers, "Authorization": basic("u:p")})
    assert [is_good(one, "mailgun", **secrets) for one in (mailgun(), with_password)] == [False, True]


def test_a_bare_mail_is_no_webhook() -> None:
    assert is_good(Payload(b"Subject: Hello\r\n\r\nHi"))


def test_nobody_gets_past_a_key_by_looking_like_a_provider_that_signs_nothing() -> None:
    shapes = [
        {"RecordType": "Bounce"},
        {"items": []},
        [{"msys": {}}],
        {"Parts": []},
        {"Type": "Notification", "TopicArn": "x"},
    ]
    assert [is_good(request(body), "", webhook_signing_key="key") for body in shapes] == [False] * 5
