"""Encoded words (RFC 2047) and raw 8-bit headers, in the right and in the wrong forms."""

from __future__ import annotations

import binascii
import re

from channels_adapters.email.base64s import from_base64
from channels_adapters.email.charsets import clean, decode

_HEX = "0123456789ABCDEFabcdef"
_CHARSET = re.compile(r"[A-Za-z0-9_.:+\-]{1,40}(?:\*[A-Za-z\-]{1,20})?\Z")


def header_bytes(raw: bytes, charset: str = "") -> str:
    """A raw header as text: UTF-8 where it is (RFC 6532), else in the charset of the mail's text."""
    if b"\x1b" not in raw:
        try:
            return clean(raw.decode("utf-8"))
        except UnicodeDecodeError:
            pass
    return decode(raw, charset)


def decode_words(text: str) -> str:
    """Decode `=?charset?B?...?=` wherever it stands, also inside quotes and without spaces around it.

    Neighbours of the same charset are joined as bytes first: many senders cut inside a character.
    """
    if "=?" not in text:
        return clean(text)
    out: list[str] = []
    waiting: tuple[str, bytes] | None = None
    position = 0
    last_close = text.rfind("?=")
    while (begin := text.find("=?", position)) >= 0:
        word = _word_at(text, begin, last_close)
        if word is None:
            gap, position = text[position : begin + 2], begin + 2
            _flush(out, waiting)
            waiting = None
            out.append(gap)
            continue
        charset, raw, end = word
        gap = text[position:begin]
        if waiting is None or gap.strip(" \t\r\n"):
            _flush(out, waiting)
            waiting = None
            out.append(gap)
        if waiting is not None and waiting[0] == charset:
            waiting = (charset, waiting[1] + raw)
        else:
            _flush(out, waiting)
            waiting = (charset, raw)
        position = end
    _flush(out, waiting)
    out.append(text[position:])
    return clean("".join(out))


def _flush(out: list[str], waiting: tuple[str, bytes] | None) -> None:
    if waiting is not None:
        out.append(decode(waiting[1], waiting[0]))


def _word_at(text: str, begin: int, last_close: int) -> tuple[str, bytes, int] | None:
    charset_end = text.find("?", begin + 2, begin + 66)
    if charset_end < 0 or text[charset_end + 2 : charset_end + 3] != "?":
        return None
    charset, encoding = text[begin + 2 : charset_end].strip("\"'"), text[charset_end + 1].lower()
    if encoding not in "bq" or (charset and not _CHARSET.match(charset)):
        return None
    start = charset_end + 3
    if start > last_close:
        # One that never closes reaches to the end. (Never look for the close: it would be done once for each.)
        body, end = text[start:].rstrip("?= "), len(text)
    else:
        end = text.find("?=", start)
        if encoding == "q" and text[end + 2 : end + 4].strip(_HEX) == "" and len(text[end + 2 : end + 4]) == 2:
            # A bare question mark before an escape (`What?=20`) closes nothing.
            later = text.find("?=", end + 2, end + 80)
            end = later if later > 0 and "=?" not in text[end + 2 : later] else end
        body, end = text[start:end], end + 2
    raw = _from_base64(body) if encoding == "b" else _from_q(body)
    return charset.split("*", 1)[0].lower(), raw, end


def _from_base64(body: str) -> bytes:
    return from_base64(body.encode("utf-8", "replace"))


def _from_q(body: str) -> bytes:
    return binascii.a2b_qp(body.encode("utf-8", "surrogateescape"), header=True)
