"""Comments below posts, reels and live videos of an account: everybody can read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from channels_adapters.contracts import Event, Identifier, InboundMessage, Person, ThreadRef, Visibility
from channels_adapters.event_ids import fingerprint
from channels_adapters.json_reading import Fields, fields, instant, text
from channels_adapters.meta.comments import comment
from channels_adapters.meta.entries import unparsed
from channels_adapters.meta.messaging import Mailbox, referral_of
from channels_adapters.wording import say

#: The kind of address somebody has of whom nothing is told but the comment.
ONE_COMMENT = "ig_comment"
_LIVE = "live_comments"
_ROOMS = ("comment:", "live:")


def change_events(change: Fields, box: Mailbox, arrived: datetime | None) -> Iterator[Event]:
    """What one of `changes[]` tells: a comment, or news of the account that nothing is made of."""
    field, value = text(change, "field", most=60), fields(change, "value")
    if field in ("comments", _LIVE) or (value.get("from") and "text" in value):
        yield _comment(value, field, box, arrived)
    else:
        yield unparsed(change, name=field or "unparsed", at=arrived)


def _comment(value: Fields, field: str, box: Mailbox, arrived: datetime | None) -> InboundMessage:
    """What somebody wrote, or we ourselves in the app (an echo).

    A boosted post tells of its comments twice, once for the post and once for the advertisement: by the same id.
    """
    number = text(value, "id", most=200) or text(value, "comment_id", most=200) or fingerprint(value)
    said, writer, media = text(value, "text"), fields(value, "from"), fields(value, "media")
    post = text(media, "original_media_id", most=200) or text(media, "id", most=200)
    top = text(value, "parent_id", most=200) or number
    is_ours = bool(text(writer, "self_ig_scoped_id")) or text(writer, "id") == (box.account_id or None)
    author = box.person(writer) if writer.get("id") else _nameless(number, text(writer, "username", most=200), box)
    thread = ThreadRef(
        keys=(f"{'live' if field == _LIVE else 'comment'}:{top}",),
        answers="" if top == number else f"mid:{top}",
        container=f"media:{post}" if post else "",
        visibility=Visibility.PUBLIC,
    )
    lacking = say("A comment without words, which is shown in the app alone.")
    at = instant(value, "timestamp") or arrived
    return replace(
        comment(number, author, thread, at, said, is_ours=is_ours, unsupported=lacking),
        context=_context(media, field),
        referral=referral_of({"ad_id": media.get("ad_id"), "ads_context_data": media}),
    )


def answered(thread: ThreadRef) -> str:
    """The comment that a reply answers: the last word of the other side, where that is a comment; "" elsewhere.

    Comments have numbers for ids, private messages have not.
    """
    kind, _, number = thread.answers.partition(":")
    return number if kind == "mid" and number.isdecimal() and conversation(thread)[0] else ""


def conversation(thread: ThreadRef) -> tuple[str, str]:
    """`comment` or `live`, and the comment with which the newest public conversation began; both "" for none."""
    rooms = [key for key in thread.keys if key.startswith(_ROOMS)]
    kind, _, number = rooms[-1].partition(":") if rooms else ("", "", "")
    return kind, number


def _nameless(number: str, username: str, box: Mailbox) -> Person:
    """Somebody without an id: two of them are not the same person."""
    return Person((Identifier(ONE_COMMENT, number, box.account_id),), username=username)


def _context(media: Fields, field: str) -> Mapping[str, object]:
    told = {name: text(media, name, most=300) for name in ("id", "media_product_type", "ad_id", "ad_title")}
    shown = {"media": {name: value for name, value in told.items() if value}, "live": field == _LIVE}
    return MappingProxyType({name: value for name, value in shown.items() if value})
