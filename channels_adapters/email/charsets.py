"""Bytes to text when the declared charset may lie. Never raises, never leaves NUL or lone surrogates."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

from charset_normalizer import from_bytes

from channels_adapters.email.guessing import likely_codec
from channels_adapters.email.japanese import decode_japanese, has_escapes

_SAMPLE = 16 * 1024
# What senders declare, and the superset that decodes what they really send.
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "iso8859-9": "cp1254",
    "tis_620": "cp874",
    "iso8859-11": "cp874",
    "iso2022_jp": "iso2022_jp",
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
    "unicode-1-1-utf-7": "utf-7",
    "utf-8-mac": "utf-8",
    "unicode": "utf-16",
    "iso-10646-ucs-2": "utf-16",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
    "x-windows-949": "cp949",
    "windows-949": "cp949",
    "windows-31j": "cp932",
    "cswindows31j": "cp932",
    "x-ms-cp932": "cp932",
    "windows-936": "gb18030",
    "cp936": "gb18030",
    "windows-950": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "x-cp1251": "cp1251",
    "x-cp1252": "cp1252",
    "cp-1251": "cp1251",
    "win-1251": "cp1251",
    "win1251": "cp1251",
    "koi8": "koi8_r",
    "tis-620": "cp874",
    "iso-8859-11": "cp874",
    "iso-8859-1-windows-3.1-latin-1": "cp1252",
    "visual": "iso-8859-8",
    "dos-862": "cp862",
    "x-ansi": "cp1252",
    "ansi": "cp1252",
    "default": "",
    "default_charset": "",
    "unknown-8bit": "",
    "x-unknown": "",
    "x-user-defined": "",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "ansi_x3.110-1983": "cp1252",
    "windows-874": "cp874",
}
# Codecs that are no charsets: slow on hostile input, or they warn, or they run escapes.
_NO_CHARSETS = frozenset(
    {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem", "unicode_escape"}
)
_MULTIBYTE = frozenset({"gb18030", "big5hkscs", "cp932", "euc_jp", "cp949", "euc_jis_2004", "johab"})
_NAME = re.compile(r"[A-Za-z0-9_.:+\-]{1,40}\Z")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """Without NUL and lone surrogates, which PostgreSQL can't store."""
    if text.isascii():
        return text.replace("\0", "") if "\0" in text else text
    return _UNSTORABLE.sub("", text)


def decode(raw: bytes, declared: str = "") -> str:
    """The text: UTF-8 where it is, else by the declared charset, else the likeliest, else with replacement marks.

    A declared charset yields to UTF-8 when the bytes are valid UTF-8: that lie is common, the reverse practically
    impossible. Declared Latin yields to another script that the bytes clearly spell.
    """
    if not raw:
        return ""
    charset = codec_of(declared)
    if charset.startswith("iso2022_jp") or (b"\x1b" in raw and has_escapes(raw) and raw.isascii()):
        return clean(decode_japanese(raw))
    if raw.isascii() and charset in ("", "cp1252", "utf-8"):
        return clean(raw.decode("ascii"))
    text = _as_utf8(raw, charset)
    if text is None and charset == "cp1252" and (likely := likely_codec(raw)):
        # Declared Latin, and by the look of it anything but.
        text = raw.decode(likely, "replace")
    if text is None and charset != "utf-8":
        text = _strict(raw, charset)
    if text is None:
        text = raw.decode(_likeliest(raw) if charset != "utf-8" or not _mostly_utf8(raw) else "utf-8", "replace")
    return clean(text)


def _as_utf8(raw: bytes, charset: str) -> str | None:
    """The text as UTF-8 when it is valid UTF-8, unless the declared charset writes the same bytes as often."""
    text = _strict(raw, "utf-8")
    if text is None:
        return (
            _strict(raw.decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass"), "utf-16")
            if (b"\xed" in raw and _is_surrogate_pairs(raw))
            else None
        )
    if charset in _MULTIBYTE and not raw.isascii():
        far = [character for character in text[:_SAMPLE] if character > "\x7f"]
        return text if len(far) > 8 or all(character >= "\u2e80" for character in far) else None
    return None if charset.startswith(("utf_16", "utf-16", "utf_32", "utf-32", "utf_7", "utf-7", "hz")) else text


def _is_surrogate_pairs(raw: bytes) -> bool:
    """UTF-8 whose characters beyond the first plane are written as two surrogates, as some Java programs do."""
    try:
        raw.decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeError:
        return False
    return True


@lru_cache(maxsize=256)
def codec_of(declared: str) -> str:
    """The Python codec for a declared charset, "" when there is none worth trying."""
    name = declared.strip().strip("\"'").lower().split("*", 1)[0].strip().removeprefix("charset=")
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
    if likely := likely_codec(raw):
        return likely
    high = sum(1 for byte in raw[:_SAMPLE] if byte > 0x7F)
    if high * 4 < len(raw[:_SAMPLE]):
        # A few accents among Latin letters: too little to tell one Latin charset from another by frequency.
        return "cp1252"
    best = from_bytes(raw[:_SAMPLE], cp_isolation=["cp1250", "cp1252", "cp1254", "cp1257"]).best()
    return best.encoding if best is not None else "cp1252"
