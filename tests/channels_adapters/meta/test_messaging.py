"""Conversations of Messenger and Instagram: each kind of event, as documented."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from channels_adapters.contracts import (
    AccountEvent,
    AttachmentKind,
    Choice,
    DeliveryState,
    DeliveryUpdate,
    Event,
    Identifier,
    InboundMessage,
    MediaRef,
    MessageDeleted,
    MessageEdited,
    MessageReaction,
    OwnPart,
    Person,
    Recipient,
    ThreadRef,
)
from channels_adapters.meta.messaging import Mailbox, talk_events
from channels_adapters.part_marks import mark

BOX = Mailbox("1", "psid")
AT = datetime(2016, 4, 7, 1, 11, 27, 970000, tzinfo=UTC)
HIS = Identifier("psid", "5", "1", verified=True)


def told(box: Mailbox = BOX, **event: Any) -> list[Event]:
    given = {"sender": {"id": "5"}, "recipient": {"id": "1"}, "timestamp": 1459991487970, **event}
    return list(talk_events(given, box))


def said(box: Mailbox = BOX, /, **message: Any) -> InboundMessage:
    (event,) = told(box, message={"mid": "m_1", **message})
    assert isinstance(event, InboundMessage)
    return event


def attached(*attachments: dict[str, Any], box: Mailbox = BOX) -> InboundMessage:
    return said(box, attachments=list(attachments))


def test_a_text_has_its_author_its_time_and_its_id() -> None:
    event = said(text="Hello")
    assert (event.external_id, event.event_id, event.text, event.occurred_at, event.direction) == (
        "m_1",
        "message:m_1",
        "Hello",
        AT,
        "in",
    )
    assert event.author == Person((HIS,))


def test_an_answer_names_the_message_it_answers() -> None:
    assert said(text="Yes", reply_to={"mid": "m_0"}).thread == ThreadRef(("mid:m_0",), "mid:m_0")


def test_an_answer_to_a_story_brings_the_story() -> None:
    event = said(text="Nice", reply_to={"story": {"id": "77", "url": "https://cdn.example/story.mp4"}})
    assert (event.thread.container, event.attachments[0].content_type) == ("story:77", "video/mp4")


@pytest.mark.parametrize(
    ("kind", "url", "expected"),
    [
        ("image", "https://x.fbcdn.net/a/photo.png?x=1", (AttachmentKind.IMAGE, "photo.png", "image/png")),
        ("image", "https://x.fbcdn.net/a/photo", (AttachmentKind.IMAGE, "image.jpg", "image/jpeg")),
        ("video", "https://x.fbcdn.net/v", (AttachmentKind.VIDEO, "video.mp4", "video/mp4")),
        ("audio", "https://x.fbcdn.net/v.mp4", (AttachmentKind.AUDIO, "v.mp4", "video/mp4")),
        ("file", "https://cdn.fbsbx.com/Bill%201.pdf?a", (AttachmentKind.FILE, "Bill 1.pdf", "application/pdf")),
        ("file", "https://cdn.fbsbx.com/x.exe", (AttachmentKind.FILE, "file", "application/octet-stream")),
        ("file", "http://[", (AttachmentKind.FILE, "file", "application/octet-stream")),
        ("reel", "https://x.fbcdn.net/v", (AttachmentKind.VIDEO, "reel.mp4", "video/mp4")),
    ],
)
def test_files_are_named_and_typed_by_their_addresses(
    kind: str, url: str, expected: tuple[AttachmentKind, str, str]
) -> None:
    (file,) = attached({"type": kind, "payload": {"url": url}}).attachments
    assert (file.kind, file.filename, file.content_type, file.ref) == (*expected, MediaRef(url))


def test_several_files_are_all_there() -> None:
    one = {"type": "image", "payload": {"url": "https://x.fbcdn.net/1.jpg"}}
    assert [file.filename for file in attached(one, one, one).attachments] == ["1.jpg"] * 3


def test_the_thumb_is_a_sticker_and_a_thumb() -> None:
    payload = {"url": "https://x.fbcdn.net/t.png", "sticker_id": 369239263222822}
    event = attached({"type": "image", "payload": payload})
    assert (event.text, event.attachments[0].kind) == ("\U0001f44d", AttachmentKind.STICKER)


@pytest.mark.parametrize(
    ("attachment", "expected"),
    [
        ({"type": "location", "title": "Home", "payload": None}, "Home"),
        ({"type": "fallback", "title": "A page", "url": "https://a.example/"}, "A page\nhttps://a.example/"),
        ({"type": "share", "payload": {"url": "https://a.example/p"}}, "https://a.example/p"),
        ({"type": "ig_reel", "payload": {"url": "/reel/12/"}}, "https://www.facebook.com/reel/12/"),
        ({"type": "like_heart"}, "\u2764\ufe0f"),
        (
            {
                "type": "template",
                "payload": {"product": {"elements": [{"title": "Shoe", "subtitle": "70 \u20ac"}]}},
            },
            "Shoe \u00b7 70 \u20ac",
        ),
        (
            {"type": "template", "payload": {"text": "Which?", "buttons": [{"title": "This"}, {"title": "That"}]}},
            "Which?\n[This] [That]",
        ),
    ],
)
def test_what_is_no_file_is_told_in_words(attachment: dict[str, Any], expected: str) -> None:
    event = attached(attachment)
    assert (event.text, event.attachments, event.unsupported) == (expected, (), "")


def test_a_place_is_told_in_words_and_as_a_point_on_the_map() -> None:
    place = {"type": "location", "title": "Home", "payload": {"coordinates": {"lat": 59.9, "long": 10.7}}}
    event = attached(place)
    assert (event.text, event.attachments[0].kind) == ("Home\n59.9, 10.7", AttachmentKind.LOCATION)


def test_shared_posts_are_files_where_the_network_serves_them_as_such() -> None:
    shared = {"type": "ig_reel", "payload": {"url": "https://a.example/v.mp4", "title": "Reel"}}
    event = attached(shared, box=Mailbox("1", "igsid", fetches_shares=True))
    assert (event.text, event.attachments[0].filename, event.author.primary.kind) == ("Reel", "ig_reel.mp4", "igsid")


@pytest.mark.parametrize(
    "message",
    [
        {"is_unsupported": True},
        {},
        {"attachments": [{"type": "ephemeral"}]},
        {"attachments": [{"type": "image", "payload": {}}]},
        {"attachments": [{"type": "hologram"}]},
        {"attachments": [{"type": "location", "payload": {"coordinates": {"lat": 1e9}}}]},
    ],
)
def test_what_cant_be_had_is_kept_and_says_so(message: dict[str, Any]) -> None:
    event = said(**message)
    assert (event.text, event.attachments, bool(event.unsupported)) == ("", (), True)


def test_our_own_messages_come_back_as_echoes_to_whom_they_went() -> None:
    given = {"sender": {"id": "1"}, "recipient": {"id": "5"}, "message": {"mid": "m_9", "text": "Hi", "is_echo": True}}
    for box in (BOX, Mailbox("", "psid")):
        (event,) = talk_events(given, box)
        assert isinstance(event, InboundMessage)
        assert (event.direction, event.recipients) == ("echo", (Recipient(Person((HIS,))),))
        assert event.author.primary.value == "1"


def test_an_echo_says_which_part_of_which_reply_it_is_and_nobody_else_can() -> None:
    ref = "0b6a3a1c-6df5-4e0c-9d33-0f1c8f5a0a51"

    def part(carried: object, *, sender: str = "1") -> OwnPart | None:
        message = {"mid": "m_9", "text": "Hi", "metadata": carried, "is_echo": sender == "1"}
        (event,) = talk_events({"sender": {"id": sender}, "recipient": {"id": "6"}, "message": message}, BOX)
        assert isinstance(event, InboundMessage)
        return event.own_part

    assert [part(f"{ref}:{place}") for place in ("1/1", "2/3")] == [OwnPart(ref), OwnPart(ref, 1, 3)]
    assert [part(mark(ref, number, 2)) for number in (0, 1)] == [OwnPart(ref, 0, 2), OwnPart(ref, 1, 2)]
    strange = (f"{ref}:3/2", f"{ref}:0/1", f"{ref}:1/99999", f"x{ref}:1/1", ref, "campaign 7", "", None, 7, ["a"], {})
    assert [part(one) for one in strange] == [None] * len(strange)
    assert part(f"{ref}:1/1", sender="5") is None


def test_a_quick_reply_and_a_button_are_choices() -> None:
    assert said(text="Good", quick_reply={"payload": "s:5"}).choice == Choice("s:5", "Good")
    (event,) = told(postback={"mid": "m_2", "title": "Start", "payload": "GO", "referral": {"ref": "x", "source": "S"}})
    assert isinstance(event, InboundMessage)
    assert (event.choice, event.text, event.external_id, event.referral) == (
        Choice("GO", "Start"),
        "Start",
        "m_2",
        "S x",
    )


def test_a_button_without_an_id_of_its_own_has_the_same_one_again() -> None:
    (first,), (again,), (other,) = (told(postback={"title": title, "payload": "P"}) for title in ("A", "A", "B"))
    assert (first.event_id == again.event_id, first.event_id == other.event_id) == (True, False)


def test_how_somebody_came_is_told_with_his_message() -> None:
    referral = {
        "source": "ADS",
        "type": "OPEN_THREAD",
        "ref": "spring",
        "ad_id": "9",
        "ads_context_data": {"ad_title": "Shoes"},
    }
    assert said(text="Hi", referral=referral).referral == "ADS OPEN_THREAD spring ad 9 Shoes"


def test_edits_deletions_and_reactions_name_their_message() -> None:
    events = [
        *told(message_edit={"mid": "m_1", "text": "Hello!", "num_edit": 2}),
        *told(message={"mid": "m_1", "is_deleted": True}),
        *told(reaction={"mid": "m_1", "action": "react", "reaction": "love", "emoji": "\u2764\ufe0f"}),
        *told(reaction={"mid": "m_1", "action": "unreact"}),
        *told(reaction={"mid": "m_1", "action": "react", "reaction": "wow"}),
    ]
    reactions = [one for one in events if isinstance(one, MessageReaction)]
    assert events[:2] == [
        MessageEdited("edited:m_1:2", "m_1", "Hello!", AT),
        MessageDeleted("deleted:m_1", "m_1", AT, must_erase=True),
    ]
    assert [(one.external_id, one.emoji, one.removed, one.author.primary) for one in reactions] == [
        ("m_1", "\u2764\ufe0f", False, HIS),
        ("m_1", "", True, HIS),
        ("m_1", "\U0001f62e", False, HIS),
    ]


def test_receipts_name_messages_an_instant_or_both() -> None:
    events = [
        *told(delivery={"mids": ["m_1", "m_2"], "watermark": 1459991487970}),
        *told(read={"watermark": "1459991487970"}),
        *told(read={"mid": "m_1"}),
    ]
    found = [one for one in events if isinstance(one, DeliveryUpdate)]
    assert [(one.state, one.external_ids, one.watermark, one.recipient) for one in found] == [
        (DeliveryState.DELIVERED, ("m_1", "m_2"), None, HIS),
        (DeliveryState.DELIVERED, (), AT, HIS),
        (DeliveryState.READ, (), AT, HIS),
        (DeliveryState.READ, ("m_1",), None, HIS),
    ]


@pytest.mark.parametrize(
    "event",
    [
        {"optin": {"ref": "x", "user_ref": "y"}},
        {"referral": {"ref": "x", "source": "SHORTLINK"}},
        {"pass_thread_control": {"new_owner_app_id": "7"}},
        {"policy_enforcement": {"action": "block", "reason": "spam"}},
        {"delivery": {}},
        {"message_edit": {"mid": "m_1", "num_edit": 0}},
    ],
)
def test_what_is_no_message_is_news_of_the_account(event: dict[str, Any]) -> None:
    (news,) = told(**event)
    assert isinstance(news, AccountEvent)
    assert (news.name, news.occurred_at) == (next(iter(event)), AT)


@pytest.mark.parametrize("event", [{}, {"message": 3}, {"sender": None, "recipient": 4, "message": {"mid": ["x"]}}])
def test_nonsense_is_never_an_exception(event: dict[str, Any]) -> None:
    assert len(list(talk_events(event, Mailbox("", "psid")))) == 1
