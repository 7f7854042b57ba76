"""What Instagram tells: private messages, what becomes of them, and public comments."""

from __future__ import annotations

import json
from typing import Any

import pytest

from channels_adapters.contracts import (
    Account,
    AccountEvent,
    AttachmentKind,
    Choice,
    DeliveryState,
    DeliveryUpdate,
    Event,
    Identifier,
    InboundMessage,
    InvalidSignature,
    MediaRef,
    MessageDeleted,
    MessageEdited,
    MessageReaction,
    Payload,
    Visibility,
)
from channels_adapters.registry import adapter
from tests.channels_adapters.instagram.recorded_requests import COMMENT, recorded
from tests.networks.instagram import ACCOUNT, CUSTOMER, account, entry, signed, told, webhook

BO = Identifier("igsid", CUSTOMER, ACCOUNT, verified=True)


def events(*entries: dict[str, Any], of: Account | None = None) -> list[Event]:
    return list(adapter("instagram").parse(Payload(json.dumps(webhook(*entries)).encode()), of or account()))


def event(kind: str, content: object, **more: Any) -> Any:
    (found,) = events(entry(told(kind, content, **more)))
    return found


def comment(field: str = "comments", **more: Any) -> InboundMessage:
    (found,) = events(entry({"field": field, "value": {**COMMENT, **more}}, kind="changes"))
    assert isinstance(found, InboundMessage)
    return found


def test_recorded_requests_are_what_their_makers_say() -> None:
    def seen(one: Event) -> tuple[object, ...]:
        if isinstance(one, InboundMessage):
            files = [(file.filename, file.ref.token) for file in one.attachments if file.ref]
            return one.direction, one.external_id, one.text, one.thread.answers, files
        assert isinstance(one, DeliveryUpdate)
        return one.state, one.external_ids

    found = {label: adapter("instagram").parse(one, account()) for label, one in recorded().items()}
    picture = "https://www.example.com/test.jpeg"
    assert {label: seen(one) for label, (one,) in found.items()} == {
        "instagram_message_create_event": (
            "in",
            "message-id-1",
            "This is the first message from the customer",
            "",
            [],
        ),
        "instagram_message_reply_event": (
            "in",
            "message-id-2",
            "This is message with replyto mid",
            "mid:message-id-1",
            [],
        ),
        "instagram_test_text_event": ("in", "random_mid", "random_text", "", []),
        "instagram_message_attachment_event": ("in", "message-id-1", "", "", [("share.jpg", picture)]),
        "instagram_shared_reel_event": ("in", "message-id-1", "Reel title", "", [("ig_reel.jpg", picture)]),
        "instagram_story_mention_event": ("in", "mention-message-id-1", "", "", [("story_mention.jpg", picture)]),
        "instagram_story_mention_event_with_echo": ("echo", "message-id-1", "", "", [("story_mention.jpg", picture)]),
        "messaging_seen_event": (DeliveryState.READ, ("message-id-1",)),
    }


def test_a_message_is_a_persons_inside_this_account() -> None:
    said = event("message", {"mid": "m1", "text": "Hello"})
    assert (said.author.identifiers, said.text, said.event_id, said.occurred_at.isoformat()) == (
        (BO,),
        "Hello",
        "message:m1",
        "2025-11-22T08:26:40+00:00",
    )


