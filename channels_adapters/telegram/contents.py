"""What is in a message of the Bot API: its author, its words, its files."""

from __future__ import annotations

from collections.abc import Sequence

from channels_adapters.contracts import Attachment, AttachmentKind, Identifier, MediaRef, Person
from channels_adapters.json_reading import Fields, fields, flag, integer, items, joined, text
from channels_adapters.made_files import card, largest, located

_VIDEO, _AUDIO = AttachmentKind.VIDEO, AttachmentKind.AUDIO
#: What a message may hold, and what its file is where the network does not say. A GIF is a document, too.
_FILES = {
    "animation": (_VIDEO, "animation.mp4", "video/mp4"),
    "document": (AttachmentKind.FILE, "document", "application/octet-stream"),
    "audio": (_AUDIO, "audio.mp3", "audio/mpeg"),
    "video": (_VIDEO, "video.mp4", "video/mp4"),
    "video_note": (_VIDEO, "video-note.mp4", "video/mp4"),
    "voice": (_AUDIO, "voice.ogg", "audio/ogg"),
}


def person_of(user: Fields) -> Person:
    """Somebody, or a group or channel that writes in its own name."""
    is_chat = text(user, "type") not in ("private", "")
    return Person(
        (Identifier("tg_chat" if is_chat else "tg_user", text(user, "id", most=40), verified=True),),
        name=name_of(user),
        username=text(user, "username", most=100),
        locale=text(user, "language_code", most=20),
        is_bot=flag(user, "is_bot"),
    )


def name_of(user: Fields) -> str:
    """The name shown of somebody, or the title of a chat."""
    return joined(user, "first_name", "last_name", most=100) or text(user, "title", most=200)


def text_of(message: Fields) -> str:
    """What was written, or what was sent instead in words."""
    return text(message, "text") or text(message, "caption") or _described(message)


def _described(message: Fields) -> str:
    """What has no text of its own, in words."""
    contact, poll, checklist = (fields(message, name) for name in ("contact", "poll", "checklist"))
    lines: Sequence[str] = (text(message, "sticker", "emoji"), text(message, "game", "title"))
    if place := _place(message):
        lines = (place[0],)
    elif contact:
        lines = (name_of(contact), text(contact, "phone_number"))
    elif poll:
        lines = (text(poll, "question"), *(f"- {text(one, 'text')}" for one in items(poll, "options")))
    elif checklist:
        lines = (text(checklist, "title"), *(f"- {text(one, 'text')}" for one in items(checklist, "tasks")))
    elif dice := fields(message, "dice"):
        lines = (joined(dice, "emoji", "value"),)
    elif data := text(message, "web_app_data", "data"):
        lines = (data,)
    return "\n".join(filter(None, lines))


def _place(message: Fields) -> tuple[str, Attachment] | None:
    venue = fields(message, "venue")
    at = fields(message, "location") or fields(venue, "location")
    return located(text(at, "latitude"), text(at, "longitude"), text(venue, "title"), text(venue, "address"))


def files_of(message: Fields) -> tuple[Attachment, ...]:
    """The files of a message; a photo in the largest size there is."""
    photos = [one for one in items(message, "photo") if text(one, "file_id")]
    if photos:
        return (_file(largest(photos), AttachmentKind.IMAGE, "photo.jpg", "image/jpeg"),)
    sticker, contact = fields(message, "sticker"), fields(message, "contact")
    if text(sticker, "file_id"):
        ending, kind = "webp", "image/webp"
        if sticker.get("is_video"):
            ending, kind = "webm", "video/webm"
        elif sticker.get("is_animated"):
            ending, kind = "tgs", "application/x-tgsticker"
        return (_file(sticker, AttachmentKind.STICKER, f"sticker.{ending}", kind),)
    for name, usual in _FILES.items():
        if text(message, name, "file_id"):
            return (_file(fields(message, name), *usual),)
    if contact:
        phone = ("TEL", text(contact, "phone_number", most=60))
        return (card(name_of(contact), [phone], text(contact, "vcard")),)
    place = _place(message)
    return (place[1],) if place else ()


def _file(file: Fields, kind: AttachmentKind, name: str, content_type: str) -> Attachment:
    return Attachment(
        kind,
        text(file, "file_name", most=200) or name,
        text(file, "mime_type", most=100) or content_type,
        max(integer(file, "file_size") or 0, 0),
        ref=MediaRef(text(file, "file_id", most=300)),
    )
