"""What vouches for a visitor: tokens of his site, and nothing that only looks like one."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels_adapters.contracts import Account, InvalidSignature
from channels_adapters.livechat.identity_tokens import Claims, fingerprints, issue, signature_of, verified

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
SECRET, BEFORE, FOREIGN = "s" * 43, "b" * 43, "f" * 43
CHAT = Account(kind="livechat", address="f00dcafe", secrets={"identity_secret": SECRET})
GOOD = {
    "sub": "customer-42",
    "aud": "f00dcafe",
    "exp": NOW.timestamp() + 600,
    "name": "Bo",
    "email": "bo@shop.example",
    "email_verified": True,
}


def encoded(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def signed(header: object, claims: object = GOOD, secret: str = SECRET) -> str:
    """A rightly signed token with this header, whatever it says."""
    both = f"{encoded(header)}.{encoded(claims)}"
    return f"{both}.{encoded(signature_of(both.encode(), secret.encode()))}"


def with_claims(**claims: Any) -> str:
    return issue({name: value for name, value in {**GOOD, **claims}.items() if value is not ...}, SECRET)


def refused(token: str, account: Account = CHAT, at: datetime = NOW) -> str:
    with pytest.raises(InvalidSignature) as refusal:
        verified(token, account, at)
    return str(refusal.value)


def test_the_signature_is_that_of_the_standard() -> None:
    # RFC 7515, A.1
    key = base64.urlsafe_b64decode(
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow=="
    )
    text = (
        b"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
        b".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    )
    assert encoded(signature_of(text, key)) == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


def test_a_good_token_tells_who_it_is() -> None:
    assert verified(issue(GOOD, SECRET), CHAT, NOW) == Claims(
        subject="customer-42",
        name="Bo",
        email="bo@shop.example",
        email_is_verified=True,
        expires_at=NOW + timedelta(minutes=10),
        key=fingerprints(CHAT)[0],
    )


def test_every_bit_of_it_counts() -> None:
    token = issue(GOOD, SECRET)
    passed = []
    for place in range(len(token)):
        for bit in range(7):
            other = token[:place] + chr(ord(token[place]) ^ 1 << bit) + token[place + 1 :]
            try:
                passed.append((place, bit, verified(other, CHAT, NOW)))
            except InvalidSignature:
                continue
    assert passed == []


@pytest.mark.parametrize(
    "algorithm",
    [
        "none",
        "None",
        "NONE",
        "nOnE",
        "",
        "hs256",
        "Hs256",
        "HS384",
        "HS512",
        "RS256",
        "ES256",
        "PS256",
        None,
        0,
        ["HS256"],
    ],
)
def test_only_one_way_of_signing_counts(algorithm: object) -> None:
    unsigned = f"{encoded({'alg': algorithm})}.{encoded(GOOD)}."
    assert {refused(signed({"alg": algorithm, "typ": "JWT"})), refused(unsigned)} == {
        'The token is not signed with HS256: its header must say "alg": "HS256".'
    }


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"typ": "JWT"},
        {"alg": "HS256", "crit": ["exp"]},
        {"alg": "HS256", "b64": False},
        {"alg": "HS256", "typ": "JWE"},
        b'{"alg":"HS256","alg":"none"}',
        b'{"alg":"none","alg":"HS256"}',
        b'["HS256"]',
        b"HS256",
        b'{"alg":NaN}',
        b"\xff",
        b"[" * 900,
    ],
)
def test_a_header_that_says_anything_else_is_refused(header: object) -> None:
    assert refused(signed(header))


@pytest.mark.parametrize(
    "token",
    [
        *("", ".", "..", "a.b", "a.b.c.d", "e30.e30.", "e30=.e30.e30", " e30.e30.e30", "e30.e30.e30\n", "é.e30.e30"),
        *("x" * 5000, "." * 5000, "e3.e30.e30", "e3A.e30.e30"),
    ],
)
def test_what_is_no_token_is_refused(token: str) -> None:
    assert refused(token)


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"sub": ...}, "names nobody"),
        ({"sub": ""}, "names nobody"),
        ({"sub": "  "}, "names nobody"),
        ({"sub": 42}, "names nobody"),
        ({"sub": None}, "names nobody"),
        ({"sub": "x" * 201}, "printable"),
        ({"sub": "a\nb"}, "printable"),
        ({"sub": "a\0b"}, "printable"),
        ({"sub": "a\u202eb"}, "printable"),
        ({"sub": "customer-42 "}, "spaces around"),
        ({"exp": ...}, "never ends"),
        ({"exp": None}, '"exp" must be seconds'),
        ({"exp": True}, '"exp" must be seconds'),
        ({"exp": "1900000000"}, '"exp" must be seconds'),
        ({"exp": -1}, '"exp" must be seconds'),
        ({"exp": 10**30}, '"exp" must be seconds'),
        ({"exp": NOW.timestamp() - 60}, "is over"),
        ({"exp": NOW.timestamp() + 24 * 3600 + 61}, "within a day"),
        ({"exp": 2**39}, "within a day"),
        ({"nbf": NOW.timestamp() + 61}, "not good yet"),
        ({"iat": NOW.timestamp() + 61}, "not good yet"),
        ({"nbf": "now"}, '"nbf" must be seconds'),
        ({"aud": ...}, "another channel"),
        ({"aud": "f00dcaff"}, "another channel"),
        ({"aud": ["a", "b"]}, "another channel"),
        ({"aud": {"f00dcafe": 1}}, "another channel"),
    ],
)
def test_claims_that_are_missing_or_wrong_are_refused_in_words(claims: dict[str, Any], sentence: str) -> None:
    assert sentence in refused(with_claims(**claims))


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": NOW.timestamp() - 59},
        {"exp": NOW.timestamp() + 24 * 3600 + 60},
        {"nbf": NOW.timestamp() + 60, "iat": NOW.timestamp() + 60.0},
        {"aud": ["other", "f00dcafe"]},
        {"sub": "Bó Ŋ 42", "sub_kind": "more"},
    ],
)
def test_clocks_may_differ_a_minute_and_a_token_may_be_for_several(claims: dict[str, Any]) -> None:
    assert verified(with_claims(**claims), CHAT, NOW).email == "bo@shop.example"


def test_a_token_of_another_secret_is_refused_and_that_of_the_secret_before_counts() -> None:
    both = Account(
        kind="livechat", address="f00dcafe", secrets={"identity_secret": SECRET, "identity_secret_before": BEFORE}
    )
    old = issue(GOOD, BEFORE)
    assert (verified(old, both, NOW).key, refused(old), refused(issue(GOOD, FOREIGN), both)) == (
        fingerprints(both)[1],
        *["The token's signature is not that of this channel's secret."] * 2,
    )


@pytest.mark.parametrize("secrets", [{}, {"identity_secret": ""}, {"identity_secret": "short"}])
def test_without_a_real_secret_nothing_counts(secrets: dict[str, str]) -> None:
    bare = Account(kind="livechat", address="f00dcafe", secrets=secrets)
    signed_with = secrets.get("identity_secret", "")
    assert refused(signed({"alg": "HS256"}, secret=signed_with), bare) == (
        "This channel has no secret by which a site could vouch for its visitors."
    )


@pytest.mark.parametrize(
    ("claims", "name", "email", "is_verified"),
    [
        ({"email_verified": ...}, "Bo", "bo@shop.example", False),
        ({"email_verified": "true"}, "Bo", "bo@shop.example", False),
        ({"email_verified": 1}, "Bo", "bo@shop.example", False),
        ({"email": "a@b.c, d@e.f"}, "Bo", "", True),
        ({"email": "a@b.c\r\nBcc: d@e.f"}, "Bo", "", True),
        ({"email": 7, "name": 7}, "", "", True),
        ({"name": "Bo\n\u202e  Berg"}, "Bo Berg", "bo@shop.example", True),
    ],
)
def test_names_and_addresses_are_taken_only_when_they_are_some(
    claims: dict[str, Any], name: str, email: str, is_verified: bool
) -> None:
    told = verified(with_claims(**claims), CHAT, NOW)
    assert (told.name, told.email, told.email_is_verified) == (name, email, is_verified)
