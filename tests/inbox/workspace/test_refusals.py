"""What mail servers say, in words."""

from __future__ import annotations

import pytest

from inbox.workspace.refusals import in_words


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("550 5.1.1 <eva@x.example>: no such user", "The address does not exist."),
        ("552-5.2.2 The email account is over quota", "The mailbox is full."),
        ("550 5.7.26 unauthenticated", "Neither SPF nor DKIM shows that the mail is from our domain."),
        ("550 5.7.999 whatever", "The receiving server refused it by its rules."),
        ("421 closing", "The receiving server is closed for the moment."),
        ("450 4.99.1 odd", "The mailbox can't take mail for the moment."),
        ("host 192.5.1.1 says no", ""),
        ("", ""),
    ],
)
def test_a_refusal_is_told_by_its_status_before_its_code(said: str, words: str) -> None:
    assert in_words(said) == words
