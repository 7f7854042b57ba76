"""Mailboxes in one file (RFC 4155 and its relatives), read from front to back, from any mail on.

A "From " line begins a mail only after an empty line and before something that looks like a header: programs that
escape nothing leave such lines in the texts of mails. Escaped lines (">From ") lose one ">".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

#: A mail larger than this is left out, and said to be.
MOST_BYTES = 50 * 1024 * 1024
#: Longer lines are read in pieces, so that a file without line ends does not fill the memory.
_LONGEST_LINE = 1024 * 1024
#: "From bo@larsen.example Mon Jan  1 12:00:00 2024", and what Mozilla writes: "From - Mon ...", "From ".
_SEPARATOR = re.compile(rb"From (?:\r?\n|- |[^\r\n]*\d\d?:\d\d)")
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:|>?From ")
_ESCAPED = re.compile(rb">+From ")
_EMPTY = (b"\n", b"\r\n")


@dataclass(frozen=True, slots=True)
class Found:
    """A mail (None: it is too large to be taken) and the position behind it, from where reading can go on."""

    body: bytes | None
    end: int


def mails(file: IO[bytes], start: int = 0, *, most: int = MOST_BYTES) -> Iterator[Found]:
    """The mails in `file`, which stands at the position `start`: the beginning, or the `end` of a mail found before.

    A file that begins without a "From " line is one mail up to the first such line. Memory: one mail.
    """
    mail = _Mail(most)
    position = start
    after_empty = True
    line = file.readline(_LONGEST_LINE)
    while line:
        following = file.readline(_LONGEST_LINE)
        if after_empty and _SEPARATOR.match(line) and _HEADER.match(following):
            if mail.has_content:
                yield Found(mail.taken(), position)
            mail = _Mail(most)
        else:
            mail.add(line)
        position += len(line)
        after_empty = line in _EMPTY
        line = following
    if mail.has_content:
        yield Found(mail.taken(), position)


def is_mbox(beginning: bytes) -> bool:
    """Whether a file that begins like this is a mailbox."""
    line, _, rest = beginning.lstrip(b"\r\n").partition(b"\n")
    return bool(_SEPARATOR.match(line + b"\n") and _HEADER.match(rest))


class _Mail:
    def __init__(self, most: int) -> None:
        self._lines: list[bytes] = []
        self._most, self._size = most, 0
        self.has_content = False
        self._at_line_start = True

    def add(self, line: bytes) -> None:
        if self._at_line_start and _ESCAPED.match(line):
            line = line[1:]
        self._at_line_start = line.endswith(b"\n")
        self.has_content = self.has_content or line not in _EMPTY
        self._size += len(line)
        if self._size > self._most:
            self._lines.clear()
        else:
            self._lines.append(line)

    def taken(self) -> bytes | None:
        """All of it without the empty line that parts it from the next mail."""
        if self._size > self._most:
            return None
        if len(self._lines) > 1 and self._lines[-1] in _EMPTY:
            self._lines.pop()
        return b"".join(self._lines)
