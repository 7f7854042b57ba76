"""The contract's values as JSON."""

from __future__ import annotations

import pytest

from channels_adapters.contract_json import EVENTS, Wrong, read, written
from channels_adapters.contracts import Event, Identifier, Person, ThreadRef, Visibility


def test_what_is_written_is_read_again() -> None:
    thread = ThreadRef(("room:order-17", "mid:m1"), "mid:m1", visibility=Visibility.PUBLIC)
    told = written(thread, "keys", "answers", "visibility")
    assert told == {"keys": ["room:order-17", "mid:m1"], "answers": "mid:m1", "visibility": "public"}
    assert read(ThreadRef, told, "") == thread


def test_a_text_stands_for_a_person_in_the_given_scope() -> None:
    assert read(Person, "4711", "shop") == Person((Identifier("api", "4711", "shop"),))


def test_what_is_wrong_is_named_with_where_it_stands() -> None:
    with pytest.raises(Wrong) as raised:
        read(Person, {"identifiers": [{"value": "4711", "verified": "yes"}]}, "shop", "author")
    assert str(raised.value) == "author.identifiers[0].verified: true or false is needed, not “yes”."


def test_every_event_of_the_contract_has_a_name() -> None:
    assert set(EVENTS.values()) == set(Event.__args__)
