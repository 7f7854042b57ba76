"""What events of VK become."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from channels_adapters.contracts import (
    AccountEvent,
    Choice,
    DeliveryState,
    DeliveryUpdate,
    Event,
    Identifier,
    InboundMessage,
    MessageEdited,
    MessageReaction,
    Payload,
    ReachChanged,
    Typing,
)
from channels_adapters.registry import adapter
from tests.channels_adapters.vk.recorded_requests import recorded
from tests.networks.vk import GROUP, KIM, account, event, message, wrote

AT = datetime(2020, 1, 27, 11, 50, tzinfo=UTC)
PHOTO = {
    "sizes": [{"url": f"https://sun9-1.userapi.com/{width}", "width": width, "height": 9} for width in (75, 807, 604)]
}


def told(payload: Payload) -> list[Event]:
    return list(adapter("vk").parse(payload, account()))


def one(**content: Any) -> InboundMessage:
    (found,) = told(wrote(**content))
    assert isinstance(found, InboundMessage)
    return found


def test_recorded_bodies_that_are_no_events_are_kept_as_news() -> None:
    found = {name: told(payload) for name, payload in recorded().items()}
    assert [[type(event) for event in events] for events in found.values()] == [[AccountEvent]] * len(found)


def test_a_message_tells_who_wrote_it_when_and_in_which_language() -> None:
    found = one(text="Hello World", ref="spring")
    assert (found.external_id, found.text, found.occurred_at, found.referral) == (
        f"{KIM}:7",
        "Hello World",
        AT,
        "spring",
    )
    assert (found.author.primary, found.author.locale) == (Identifier("vk_user", str(KIM), verified=True), "ru")
    assert (found.direction, found.thread.keys) == ("in", ())


def test_a_message_of_an_old_version_is_read() -> None:
    body = {
        "type": "message_new",
        "object": {"message": {"id": 1, "date": 1580125800, "from_id": 5, "text": "Hello World"}},
    }
    older = {"type": "message_new", "object": {"id": 4, "user_id": 5, "body": "Hi", "date": 1580125800}}
    found = [told(Payload(json.dumps(each).encode()))[0] for each in (body, older)]
    assert [(each.external_id, each.text) for each in found if isinstance(each, InboundMessage)] == [
        ("5:id1", "Hello World"),
        ("5:id4", "Hi"),
    ]


@pytest.mark.parametrize(
    ("attachment", "text", "files"),
    [
        ({"type": "photo", "photo": PHOTO}, "", [("image", "photo.jpg", "https://sun9-1.userapi.com/807")]),
        (
            {"type": "photo", "photo": {"photo_75": "https://a.userapi.com/s", "photo_604": "https://a.userapi.com/l"}},
            "",
            [("image", "photo.jpg", "https://a.userapi.com/l")],
        ),
        (
            {"type": "doc", "doc": {"title": "invoice", "ext": "pdf", "size": 9, "url": "https://vk.com/doc1"}},
            "",
            [("file", "invoice.pdf", "https://vk.com/doc1")],
        ),
        (
            {"type": "audio_message", "audio_message": {"link_ogg": "https://a.userapi.com/v"}},
            "",
            [("audio", "voice.ogg", "https://a.userapi.com/v")],
        ),
        (
            {"type": "sticker", "sticker": {"images": [{"url": "https://vk.com/s", "width": 64, "height": 64}]}},
            "",
            [("sticker", "sticker.png", "https://vk.com/s")],
        ),
        ({"type": "audio", "audio": {"artist": "A", "title": "B"}}, "A - B", []),
        (
            {"type": "video", "video": {"title": "Unboxing", "owner_id": -1, "id": 2}},
            "Unboxing https://vk.com/video-1_2",
            [],
        ),
        ({"type": "wall", "wall": {"from_id": -1, "id": 2, "text": "x"}}, "https://vk.com/wall-1_2", []),
        ({"type": "link", "link": {"title": "Shop", "url": "https://shop.example/"}}, "Shop https://shop.example/", []),
        ({"type": "poll", "poll": {"question": "Which?", "answers": [{"text": "A"}]}}, "Which?\n- A", []),
    ],
)
def test_every_kind_of_attachment_is_read(attachment: object, text: str, files: list[tuple[str, str, str]]) -> None:
    found = one(attachments=[attachment])
    seen = [(file.kind.value, file.filename, file.ref.token) for file in found.attachments if file.ref]
    assert (found.text, seen, found.unsupported) == (text, files, "")


def test_what_can_not_be_shown_is_said_and_the_rest_is_kept() -> None:
    found = one(text="Look", attachments=[{"type": "hologram", "hologram": {}}, {"type": "photo", "photo": PHOTO}])
    assert (found.text, len(found.attachments), "hologram" in found.unsupported) == ("Look", 1, True)


def test_a_place_and_messages_passed_on_come_along() -> None:
    geo = {"type": "point", "coordinates": {"latitude": 52.5, "longitude": 13.4}, "place": {"title": "Berlin"}}
    passed_on = message(text="First\nSecond", attachments=[{"type": "photo", "photo": PHOTO}])
    found = one(text="See", geo=geo, fwd_messages=[passed_on])
    assert found.text == "See\nBerlin\n52.5, 13.4\n» First\n» Second"
    assert [file.kind.value for file in found.attachments] == ["location", "image"]


def test_rooms_are_conversations_and_replies_name_what_they_answer() -> None:
    room = one(text="Hi", peer_id=2_000_000_001, reply_message=message(5))
    alone = one(text="Hi", reply_message=message(5))
    assert [(each.thread.keys, each.thread.answers) for each in (room, alone)] == [
        (("room:2000000001", "mid:2000000001:5"), "mid:2000000001:5"),
        ((f"mid:{KIM}:5",), f"mid:{KIM}:5"),
    ]


def test_what_the_community_answers_elsewhere_comes_back_as_an_echo() -> None:
    (echo,) = told(event("message_reply", message(9, text="I answer.", from_id=-GROUP, out=1, admin_author_id=4)))
    assert isinstance(echo, InboundMessage)
    assert (echo.direction, echo.external_id, [one.person.primary.value for one in echo.recipients]) == (
        "echo",
        f"{KIM}:9",
        [str(KIM)],
    )


def test_buttons_tell_what_they_carry() -> None:
    ours = one(text="Very easy", payload='{"button": "survey.abc.5"}')
    start = one(text="Begin", payload='{"command":"start"}')
    about = {"user_id": KIM, "peer_id": KIM, "event_id": "x", "conversation_message_id": 7}
    (pressed,) = told(event("message_event", {**about, "payload": {"button": "survey.abc.5"}}))
    assert [each.choice for each in (ours, start, pressed) if isinstance(each, InboundMessage)] == [
        Choice("survey.abc.5", "Very easy"),
        Choice('{"command":"start"}', "Begin"),
        Choice("survey.abc.5"),
    ]
    assert isinstance(pressed, InboundMessage)
    assert pressed.thread.answers == f"mid:{KIM}:7"


def test_a_receipt_names_what_was_read_up_to_it() -> None:
    (read,) = told(event("message_read", {"from_id": KIM, "peer_id": KIM, "conversation_message_id": 3}))
    assert isinstance(read, DeliveryUpdate)
    assert (read.state, read.external_ids) == (DeliveryState.READ, (f"{KIM}:1", f"{KIM}:2", f"{KIM}:3"))
    old = event("message_read", {"from_id": KIM, "peer_id": KIM, "read_message_id": 5003})
    (mark,) = told(replace(old, received_at=AT))
    assert isinstance(mark, DeliveryUpdate)
    assert (mark.watermark, mark.external_ids) == (AT, ())
    own = event("message_read", {"from_id": -GROUP, "peer_id": KIM, "conversation_message_id": 3})
    assert [type(each) for each in (*told(own), *told(old))] == [AccountEvent, AccountEvent]


def test_edits_reactions_reach_and_typing_are_told() -> None:
    events = [
        *told(event("message_edit", message(text="Now.", update_time=1580125860))),
        *told(event("message_reaction_event", {"reacted_id": KIM, "peer_id": KIM, "cmid": 7, "reaction_id": 4})),
        *told(event("message_deny", {"user_id": KIM})),
        *told(event("message_allow", {"user_id": KIM, "key": "k"})),
        *told(event("message_typing_state", {"from_id": KIM, "to_id": -GROUP, "state": "typing"})),
        *told(event("message_new", {"message": message(action={"type": "chat_invite_user"})})),
        *told(event("wall_reply_new", {"id": 1, "from_id": KIM, "text": "A comment"})),
    ]
    edited, off, on, denied, allowed, typing, service, comment = events
    assert isinstance(edited, MessageEdited)
    assert (edited.external_id, edited.text) == (f"{KIM}:7", "Now.")
    assert [(each.emoji, each.removed) for each in (off, on) if isinstance(each, MessageReaction)] == [
        ("", True),
        ("👍", False),
    ]
    assert [each.state for each in (denied, allowed) if isinstance(each, ReachChanged)] == ["blocked", "reachable"]
    assert isinstance(typing, Typing)
    assert [each.details for each in (service, comment) if isinstance(each, AccountEvent)] == [
        "chat_invite_user",
        "wall_reply_new",
    ]
