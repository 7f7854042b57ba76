"""winmail.dat: what Outlook packs a message and its files into (MS-OXTNEF, MS-OXPROPS).

Read once from front to back; a broken end loses what follows it and nothing before. What is no TNEF at all is None.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from channels_adapters.email.charsets import clean, decode
from channels_adapters.email.rtf import decompress, rtf_to_html

TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_SIGNATURE = 0x223E9F78
_MAX_OBJECTS = 5000
_MAX_PROPERTIES = 2000
_MAX_FILES = 100
_TITLE, _DATA, _RENDERING, _ATTACHMENT = 0x8010, 0x800F, 0x9002, 0x9005
_BODY, _PROPERTIES, _CODEPAGE = 0x800C, 0x9003, 0x9007
_PLAIN_BODY, _HTML_BODY, _RTF_BODY, _INTERNET_CODEPAGE = 0x1000, 0x1013, 0x1009, 0x3FDE
_LONG_NAME, _SHORT_NAME, _CONTENT_ID, _MIME_TYPE, _OBJECT, _SHOWN_NAME = 0x3707, 0x3704, 0x3712, 0x370E, 0x3701, 0x3001
_FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
_VARIABLE = frozenset({13, 30, 31, 258})
# What begins an embedded message or object, before its bytes.
_INTERFACE = 16


@dataclass(slots=True)
class TnefFile:
    """A file in it. `embedded` is true for a whole message inside, itself TNEF."""

    name: str = ""
    content: bytes = field(default=b"", repr=False)
    content_type: str = ""
    content_id: str = ""
    embedded: bool = False


@dataclass(slots=True)
class Tnef:
    """What was in it; `whole` says that nothing of it was unreadable."""

    text: str = ""
    html: str = ""
    files: list[TnefFile] = field(default_factory=list)
    whole: bool = True


def read_tnef(data: bytes) -> Tnef | None:
    """The message and its files; None when it is no TNEF."""
    if len(data) < 6 or struct.unpack_from("<I", data)[0] != _SIGNATURE:
        return None
    found = Tnef()
    codepage = "cp1252"
    file: TnefFile | None = None
    for level, name, start, end in _objects(found, data):
        if name == _RENDERING:
            file = TnefFile()
            if len(found.files) >= _MAX_FILES:
                found.whole = False
                break
            found.files.append(file)
        elif level == 2 and file is not None:
            _read_file(found, file, name, data, start, end, codepage)
        elif name == _CODEPAGE and end - start >= 4:
            codepage = f"cp{struct.unpack_from('<I', data, start)[0]}"
        elif name == _BODY:
            found.text = found.text or decode(data[start:end].rstrip(b"\0"), codepage)
        elif name == _PROPERTIES:
            _read_body(found, data, start, end, codepage)
    return found


def _objects(found: Tnef, data: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Level, name, start and end of each attribute."""
    position = 6
    for _ in range(_MAX_OBJECTS):
        if position + 11 > len(data):
            return
        level, name, _, length = struct.unpack_from("<BHHI", data, position)
        start = position + 9
        if level not in (1, 2) or start + length > len(data):
            break
        yield level, name, start, start + length
        position = start + length + 2
    found.whole = False


def _read_file(found: Tnef, file: TnefFile, name: int, data: bytes, start: int, end: int, codepage: str) -> None:
    if name == _TITLE:
        file.name = file.name or decode(data[start:end].rstrip(b"\0"), codepage)
    elif name == _DATA:
        file.content = data[start:end]
    elif name == _ATTACHMENT:
        for tag, value in _properties(found, data, start, end):
            if tag == _LONG_NAME:
                file.name = _text(value, codepage) or file.name
            elif tag in (_SHORT_NAME, _SHOWN_NAME):
                file.name = file.name or _text(value, codepage)
            elif tag == _CONTENT_ID:
                file.content_id = _text(value, codepage).strip("<> ")
            elif tag == _MIME_TYPE:
                file.content_type = _text(value, codepage).lower()
            elif tag == _OBJECT and isinstance(value, bytes) and not file.content:
                file.content = value[_INTERFACE:]
                file.embedded = file.content[:4] == struct.pack("<I", _SIGNATURE)


def _read_body(found: Tnef, data: bytes, start: int, end: int, codepage: str) -> None:
    values = dict(_properties(found, data, start, end))
    number = values.get(_INTERNET_CODEPAGE)
    declared = _codec(int.from_bytes(number, "little")) if isinstance(number, bytes) and number else codepage
    if _HTML_BODY in values:
        found.html = _text(values[_HTML_BODY], declared)
    if _PLAIN_BODY in values:
        found.text = _text(values[_PLAIN_BODY], codepage)
    rtf = values.get(_RTF_BODY)
    if not found.html and isinstance(rtf, bytes):
        html, text = rtf_to_html(decompress(rtf))
        found.html = html
        found.text = found.text or text


def _codec(codepage: int) -> str:
    return {65001: "utf-8", 20127: "ascii", 20866: "koi8-r", 50220: "iso-2022-jp", 28591: "latin-1"}.get(
        codepage, f"iso-8859-{codepage - 28590}" if 28590 < codepage < 28606 else f"cp{codepage}"
    )


def _text(value: bytes | str, codepage: str) -> str:
    return clean(value if isinstance(value, str) else decode(value.rstrip(b"\0"), codepage))


def _properties(found: Tnef, data: bytes, start: int, end: int) -> Iterator[tuple[int, bytes | str]]:
    """Tag and value of the properties that have one value; strings in UTF-16 decoded."""
    try:
        yield from _read_properties(data, start, end)
    except (struct.error, ValueError):
        found.whole = False


def _read_properties(data: bytes, start: int, end: int) -> Iterator[tuple[int, bytes | str]]:
    (count,) = struct.unpack_from("<I", data, start)
    position = start + 4
    for _ in range(min(count, _MAX_PROPERTIES)):
        if position + 4 > end:
            raise ValueError("a property beyond the end")
        kind, tag = struct.unpack_from("<HH", data, position)
        position += 4
        if tag >= 0x8000:
            position = _behind_name(data, position)
        multiple, kind = kind & 0x1000, kind & 0x0FFF
        number = 1
        if multiple or kind in _VARIABLE:
            (number,) = struct.unpack_from("<I", data, position)
            position += 4
        for _ in range(min(number, _MAX_PROPERTIES)):
            if kind in _VARIABLE:
                (length,) = struct.unpack_from("<I", data, position)
                position += 4
            elif kind in _FIXED:
                length = _FIXED[kind]
            else:
                raise ValueError(f"a property of the unknown kind {kind}")
            if position + length > end:
                raise ValueError("a value beyond the end")
            value = data[position : position + length]
            position += length + (-length % 4)
            if not multiple:
                yield tag, value.decode("utf-16-le", "replace").rstrip("\0") if kind == 31 else value


def _behind_name(data: bytes, position: int) -> int:
    """Named properties say their name before their value."""
    kind = int.from_bytes(data[position + 16 : position + 20], "little")
    if kind == 0:
        return position + 24
    length = int.from_bytes(data[position + 20 : position + 24], "little")
    return position + 24 + length + (-length % 4)
