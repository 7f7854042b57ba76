"""What people attach in Messenger and Instagram: files to fetch, and what is told best in words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from channels_adapters.contracts import Attachment, AttachmentKind, MediaRef
from channels_adapters.json_reading import Fields, fields, items, text
from channels_adapters.made_files import located
from channels_adapters.wording import say

_KINDS = {
    "image": (AttachmentKind.IMAGE, "image/jpeg"),
    "animated_image_share": (AttachmentKind.IMAGE, "image/gif"),
    "video": (AttachmentKind.VIDEO, "video/mp4"),
    "audio": (AttachmentKind.AUDIO, "audio/mp4"),
    "file": (AttachmentKind.FILE, "application/octet-stream"),
    "sticker": (AttachmentKind.STICKER, "image/png"),
}
#: Posts, reels and stories: their address is a file's where a network of Meta's own serves it, else a page's.
_SHARED = ("share", "reel", "ig_reel", "ig_post", "post", "ig_story", "story_mention", "story")
_STORIES = ("story_mention", "ig_story", "story")
_PAGES = ("https://www.facebook.com/", "https://www.instagram.com/")
_FILE_HOSTS = (".fbcdn.net", ".fbsbx.com", ".cdninstagram.com")
_TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".aac": "audio/aac",
    ".ogg": "audio/ogg",
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".zip": "application/zip",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_THUMBS_UP = frozenset({"369239263222822", "369239343222814", "369239383222810"})
_HEART = "\u2764\ufe0f"


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What one attachment is for its reader: a file, words, or a sentence on why neither can be had."""

    file: Attachment | None = None
    text: str = ""
    unsupported: str = ""


def enclosed(attachment: Fields, *, fetches_shares: bool = False) -> Enclosed:
    """What an attachment of a message brings; `fetches_shares` where addresses of shared posts are their files'."""
    kind, payload = text(attachment, "type", most=40).lower(), fields(attachment, "payload")
    told = (text(payload, "url", most=4000), text(payload, "story_media_url", most=4000))
    url = next(filter(None, (*told, text(attachment, "url", most=4000))), "")
    if url.startswith("/"):
        # Reels are named by their place on the site alone.
        url = f"https://www.facebook.com{url}"
    title = text(attachment, "title", most=500) or text(payload, "title", most=500)
    if kind in _KINDS and url:
        return _file(kind, url, text(payload, "sticker_id"))
    if kind == "location":
        return _place(title, payload)
    if kind == "like_heart":
        return Enclosed(text=_HEART)
    if kind == "template":
        return Enclosed(text=_template(title, payload))
    if kind in _SHARED and url and (_is_file(url) or (fetches_shares and not url.startswith(_PAGES))):
        looks = "image" if kind in ("share", "ig_post", "post", *_STORIES) else "video"
        return Enclosed(file_at(url, looks, named=kind), title)
    if said := "\n".join(filter(None, (title, url))):
        return Enclosed(text=said)
    if kind == "ephemeral":
        return Enclosed(unsupported=say("A picture that disappears, which is shown in the app alone."))
    return Enclosed(unsupported=say("Something that is shown in the app alone (%(kind)s).", kind=kind or "?"))


def file_at(url: str, kind: str, *, named: str = "") -> Attachment:
    """The file at an address that works for a while; `kind` is what the network calls it (`image`, `file` ...).

    `named` tells what it is where it is more than a file: somebody's story, a post that was shared.
    """
    usual, content_type = _KINDS.get(kind, _KINDS["file"])
    try:
        path = PurePosixPath(unquote(urlsplit(url).path))
    except ValueError:
        path = PurePosixPath("")
    known = _TYPES.get(path.suffix.lower())
    ending = next((one for one, its_type in _TYPES.items() if its_type == (known or content_type)), "")
    name = text(path.name, most=200) if known and not named else f"{named or kind}{ending}"
    return Attachment(usual, name, known or content_type, 0, ref=MediaRef(url))


def _file(kind: str, url: str, sticker: str) -> Enclosed:
    if sticker or kind == "sticker":
        return Enclosed(file_at(url, "sticker"), "\U0001f44d" if sticker in _THUMBS_UP else "")
    return Enclosed(file_at(url, kind))


def _is_file(url: str) -> bool:
    try:
        return (urlsplit(url).hostname or "").endswith(_FILE_HOSTS)
    except ValueError:
        return False


def _place(title: str, payload: Fields) -> Enclosed:
    at = fields(payload, "coordinates")
    found = located(text(at, "lat"), text(at, "long"), title)
    if found is None:
        return Enclosed(text=title, unsupported="" if title else say("A place that is shown in the app alone."))
    return Enclosed(found[1], found[0])


def _template(title: str, payload: Fields) -> str:
    elements = [
        *items(payload, "elements"),
        *items(payload, "product", "elements"),
        *items(payload, "generic", "elements"),
    ]
    lines = [" \u00b7 ".join(filter(None, (text(one, "title"), text(one, "subtitle")))) for one in elements]
    pressed = [f"[{text(one, 'title')}]" for one in items(payload, "buttons") if text(one, "title")]
    return "\n".join(filter(None, (text(payload, "text") or title, *lines, " ".join(pressed)))) or "[template]"
