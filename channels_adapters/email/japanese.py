"""ISO-2022-JP as it is really sent: with the characters of Windows, half-width kana, and escapes left open."""

from __future__ import annotations

import re

_ESCAPE = re.compile(rb"\x1b(?:\$[@B]|\([BJI]|\$\([A-Z]|\([A-Z])")


def has_escapes(raw: bytes) -> bool:
    """Whether the bytes switch to Japanese characters, whatever charset they claim."""
    return b"\x1b$" in raw or b"\x1b(I" in raw


def decode_japanese(raw: bytes) -> str:
    """The text. What can't be decoded becomes a replacement mark."""
    out: list[str] = []
    mode = b"\x1b(B"
    position = 0
    for found in _ESCAPE.finditer(raw):
        out.append(_run(raw[position : found.start()], mode))
        mode, position = found[0], found.end()
    out.append(_run(raw[position:], mode))
    return "".join(out)


def _run(raw: bytes, mode: bytes) -> str:
    if not raw:
        return ""
    if mode == b"\x1b(I":
        return bytes(byte | 0x80 if 0x21 <= byte <= 0x5F else byte for byte in raw).decode("cp932", "replace")
    if mode in (b"\x1b$B", b"\x1b$@"):
        return _shifted(raw).decode("cp932", "replace")
    return raw.decode("cp932", "replace")


def _shifted(raw: bytes) -> bytes:
    """Pairs of JIS X 0208 as Shift_JIS, which Windows extends; a line break ends the pairs as it stands."""
    out = bytearray()
    position = 0
    while position < len(raw):
        first = raw[position]
        second = raw[position + 1] if position + 1 < len(raw) else 0
        if not (0x21 <= first <= 0x7E and 0x21 <= second <= 0x7E):
            out.append(first)
            position += 1
            continue
        row = first - 0x21
        out.append((row >> 1) + (0x81 if row < 62 else 0xC1))
        if row % 2:
            out.append(second + 0x7E)
        else:
            out.append(second + (0x1F if second < 0x60 else 0x20))
        position += 2
    return bytes(out)
