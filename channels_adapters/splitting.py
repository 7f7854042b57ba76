"""Texts measured as networks measure them, and cut into parts that fit: between paragraphs, lines, sentences or words.

A link is never cut unless it alone is longer than a part; a character as people see it (with its accents, an emoji of
several code points) never is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

from channels_adapters.contracts import TextUnit

_JOINER = "\u200d"
#: X counts these as one, others as two (its weighted length, version 3).
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_LINK_WEIGHT = 23
_BREAKS = ("\n\n", "\n", ". ", "! ", "? ", "\u3002", "\uff01", "\uff1f", "\uff1b", ", ", "\uff0c", " ")


def length(text: str, unit: TextUnit) -> int:
    """How long `text` is for a network that counts in `unit`."""
    return _MEASURES[unit](text)


def split(text: str, limit: int | None, unit: TextUnit = TextUnit.CHARACTERS) -> list[str]:
    """`text` in parts of at most `limit`, in order; joined by the white space between them they are the text again.

    No limit, or an empty text: one part, none. Raises `ValueError` for a limit in which no character fits for certain.
    """
    text = text.strip()
    if not text:
        return []
    if limit is None or length(text, unit) <= limit:
        return [text]
    if limit < 8:
        raise ValueError("A part must have room for a character at least.")
    parts = []
    while text:
        end = _fitting(text, limit, unit)
        if end < len(text):
            end = _good_end(text, end)
        part, text = text[:end].rstrip(), text[end:].lstrip()
        if part:
            parts.append(part)
    return parts


def graphemes(text: str) -> Iterator[str]:
    """The characters of `text` as people see them: with what combines with them (UAX 29, for what chats contain)."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not _continues(text, at):
            yield text[start:at]
            start = at


def _continues(text: str, at: int) -> bool:
    """Whether the character at `at` belongs to the one before it."""
    char, before = text[at], text[at - 1]
    if before == "\r" and char == "\n":
        return True
    if char == _JOINER or before == _JOINER or "\ufe00" <= char <= "\ufe0f" or "\U0001f3fb" <= char <= "\U0001f3ff":
        return True
    if "\U000e0020" <= char <= "\U000e007f" or unicodedata.category(char) in ("Mn", "Me", "Mc"):
        return True
    return _is_flag(char) and _flags_before(text, at) % 2 == 1


def _is_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _flags_before(text: str, at: int) -> int:
    count = 0
    while at - count > 0 and _is_flag(text[at - count - 1]):
        count += 1
    return count


def _fitting(text: str, limit: int, unit: TextUnit) -> int:
    """The end of the longest beginning of `text` that fits, between two characters; one at least."""
    used = end = 0
    for piece in graphemes(text):
        cost = length(piece, unit) if unit != TextUnit.WEIGHTED else _weight(piece)
        if used + cost > limit and end:
            return end
        if cost > limit:
            # A heap of accents longer than a part: cut it, there is no other way.
            return max(_fitting_points(piece, limit, unit), 1)
        used, end = used + cost, end + len(piece)
    return end


def _fitting_points(piece: str, limit: int, unit: TextUnit) -> int:
    end = 0
    while end < len(piece) and length(piece[: end + 1], unit) <= limit:
        end += 1
    return end


def _good_end(text: str, most: int) -> int:
    """Where to cut at or before `most`: at the best break in the last two thirds, never inside a link."""
    least = most // 3
    if text[most].isspace():
        return most
    for mark in _BREAKS:
        at = text.rfind(mark, least, most)
        if at >= 0:
            end = at + len(mark)
            return _before_link(text, end, least) or end
    return _before_link(text, most, 0) or most


def _before_link(text: str, end: int, least: int) -> int:
    """The beginning of the link that `end` would cut, 0 when it cuts none."""
    start = max(text.rfind(space, 0, end) for space in (" ", "\n", "\t")) + 1
    word = text[start:end]
    is_inside = "://" in word and end < len(text) and not text[end].isspace() and not text[end - 1].isspace()
    return start if is_inside and start > least else 0


def _weight(text: str) -> int:
    if len(text) > 1 and any(ord(char) > 0x2190 for char in text):
        return 2
    return sum(1 if any(low <= ord(char) <= high for low, high in _LIGHT) else 2 for char in text)


def _weighted(text: str) -> int:
    total = 0
    for word in text.split(" "):
        is_link = word.startswith(("http://", "https://"))
        total += _LINK_WEIGHT if is_link else sum(_weight(piece) for piece in graphemes(word))
    return total + text.count(" ")


def _points(text: str) -> int:
    return len(text)


_MEASURES: dict[TextUnit, Callable[[str], int]] = {
    TextUnit.CHARACTERS: _points,
    TextUnit.UTF16: lambda text: len(text.encode("utf-16-le", "surrogatepass")) // 2,
    TextUnit.BYTES: lambda text: len(text.encode("utf-8", "surrogatepass")),
    TextUnit.GRAPHEMES: lambda text: sum(1 for _ in graphemes(text)),
    TextUnit.WEIGHTED: _weighted,
}
