"""Compressed RTF (MS-OXRTFCP) and the html or text Outlook hides in it (MS-OXRTFEX)."""

from __future__ import annotations

import re
import struct

from channels_adapters.email.charsets import clean, codec_of

MAX_RTF = 4 * 1024 * 1024
_PRELOADED = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    + b"\r\n"
    + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_TOKEN = re.compile(
    rb"\\(?:(?P<word>[a-z]{1,32})(?P<number>-?\d{1,10})? ?|'(?P<hex>[0-9a-fA-F]{2})|(?P<symbol>[^a-z']))"
    rb"|(?P<open>\{)|(?P<close>\})|(?P<text>[^\\{}\r\n]+)|[\r\n]+"
)
# Groups that hold no text of the letter.
_HIDDEN = frozenset(
    {b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"generator", b"listtable", b"rsidtbl"}
    | {b"listoverridetable", b"xmlnstbl", b"themedata", b"datastore", b"latentstyles", b"mmathPr"}
)
_SPOKEN = {
    b"par": "\n", b"line": "\n", b"tab": "\t", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“",
    b"rdblquote": "”", b"bullet": "•", b"endash": "–", b"emdash": "—", b"cell": "\t", b"row": "\n",
}  # fmt: skip


def decompress(data: bytes) -> bytes:
    """The RTF; what is compressed as nothing known is empty. Never more than `MAX_RTF`."""
    if len(data) < 16:
        return b""
    _, raw_size, kind = struct.unpack_from("<III", data)
    size = min(raw_size, MAX_RTF)
    if kind == 0x414C454D:
        return data[16 : 16 + size]
    if kind != 0x75465A4C:
        return b""
    out = bytearray(_PRELOADED)
    start = len(out)
    position = 16
    while position < len(data) and len(out) - start < size:
        control = data[position]
        position += 1
        for bit in range(8):
            if position >= len(data) or len(out) - start >= size:
                break
            if not control & (1 << bit):
                out.append(data[position])
                position += 1
                continue
            if position + 1 >= len(data):
                return bytes(out[start : start + size])
            offset, length = (data[position] << 4) | (data[position + 1] >> 4), (data[position + 1] & 15) + 2
            position += 2
            # The dictionary is a ring of 4096 bytes; a reference to its write position ends the data.
            distance = (len(out) - offset) % 4096
            if distance == 0:
                return bytes(out[start : start + size])
            for _ in range(length):
                out.append(out[-distance] if distance <= len(out) else 0x20)
    return bytes(out[start : start + size])


def rtf_to_html(rtf: bytes) -> tuple[str, str]:
    """The html that was turned into this RTF ("" when it was none), and else the plain text."""
    encapsulated = b"\\fromhtml" in rtf[:4096]
    pieces = "".join(_walk(rtf[:MAX_RTF], encapsulated))
    text = clean(pieces).replace("\r\n", "\n")
    return (text.strip(), "") if encapsulated else ("", text.strip("\n"))


def _walk(rtf: bytes, encapsulated: bool) -> list[str]:
    out: list[str] = []
    raw = bytearray()
    codec, hidden, tagged, skip, unicode_skip = "cp1252", False, False, 0, 1
    stack: list[tuple[bool, bool, int]] = []
    starred = False

    def flush() -> None:
        if raw:
            out.append(raw.decode(codec, "replace"))
            raw.clear()

    for token in _TOKEN.finditer(rtf):
        shown = not hidden
        if token["open"]:
            stack.append((hidden, tagged, unicode_skip))
        elif token["close"]:
            if stack:
                hidden, tagged, unicode_skip = stack.pop()
        elif token["symbol"] is not None:
            if token["symbol"] == b"*":
                starred = True
                continue
            if shown and not skip and token["symbol"] in b"{}\\~-_":
                raw += b" " if token["symbol"] == b"~" else b"" if token["symbol"] in b"-_" else token["symbol"]
            skip = max(0, skip - 1)
        elif token["hex"] is not None:
            if shown and not skip:
                raw.append(int(token["hex"], 16))
            skip = max(0, skip - 1)
        elif token["text"] is not None:
            words = token["text"][skip:]
            skip = max(0, skip - len(token["text"]))
            if shown:
                raw += words
        elif token["word"] is not None:
            word, number = token["word"], int(token["number"] or 0)
            if word == b"ansicpg":
                codec = codec_of(f"cp{number}" if number != 65001 else "utf-8") or codec
            elif word == b"htmltag":
                hidden, tagged = False, True
            elif word == b"htmlrtf":
                # What stands between \htmlrtf and \htmlrtf0 is only for readers of RTF.
                hidden = token["number"] != b"0"
            elif word in _HIDDEN or word == b"mhtmltag" or (starred and word != b"htmltag"):
                hidden = True
            elif word == b"uc":
                unicode_skip = max(0, min(number, 8))
            elif word == b"u" and token["number"]:
                if shown:
                    flush()
                    out.append(chr(number % 0x10000))
                skip = unicode_skip
            elif shown and word in _SPOKEN and not (encapsulated and tagged and word in (b"cell", b"row")):
                flush()
                out.append(_SPOKEN[word])
        starred = False
    flush()
    return ["".join(out).encode("utf-16", "surrogatepass").decode("utf-16", "replace")]
