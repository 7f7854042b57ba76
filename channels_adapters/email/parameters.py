"""Parameters of structured headers: `text/plain; charset="utf-8"`, with RFC 2231 and what is written instead."""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from channels_adapters.email.charsets import clean, decode
from channels_adapters.email.words import decode_words

_MAX_PARAMETERS = 100
_UNSEPARATED = re.compile(r"(?<=[^\s]) [A-Za-z][\w*\-]{1,30} ?=")
_SECTION = re.compile(r"(?P<name>[^*]{1,60})(?:\*(?P<number>\d{1,3}))?(?P<coded>\*)?\Z")


def parse_parameters(raw: bytes) -> tuple[str, dict[str, str]]:
    """The value before the first semicolon, and the parameters by lower-case name, decoded.

    The RFC 2231 form of a parameter wins over its plain form; the first of two equal names wins.
    """
    pieces = _split(decode(raw))
    if "=" in pieces[0] and (found := _UNSEPARATED.search(pieces[0])):
        # `text/plain charset=utf-8`
        pieces[:1] = [pieces[0][: found.start()], pieces[0][found.start() :]]
    plain: dict[str, str] = {}
    sections: dict[str, list[tuple[int, bool, str]]] = {}
    for piece in pieces[1 : _MAX_PARAMETERS + 1]:
        name, equals, value = piece.partition("=" if "=" in piece else ":")
        name = name.strip().lower()
        if not equals or not name:
            continue
        found = _SECTION.match(name)
        if found and (found["number"] or found["coded"]):
            number = int(found["number"] or 0)
            sections.setdefault(found["name"], []).append((number, bool(found["coded"]), _unquote(value)))
        else:
            plain.setdefault(name, decode_words(_unquote(value)))
    return _unquote(pieces[0]), plain | {name: _join(parts) for name, parts in sections.items()}


def _split(text: str) -> list[str]:
    """At semicolons outside quotes. A quote that never closes reaches to the end."""
    pieces: list[str] = []
    begun = position = 0
    quoted = False
    while position < len(text):
        character = text[position]
        if quoted and character == "\\":
            position += 1
        elif character == '"':
            quoted = not quoted
        elif character == ";" and not quoted:
            pieces.append(text[begun:position])
            begun = position + 1
        position += 1
    pieces.append(text[begun:])
    return pieces


def _unquote(value: str) -> str:
    value = value.strip()
    if value.startswith('""') and len(value) > 2:
        value = value.lstrip('"')
        return value.rstrip('"')
    if not value.startswith('"'):
        return value
    out: list[str] = []
    position = 1
    while position < len(value) and value[position] != '"':
        # A backslash before anything but a quote or itself is a Windows path, not an escape.
        if value[position] == "\\" and value[position + 1 : position + 2] in ('"', "\\"):
            position += 1
        out.append(value[position])
        position += 1
    return "".join(out)


def _join(parts: list[tuple[int, bool, str]]) -> str:
    parts.sort(key=lambda part: part[0])
    charset = ""
    if parts[0][1] and parts[0][2].count("'") >= 2:
        charset, _, rest = parts[0][2].split("'", 2)
        parts[0] = (0, True, rest)
    if not any(coded for _, coded, _ in parts):
        return decode_words("".join(text for _, _, text in parts))
    raw = b"".join(
        unquote_to_bytes(text) if coded else text.encode("utf-8", "surrogateescape") for _, coded, text in parts
    )
    return clean(decode(raw, charset))
