"""Logos of surveys: pictures that any browser and mail program shows, kept under the hash of their content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from inbox.common.pictures import picture_type

LONGEST = 200 * 1024
WIDEST = 2000
SMALLEST = 16
_JPEG_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})


class InvalidLogo(ValueError):
    """A file that can't be a logo; says why in the language of the moment."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A stored picture."""

    sha256: str
    content_type: str
    width: int
    height: int


def keep_logo(content: bytes) -> Logo:
    """Store a PNG, JPEG or WebP picture; the same one twice is stored once. Raises `InvalidLogo`."""
    logo = logo_in(content)
    name = _path_of(logo.sha256)
    if not default_storage.exists(name):
        default_storage.save(name, ContentFile(content))
    return logo


def open_logo(sha256: str) -> tuple[bytes, str]:
    """The bytes of a stored logo and its content type. Raises `FileNotFoundError`."""
    with default_storage.open(_path_of(sha256), "rb") as file:
        content = file.read()
    return content, logo_in(content).content_type


def logo_in(content: bytes) -> Logo:
    """What the picture is, read from itself and not from its name. Raises `InvalidLogo`."""
    if not content:
        raise InvalidLogo(_("Choose a file."))
    if len(content) > LONGEST:
        raise InvalidLogo(_("A logo has 200 KB at most: every customer loads it."))
    if content.lstrip()[:5].lower() in (b"<?xml", b"<svg ", b"<svg>", b"<!doc"):
        raise InvalidLogo(_("SVG can hold scripts, and most mail programs don't show it. Use PNG, JPEG or WebP."))
    content_type = picture_type(content)
    size = _SIZES[content_type](content) if content_type in _SIZES else None
    if size is None:
        raise InvalidLogo(_("This is no picture that browsers and mail programs show. Use PNG, JPEG or WebP."))
    if not all(SMALLEST <= length <= WIDEST for length in size):
        raise InvalidLogo(_("A logo is between 16 and 2000 pixels wide and high."))
    return Logo(hashlib.sha256(content).hexdigest(), content_type, *size)


def _path_of(sha256: str) -> str:
    # Not beside the attachments: those are deleted with the last ticket that has them.
    return f"logos/{sha256}"


def _png(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(b"\x89PNG\r\n\x1a\n") or content[12:16] != b"IHDR" or len(content) < 24:
        return None
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")


def _jpeg(content: bytes) -> tuple[int, int] | None:
    """From the first frame header (ITU T.81, B.2.2)."""
    if not content.startswith(b"\xff\xd8\xff"):
        return None
    place = 2
    while place + 9 <= len(content) and content[place] == 0xFF:
        if content[place + 1] in _JPEG_SIZES:
            height = int.from_bytes(content[place + 5 : place + 7], "big")
            return int.from_bytes(content[place + 7 : place + 9], "big"), height
        place += 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    return None


def _webp(content: bytes) -> tuple[int, int] | None:
    """From the first chunk of any of the three layouts (RFC 9649)."""
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or len(content) < 30:
        return None
    layout = content[12:16]
    if layout == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if layout == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if layout == b"VP8 ":
        return int.from_bytes(content[26:28], "little") & 0x3FFF, int.from_bytes(content[28:30], "little") & 0x3FFF
    return None


_SIZES = {"image/png": _png, "image/jpeg": _jpeg, "image/webp": _webp}
