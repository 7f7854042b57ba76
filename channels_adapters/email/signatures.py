"""Signatures: what mail programs and lists put below a text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from channels_adapters.email.footers import footer_lines
from channels_adapters.email.quote_words import DEVICES, ENDS_NEED, SENT_FROM, SENT_FROM_ENDS

_LOOSE_LENGTH = 15
_FOOTER_LENGTH = 10
_DELIMITERS = frozenset({"--", "—", "- --", "__"})
# Weaker ones: only above a few short lines.
_LOOSE_DELIMITERS = frozenset({"---", "----", "___", "____", "==", "===", "====", "++", "+++", "++++", "–"})
_SHORT_LINES = 6
_SHORT_LINE = 60
_LINK = re.compile(r"\s?[<(\[]https?://[^>)\]\s]{0,300}[>)\]]")
_DASHED_NAME = re.compile(r"(?:-|[–—]\s?)[^\W\d_][\w.'’]*(?:[ \-][^\W\d_][\w.'’]*){0,3}\Z")
_MAX_SENT_FROM = 160


def signature_lines(lines: Sequence[str], begun: int, end: int) -> set[int]:
    """Numbers of the lines of this run of new lines that are signature."""
    if end - begun == 1:
        return {begun} if begun and _is_sent_from(lines[begun]) else set()
    found = footer_lines(lines, begun, end)
    end = _without_blank(lines, begun, end)
    for finder in (_delimited, _list_footer, _made_by_netease, _dashed_name):
        start = finder(lines, begun, end)
        if start < end:
            found.update(range(start, end))
            end = _without_blank(lines, begun, start)
    for number in range(begun, end):
        if _is_sent_from(lines[number]) and (
            _without_blank(lines, number + 1, end) == number + 1 or _stands_alone(lines, begun, end, number)
        ):
            found.add(number)
    return found


def _without_blank(lines: Sequence[str], begun: int, end: int) -> int:
    while end > begun and not lines[end - 1].strip():
        end -= 1
    return end


def _stands_alone(lines: Sequence[str], begun: int, end: int, number: int) -> bool:
    above = number == begun or not lines[number - 1].strip()
    below = number + 1 >= end or not lines[number + 1].strip()
    return above and below


def _delimited(lines: Sequence[str], begun: int, end: int) -> int:
    """From the first `-- ` with few lines below. With nothing above, in the whole mail, it is no signature's."""
    first = begun if begun else next((number for number in range(end) if lines[number].strip()), end) + 1
    found, below = end, 0
    for number in range(end - 1, first - 1, -1):
        bare = lines[number].strip()
        if bare in _DELIMITERS or (bare in _LOOSE_DELIMITERS and _is_short(lines, number + 1, end)):
            found = number
        below += bool(bare)
        if below > _LOOSE_LENGTH:
            break
    return found


def _is_short(lines: Sequence[str], begun: int, end: int) -> bool:
    below = [line.strip() for line in lines[begun:end] if line.strip()]
    return len(below) <= _SHORT_LINES and all(
        len(line) <= _SHORT_LINE and not line.endswith(("?", "!", ".")) for line in below
    )


def _made_by_netease(lines: Sequence[str], begun: int, end: int) -> int:
    """The card of NetEase's app: a table between bars, and a last line that says who drew it."""
    if end <= begun or "签名由" not in lines[end - 1]:
        return end
    start = end - 1
    for number in range(end - 2, max(begun, end - 14) - 1, -1):
        if "|" in lines[number] and not lines[number].strip("| "):
            start = number
    return start


def _list_footer(lines: Sequence[str], begun: int, end: int) -> int:
    """A long rule of underscores, and a few lines with an address: a mailing list's footer."""
    for number in range(end - 1, max(begun, end - _FOOTER_LENGTH - 1) - 1, -1):
        bare = lines[number].strip()
        if len(bare) >= 20 and not bare.strip("_"):
            below = "\n".join(line[:300] for line in lines[number + 1 : end])
            if "@" in below or "://" in below:
                return number
    return end


def _dashed_name(lines: Sequence[str], begun: int, end: int) -> int:
    """A last paragraph that is one line with a dash and a name: `-Ada Lovelace`."""
    number = end - 1
    if number <= begun or len(lines[number]) > 60 or lines[number - 1].strip():
        return end
    bare = lines[number].strip()
    return number if _DASHED_NAME.match(bare) and bare.lstrip("-–— ")[:1].isupper() else end


def _is_sent_from(line: str) -> bool:
    bare = line.strip(" \t*_-–—\xa0").lower()
    if not bare or len(bare) > _MAX_SENT_FROM + 300:
        return False
    plain = _LINK.sub("", bare).rstrip(" .!。")
    if len(plain) > _MAX_SENT_FROM:
        return False
    if plain.startswith(SENT_FROM):
        words = plain.count(" ") + 1
        return (len(plain) <= 70 and words <= 9 and ", " not in plain) or (
            words <= 16 and any(device in plain for device in DEVICES)
        )
    return plain.endswith(SENT_FROM_ENDS) and any(word in plain for word in ENDS_NEED) and len(plain) <= 60
