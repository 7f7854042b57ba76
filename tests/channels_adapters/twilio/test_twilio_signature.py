"""Requests prove that they come from Twilio."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from channels_adapters.contracts import Account, InvalidSignature, Payload
from channels_adapters.registry import adapter
from channels_adapters.twilio.signature import signature, signed_fields
from tests.corpora import corpora
from tests.networks.twilio import TOKEN, account, message, signed

URL = "https://shop.example/hooks/twilio/t0ken/"
OTHER = replace(account(), secrets={"auth_token": "another"})


def holds(payload: Payload, by: Account | None = None) -> bool:
    try:
        adapter("twilio").verify(payload, by or account())
    except InvalidSignature:
        return False
    return True


def vector(name: str) -> dict[str, object]:
    return dict(json.loads((corpora() / "webhooks/signature_vectors.json").read_text())[name])


def test_the_published_signature_holds() -> None:
    known = vector("twilio_form")
    params = known["params"]
    assert isinstance(params, dict)
    body, url, token = urlencode(params).encode(), str(known["url"]), str(known["auth_token"])
    by = Account("twilio", "+1", secrets={"auth_token": token})
    payload = Payload(body, {"x-twilio-signature": str(known["expected"])}, url)
    assert [holds(payload, by), holds(payload), holds(replace(payload, body=body.replace(b"1234", b"1235"), ), by)] == [
        True, False, False,
    ]  # fmt: skip


def test_a_json_body_is_proven_by_its_hash_in_the_address() -> None:
    known = vector("twilio_json_bodySHA256")
    body, digest = str(known["body"]).encode(), str(known["expected_bodySHA256"])
    url = f"{URL}?bodySHA256={digest}"
    payload = Payload(body, {"X-Twilio-Signature": signature(url, "", TOKEN)}, url)
    assert hashlib.sha256(body).hexdigest() == digest
    assert [holds(payload), holds(payload, OTHER), holds(replace(payload, body=body + b" "))] == [True, False, False]


@pytest.mark.parametrize("signed_url", [URL, URL.replace("example/", "example:443/"), URL + "?ref=1"])
def test_the_address_counts_with_and_without_its_port(signed_url: str) -> None:
    ours = URL + ("?ref=1" if "?" in signed_url else "")
    payload = signed(message("Hello"), signed_url)
    with_port = ours.replace("example/", "example:443/")
    assert [holds(replace(payload, url=url)) for url in (ours, with_port, ours.replace("t0ken", "other"))] == [
        True, True, False,
    ]  # fmt: skip


def test_fields_of_one_name_count_once_each_in_their_order_and_empty_ones_count() -> None:
    assert signed_fields(b"B=2&A=&B=1&B=2&a=%C3%BC") == "AB1B2a\u00c3\u00bc"


def test_the_former_token_holds_while_it_is_kept() -> None:
    changed = replace(account(), secrets={"auth_token": "new", "auth_token_before": TOKEN})
    assert [holds(signed(message("x"), URL), one) for one in (changed, OTHER)] == [True, False]


def test_without_a_token_or_a_signature_nothing_holds() -> None:
    payload = signed(message("x"), URL)
    assert [holds(payload, replace(account(), secrets={})), holds(replace(payload, headers={}))] == [False, False]
