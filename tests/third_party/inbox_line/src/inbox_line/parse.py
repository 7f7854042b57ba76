"""What a webhook of LINE tells: https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from channels_adapters import contracts as c
from channels_adapters.json_reading import Fields, document, fields, instant, integer, items, text
from channels_adapters.made_files import located

#: News of the account, of groups and of people that are no messages.
_NEWS = ("join", "leave", "memberJoined", "memberLeft", "membership", "beacon", "accountLink", "videoPlayComplete")
_MEDIA = {
    "image": (c.AttachmentKind.IMAGE, "image/jpeg", "image.jpg"),
    "video": (c.AttachmentKind.VIDEO, "video/mp4", "video.mp4"),
    "audio": (c.AttachmentKind.AUDIO, "audio/mp4", "audio.m4a"),
    "file": (c.AttachmentKind.FILE, "application/octet-stream", "file"),
}


def parse(payload: c.Payload, account: c.Account) -> list[c.Event]:
    """All events of a request; it is for one account, the one whose address it was sent to."""
    found: dict[str, c.Event] = {}
    for given in items(document(payload.body), "events"):
        event = _READ.get(text(given, "type"), _news)(given, account)
        if found.get(event.event_id, event) != event:
            # Two that differ are two, whatever their ids.
            event = replace(event, event_id=f"{event.event_id}:{len(found)}")
        found[event.event_id] = event
    return list(found.values())


def _event_id(given: Fields) -> str:
    """The same when LINE delivers an event again."""
    told = text(given, "webhookEventId") or text(given, "message", "id")
    return f"{text(given, 'type')}:{told or _author_id(given) + ':' + text(given, 'timestamp')}"[:500]


def _room(given: Fields) -> str:
    return text(given, "source", "groupId") or text(given, "source", "roomId")


def _author_id(given: Fields) -> str:
    """LINE does not name everybody in groups."""
    return text(given, "source", "userId") or _room(given) or "unknown"


def _author(given: Fields, account: c.Account) -> c.Person:
    return c.Person((c.Identifier("line", _author_id(given)[:320], account.address[:120], verified=True),))


def _said(given: Fields, account: c.Account) -> c.InboundMessage:
    """What messages and buttons have in common."""
    event_id, room, quoted = _event_id(given), _room(given), text(given, "message", "quotedMessageId")
    keys = ([f"room:{room}"] if room else []) + ([f"mid:{quoted}"] if quoted else [])
    return c.InboundMessage(
        event_id=event_id,
        external_id=text(given, "message", "id", most=500) or event_id,
        author=_author(given, account),
        thread=c.ThreadRef(tuple(keys), answers=f"mid:{quoted}" if quoted else ""),
        occurred_at=instant(given, "timestamp"),
        group_key=text(given, "message", "imageSet", "id"),
    )


def _message(given: Fields, account: c.Account) -> c.Event:
    said, message = _said(given, account), fields(given, "message")
    kind, words = text(message, "type"), text(message, "text")
    names = (text(message, "title"), text(message, "address"))
    place = located(text(message, "latitude"), text(message, "longitude"), *names) if kind == "location" else None
    if place:
        words, said = place[0], replace(said, attachments=(place[1],))
    elif kind == "sticker":
        words = f"[{words or 'sticker'}]"
    elif kind in _MEDIA and (file := _file(message, kind)):
        said = replace(said, attachments=(file,))
    elif kind != "text":
        said = replace(said, unsupported=f"LINE sent something of the type “{kind or 'none'}”.")
    return replace(said, text=words, full_text=words)


def _file(message: Fields, kind: str) -> c.Attachment | None:
    """What is fetched by the message's id, or from where its sender keeps it."""
    what, content_type, name = _MEDIA[kind]
    outside, message_id = text(message, "contentProvider", "originalContentUrl"), text(message, "id")
    token = outside if outside.startswith("https://") else f"{kind}:{message_id}"
    name, size = text(message, "fileName", most=255) or name, max(integer(message, "fileSize") or 0, 0)
    return c.Attachment(what, name, content_type, size, ref=c.MediaRef(token)) if outside or message_id else None


def _pressed(given: Fields, account: c.Account) -> c.Event:
    """A button: ours say their id and, in a second line, their label."""
    choice, _, label = text(given, "postback", "data").partition("\n")
    params = fields(given, "postback", "params")
    words = label or ", ".join([text(params, name) for name in params]) or choice
    return replace(_said(given, account), choice=c.Choice(choice, label), text=words, full_text=words)


def _unsent(given: Fields, account: c.Account) -> c.Event:
    """LINE asks everybody to forget what was taken back."""
    message_id = text(given, "unsend", "messageId")
    return c.MessageDeleted(_event_id(given), message_id, instant(given, "timestamp"), must_erase=True)


def _followed(given: Fields, account: c.Account) -> c.Event:
    return c.ReachChanged(_event_id(given), _author(given, account), "reachable", instant(given, "timestamp"))


def _unfollowed(given: Fields, account: c.Account) -> c.Event:
    return c.ReachChanged(_event_id(given), _author(given, account), "blocked", instant(given, "timestamp"))


def _news(given: Fields, account: c.Account) -> c.Event:
    """What concerns the account, and what we don't know: kept as it came."""
    kind = text(given, "type")
    name = f"line_{kind}" if kind in _NEWS else "unparsed"
    return c.AccountEvent(_event_id(given), name, json.dumps(given)[:1000], instant(given, "timestamp"))


_READ: Mapping[str, Callable[[Fields, c.Account], c.Event]] = {
    "message": _message,
    "postback": _pressed,
    "unsend": _unsent,
    "follow": _followed,
    "unfollow": _unfollowed,
}
