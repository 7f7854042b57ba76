"""What every adapter starts from."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from channels_adapters.base import BaseAdapter, total
from channels_adapters.contracts import Account, Event, Malformed, Payload, ThreadRef


class Careless(BaseAdapter):
    """It trips over what it does not expect."""

    @total
    def parse(self, payload: Payload, account: Account) -> Sequence[Event]:
        if not payload.body:
            raise Malformed("There is nothing in it.")
        return () if payload.body == b"ping" else [{}["missing"]]


def test_a_bug_in_parsing_is_a_malformed_payload_that_names_it() -> None:
    careless, account = Careless(), Account("careless", "us")
    assert careless.parse(Payload(b"ping"), account) == ()
    for body, why in ((b"", "There is nothing in it."), (b"x", "It could not be read: KeyError.")):
        with pytest.raises(Malformed, match=why):
            careless.parse(Payload(body), account)


def test_what_the_keys_of_one_kind_name_is_told_without_the_kind() -> None:
    thread = ThreadRef(("room:1", "mid:a:b", "room:2"))
    assert (thread.named("room"), thread.named("mid"), thread.named("comment")) == (("1", "2"), ("a:b",), ())
