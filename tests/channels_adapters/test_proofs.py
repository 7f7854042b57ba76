"""What proves that a payload comes from its network."""

from __future__ import annotations

import pytest

from channels_adapters.contracts import Account, Payload
from channels_adapters.proofs import is_one_of


def test_a_secret_and_the_one_before_it_are_valid_while_they_are_kept() -> None:
    kept = {"token": "new", "token_before": "old", "other": "x", "key_before": "gone"}
    account = Account("telegram", "bot", secrets=kept)
    assert [account.valid_secrets(name) for name in ("token", "key", "none")] == [("new", "old"), ("gone",), ()]


@pytest.mark.parametrize(
    ("given", "expected", "is_proven"),
    [
        ("old", ("new", "old"), True),
        ("ol", ("new", "old"), False),
        ("", ("", "new"), False),
        ("new", (), False),
        ("н\ud800", ("new",), False),
    ],
)
def test_what_is_given_is_one_of_those_that_are_expected_and_nothing_is_proven_by_nothing(
    given: str, expected: tuple[str, ...], is_proven: bool
) -> None:
    assert is_one_of(given, expected) is is_proven


def test_headers_are_found_in_any_case_and_the_address_may_be_anything() -> None:
    asked = Payload(b"", {"X-Signature": "abc"}, "https://we.example/hooks/x/?a=1&a=2&b=%C3%A9&c")
    assert (asked.header("x-signature"), asked.header("other"), asked.query) == ("abc", "", {"a": "2", "b": "é"})
    assert Payload(b"", url="https://[broken/?a=1").query == {}
