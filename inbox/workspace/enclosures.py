"""The files of a message as they are offered: a picture of their kind, what can be looked at without saving."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from inbox.tickets.models import Attachment

#: What may be shown without being saved first; the bytes are looked at again when they are served.
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_ICONS = (
    ("presentation", ("ppt", "pptx", "odp", "key")),
    ("file-spreadsheet", ("xls", "xlsx", "ods", "csv", "tsv", "numbers")),
    ("file-archive", ("zip", "gz", "tgz", "rar", "7z", "tar", "bz2")),
    ("calendar-days", ("ics",)),
    ("mail", ("eml", "msg")),
    ("user", ("vcf",)),
    ("file-text", ("pdf", "doc", "docx", "odt", "rtf", "txt", "md", "pages")),
    ("file-code", ("html", "htm", "xml", "json", "js", "py", "log")),
    ("file-lock", ("p7s", "p7m", "asc", "sig", "pgp", "gpg")),
)
_BY_ENDING = {ending: icon for icon, endings in _ICONS for ending in endings}
_BY_TYPE = {"image": "file-image", "audio": "music", "video": "video", "text": "file-text", "message": "mail"}


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file in a message."""

    file: Attachment
    icon: str
    is_picture: bool
    is_document: bool


def enclosures(files: Iterable[Attachment]) -> list[Enclosure]:
    """The files, each with its looks."""
    return [_enclosure(file) for file in files]


def _enclosure(file: Attachment) -> Enclosure:
    ending = PurePosixPath(file.filename.lower()).suffix.removeprefix(".")
    icon = _BY_ENDING.get(ending) or _BY_TYPE.get(file.content_type.partition("/")[0], "file")
    is_pdf = file.content_type == "application/pdf" or (ending == "pdf" and "octet" in file.content_type)
    return Enclosure(file, icon, file.content_type in PICTURES, is_pdf)
