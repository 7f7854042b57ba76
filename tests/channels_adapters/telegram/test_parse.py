"""What updates of the Bot API become."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from channels_adapters.contracts import (
    AccountEvent,
    AttachmentKind,
    Automatic,
    Choice,
    Event,
    Identifier,
    InboundMessage,
    MessageDeleted,
    MessageEdited,
    MessageReaction,
    ReachChanged,
)
from channels_adapters.registry import adapter
from tests.channels_adapters.telegram.recorded_requests import recorded as requests
from tests.networks.telegram import CHAT, KIM, account, message, update, webhook

AT = datetime(2017, 5, 3, 20, 28, 38, tzinfo=UTC)
GROUP = {"id": -100123, "title": "Skaters", "type": "supergroup"}
ANNA = {"id": 42, "is_bot": False, "first_name": "Anna"}


def told(**content: Any) -> list[Event]:
    return list(adapter("telegram").parse(webhook(update(**content)), account()))


def one(**content: Any) -> InboundMessage:
    (event,) = told(message=message(**content))
    assert isinstance(event, InboundMessage)
    return event


def recorded() -> dict[str, InboundMessage]:
    found = {}
    for name, payload in requests().items():
        (event,) = adapter("telegram").parse(payload, account())
        assert isinstance(event, InboundMessage)
        found[name.removeprefix("chatwoot_incoming_message_service_spe_")] = event
    return found


def test_every_recorded_update_is_a_message_with_what_was_sent() -> None:
    seen = {
        name: (event.text, [(file.kind.value, file.filename, file.size) for file in event.attachments])
        for name, event in recorded().items()
    }
    assert seen == {
        "02_params": ("test", []),
        "07_params": ("👍", [("sticker", "sticker.tgs", 7340)]),
        "08_params": ("", [("video", "IMG_2170.MOV", 291286)]),
        "09_params": ("", [("video", "video-note.mp4", 132446)]),
        "10_params": ("", [("audio", "voice.ogg", 11833)]),
        "13_params": ("San Francisco\n37.7893768, -122.3895553", [("location", "location.geojson", 134)]),
        "14_params": ("Option 1", []),
        "15_params": ("+918660944581", [("contact", "contact.vcf", 74)]),
        "17_new_params": ("second message", []),
        "spec_business_message": ("hi", []),
        "spec_callback_query": ("csat:5", []),
        "spec_media_group_1": ("two photos", [("image", "photo.jpg", 1000)]),
        "spec_media_group_2": ("", [("image", "photo.jpg", 1000)]),
    }


def test_recorded_updates_name_who_wrote_when_and_what_belongs_together() -> None:
    events = recorded()
    first, album = events["02_params"], [events["spec_media_group_1"], events["spec_media_group_2"]]
    assert first.author.identifiers == (Identifier("tg_user", "23", verified=True),)
    assert (first.author.name, first.author.username, first.author.locale) == ("Sojan Jose", "sojan", "en")
    assert (first.external_id, first.occurred_at) == ("23:1", datetime(2021, 9, 8, 20, 14, 37, tzinfo=UTC))
    assert [(event.group_key, event.external_id) for event in album] == [("13", "3527065:50"), ("13", "3527065:51")]
    assert (events["14_params"].choice, events["spec_callback_query"].choice) == (Choice("Option 1"), Choice("csat:5"))
    business = events["spec_business_message"]
    assert (business.direction, business.thread.keys) == ("in", ("room:business:bc1:3527065",))


@pytest.mark.parametrize(
    ("content", "text", "kind"),
    [
        (
            {"photo": [{"file_id": "s", "width": 90, "height": 51}, {"file_id": "L", "width": 320, "height": 180}]},
            "",
            "image",
        ),
        ({"document": {"file_id": "d", "file_name": "a.pdf"}, "caption": "My invoice"}, "My invoice", "file"),
        ({"animation": {"file_id": "a"}, "document": {"file_id": "a"}}, "", "video"),
        ({"audio": {"file_id": "a", "file_name": "song.mp3"}}, "", "audio"),
        ({"sticker": {"file_id": "s", "is_video": True, "emoji": "🙂"}}, "🙂", "sticker"),
        ({"location": {"latitude": 52.5, "longitude": 13.4}}, "52.5, 13.4", "location"),
        ({"dice": {"emoji": "🎲", "value": 4}}, "🎲 4", ""),
        ({"poll": {"question": "Which?", "options": [{"text": "A"}, {"text": "B"}]}}, "Which?\n- A\n- B", ""),
        ({"checklist": {"title": "To do", "tasks": [{"id": 1, "text": "Call"}]}}, "To do\n- Call", ""),
        ({"web_app_data": {"data": "42", "button_text": "Order"}}, "42", ""),
    ],
)
def test_every_kind_of_content_is_read(content: dict[str, Any], text: str, kind: str) -> None:
    event = one(**content)
    assert (event.text, "".join(file.kind for file in event.attachments), event.unsupported) == (text, kind, "")


def test_a_photo_is_taken_in_its_largest_size() -> None:
    sizes = [{"file_id": f"{width}", "width": width, "height": width} for width in (90, 1280, 320)]
    (photo,) = one(photo=sizes).attachments
    assert (photo.kind, photo.ref and photo.ref.token, photo.content_type) == (
        AttachmentKind.IMAGE,
        "1280",
        "image/jpeg",
    )


def test_what_is_not_known_is_kept_as_unsupported_and_what_nobody_wrote_as_news() -> None:
    story = one(story={"id": 1, "chat": CHAT})
    assert (story.text, "story" in story.unsupported) == ("", True)
    joined, unknown = told(message=message(new_chat_members=[KIM])), told(hologram={"id": 1})
    assert [type(event) for event in (*joined, *unknown)] == [AccountEvent, AccountEvent]
    assert [event.details for event in (*joined, *unknown) if isinstance(event, AccountEvent)] == [
        "new_chat_members",
        "hologram",
    ]


def test_a_deep_link_tells_where_the_customer_comes_from() -> None:
    assert [one(text=text).referral for text in ("/start order-4711", "/start", "/start two words")] == [
        "order-4711",
        "",
        "",
    ]


def test_a_number_that_somebody_shares_of_himself_is_his() -> None:
    own = one(contact={"phone_number": "45 1234 5678", "first_name": "Kim", "user_id": KIM["id"]})
    other = one(contact={"phone_number": "+4587654321", "first_name": "Bo", "user_id": 9})
    assert own.author.identifiers[1:] == (Identifier("phone", "+4512345678", verified=True),)
    assert (other.author.identifiers[1:], other.text) == ((), "Bo\n+4587654321")


def test_an_edit_names_the_message_it_changes() -> None:
    (event,) = told(edited_message=message(text="Now.", edit_date=1493843400))
    assert event == MessageEdited(event.event_id, "3527065:85", "Now.", datetime(2017, 5, 3, 20, 30, tzinfo=UTC))


def test_an_edit_tells_the_files_there_are_now_and_a_place_is_words_alone() -> None:
    photo = [{"file_id": size, "width": wide, "height": wide} for size, wide in (("small", 9), ("large", 90))]
    place = {"latitude": 59.9, "longitude": 10.7}
    edits = [
        told(edited_message=message(edit_date=1493843400, **held)) for held in ({"photo": photo}, {"location": place})
    ]
    shown = [one.attachments for (one,) in edits if isinstance(one, MessageEdited)]
    assert [[file.ref.token for file in files if file.ref] if files else None for files in shown] == [["large"], None]


def test_groups_and_their_topics_are_conversations_and_replies_name_what_they_answer() -> None:
    quoted = {"message_id": 80, "chat": GROUP}
    plain = one(chat=GROUP, text="Hi", reply_to_message=quoted)
    topic = one(chat=GROUP, text="Hi", message_thread_id=7, is_topic_message=True, reply_to_message={"message_id": 7})
    private = one(text="Hi", reply_to_message={"message_id": 84})
    assert [(event.thread.keys, event.thread.answers) for event in (plain, topic, private)] == [
        (("room:-100123", "mid:-100123:80"), "mid:-100123:80"),
        (("room:-100123:7",), ""),
        (("mid:3527065:84",), "mid:3527065:84"),
    ]
    assert (plain.context, private.context) == ({"group": "Skaters"}, {})


def test_a_group_that_became_a_supergroup_goes_on_where_it_was() -> None:
    moved = one(chat=GROUP, migrate_from_chat_id=-99)
    (left,) = told(message=message(chat={**GROUP, "id": -99}, migrate_to_chat_id=-100123))
    assert (moved.thread.keys, moved.automatic) == (("room:-100123", "room:-99"), Automatic.BULK)
    assert isinstance(left, AccountEvent)


def test_who_writes_in_the_name_of_a_group_is_the_group() -> None:
    event = one(chat=GROUP, sender_chat=GROUP, text="Hi")
    assert (event.author.primary, event.author.name) == (Identifier("tg_chat", "-100123", verified=True), "Skaters")


def test_a_business_account_is_heard_on_both_sides() -> None:
    chat = {**CHAT, "business_connection_id": "bc1"}
    (echo,) = told(business_message=message(**{"business_connection_id": "bc1", "from": ANNA, "text": "I answer."}))
    assert isinstance(echo, InboundMessage)
    assert (echo.direction, echo.external_id, echo.author.name) == ("echo", "bc1:3527065:85", "Anna")
    assert [one.person.primary.value for one in echo.recipients] == ["3527065"]
    gone = told(deleted_business_messages={"business_connection_id": "bc1", "chat": chat, "message_ids": [85, 86, 85]})
    assert [event.external_id for event in gone if isinstance(event, MessageDeleted)] == [
        "bc1:3527065:85",
        "bc1:3527065:86",
    ]
    connected = told(business_connection={"id": "bc1", "user": ANNA, "date": 1493843318, "is_enabled": True})
    assert [(event.name, event.details) for event in connected if isinstance(event, AccountEvent)] == [
        ("business_connected", "Anna")
    ]


def test_a_press_tells_the_button_and_the_message_it_was_below() -> None:
    rows = [[{"text": "Very easy", "callback_data": "survey.abc.5"}]]
    below = {"message_id": 43, "chat": CHAT, "reply_markup": {"inline_keyboard": rows}}
    (event,) = told(callback_query={"id": "77", "from": KIM, "message": below, "data": "survey.abc.5"})
    assert isinstance(event, InboundMessage)
    assert (event.choice, event.text, event.external_id, event.thread.answers) == (
        Choice("survey.abc.5", "Very easy"),
        "Very easy",
        "callback:77",
        "mid:3527065:43",
    )


def test_reactions_are_put_on_and_taken_off() -> None:
    events = told(
        message_reaction={
            "chat": CHAT,
            "message_id": 85,
            "user": KIM,
            "date": 1493843318,
            "old_reaction": [{"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "🔥"}],
            "new_reaction": [{"type": "emoji", "emoji": "🔥"}, {"type": "paid"}],
        }
    )
    assert [
        (event.external_id, event.emoji, event.removed, event.occurred_at)
        for event in events
        if isinstance(event, MessageReaction)
    ] == [("3527065:85", "👍", True, AT), ("3527065:85", "⭐", False, AT)]


def test_who_blocks_the_bot_is_out_of_reach_until_he_starts_it_again() -> None:
    def member(status: str, **more: Any) -> Event:
        change = {"chat": CHAT, "from": KIM, "date": 1493843318, "new_chat_member": {"status": status}}
        return told(my_chat_member=change | more)[0]

    reach = [member("kicked"), member("member")]
    assert [(event.state, event.person.primary.value) for event in reach if isinstance(event, ReachChanged)] == [
        ("blocked", "3527065"),
        ("reachable", "3527065"),
    ]
    group = member("left", chat=GROUP)
    assert isinstance(group, AccountEvent)
    assert (group.name, group.details) == ("bot_removed", "Skaters (left)")


def test_who_wrote_what_is_passed_on_is_told() -> None:
    known = one(text="Hi", forward_origin={"type": "user", "sender_user": ANNA, "date": 1})
    hidden = one(text="Hi", forward_origin={"type": "hidden_user", "sender_user_name": "Somebody", "date": 1})
    origins = [event.forwarded_from for event in (known, hidden)]
    assert [(origin.primary.value, origin.name) for origin in origins if origin] == [
        ("42", "Anna"),
        ("Somebody", "Somebody"),
    ]


def test_an_update_keeps_its_ids_and_the_answer_to_a_poll_brings_all_of_its_own() -> None:
    updates = [update(message=message(number, text="Hi")) for number in (1, 2)]
    both = adapter("telegram").parse(webhook({"ok": True, "result": updates}), account())
    alone = [event for each in updates for event in adapter("telegram").parse(webhook(each), account())]
    assert list(both) == alone
    assert json.dumps([event.event_id for event in both]) == json.dumps(
        [f"{each['update_id']}:3527065:{number}" for number, each in zip((1, 2), updates, strict=True)]
    )