def test_what_is_unsent_must_be_forgotten() -> None:
    assert event("message", {"mid": "m1", "is_deleted": True}) == MessageDeleted(
        "deleted:m1", "m1", event("message", {"mid": "m1", "text": "x"}).occurred_at, must_erase=True
    )


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ({"is_unsupported": True}, ("", 0, True)),
        ({"attachments": [{"type": "like_heart"}]}, ("\u2764\ufe0f", 0, False)),
        ({"attachments": [{"type": "ephemeral"}]}, ("", 0, True)),
        ({"attachments": [{"type": "story_mention", "payload": {"url": "https://a.fbsbx.com/?x=1"}}]}, ("", 1, False)),
        (
            {"attachments": [{"type": "ig_story", "payload": {"story_media_url": "https://a.example/s"}}]},
            ("", 1, False),
        ),
        ({"text": "Wow", "reply_to": {"story": {"id": "7", "url": "https://a.fbsbx.com/s"}}}, ("Wow", 1, False)),
        (
            {"attachments": [{"type": "ig_post", "payload": {"ig_post_media_id": "7", "title": "Sale"}}]},
            ("Sale", 0, False),
        ),
        ({"attachments": [{"type": "hologram", "payload": {}}]}, ("", 0, True)),
        ({}, ("", 0, True)),
    ],
)
def test_what_people_share_is_a_file_words_or_said_to_be_unsupported(
    message: dict[str, Any], expected: tuple[str, int, bool]
) -> None:
    said = event("message", {"mid": "m1", **message})
    assert (said.text, len(said.attachments), bool(said.unsupported)) == expected


def test_an_answer_to_a_story_brings_the_story_along() -> None:
    said = event(
        "message", {"mid": "m", "text": "Wow", "reply_to": {"story": {"id": "7", "url": "https://a.fbsbx.com/s"}}}
    )
    (story,) = said.attachments
    assert (said.thread.container, story.filename, story.kind, story.ref) == (
        "story:7",
        "story.jpg",
        AttachmentKind.IMAGE,
        MediaRef("https://a.fbsbx.com/s"),
    )


def test_edits_reactions_and_reads_name_their_message() -> None:
    edited = event("message_edit", {"mid": "m1", "text": "Hello!", "num_edit": 1})
    liked = event("reaction", {"mid": "m1", "action": "react", "reaction": "love", "emoji": "\u2764"})
    taken_off = event("reaction", {"mid": "m1", "action": "unreact"})
    read = event("read", {"mid": "m2"})
    assert isinstance(edited, MessageEdited)
    assert isinstance(liked, MessageReaction)
    assert (edited.external_id, edited.text) == ("m1", "Hello!")
    assert (liked.emoji, liked.removed, taken_off.removed, liked.author.primary) == ("\u2764", False, True, BO)
    assert (read.state, read.external_ids, read.recipient) == (DeliveryState.READ, ("m2",), BO)


def test_pressed_buttons_come_back_with_what_they_carry() -> None:
    quick = event("message", {"mid": "m1", "text": "Good", "quick_reply": {"payload": "survey.x.5"}})
    starter = event("postback", {"mid": "m2", "title": "Where is my parcel?", "payload": "parcel"})
    assert (quick.choice, quick.text, starter.choice, starter.text) == (
        Choice("survey.x.5", "Good"),
        "Good",
        Choice("parcel", "Where is my parcel?"),
        "Where is my parcel?",
    )


def test_where_somebody_came_from_is_kept() -> None:
    ad = {"ad_id": "12", "source": "ADS", "type": "OPEN_THREAD", "ads_context_data": {"ad_title": "Winter sale"}}
    said = event("message", {"mid": "m1", "text": "Hi", "referral": ad})
    link = event("referral", {"ref": "newsletter", "source": "IGME-SOURCE-LINK", "type": "OPEN_THREAD"})
    assert said.referral == "ADS OPEN_THREAD ad 12 Winter sale"
    assert isinstance(link, AccountEvent)
    assert (link.name, "newsletter" in link.details) == ("referral", True)


def test_what_we_wrote_in_the_app_is_an_echo_to_whom_we_wrote() -> None:
    said = event("message", {"mid": "m1", "text": "By hand", "is_echo": True}, by=ACCOUNT, to=CUSTOMER)
    assert (said.direction, said.recipients[0].person.primary) == ("echo", BO)


def test_conversations_that_another_app_holds_are_heard_too() -> None:
    (said,) = events(entry(told("message", {"mid": "m1", "text": "Hello"}), kind="standby"))
    assert isinstance(said, InboundMessage)
    assert said.text == "Hello"


