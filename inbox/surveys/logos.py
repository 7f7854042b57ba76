"""Logos of surveys: pictures that any browser and mail program shows, kept under the hash of their content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from inbox.common.pictures import picture_size, picture_type

LONGEST = 200 * 1024
WIDEST = 2000
SMALLEST = 16


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
    content_type, size = picture_type(content), picture_size(content)
    if size is None:
        raise InvalidLogo(_("This is no picture that browsers and mail programs show. Use PNG, JPEG or WebP."))
    if not all(SMALLEST <= length <= WIDEST for length in size):
        raise InvalidLogo(_("A logo is between 16 and 2000 pixels wide and high."))
    return Logo(hashlib.sha256(content).hexdigest(), content_type, *size)


def _path_of(sha256: str) -> str:
    # Not beside the attachments: those are deleted with the last ticket that has them.
    return f"logos/{sha256}"
