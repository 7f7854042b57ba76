"""Pushes prove that they come from WeChat, and what they say."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import urlencode

from channels_adapters.contracts import Account, Handshake, InvalidSignature, Payload
from channels_adapters.registry import adapter
from channels_adapters.wechat.proof import signature
from tests.channels_adapters.wechat.recorded_pushes import MESSAGES, SIGNED, URL
from tests.corpora import corpora
from tests.networks.wechat import KEY, TOKEN, account, plain, safe

PLAIN = plain(MESSAGES["text"], URL)


def outcome(payload: Payload, by: Account) -> Handshake | str | None:
    try:
        return adapter("wechat").verify(payload, by)
    except InvalidSignature:
        return "refused"


def asks(**query: str) -> Payload:
    return Payload(b"", url=f"{URL}?{urlencode(query)}", method="GET")


def vector(name: str) -> dict[str, str]:
    return dict(json.loads((corpora() / "webhooks/signature_vectors.json").read_text())[name])


def test_the_published_signatures_hold() -> None:
    known = vector("wechat_plain")
    by = Account("wechat", "", secrets={"token": known["token"]})
    given = {name: known[name] for name in ("signature", "timestamp", "nonce")}
    assert [outcome(asks(**given, echostr="hello"), one) for one in (by, account())] == [
        Handshake(b"hello"), "refused",
    ]  # fmt: skip


def test_an_encrypted_echo_is_answered_decrypted() -> None:
    known = vector("wechat_encrypted_echo")
    kept = {"token": known["token"], "encoding_aes_key": known["encoding_aes_key"]}
    by = Account("wechat", "", settings={"app_id": known["corp_id"]}, secrets=kept)
    query = {"timestamp": known["timestamp"], "nonce": known["nonce"], "echostr": known["echo_str"]}
    payload = asks(msg_signature=known["signature"], **query)
    assert [outcome(payload, one) for one in (by, replace(by, settings={"app_id": "wxother"}), account())] == [
        Handshake(b"5927782489442352469"), "refused", "refused",
    ]  # fmt: skip


def test_the_address_is_tested_before_anything_but_the_token_is_known() -> None:
    by = Account("wechat", "", secrets={"token": TOKEN})
    good = asks(signature=signature("1", "2", TOKEN), timestamp="1", nonce="2", echostr="x")
    assert (outcome(good, by), outcome(asks(echostr="x", signature=""), by)) == (Handshake(b"x"), "refused")


def test_the_plain_mode_takes_a_signature_once() -> None:
    forged = replace(PLAIN, body=MESSAGES["link"])
    network, by = adapter("wechat"), account("plain")
    assert [outcome(one, by) for one in (PLAIN, replace(PLAIN, url=URL))] == [None, "refused"]
    assert network.single_use(PLAIN, by) == network.single_use(forged, by) != ""
    assert network.single_use(plain(MESSAGES["text"], URL), by) != network.single_use(PLAIN, by)
    assert network.single_use(SIGNED, account()) == ""


def test_the_safe_mode_believes_only_what_is_encrypted_for_this_app() -> None:
    strangers = [
        safe(MESSAGES["text"], URL, token="another"),
        safe(MESSAGES["text"], URL, app_id="wxother"),
        safe(MESSAGES["text"], URL, key=KEY[::-1]),
        replace(SIGNED, url=URL),
        PLAIN,
        replace(SIGNED, body=b"<xml>"),
    ]
    assert [outcome(one, account()) for one in strangers] == ["refused"] * 6
    beside = safe(MESSAGES["text"], URL, beside="<Content>forged</Content>")
    assert [outcome(one, account(mode)) for one in (SIGNED, beside) for mode in ("safe", "compatible")] == [None] * 4


def test_former_secrets_hold_while_they_are_kept() -> None:
    kept = {"token": "new", "token_before": TOKEN, "encoding_aes_key": KEY[::-1], "encoding_aes_key_before": KEY}
    changed = replace(account(), secrets=kept)
    assert [outcome(SIGNED, changed), outcome(SIGNED, replace(changed, secrets={"token": "new"}))] == [None, "refused"]


def test_without_a_token_nothing_holds() -> None:
    nothing = replace(account(), secrets={})
    assert [outcome(one, nothing) for one in (SIGNED, PLAIN, asks(echostr="x"))] == ["refused"] * 3
