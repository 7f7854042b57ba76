"""The best name for an attachment, safe to show and to store."""

from __future__ import annotations

import re
import unicodedata

from channels_adapters.contracts import AttachmentKind

_MAX_LENGTH = 180
# Control characters and the invisible ones that turn `exe.gpj` round.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SPACES = re.compile(r"\s+")
_EXTENSIONS = {
    "text/plain": "txt", "text/html": "html", "text/csv": "csv", "text/calendar": "ics", "text/vcard": "vcf",
    "text/x-vcard": "vcf", "image/jpeg": "jpg", "image/jpg": "jpg", "image/pjpeg": "jpg", "image/png": "png",
    "image/gif": "gif", "image/webp": "webp", "image/heic": "heic", "image/bmp": "bmp", "image/tiff": "tiff",
    "image/svg+xml": "svg", "audio/mpeg": "mp3", "audio/wav": "wav", "audio/ogg": "ogg", "audio/mp4": "m4a",
    "audio/amr": "amr", "video/mp4": "mp4", "video/quicktime": "mov", "video/3gpp": "3gp", "application/pdf": "pdf",
    "application/zip": "zip", "application/msword": "doc", "application/vnd.ms-excel": "xls",
    "application/json": "json", "application/xml": "xml", "application/rtf": "rtf", "message/rfc822": "eml",
    "message/delivery-status": "txt", "message/disposition-notification": "txt", "text/rfc822-headers": "txt",
    "application/ics": "ics", "application/pgp-signature": "asc", "application/pkcs7-signature": "p7s",
    "application/pkcs7-mime": "p7m", "application/x-pkcs7-mime": "p7m", "application/ms-tnef": "dat",
}  # fmt: skip
_TYPES = {extension: content_type for content_type, extension in reversed(_EXTENSIONS.items())}
_CALENDARS = frozenset({"text/calendar", "application/ics", "text/x-vcalendar"})


def display_name(name: str) -> str:
    """The last component of a path without what can't be seen; "" if nothing is left."""
    visible = "".join(
        " " if c in "\t\r\n" else c for c in name[:2000] if c in "\t\r\n" or unicodedata.category(c) not in _INVISIBLE
    )
    last = visible.replace("\\", "/").rsplit("/", 1)[-1]
    plain = _SPACES.sub(" ", unicodedata.normalize("NFC", last)).strip(" .'\"") if last.strip(". ") else ""
    if len(plain) <= _MAX_LENGTH:
        return plain
    stem, dot, extension = plain.rpartition(".")
    if dot and len(extension) <= 10:
        return f"{stem[: _MAX_LENGTH - len(extension) - 1]}.{extension}"
    return plain[:_MAX_LENGTH]


def default_name(content_type: str, number: int) -> str:
    """A name for an attachment that has none."""
    extension = _EXTENSIONS.get(content_type, "bin")
    return f"attachment-{number}.{extension}"


def type_of(name: str) -> str:
    """The content type a file name speaks of."""
    return _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")


def kind_of(content_type: str) -> AttachmentKind:
    """What an attachment is for its reader, by its declared type."""
    if content_type == "message/rfc822":
        return AttachmentKind.MESSAGE
    if content_type in _CALENDARS:
        return AttachmentKind.CALENDAR
    main = content_type.partition("/")[0]
    return {"image": AttachmentKind.IMAGE, "audio": AttachmentKind.AUDIO, "video": AttachmentKind.VIDEO}.get(
        main, AttachmentKind.FILE
    )
