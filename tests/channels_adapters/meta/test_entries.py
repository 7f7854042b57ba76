"""The envelope of Meta's webhooks, whole and in pieces."""

from __future__ import annotations

import json

import pytest

from channels_adapters.contracts import Account, Malformed, Payload
from channels_adapters.event_ids import distinct
from channels_adapters.meta.entries import entries, for_account, routed, unparsed

TALK = {"sender": {"id": "5"}, "recipient": {"id": "1"}, "message": {"mid": "m_1", "text": "Hello"}}


def payload(body: object) -> Payload:
    return Payload(json.dumps(body).encode())


@pytest.mark.parametrize(
    "body",
    [
        {"object": "page", "entry": [{"id": "1", "messaging": [TALK]}]},
        {"object": "page", "entry": {"id": "1", "messaging": TALK}},
        [{"id": "1", "messaging": [TALK]}],
        {"messaging": TALK},
        TALK,
        {"object": "instagram", "entry": [{"id": "0", "changes": [{"field": "messages", "value": TALK}]}]},
        {"field": "messages", "value": TALK},
    ],
)
def test_conversations_are_found_with_and_without_their_envelope(body: object) -> None:
    (entry,) = entries(payload(body))
    assert (list(entry.messaging), list(entry.changes)) == ([TALK], [])


def test_a_change_without_a_list_around_it_is_one_of_the_account_it_stands_with() -> None:
    change = {"id": "17", "time": 1763800000, "field": "comments", "value": {"id": "9"}}
    body = [{"object": "instagram", "entry": [change]}]
    (entry,) = entries(payload(body))
    assert (entry.account_id, list(entry.changes), routed(payload(body), "instagram")) == ("17", [change], ("17",))


@pytest.mark.parametrize(
    "value",
    [{"messaging_product": "whatsapp", "messages": [{"id": "wamid.1"}]}, {"contacts": [], "messages": []}],
)
def test_a_bare_value_of_whatsapp_is_a_change(value: dict[str, object]) -> None:
    (entry,) = entries(payload(value))
    assert list(entry.changes) == [{"field": "messages", "value": value}]


@pytest.mark.parametrize("body", [b"", b"[", b'"page"', b"{}", b'{"object": "page"}', b"1", b"[" * 100_000])
def test_what_is_no_envelope_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        list(entries(Payload(body))) or pytest.fail("nothing")


def test_each_account_of_a_request_is_named_once_by_the_adapter_of_its_kind() -> None:
    body = {"object": "page", "entry": [{"id": "1"}, {"id": "2"}, {"id": "1"}, {}]}
    assert routed(payload(body), "page") == ("1", "2")
    assert routed(payload(body), "instagram") == ()
    assert routed(payload({"object": "page", "entry": [3]}), "page") == ()
    assert routed(Payload(b"nonsense"), "page") == ()


def test_an_account_gets_its_own_entries_and_all_where_none_is_named() -> None:
    found = entries(payload({"object": "page", "entry": [{"id": "1"}, {"id": "2"}]}))
    named = [[one.account_id for one in for_account(found, Account("messenger", to))] for to in ("2", "", "9")]
    assert named == [["2"], ["1", "2"], ["1", "2"]]


def test_news_without_an_id_have_the_same_one_again_and_are_told_once() -> None:
    first, again, other = unparsed({"a": 1, "b": 2}), unparsed({"b": 2, "a": 1}), unparsed({"a": 2})
    assert distinct([first, again, other]) == (first, other)
