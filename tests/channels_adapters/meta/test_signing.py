"""Meta's proofs: signed bodies, the check of our address, two secrets at once."""

from __future__ import annotations

import json

import pytest

from channels_adapters.contracts import Account, Handshake, InvalidSignature, Payload
from channels_adapters.meta.signing import app_secret_proof, verify
from tests.corpora import corpora
from tests.networks.graph import signature

ACCOUNT = Account("messenger", "1", secrets={"app_secret": "app-secret", "verify_token": "our word"})
ROTATED = Account(
    "messenger",
    "1",
    secrets={
        "app_secret": "new",
        "app_secret_before": "app-secret",
        "verify_token": "newer",
        "verify_token_before": "our word",
    },
)
BODY = b'{"object":"page","entry":[]}'


def post(body: bytes = BODY, header: str | None = None, name: str = "X-Hub-Signature-256") -> Payload:
    return Payload(body, {} if header is None else {name: header}, "https://we.example/hooks/meta/")


def get(query: str) -> Payload:
    return Payload(b"", {}, f"https://we.example/hooks/meta/?{query}", "GET")


@pytest.mark.parametrize("account", [ACCOUNT, ROTATED])
@pytest.mark.parametrize("name", ["X-Hub-Signature-256", "x-hub-signature-256"])
def test_a_signed_body_is_accepted_with_the_secret_and_the_one_before_it(account: Account, name: str) -> None:
    assert verify(post(header=signature(BODY), name=name), account) is None


def test_the_public_vector_verifies() -> None:
    vector = json.loads((corpora() / "webhooks/signature_vectors.json").read_text())["meta_own"]
    account = Account("messenger", "1", secrets={"app_secret": vector["app_secret"]})
    assert verify(post(vector["body"].encode(), vector["expected"], vector["header"]), account) is None


@pytest.mark.parametrize(
    ("payload", "account"),
    [
        (post(), ACCOUNT),
        (post(header=""), ACCOUNT),
        (post(header=signature(BODY)[:-1] + "x"), ACCOUNT),
        (post(BODY + b" ", signature(BODY)), ACCOUNT),
        (post(header=signature(BODY, "other")), ACCOUNT),
        (post(header="\xe9\ud800"), ACCOUNT),
        (post(header=signature(BODY, "")), Account("messenger", "1")),
        (post(header=signature(BODY, "")), Account("messenger", "1", secrets={"app_secret": ""})),
        (get("hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=7"), ACCOUNT),
        (get("hub.mode=subscribe&hub.verify_token=&hub.challenge=7"), Account("messenger", "1")),
        (get("hub.verify_token=our+word&hub.challenge=7"), ACCOUNT),
        (get(""), ACCOUNT),
    ],
)
def test_what_proves_nothing_is_refused(payload: Payload, account: Account) -> None:
    with pytest.raises(InvalidSignature):
        verify(payload, account)


@pytest.mark.parametrize("account", [ACCOUNT, ROTATED])
def test_the_check_of_our_address_is_answered_with_its_challenge(account: Account) -> None:
    asked = get("hub.mode=subscribe&hub.verify_token=our+word&hub.challenge=1158201444")
    assert verify(asked, account) == Handshake(b"1158201444")


def test_the_proof_of_the_app_is_an_hmac_of_the_token() -> None:
    assert "sha256=" + app_secret_proof("token", "app-secret") == signature(b"token")
