"""Bytes to text when the declared charset may lie. Never raises, never leaves NUL or lone surrogates."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from charset_normalizer import from_bytes

_SAMPLE = 16 * 1024
_CANDIDATES = (
    "cp1251",
    "koi8_r",
    "cp1252",
    "cp1250",
    "cp1253",
    "cp1254",
    "gb18030",
    "big5",
    "cp932",
    "euc_jp",
    "cp949",
)
# What senders declare, and the superset that decodes what they really send.
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_ALIASES = {
    "iso-8859-8-i": "iso-8859-8",
    "ks_c_5601-1987": "cp949",
    "x-gbk": "gb18030",
    "x-sjis": "cp932",
    "x-euc-jp": "euc_jp",
    "cp-850": "cp850",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "ansi_x3.110-1983": "cp1252",
    "windows-874": "cp874",
}
# Codecs that are no charsets: slow on hostile input, or they warn, or they run escapes.
_NO_CHARSETS = frozenset(
    {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem", "unicode_escape"}
)
_NAME = re.compile(r"[A-Za-z0-9_.:+\-]{1,40}\Z")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """Without NUL and lone surrogates, which PostgreSQL can't store."""
    return _UNSTORABLE.sub("", text)


def decode(raw: bytes, declared: str = "") -> str:
    """The text: by the declared charset, else UTF-8, else the likeliest, else cp1252 with replacement marks.

    A declared one-byte Latin charset yields to UTF-8 when the bytes are valid UTF-8: that lie is common, the
    reverse practically impossible.
    """
    if not raw:
        return ""
    charset = codec_of(declared)
    if raw.isascii() and charset in ("", "cp1252", "utf-8"):
        return clean(raw.decode("ascii"))
    order = ["utf-8", charset] if charset in ("", "cp1252") else [charset, "utf-8"]
    for name in order:
        text = _strict(raw, name)
        if text is not None:
            return clean(text)
    return clean(raw.decode(_likeliest(raw) if charset != "utf-8" or not _mostly_utf8(raw) else "utf-8", "replace"))


@lru_cache(maxsize=256)
def codec_of(declared: str) -> str:
    """The Python codec for a declared charset, "" when there is none worth trying."""
    name = declared.strip().strip("\"'").lower().split("*", 1)[0]
    if not _NAME.match(name) or name in _NO_CHARSETS:
        return ""
    try:
        found = codecs.lookup(_ALIASES.get(name, name))
    except (LookupError, ValueError):
        return ""
    # `_is_text_encoding` keeps out hex, zip and the like; the same test `bytes.decode` makes.
    if found.name in _NO_CHARSETS or not found._is_text_encoding:
        return ""
    return _SUPERSETS.get(found.name, found.name)


def _strict(raw: bytes, name: str) -> str | None:
    if not name:
        return None
    try:
        return raw.decode(name)
    except (UnicodeError, ValueError):
        return None


def _mostly_utf8(raw: bytes) -> bool:
    """A few broken bytes (a cut character at the end) in what is otherwise UTF-8."""
    text = raw.decode("utf-8", "replace")
    return text.count("\ufffd") * 10 <= sum(1 for character in text[:_SAMPLE] if character > "\x7f")


def _likeliest(raw: bytes) -> str:
    high = sum(1 for byte in raw[:_SAMPLE] if byte > 0x7F)
    if high * 4 < len(raw[:_SAMPLE]):
        # A few accents among Latin letters: too little to tell one Latin charset from another by frequency.
        return "cp1252"
    best = from_bytes(raw[:_SAMPLE], cp_isolation=list(_CANDIDATES)).best()
    return best.encoding if best is not None else "cp1252"