def test_a_comment_is_public_and_belongs_to_its_thread_and_its_post() -> None:
    top, below = comment(), comment(id="18", parent_id="17865799348089039")
    assert (top.author.primary, top.author.username, top.thread.visibility, top.direction) == (
        BO,
        "bo.larsen",
        Visibility.PUBLIC,
        "in",
    )
    assert (top.thread.keys, below.thread.keys, below.thread.answers, top.thread.container) == (
        ("comment:17865799348089039",),
        ("comment:17865799348089039",),
        "mid:17865799348089039",
        "media:17900000000000001",
    )


def test_a_boosted_post_tells_of_a_comment_twice_and_it_is_one() -> None:
    ad = {"id": "17900000000000002", "original_media_id": "17900000000000001", "ad_id": "12", "ad_title": "Sale"}
    plain = {"field": "comments", "value": COMMENT}
    boosted = {"field": "comments", "value": {**COMMENT, "media": ad}}
    (one,) = events(entry(plain, boosted, kind="changes"))
    other = comment(media=ad)
    assert isinstance(one, InboundMessage)
    assert (other.event_id, other.thread.container, other.referral) == (
        one.event_id,
        one.thread.container,
        "ad 12 Sale",
    )


def test_a_comment_of_ours_is_an_echo() -> None:
    by_id = comment(**{"from": {"id": ACCOUNT, "username": "nordlys"}})
    by_mark = comment(**{"from": {"id": "5", "self_ig_scoped_id": "5"}})
    assert (by_id.direction, by_mark.direction, comment().direction) == ("echo", "echo", "in")


def test_people_of_whom_nothing_is_told_are_not_one_person() -> None:
    one, other = comment(**{"from": {"username": "bo"}}), comment(id="18", **{"from": None})
    assert (one.author.identifiers, one.author.username, other.author.primary.value) == (
        (Identifier("ig_comment", "17865799348089039", ACCOUNT),),
        "bo",
        "18",
    )


def test_comments_of_a_live_video_and_those_without_words_are_told_apart() -> None:
    live, wordless = comment("live_comments"), comment(text="")
    assert (live.thread.keys, live.context["live"], bool(wordless.unsupported)) == (
        ("live:17865799348089039",),
        True,
        True,
    )


def test_a_comment_by_instagrams_own_login_has_no_list_around_it() -> None:
    body = [
        {"object": "instagram", "entry": [{"id": ACCOUNT, "time": 1763800000, "field": "comments", "value": COMMENT}]}
    ]
    (said,) = adapter("instagram").parse(Payload(json.dumps(body).encode()), account())
    assert said == comment()


def test_news_that_nothing_is_made_of_are_kept_as_news_of_the_account() -> None:
    found = events(entry({"field": "mentions", "value": {"media_id": "1", "comment_id": "2"}}, kind="changes"))
    assert [(one.name, "media_id" in one.details) for one in found if isinstance(one, AccountEvent)] == [
        ("mentions", True)
    ]


def test_each_account_gets_what_is_for_it_and_one_without_address_everything() -> None:
    both = (
        entry(told("message", {"mid": "m1", "text": "A"})),
        entry(told("message", {"mid": "m2", "text": "B"}), of="2"),
    )
    found = [len(events(*both, of=Account("instagram", address))) for address in (ACCOUNT, "2", "3", "")]
    payload = Payload(json.dumps(webhook(*both)).encode())
    assert (found, adapter("instagram").route(payload)) == ([1, 1, 2, 2], (ACCOUNT, "2"))


def test_the_secret_of_either_app_signs_and_nothing_else_does() -> None:
    made, body = adapter("instagram"), webhook(entry(told("message", {"mid": "m", "text": "x"})))
    secrets = {"app_secret": "one", "instagram_app_secret": "two", "instagram_app_secret_before": "old"}
    ours = Account("instagram", ACCOUNT, secrets=secrets)
    assert [made.verify(signed(body, secret=secret), ours) for secret in ("one", "two", "old")] == [None] * 3
    for payload, who in (
        (signed(body, secret="three"), ours),
        (Payload(b"{}"), ours),
        (signed(body), Account("instagram", "1")),
    ):
        with pytest.raises(InvalidSignature):
            made.verify(payload, who)
