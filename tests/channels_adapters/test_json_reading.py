"""Strangers' JSON never surprises."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_adapters import json_reading as read
from channels_adapters.contracts import Malformed

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(anything)
def test_nothing_is_ever_raised(value: object) -> None:
    for reading in (read.fields, read.items, read.text, read.texts, read.integer, read.flag, read.number, read.instant):
        for path in ((), ("a",), ("a", "b"), ("a", "b", "c")):
            reading(value, *path)


@pytest.mark.parametrize("body", [b"", b"[]", b"3", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_object_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        read.document(body)


def test_values_are_read_as_what_they_are() -> None:
    found = read.document(json.dumps({"a": {"id": 12, "ok": True, "name": "x\0"}, "l": [{"n": 1}, 3]}).encode())
    assert read.text(found, "a", "id") == "12"
    assert read.text(found, "a", "ok") == ""
    assert read.text(found, "a", "name") == "x\ufffd"
    assert read.flag(found, "a", "ok")
    assert [read.integer(one, "n") for one in read.items(found, "l")] == [1]


@pytest.mark.parametrize(
    "value",
    [1459991487, "1459991487", 1459991487000, 1459991487000000, "2016-04-07T01:11:27Z", "2016-04-07T01:11:27+0000"],
)
def test_instants_come_in_many_forms(value: object) -> None:
    assert read.instant(value) == datetime(2016, 4, 7, 1, 11, 27, tzinfo=UTC)


@pytest.mark.parametrize("value", [None, 0, -4, "", "soon", True, 10**17, "9" * 30])
def test_no_instant_is_none(value: object) -> None:
    assert read.instant(value) is None or isinstance(read.instant(value), datetime)


def test_what_is_kept_whole_can_be_stored() -> None:
    given = {"a\0": [1, 2.5, float("nan"), True, None], "b": {"c": "x\ud800"}}
    assert read.storable(given) == {"a\ufffd": [1, 2.5, None, True, None], "b": {"c": "x\ufffd"}}
    bottom: object = "deep"
    for _ in range(50):
        bottom = [bottom]
    assert str(read.storable(bottom)).count("[") == 9


def test_texts_of_a_list_are_those_that_say_something() -> None:
    assert read.texts({"ids": ["a", 7, None, "", {}, "b\x00"]}, "ids") == ["a", "7", "b\ufffd"]
    assert (read.texts({"ids": "a"}, "ids"), read.texts(None), read.texts(["a"])) == ([], [], ["a"])
