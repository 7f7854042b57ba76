"""Requests of a page: recorded ones, and each kind of change of its feed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from channels_adapters.contracts import (
    Account,
    AccountEvent,
    AttachmentKind,
    DeliveryState,
    DeliveryUpdate,
    Event,
    Identifier,
    InboundMessage,
    MessageDeleted,
    MessageEdited,
    MessageReaction,
    Payload,
    ThreadRef,
    Visibility,
)
from channels_adapters.registry import adapter
from tests.channels_adapters.recorded import public_payloads
from tests.networks.messenger import AT, CUSTOMER, PAGE, POST, account, below, entry, signed, told, webhook

MESSENGER = adapter("messenger")
COMMENT = "122131676912594941_1"
WHEN = datetime.fromtimestamp(AT / 1000, UTC)


def parsed(*entries: dict[str, Any], to: Account | None = None) -> Sequence[Event]:
    return MESSENGER.parse(signed(webhook(*entries)), to or account())


def changed(**value: Any) -> Event:
    (event,) = parsed(entry(below(**value), kind="changes"))
    return event


def commented(**value: Any) -> InboundMessage:
    event = changed(**value)
    assert isinstance(event, InboundMessage)
    return event


def test_recorded_requests_say_what_they_say() -> None:
    events = [event for payload in public_payloads("messenger") for event in MESSENGER.parse(payload, account(""))]
    echo = next(one for one in events if isinstance(one, InboundMessage))
    receipt = next(one for one in events if isinstance(one, DeliveryUpdate))
    assert len(events) == 2
    assert (echo.direction, echo.text, echo.external_id, echo.recipients[0].person.primary.value) == (
        "echo",
        "Echo testing",
        "m_echo_1",
        CUSTOMER,
    )
    assert (receipt.state, receipt.watermark, receipt.recipient) == (
        DeliveryState.DELIVERED,
        datetime(2022, 3, 29, 19, 20, 33, 369000, tzinfo=UTC),
        Identifier("psid", CUSTOMER, "117172741761305", verified=True),
    )


def test_the_documented_comment_belongs_to_the_conversation_below_its_parent() -> None:
    body = {
        "entry": [
            {
                "id": "448242228374517",
                "time": 1742667607,
                "changes": [
                    {
                        "value": {
                            "from": {"id": "448242228374517", "name": "SuperTester"},
                            "post": {"status_type": "mobile_status_update", "id": "448242228374517_122131676912594941"},
                            "message": "meow 2",
                            "post_id": "448242228374517_122131676912594941",
                            "comment_id": "122131676912594941_1213590066982748",
                            "created_time": 1742667604,
                            "item": "comment",
                            "parent_id": "122131676912594941_542072878449250",
                            "verb": "add",
                        },
                        "field": "feed",
                    }
                ],
            }
        ],
        "object": "page",
    }
    (event,) = MESSENGER.parse(Payload(json.dumps(body).encode()), account())
    assert isinstance(event, InboundMessage)
    assert (event.direction, event.text, event.author.name) == ("echo", "meow 2", "SuperTester")
    assert event.thread == ThreadRef(
        ("comment:122131676912594941_542072878449250", "comment:122131676912594941_1213590066982748"),
        "mid:122131676912594941_542072878449250",
        container="448242228374517_122131676912594941",
        visibility=Visibility.PUBLIC,
    )


def test_a_comment_begins_a_public_conversation_of_its_own() -> None:
    event = commented()
    assert (event.external_id, event.event_id, event.text, event.occurred_at) == (
        COMMENT,
        f"comment:{COMMENT}",
        "Is it in stock?",
        WHEN,
    )
    assert event.thread == ThreadRef((f"comment:{COMMENT}",), container=POST, visibility=Visibility.PUBLIC)
    assert (event.author.primary, event.author.name) == (Identifier("psid", "77", PAGE, verified=True), "Ida Berg")


def test_a_comment_is_read_without_its_envelope() -> None:
    value = {"from": {"id": "77", "name": "Ida"}, "post_id": "1_3", "comment_id": "3_5", "item": "comment"}
    body = {"change": {"value": {**value, "verb": "add", "message": "Hello"}}}
    (event,) = MESSENGER.parse(signed(body), account(""))
    assert isinstance(event, InboundMessage)
    assert (event.text, event.thread.container, event.thread.keys) == ("Hello", "1_3", ("comment:3_5",))


def test_people_meta_does_not_name_are_not_the_same_person() -> None:
    authors = [commented(comment=one, **{"from": None}).author.primary for one in ("1_1", "1_2")]
    assert authors == [Identifier("fb_comment", "1_1", PAGE), Identifier("fb_comment", "1_2", PAGE)]


@pytest.mark.parametrize(
    ("value", "kinds"),
    [
        ({"photo": "https://x.fbcdn.net/a.jpg"}, [AttachmentKind.IMAGE]),
        ({"video": "https://x.fbcdn.net/a.mp4"}, [AttachmentKind.VIDEO]),
        ({"photos": ["https://x.fbcdn.net/a.jpg", "https://x.fbcdn.net/b.jpg", 3]}, [AttachmentKind.IMAGE] * 3),
        ({"photos": "?"}, []),
    ],
)
def test_pictures_and_films_come_along(value: dict[str, Any], kinds: list[AttachmentKind]) -> None:
    event = commented(message=None, **value)
    assert ([one.kind for one in event.attachments], bool(event.unsupported)) == (kinds, not kinds)


@pytest.mark.parametrize(
    ("item", "kind"), [("photo", AttachmentKind.IMAGE), ("video", AttachmentKind.VIDEO), ("status", None)]
)
def test_what_visitors_write_on_the_page_is_a_public_message(item: str, kind: AttachmentKind | None) -> None:
    event = commented(item=item, comment_id=None, parent_id=None, link="https://x.fbcdn.net/a")
    assert (event.external_id, event.thread.keys, event.direction) == (POST, (f"comment:{POST}",), "in")
    assert [one.kind for one in event.attachments] == ([kind] if kind else [])


def test_comments_that_change_or_go_are_followed() -> None:
    edited, gone = changed(verb="edited", message="Is it?"), changed(verb="remove")
    assert isinstance(edited, MessageEdited)
    assert (edited.external_id, edited.text) == (COMMENT, "Is it?")
    assert gone == MessageDeleted(f"deleted:{COMMENT}", COMMENT, WHEN)
    assert changed(verb="edited", message="Was it?").event_id != edited.event_id


@pytest.mark.parametrize(("verb", "removed"), [("add", False), ("edit", False), ("remove", True)])
def test_likes_of_comments_are_reactions(verb: str, removed: bool) -> None:
    event = changed(item="reaction", reaction_type="love", verb=verb)
    assert isinstance(event, MessageReaction)
    assert (event.external_id, event.emoji, event.removed) == (COMMENT, "\u2764\ufe0f", removed)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"item": "reaction", "comment_id": None}, "feed"),
        ({"item": "status", "comment_id": None, "from": {"id": PAGE, "name": "Nordlys"}}, "feed"),
        ({"verb": "hide"}, "comment_hide"),
        ({"item": "event"}, "feed"),
        ({"comment_id": None, "post_id": None}, "feed"),
    ],
)
def test_what_nobody_wrote_is_news_of_the_page(value: dict[str, Any], name: str) -> None:
    event = changed(**value)
    assert isinstance(event, AccountEvent)
    assert event.name == name


def test_conversations_another_app_holds_are_heard_as_well() -> None:
    (event,) = parsed(entry(told("message", {"mid": "m_1", "text": "Hello"}), kind="standby"))
    assert isinstance(event, InboundMessage)
    assert event.text == "Hello"


def test_a_request_with_thirty_events_of_three_pages_gives_each_page_its_ten() -> None:
    pages = ("1", "2", "3")
    many = [
        entry(
            *(told("message", {"mid": f"m_{page}_{number}", "text": "Hi"}, to=page) for number in range(6)),
            told("read", {"watermark": AT}, to=page),
            told("reaction", {"mid": f"m_{page}_0", "action": "react", "emoji": "\U0001f44d"}, to=page),
            of=page,
        )
        for page in pages
    ]
    many += [entry(below(f"{page}_1"), below(f"{page}_1", verb="remove"), of=page, kind="changes") for page in pages]
    own = [parsed(*many, to=account(page)) for page in pages]
    everything = parsed(*many, to=account(""))
    assert [len(one) for one in own] == [10, 10, 10]
    assert {event.event_id for one in own for event in one} == {event.event_id for event in everything}
    assert MESSENGER.route(signed(webhook(*many))) == pages


def test_the_same_event_twice_in_a_request_is_told_once() -> None:
    event = told("message", {"mid": "m_1", "text": "Hello"})
    assert len(parsed(entry(event, event), entry(event))) == 1


def test_an_account_of_another_name_takes_what_its_address_brings() -> None:
    payload = signed(webhook(entry(told("message", {"mid": "m_1", "text": "Hello"}))))
    assert len(MESSENGER.parse(payload, replace(account("999"), settings={}, secrets={}))) == 1
