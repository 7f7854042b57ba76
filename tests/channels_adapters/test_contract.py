"""What every adapter promises, whatever its network."""

from __future__ import annotations

import builtins
import io
import json
import os
import pickle
import socket
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import fields, is_dataclass, replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels_adapters.contracts import (
    Account,
    Adapter,
    Event,
    Fault,
    InboundMessage,
    InvalidSignature,
    Malformed,
    OutboundMessage,
    Payload,
    SendError,
)
from channels_adapters.registry import adapter, kinds
from tests.channels_adapters.recorded import OURS, PROVEN, SIGNED, account, public_payloads

JSON_BODIES = {
    kind: [one for one in bodies if one.startswith(b'{"')]
    for kind, bodies in OURS.items()
    if bodies[0].startswith(b"{")
}
bounded = settings(max_examples=60, deadline=None, database=None)


def outcome(kind: str, payload: Payload) -> Sequence[Event] | str:
    """The events, or the sentence of `Malformed`; anything else fails the test."""
    try:
        return tuple(adapter(kind).parse(payload, account(kind)))
    except Malformed as problem:
        return str(problem)


def texts(value: object) -> Iterator[str]:
    """All texts inside events, however deep."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for one in fields(value):
            yield from texts(getattr(value, one.name))
    elif isinstance(value, tuple):
        for inner in value:
            yield from texts(inner)


def is_storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


@pytest.fixture(params=kinds())
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_each_kind_has_an_adapter_of_that_kind(kind: str) -> None:
    made = adapter(kind)
    assert (made.kind, isinstance(made, Adapter), made is adapter(kind)) == (kind, True, True)


def test_parsing_the_same_payload_twice_gives_equal_events(kind: str) -> None:
    ours = [Payload(body) for body in OURS[kind]]
    assert [outcome(kind, one) for one in ours] == [outcome(kind, replace(one)) for one in ours]


def test_public_payloads_all_give_events_twice_the_same(kind: str) -> None:
    payloads = public_payloads(kind)
    first = [outcome(kind, one) for one in payloads]
    assert first == [outcome(kind, one) for one in payloads]
    assert [one for one in first if isinstance(one, str)] == []


def test_event_ids_are_unique_within_a_payload(kind: str) -> None:
    for body in OURS[kind]:
        ids = [event.event_id for event in outcome(kind, Payload(body)) if not isinstance(event, str)]
        assert len(ids) == len(set(ids))


def test_events_hold_only_text_that_can_be_stored(kind: str) -> None:
    events = [outcome(kind, Payload(body)) for body in OURS[kind]]
    assert [text for text in texts(tuple(events)) if not is_storable(text)] == []


def test_parsing_reaches_nothing_outside_its_arguments(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    payloads = [Payload(body) for body in OURS[kind]]
    made, place = adapter(kind), account(kind)
    outcome(kind, payloads[0])
    touched: list[str] = []
    for module, name in ((socket, "socket"), (builtins, "open"), (io, "open"), (os, "open"), (socket, "getaddrinfo")):

        def refuse(*args: object, what: str = f"{module.__name__}.{name}", **kwargs: object) -> None:
            touched.append(what)
            raise OSError(what)

        monkeypatch.setattr(module, name, refuse)
    for payload in payloads:
        try:
            made.parse(payload, place)
        except Malformed:
            continue
    monkeypatch.undo()
    assert touched == []


@bounded
@given(body=st.binary(max_size=2000))
def test_random_bytes_give_events_or_malformed(body: bytes) -> None:
    for kind in kinds():
        assert outcome(kind, Payload(body)) == outcome(kind, Payload(body))


@bounded
@given(data=st.data())
def test_mutated_payloads_give_events_or_malformed(data: st.DataObject) -> None:
    for kind in kinds():
        body = bytearray(data.draw(st.sampled_from([one for one in OURS[kind] if len(one) < 20_000])))
        for _ in range(data.draw(st.integers(1, 8))):
            place = data.draw(st.integers(0, len(body)))
            body[place : place + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
        events = outcome(kind, Payload(bytes(body)))
        assert [text for text in texts(events) if not is_storable(text)] == []


#: What may stand where something else is expected.
ODD: tuple[object, ...] = (None, "", 0, -1, 10**30, 1e308, True, [], {}, [None], [[]], {"": None}, "\ud800", "\0", "٣")


def places_in(value: object, so_far: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    """The way to each value inside a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield (*so_far, key)
        yield from places_in(one, (*so_far, key))


