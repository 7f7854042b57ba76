"""What happens below a page's posts: one change of its feed as ours. Everybody can read it at the network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from channels_adapters.contracts import (
    Attachment,
    Event,
    Identifier,
    InboundMessage,
    MessageDeleted,
    MessageEdited,
    MessageReaction,
    Person,
    ThreadRef,
    Visibility,
)
from channels_adapters.event_ids import fingerprint
from channels_adapters.json_reading import Fields, fields, instant, text, texts
from channels_adapters.meta.comments import comment
from channels_adapters.meta.entries import unparsed
from channels_adapters.meta.messaging import EMOJIS, Mailbox
from channels_adapters.meta.shared_files import file_at
from channels_adapters.wording import say

#: What people write below or on a page; the rest are likes, events and the like.
_WRITTEN = ("comment", "post", "status", "photo", "video", "share", "note", "link")
#: The kind of address somebody has of whom nothing is told but the comment.
ONE_COMMENT = "fb_comment"
_COMMENT = re.compile(r"[0-9]+_[0-9]+")


def feed_events(change: Fields, box: Mailbox, arrived: datetime | None) -> Iterator[Event]:
    """What one change of a page tells; `arrived` is its entry's time."""
    value = fields(change, "value")
    item, verb = text(value, "item", most=40), text(value, "verb", most=40)
    at = instant(value, "created_time") or arrived
    named = text(value, "comment_id", most=200) or (text(value, "post_id", most=200) if item != "reaction" else "")
    is_told = text(change, "field") in ("feed", "mention", "") and bool(named)
    if is_told and item in ("reaction", "like"):
        yield _reaction(value, named, box, at)
    elif not is_told or item not in _WRITTEN or (item != "comment" and _is_ours(value, box)):
        yield unparsed(change, name=text(change, "field", most=60) or "unparsed", at=at)
    elif verb in ("edited", "edit", "update"):
        yield MessageEdited(
            f"edited:{named}:{fingerprint([value, str(arrived)])}", named, text(value, "message"), arrived
        )
    elif verb in ("remove", "delete"):
        yield MessageDeleted(f"deleted:{named}", named, arrived)
    elif verb in ("add", ""):
        yield _written(value, named, box, at)
    else:
        yield unparsed(change, name=f"{item}_{verb}", at=at)


def comment_of(thread: ThreadRef) -> str:
    """The comment or post that is answered; "" where it is a private message."""
    answered = thread.answers.removeprefix("mid:")
    return answered if _COMMENT.fullmatch(answered) else ""


def below(thread: ThreadRef) -> str:
    """The comment under which a public conversation goes on; "" where there is none."""
    return next(iter(thread.named("comment")), "")


def _written(value: Fields, named: str, box: Mailbox, at: datetime | None) -> InboundMessage:
    return comment(
        named,
        _author(value, named, box),
        _thread(value, named),
        at,
        text(value, "message"),
        is_ours=_is_ours(value, box),
        files=_files(value),
        unsupported=say("Something that is shown in the app alone."),
    )


def _thread(value: Fields, named: str) -> ThreadRef:
    """A conversation is what hangs below one comment of the post, whoever writes there."""
    post, parent = text(value, "post_id", most=200), text(value, "parent_id", most=200)
    top = parent if parent and parent != post else ""
    keys = tuple(f"comment:{one}" for one in dict.fromkeys((top or named, named)))
    return ThreadRef(keys, f"mid:{top}" if top else "", container=post, visibility=Visibility.PUBLIC)


def _author(value: Fields, named: str, box: Mailbox) -> Person:
    known = text(value, "from", "id", most=100) or text(value, "sender_id", most=100)
    name = text(value, "from", "name", most=200) or text(value, "sender_name", most=200)
    if known:
        return Person((box.identifier(known),), name=name)
    # Meta names nobody who has not allowed it; two of them are not the same person.
    return Person((Identifier(ONE_COMMENT, named, box.account_id),), name=name)


def _is_ours(value: Fields, box: Mailbox) -> bool:
    return (text(value, "from", "id") or text(value, "sender_id") or "?") == box.account_id


def _files(value: Fields) -> tuple[Attachment, ...]:
    item, link = text(value, "item"), text(value, "link", most=4000)
    pictures = [text(value, "photo", most=4000), link if item == "photo" else "", *texts(value, "photos", most=4000)]
    film = text(value, "video", most=4000) or (link if item == "video" else "")
    found = [file_at(url, "image") for url in dict.fromkeys(filter(None, pictures))]
    return (*found, *([file_at(film, "video")] if film else ()))


def _reaction(value: Fields, named: str, box: Mailbox, at: datetime | None) -> MessageReaction:
    kind = text(value, "reaction_type") or "like"
    return MessageReaction(
        f"reaction:{named}:{fingerprint([value, str(at)])}",
        named,
        _author(value, named, box),
        EMOJIS.get(kind, "\U0001f44d"),
        at,
        removed=text(value, "verb") == "remove",
    )
