"""DKIM signatures verified against a name server on this machine."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from channels_adapters.contracts import Account, InboundMessage, Payload
from channels_adapters.email import dkim_check
from channels_adapters.registry import adapter
from tests.channels_adapters.email.esp.recorded_requests import request
from tests.channels_adapters.email.name_server import NameServer

_MAIL = (
    b"From: Bo <bo@larsen.example>\r\nTo: support@nordlys.example\r\nSubject: Hi\r\nMessage-ID: <1@l>\r\n\r\nHello\r\n"
)


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 1024)


@pytest.fixture
def names(key: rsa.RSAPrivateKey) -> Iterator[NameServer]:
    public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    record = f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"
    with NameServer({("s1._domainkey.larsen.example", "TXT"): [record]}) as server:
        yield server


def _signed(key: rsa.RSAPrivateKey, domain: bytes = b"larsen.example", mail: bytes = _MAIL) -> bytes:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    return dkim.sign(mail, b"s1", domain, private) + mail


def _read(raw: bytes | Payload, server: str, own: str = "support@nordlys.example") -> InboundMessage:
    account = Account(kind="email", address=own, settings={"name_server": server})
    payload = raw if isinstance(raw, Payload) else Payload(body=raw)
    network = adapter("email")
    first = network.authenticated(network.parse(payload, account), payload, account)[0]
    assert isinstance(first, InboundMessage)
    return first


def _told(message: InboundMessage) -> tuple[str, str, bool]:
    return str(message.authenticity.verdict), message.authenticity.details, message.author.primary.verified


def test_a_signature_of_the_authors_domain_verifies_him(names: NameServer, key: rsa.RSAPrivateKey) -> None:
    assert _told(_read(_signed(key), names.address)) == ("verified", "dkim=pass header.d=larsen.example", True)


def test_a_mail_that_a_webhook_brings_whole_is_verified_too(names: NameServer, key: rsa.RSAPrivateKey) -> None:
    whole = request({"RawEmail": _signed(key).decode(), "OriginalRecipient": "support@nordlys.example"})
    parts = request({"FromFull": {"Email": "bo@larsen.example"}, "Headers": [], "TextBody": "Hello"})
    assert [_told(_read(one, names.address)) for one in (whole, parts)] == [
        ("verified", "dkim=pass header.d=larsen.example", True),
        ("unverified", "", False),
    ]


def test_a_changed_mail_is_not_verified(names: NameServer, key: rsa.RSAPrivateKey) -> None:
    raw = _signed(key).replace(b"Hello", b"Hallo")
    assert _told(_read(raw, names.address)) == ("unverified", "dkim=fail header.d=larsen.example", False)


def test_a_signature_of_another_domain_proves_nothing_of_the_author(names: NameServer, key: rsa.RSAPrivateKey) -> None:
    raw = _signed(key, mail=_MAIL.replace(b"bo@larsen.example", b"bo@bank.example"))
    assert _told(_read(raw, names.address)) == ("unverified", "dkim=pass header.d=larsen.example", False)


def test_a_mail_without_a_signature_asks_nobody(names: NameServer) -> None:
    assert (_told(_read(_MAIL, names.address)), names.asked) == (("unverified", "", False), [])


def test_our_own_address_proven_by_its_signature_is_an_echo(names: NameServer, key: rsa.RSAPrivateKey) -> None:
    assert _read(_signed(key), names.address, own="bo@larsen.example").direction == "echo"


def test_a_name_server_that_is_away_costs_no_second_mail_its_time(
    key: rsa.RSAPrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dkim_check, "_asked_again_at", 0.0)
    with NameServer({}) as server:
        server.is_silent = True
        monkeypatch.setattr(dkim_check, "SECONDS", 0.2)
        first = _told(_read(_signed(key), server.address))
        asked = len(server.asked)
        second = _told(_read(_signed(key), server.address))
        assert (first, second, len(server.asked)) == (("unverified", "", False), ("unverified", "", False), asked)
