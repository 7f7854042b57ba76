"""Events of a company's own program: what each becomes, and what is said of those that are wrong."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels_adapters.contracts import (
    Account,
    AccountEvent,
    Attachment,
    AttachmentKind,
    Automatic,
    CallEvent,
    Choice,
    DeliveryState,
    DeliveryUpdate,
    Event,
    Identifier,
    IdentityChanged,
    InboundMessage,
    Malformed,
    MediaRef,
    MessageDeleted,
    MessageEdited,
    MessageReaction,
    Payload,
    Person,
    ReachChanged,
    Recipient,
    ThreadRef,
    Typing,
    Visibility,
)
from channels_adapters.registry import adapter

SHOP = Account("api", "shop")
BO = Person((Identifier("api", "4711", "shop"),))
AT = datetime(2026, 11, 22, 10, tzinfo=UTC)


def parsed(*given: object, request: str = "") -> Sequence[Event]:
    body = json.dumps(given[0] if len(given) == 1 else {"events": given}).encode()
    return adapter("api").parse(Payload(body, {"Webhook-Id": request} if request else {}), SHOP)


def wrong(given: object) -> str:
    (found,) = parsed(given)
    assert isinstance(found, AccountEvent)
    assert found.name == "unparsed"
    return found.details


def test_a_text_and_who_wrote_it_are_enough() -> None:
    (event,) = parsed({"author": "4711", "text": "Hi"}, request="msg_1")
    assert isinstance(event, InboundMessage)
    assert (event.author, event.text, event.full_text, event.thread, event.occurred_at) == (
        BO,
        "Hi",
        "Hi",
        ThreadRef(),
        None,
    )
    assert event.external_id == event.event_id != ""


def test_a_message_has_all_the_fields_of_the_contract() -> None:
    person = {
        "identifiers": [
            {"kind": "crm", "value": 17, "scope": "eu", "verified": True},
            {"kind": "email", "value": "bo@larsen.example"},
        ],
        "name": "Bo Larsen",
        "username": "bo",
        "avatar": "https://crm.company.example/bo.png",
        "locale": "da",
        "is_bot": False,
    }
    (event,) = parsed(
        {
            "type": "message",
            "event_id": "e1",
            "external_id": "m1",
            "author": person,
            "thread": {"keys": ["order-17", "mid:m0"], "answers": "mid:m0", "container": "o", "visibility": "public"},
            "occurred_at": "2026-11-22T11:00:00+01:00",
            "recipients": [{"person": "shop", "role": "cc"}, {"email": "ada@shop.example"}],
            "subject": "Order 17",
            "text": "It is late.\u0000",
            "full_text": "It is late.\n> on its way",
            "attachments": [
                {"url": "https://crm.company.example/f/a.png?x=1", "content_type": "image/png", "sha256": "00"},
                {"filename": "a.txt", "content": base64.b64encode(b"words").decode(), "link": "https://x.example"},
            ],
            "choice": {"id": "yes", "label": "Yes"},
            "rating": 4,
            "language": "da",
            "headers": {"X-Order": "17"},
            "automatic": "auto_reply",
            "authenticity": {"verdict": "verified", "details": "signed in"},
            "reply_to": "4711",
            "group_key": "g",
            "context": {"cart": {"total": 70.5, "items": ["a", None, True]}},
            "referral": "ad",
            "mailing_list": "",
            "unknown_to_us": 1,
        }
    )
    assert isinstance(event, InboundMessage)
    assert event.author == Person(
        (Identifier("crm", "17", "eu", True), Identifier("email", "bo@larsen.example")),
        "Bo Larsen",
        "bo",
        "https://crm.company.example/bo.png",
        "da",
    )
    assert event.thread == ThreadRef(("room:order-17", "mid:m0"), "mid:m0", "o", visibility=Visibility.PUBLIC)
    assert event.attachments == (
        Attachment(
            AttachmentKind.IMAGE,
            "a.png",
            "image/png",
            0,
            ref=MediaRef("https://crm.company.example/f/a.png?x=1"),
            sha256="00",
        ),
        Attachment(AttachmentKind.FILE, "a.txt", "application/octet-stream", 5, content=b"words"),
    )
    assert event.recipients == (
        Recipient(Person((Identifier("api", "shop", "shop"),)), "cc"),
        Recipient(Person((Identifier("email", "ada@shop.example"),))),
    )
    assert (
        (event.event_id, event.external_id, event.occurred_at, event.subject, event.text),
        (event.full_text, event.choice, event.rating, event.language, event.headers, event.automatic),
        (str(event.authenticity.verdict), event.reply_to, event.group_key, dict(event.context), event.referral),
    ) == (
        ("e1", "m1", AT, "Order 17", "It is late.\ufffd"),
        ("It is late.\n> on its way", Choice("yes", "Yes"), 4, "da", (("X-Order", "17"),), Automatic.AUTO_REPLY),
        ("verified", BO, "g", {"cart": {"total": 70.5, "items": ["a", None, True]}}, "ad"),
    )


def test_all_other_events_have_their_contract_s_fields() -> None:
    about = {"event_id": "e", "external_id": "m1", "occurred_at": 1795341600}
    at = datetime.fromtimestamp(1795341600, UTC)
    found = [
        parsed({"type": kind, **about, **more})[0]
        for kind, more in (
            ("edited", {"text": "Now"}),
            ("deleted", {"must_erase": True}),
            ("reaction", {"author": "4711", "emoji": "👍", "removed": True}),
            ("receipt", {"state": "delivered", "recipient": "4711"}),
            ("receipt", {"state": "read", "watermark": 1795341600, "recipient": "4711", "external_id": None}),
            ("receipt", {"state": "failed", "external_ids": ["a", "b"], "reason": "No phone"}),
            ("typing", {"author": "4711", "thread": "order-17"}),
            ("identity_changed", {"old": "4711", "new": {"kind": "phone", "value": "+4511223344"}}),
            ("reach_changed", {"person": "4711", "state": "opted_out"}),
            ("account", {"name": "token_revoked", "details": "gone"}),
            ("call", {"author": {"phone": "+4511223344"}, "state": "ended", "duration": 61.5}),
        )
    ]
    him = Identifier("api", "4711", "shop")
    phone = Identifier("phone", "+4511223344")
    assert found == [
        MessageEdited("e", "m1", "Now", at),
        MessageDeleted("e", "m1", at, must_erase=True),
        MessageReaction("e", "m1", BO, "👍", at, removed=True),
        DeliveryUpdate("e", DeliveryState.DELIVERED, ("m1",), recipient=him, occurred_at=at),
        DeliveryUpdate("e", DeliveryState.READ, (), at, recipient=him, occurred_at=at),
        DeliveryUpdate("e", DeliveryState.FAILED, ("a", "b"), reason="No phone", occurred_at=at),
        Typing("e", BO, ThreadRef(("room:order-17",)), at),
        IdentityChanged("e", him, phone, at),
        ReachChanged("e", BO, "opted_out", at),
        AccountEvent("e", "token_revoked", "gone", at),
        CallEvent("e", "m1", Person((phone,)), "ended", at, timedelta(seconds=61.5)),
    ]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (3, "events[0].The event: it is no JSON object."),
        ({"text": "Hi"}, "type: one of message, edited, deleted, reaction, receipt, identity_changed, "),
        ({"type": "massage"}, "type: one of message, edited,"),
        ({"type": "message", "text": "Hi"}, "author: it is needed."),
        ({"author": {"name": "Bo"}, "text": "Hi"}, "author.identifiers: it is needed."),
        ({"author": {"identifiers": [""]}, "text": "Hi"}, "author.identifiers[0].value: it is needed."),
        ({"author": {"identifiers": 3}, "text": "Hi"}, "author.identifiers: a list is needed, not 3."),
        (
            {"author": "4711", "text": "Hi", "external_id": "x" * 591},
            "external_id: at most 590 characters can be kept.",
        ),
        ({"author": True, "text": "Hi"}, "author: an object is needed, not true."),
        ({"author": "4711", "txt": "Hi"}, "text: a message has a text, html, attachments,"),
        ({"author": "4711", "text": ["Hi"]}, "text: a text is needed, not a list."),
        ({"author": "4711", "text": "Hi", "occurred_at": "yesterday"}, "occurred_at: an instant is needed ("),
        ({"author": "4711", "text": "Hi", "rating": "good"}, "rating: a whole number is needed, not “good”."),
        ({"author": "4711", "text": "Hi", "direction": "out"}, "direction: one of in, echo is needed, not “out”."),
        ({"author": "4711", "text": "Hi", "context": []}, "context: an object is needed, not a list."),
        ({"author": "4711", "text": "Hi", "headers": [["a"]]}, "headers[0]: a list of a name and a value is needed."),
        ({"author": "4711", "text": "Hi", "attachments": {}}, "attachments: a list is needed, not an object."),
        ({"author": "4711", "attachments": [{}]}, "attachments[0]: it has neither a url nor content."),
        ({"author": "4711", "attachments": [{"url": "sha256:00"}]}, "attachments[0].url: an address is needed"),
        ({"author": "4711", "attachments": [{"content": "?"}]}, "attachments[0].content: bytes in Base64 are needed."),
        ({"author": "4711", "text": "Hi", "author_id": 1, "thread": 1.5}, "thread: an object is needed, not 1.5."),
        ({"author": "x" * 321, "text": "Hi"}, "author.identifiers[0].value: at most 320 characters can be kept."),
        ({"type": "edited", "text": "Hi"}, "external_id: it is needed."),
        ({"type": "receipt", "state": "seen"}, "state: one of sent, delivered, read, failed, bounced, complained is"),
        ({"type": "receipt", "state": "read"}, "external_ids: it is needed, or a watermark and the recipient."),
        ({"type": "deleted", "external_id": "m", "must_erase": 1}, "must_erase: true or false is needed, not 1."),
        (
            {"type": "call", "external_id": "m", "author": "1", "state": "x", "duration": "long"},
            "duration: a number of seconds is needed, not “long”.",
        ),
    ],
)
def test_what_is_wrong_is_named(given: object, sentence: str) -> None:
    assert wrong([given] if given == 3 else given).startswith(sentence)


def test_a_wrong_event_takes_nothing_from_its_neighbours() -> None:
    good = {"author": "4711", "text": "Hi"}
    found = parsed(good, {"author": "4711", "text": 3.5, "rating": []}, {**good, "text": "Ho"})
    told = [one.text if isinstance(one, InboundMessage) else getattr(one, "details", "") for one in found]
    assert told == ["Hi", "events[1].rating: a whole number is needed, not a list.", "Ho"]


def test_a_repeated_request_has_the_same_ids_and_another_with_the_same_words_has_not() -> None:
    said: dict[str, Any] = {"author": "4711", "text": "Hi"}

    def ids(request: str, *events: object) -> list[str]:
        return [one.event_id for one in parsed({"events": events}, request=request)]

    assert ids("a", said, said) == ids("a", said, said)
    assert len({*ids("a", said, said), *ids("b", said)}) == 3
    assert ids("a", {**said, "external_id": "m1"}) == ids("b", {**said, "external_id": "m1"}) == ["message:m1"]


def test_a_message_of_html_alone_is_read_as_its_text_and_an_echo_needs_no_author() -> None:
    (event,) = parsed({"direction": "echo", "recipients": ["4711"], "html": "<p>On its <b>way</b>.</p>"})
    assert isinstance(event, InboundMessage)
    assert (event.text, event.author.primary.value, event.recipients[0].person) == ("On its way.", "shop", BO)


def test_context_that_can_not_be_stored_is_made_so() -> None:
    deep: dict[str, Any] = {}
    for _ in range(40):
        deep = {"d": deep}
    (event,) = adapter("api").parse(Payload(b'{"author": "1", "text": "x", "context": {"a\\u0000": 1e999}}'), SHOP)
    assert isinstance(event, InboundMessage)
    assert dict(event.context) == {"a\ufffd": "inf"}
    assert wrong({"author": "1", "text": "x", "context": deep}) == "context: it is nested more than 30 times."


@pytest.mark.parametrize(
    "body", [b"", b"[", b"3", b'"x"', b'{"events": {}}', b"[" * 100_000, b'{"events": [' + b"1," * 1000 + b"1]}"]
)
def test_what_holds_no_events_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        adapter("api").parse(Payload(body), SHOP)


def test_no_events_are_no_events() -> None:
    assert (parsed({"events": []}), parsed([])) == ((), ())
