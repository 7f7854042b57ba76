"""Ids of what has none."""

from __future__ import annotations

from typing import Any

import pytest

from channels_adapters.contracts import AccountEvent, Malformed
from channels_adapters.event_ids import digest, distinct, fingerprint


def test_what_says_the_same_has_the_same_id_in_whatever_order() -> None:
    assert fingerprint({"a": 1, "b": [2]}) == fingerprint({"b": [2], "a": 1}) != fingerprint({"a": 1})
    assert (digest(b"x"), len(fingerprint(None))) == (digest(b"x"), 32)


def test_what_has_no_end_is_malformed() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(Malformed):
        fingerprint(deep)


def test_of_events_with_the_same_id_the_first_stays() -> None:
    events = [AccountEvent("1", "a"), AccountEvent("2", "b"), AccountEvent("1", "c")]
    assert distinct(events) == (AccountEvent("1", "a"), AccountEvent("2", "b"))
