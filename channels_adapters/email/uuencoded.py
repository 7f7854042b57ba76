"""Files uuencoded inside a text, as mailers before MIME (and some scripts today) send them."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field

_BEGIN = re.compile(r"begin [0-7]{3,4} (?P<name>[^\r\n]{1,200})\Z")


@dataclass(frozen=True, slots=True)
class UuFile:
    """A file found in a text."""

    name: str
    content: bytes = field(repr=False)


def extract(text: str) -> tuple[str, tuple[UuFile, ...]]:
    """The text without its uuencoded files, and the files. A block that does not decode stays text."""
    if "begin " not in text:
        return text, ()
    kept: list[str] = []
    files: list[UuFile] = []
    block: list[str] = []
    name = ""
    for line in text.split("\n"):
        bare = line.rstrip("\r")
        if not block:
            found = _BEGIN.match(bare)
            if found:
                name, block = found["name"].strip(), [line]
            else:
                kept.append(line)
        elif bare.strip() == "end":
            content = _decode_lines(block[1:])
            if content is None:
                kept += [*block, line]
            else:
                files.append(UuFile(name, content))
            block = []
        elif bare.strip() and not _is_data(bare):
            kept += [*block, line]
            block = []
        else:
            block.append(line)
    return "\n".join(kept + block), tuple(files)


def uudecode(data: bytes) -> bytes:
    """The first file in a part whose transfer encoding is uuencode; the bytes unchanged if there is none."""
    _, files = extract(data.decode("latin-1"))
    return files[0].content if files else data


def _is_data(line: str) -> bool:
    """A length character and as many characters as it says (trailing blanks may be cut off)."""
    length = (ord(line[0]) - 32) & 63
    return " " <= line[0] <= "`" and len(line) <= 2 + (length + 2) // 3 * 4 + 1


def _decode_lines(lines: list[str]) -> bytes | None:
    out: list[bytes] = []
    for line in lines:
        bare = line.rstrip("\r\n")
        if not bare.strip():
            continue
        length = (ord(bare[0]) - 32) & 63
        # Some encoders leave a wrong count of padding characters behind the data: cut them.
        needed = bare[: 1 + (length * 4 + 5) // 3]
        try:
            out.append(binascii.a2b_uu(needed.encode("latin-1")))
        except (binascii.Error, UnicodeError):
            return None
    return b"".join(out)
