"""Payloads as people can look at them: text where they are text, else bytes in hexadecimal; nothing in them acts."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

#: As much as is shown; the rest is in the download.
MOST_TEXT = 200_000
MOST_BYTES = 16 * 1024
_ROW = 16
#: What may stand in text besides what can be seen.
_KEPT = "\n\t"
_SYMBOLS = 0x2400


@dataclass(frozen=True, slots=True)
class Shown:
    """The beginning of a payload: `is_hex` as bytes, `is_cut` when there is more."""

    text: str
    is_hex: bool
    is_cut: bool


def shown(body: bytes, *, as_hex: bool | None = None) -> Shown:
    """The payload as text, or as bytes when it is none (or `as_hex` says so)."""
    if is_binary(body) if as_hex is None else as_hex:
        return Shown(hexadecimal(body[:MOST_BYTES]), is_hex=True, is_cut=len(body) > MOST_BYTES)
    return Shown(visible(body[:MOST_TEXT].decode("utf-8", "replace")), is_hex=False, is_cut=len(body) > MOST_TEXT)


def is_binary(body: bytes) -> bool:
    """Whether there is too much in it that is no text."""
    sample = body[:8192]
    odd = sum(byte < 9 or 13 < byte < 32 for byte in sample)
    broken = sample.decode("utf-8", "replace").count("\ufffd")
    return (odd + broken) * 10 > len(sample)


def hexadecimal(body: bytes) -> str:
    """Sixteen bytes a line: position, values, and the letters among them."""
    lines = []
    for start in range(0, len(body), _ROW):
        row = body[start : start + _ROW]
        letters = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)
        lines.append(f"{start:08x}  {row.hex(' '):<{_ROW * 3}} {letters}")
    return "\n".join(lines)


def visible(text: str) -> str:
    """`text` with signs for what can't be seen: control characters, and those that turn the direction of writing."""
    plain = text.replace("\r\n", "\n")
    return "".join(char if char in _KEPT or char.isprintable() else _sign(char) for char in plain)


def _sign(char: str) -> str:
    if ord(char) < 32:
        return chr(_SYMBOLS + ord(char))
    return char if unicodedata.category(char) in ("Zs", "Co", "Cn") else f"⟨{ord(char):04X}⟩"
