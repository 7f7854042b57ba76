"""Content-Transfer-Encoding (RFC 2045), also where it lies."""

from __future__ import annotations

import binascii
import re

from channels_adapters.email.base64s import from_base64, letters_of
from channels_adapters.email.uuencoded import uudecode

_TRANSFER = re.compile(rb"[\s\"']{0,9}([A-Za-z0-9\-]{1,30})")
_ENCODED_LINES = re.compile(rb"(?:[A-Za-z0-9+/]{60,76}\r?\n)+(?:[A-Za-z0-9+/]{2,76}={0,2}\r?\n)?")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
_SPACED_BREAK = re.compile(rb"=[ \t]{1,40}(?=\r?\n)")


def undo_transfer(data: bytes, encoding: bytes) -> bytes:
    """Decode base64, quoted-printable or uuencode; a wrong or unknown declaration leaves the bytes as they are."""
    found = _TRANSFER.match(encoding)
    name = found[1].lower() if found else b""
    if name == b"base64":
        return _from_base64(data)
    if name == b"quoted-printable":
        return binascii.a2b_qp(_SPACED_BREAK.sub(b"=", data) if b"= " in data or b"=\t" in data else data)
    if name in (b"x-uuencode", b"uuencode", b"x-uue"):
        return uudecode(data)
    return data


def readable_content(data: bytes, encoding: bytes) -> bytes:
    """The content of a text, decoded also where it says it is not encoded and clearly is."""
    content = undo_transfer(data, encoding)
    found = _TRANSFER.match(encoding)
    if (found and found[1].lower() in (b"base64", b"quoted-printable")) or b" " in content[:120]:
        return content
    bare = content.strip()
    if not (lines := _ENCODED_LINES.match(bare + b"\n")) or lines.end() < len(bare):
        return content
    decoded = from_base64(bare)
    try:
        readable = decoded.decode("utf-8")
    except UnicodeDecodeError:
        return content
    return decoded if not _CONTROLS.search(readable) else content


def _from_base64(data: bytes) -> bytes:
    letters = letters_of(data)
    written = len(data.translate(None, b" \t\r\n"))
    if len(letters) * 10 < written * 8 or data.count(b" ") * 8 > len(data):
        # Words between spaces: it was never encoded. (Unless a list has put its footer behind.)
        return _before_footer(data)
    return from_base64(data)


def _before_footer(data: bytes) -> bytes:
    """What is encoded at the beginning, and behind it what a list wrote there; else all as it is."""
    found = _ENCODED_LINES.match(data)
    if found is None:
        return data
    return from_base64(found[0]) + b"\n" + data[found.end() :]