def misshapen(body: bytes, by: Random) -> bytes:
    """The same payload with up to three values that are something else."""
    made = json.loads(body)
    for _ in range(by.randint(1, 3)):
        way = by.choice(list(places_in(made)))
        place: Any = made
        for key in way[:-1]:
            place = place[key]
        place[way[-1]] = deepcopy(by.choice(ODD))
    return json.dumps(made).encode()


@pytest.mark.parametrize("seed", range(10))
def test_payloads_of_another_shape_give_events_or_malformed(seed: int) -> None:
    by = Random(seed)
    for kind, bodies in JSON_BODIES.items():
        for _ in range(40):
            events = outcome(kind, Payload(misshapen(by.choice(bodies), by)))
            assert [text for text in texts(events) if not is_storable(text)] == []


def test_a_message_always_has_an_author_and_names(kind: str) -> None:
    messages = [
        event for body in OURS[kind] for event in outcome(kind, Payload(body)) if isinstance(event, InboundMessage)
    ]
    assert [one for one in messages if not (one.author.identifiers[0].value and one.external_id and one.event_id)] == []


def test_values_travel_between_processes(kind: str) -> None:
    events = outcome(kind, Payload(OURS[kind][0]))
    assert pickle.loads(pickle.dumps(events)) == events


def test_secrets_show_neither_in_accounts_nor_in_errors(kind: str) -> None:
    place = account(kind)
    message = OutboundMessage(client_ref="1", to=())
    with pytest.raises(SendError) as refused:
        adapter(kind).send(message, place)
    seen = [repr(place), repr(refused.value), str(list(adapter(kind).check(place)))]
    assert [text for text in seen for secret in place.secrets.values() if secret in text] == []


def test_a_flipped_bit_fails_verification_where_the_network_signs() -> None:
    unnoticed = []
    for example in SIGNED:
        made, body = adapter(example.kind), example.payload.body
        made.verify(example.payload, example.account)
        for place in range(len(body)):
            flipped = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
            try:
                made.verify(replace(example.payload, body=flipped), example.account)
            except InvalidSignature:
                continue
            unnoticed.append((example.kind, place))
    assert unnoticed == []


def test_a_secret_that_is_wrong_missing_or_unknown_is_refused() -> None:
    accepted = []
    for example in (*SIGNED, *PROVEN):
        made, secrets = adapter(example.kind), example.account.secrets
        made.verify(example.payload, example.account)
        for known in ({}, dict.fromkeys(secrets, ""), {name: f"{one[:-1]}!" for name, one in secrets.items()}):
            try:
                made.verify(example.payload, replace(example.account, secrets=known))
            except InvalidSignature:
                continue
            accepted.append(example.kind)
    assert accepted == []


def test_an_adapter_that_signs_nothing_accepts_and_answers_no_handshake() -> None:
    signing = {example.kind for example in (*SIGNED, *PROVEN)}
    answers = [adapter(kind).verify(Payload(b"x"), account(kind)) for kind in kinds() if kind not in signing]
    assert answers == [None] * len(answers)


def test_settings_fields_have_a_label_and_secrets_no_default(kind: str) -> None:
    offered = adapter(kind).settings_fields
    assert [one.name for one in offered if not one.label or not one.help or (one.secret and one.default)] == []


def test_what_the_network_lacks_is_answered_honestly(kind: str) -> None:
    made, place = adapter(kind), Account(kind, "nobody")
    if "poll" not in made.capabilities.inbound:
        assert list(made.poll(place, "", "")) == []
    if "listen" not in made.capabilities.inbound:
        assert list(made.listen(place, "")) == []
    assert [fault for fault in Fault if fault.retryable] == [Fault.RATE_LIMITED, Fault.TEMPORARY]
