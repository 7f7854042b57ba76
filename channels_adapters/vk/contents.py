"""What is in a message of VK: its words and its files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from channels_adapters.contents import Content
from channels_adapters.contracts import Attachment, AttachmentKind, MediaRef
from channels_adapters.json_reading import Fields, fields, integer, items, joined, text
from channels_adapters.made_files import largest, located
from channels_adapters.wording import say

_DEEPEST = 3
#: Where what has no file can be looked at.
_PAGES = {"video": "video", "wall": "wall", "wall_reply": "wall", "market": "market?w=product", "story": "story"}


def contents_of(message: Fields, depth: int = 0) -> Content:
    """All of a message, with the messages it passes on below its own words."""
    lines = [text(message, "text") or text(message, "body")]
    files: list[Attachment] = []
    missing: list[str] = []
    for one in items(message, "attachments"):
        kind = text(one, "type", most=40)
        line, file = _attached(kind, fields(one, kind))
        lines.append(line)
        files += [file] if file else []
        if not line and not file:
            missing.append(say("What VK calls “%(kind)s” can't be shown here.", kind=kind or "?"))
    at, place = fields(message, "geo", "coordinates"), fields(message, "geo", "place")
    if found := located(text(at, "latitude"), text(at, "longitude"), text(place, "title"), text(place, "city")):
        lines.append(found[0])
        files.append(found[1])
    for one in items(message, "fwd_messages") if depth < _DEEPEST else ():
        passed_on = contents_of(one, depth + 1)
        lines += [f"» {line}" for line in passed_on.text.splitlines()]
        files += passed_on.attachments
        missing += [passed_on.unsupported] if passed_on.unsupported else []
    return Content("\n".join(filter(None, lines)), tuple(files), unsupported="\n".join(dict.fromkeys(missing)))


def _attached(kind: str, what: Fields) -> tuple[str, Attachment | None]:
    """A line, and the file where VK tells its address."""
    title = text(what, "title", most=200)
    match kind:
        case "photo":
            sizes = [fields(what, "orig_photo"), *items(what, "sizes"), *_former_sizes(what)]
            return "", _largest(sizes, AttachmentKind.IMAGE, "photo.jpg", "image/jpeg")
        case "sticker":
            images = [*items(what, "images"), *_former_sizes(what)]
            return "", _largest(images, AttachmentKind.STICKER, "sticker.png", "image/png")
        case "graffiti" | "gift":
            images = [what, {"url": what.get("thumb_256")}, *_former_sizes(what)]
            return "", _largest(images, AttachmentKind.IMAGE, f"{kind}.png", "image/png")
        case "doc":
            ending = re.sub(r"\W", "", text(what, "ext", most=10))
            name = title if not ending or title.endswith(f".{ending}") else f"{title}.{ending}"
            return "", _file(what, AttachmentKind.FILE, name or "document", "application/octet-stream")
        case "audio_message":
            link = {"url": what.get("link_ogg")}
            return text(what, "transcript"), _file(link, AttachmentKind.AUDIO, "voice.ogg", "audio/ogg")
        case "audio":
            name = joined(what, "artist", "title", by=" - ", most=200)
            return name, _file(what, AttachmentKind.AUDIO, f"{name or 'audio'}.mp3", "audio/mpeg")
        case "poll":
            options = [f"- {text(one, 'text')}" for one in items(what, "answers")]
            return "\n".join(filter(None, (text(what, "question"), *options))), None
        case "link" | "article":
            return joined(what, "title", "url"), None
    return " ".join(filter(None, (title, _page(kind, what)))), None


def _page(kind: str, what: Fields) -> str:
    owner, one = text(what, "owner_id") or text(what, "from_id"), text(what, "id")
    return f"https://vk.com/{_PAGES[kind]}{owner}_{one}" if kind in _PAGES and owner and one else ""


def _former_sizes(what: Fields) -> Iterator[Fields]:
    """`photo_604` and the like, of API versions before 5.77."""
    for name, url in what.items():
        if match := re.fullmatch(r"photo_([0-9]{1,5})", str(name), re.ASCII):
            yield {"url": url, "width": int(match[1]), "height": int(match[1])}


def _largest(sizes: list[Fields], kind: AttachmentKind, name: str, content_type: str) -> Attachment | None:
    return _file(largest(one for one in sizes if text(one, "url")), kind, name, content_type)


def _file(what: Fields, kind: AttachmentKind, name: str, content_type: str) -> Attachment | None:
    url = text(what, "url", most=2000)
    if not url.startswith("https://"):
        return None
    return Attachment(kind, name[:200], content_type, max(integer(what, "size") or 0, 0), ref=MediaRef(url))
