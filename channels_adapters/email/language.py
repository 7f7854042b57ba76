"""A coarse guess at the language of a text: by its script, then by what the sender's program declares."""

from __future__ import annotations

import re

_SAMPLE = 2000
_IN_SIMPLIFIED = frozenset("们这说时来过还对发问题现货单订邮寄换东产价钱欢请谢见样没开关让张话电给买卖为会")
_IN_TRADITIONAL = frozenset("們這說時來過還對發問題現貨單訂郵寄換東產價錢歡請謝見樣沒開關讓張話電給買賣為會")
_SIMPLIFIED = _IN_SIMPLIFIED - _IN_TRADITIONAL
_TRADITIONAL = _IN_TRADITIONAL - _IN_SIMPLIFIED
_ENGLISH = frozenset(
    {"the", "and", "you", "your", "my", "please", "with", "have", "this", "that", "not", "of", "for", "would", "i'm"}
    | {"it", "is", "was", "thanks", "thank", "are", "from", "when", "but", "i", "to"}
)
_WORD = re.compile(r"[a-zà-ÿ']+")
_UKRAINIAN = frozenset("іїєґ")
_TAG = re.compile(r"[a-z]{2,3}\Z")


def guess(text: str, declared: str = "") -> str:
    """`zh-hans`, `zh-hant`, `ja`, `ko`, `ru`, `uk`, `en`, another primary tag the sender declares, or ""."""
    sample = text[:_SAMPLE].lower()
    if sample.isascii():
        return _latin(sample, declared)
    han = kana = hangul = cyrillic = latin = 0
    for character in sample:
        if "a" <= character <= "z" or "à" <= character <= "ÿ":
            latin += 1
        elif "\u0400" <= character <= "\u04ff":
            cyrillic += 1
        elif "\u4e00" <= character <= "\u9fff":
            han += 1
        elif "\u3041" <= character <= "\u30ff":
            kana += 1
        elif "\uac00" <= character <= "\ud7a3":
            hangul += 1
    # One Han character says as much as a short word of letters.
    if 3 * (han + kana + hangul) > latin + cyrillic:
        if kana:
            return "ja"
        return "ko" if hangul > han else _chinese(sample, declared)
    if cyrillic > latin:
        return "uk" if _UKRAINIAN & set(sample) else "ru"
    return _latin(sample, declared)


def _chinese(sample: str, declared: str) -> str:
    traditional = sum(1 for character in sample if character in _TRADITIONAL)
    simplified = sum(1 for character in sample if character in _SIMPLIFIED)
    if traditional == simplified:
        return "zh-hant" if _tag(declared) == "zh-hant" else "zh-hans"
    return "zh-hant" if traditional > simplified else "zh-hans"


def _latin(sample: str, declared: str) -> str:
    words = _WORD.findall(sample)
    english = sum(1 for word in words if word in _ENGLISH)
    if len(words) >= 4 and english * 6 >= len(words):
        return "en"
    tag = _tag(declared)
    return tag if words and not tag.startswith(("zh", "ja", "ko", "ru")) else ""


def _tag(declared: str) -> str:
    """The coarse tag of the first language a Content-Language header names."""
    tag = declared.lower().replace("_", "-").partition(",")[0].strip()
    primary, _, rest = tag.partition("-")
    if primary == "zh":
        return "zh-hant" if any(one in rest for one in ("tw", "hk", "mo", "hant")) else "zh-hans"
    return primary if _TAG.match(primary) else ""
