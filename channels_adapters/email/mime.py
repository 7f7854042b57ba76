"""The MIME tree of a mail as places in its raw bytes.

The standard library's parser nests one generator a level, checks every line against every open boundary and
rewrites nested messages; this one is linear, bounded and exact: a part knows where it starts and ends, so an
attached message keeps its bytes. RFC 2045, 2046; what senders do instead is read as well as it can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from channels_adapters.email.parameters import parse_parameters
from channels_adapters.email.transfer import readable_content, undo_transfer
from channels_adapters.email.words import decode_words, header_bytes

MAX_MAIL = 35 * 1024 * 1024
MAX_PARTS = 200
MAX_DEPTH = 20
_MAX_HEADERS = 1000
_MAX_HEADER = 64 * 1024
_MAX_SECTION = 512 * 1024

_HEADER = re.compile(rb"[!-9;-~\x80-\xff]{1,200}[ \t]{0,20}:")
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_BREAKS = re.compile(r"[\r\n]+ ?")
_PARAMETER = re.compile(rb"[ \t]{0,4}[A-Za-z][A-Za-z0-9*\-]{1,40}=")


@dataclass(slots=True)
class Part:
    """One entity: its headers as written, its content type, and where its body lies in the raw bytes."""

    raw: bytes = field(repr=False)
    headers: list[tuple[str, bytes]]
    start: int
    end: int
    content_type: str
    parameters: dict[str, str]
    children: list[Part] = field(default_factory=list)
    charset: str = ""  # of the readable text: what raw 8-bit headers are probably written in
    index: dict[str, list[bytes]] | None = field(default=None, repr=False, compare=False)

    def header(self, name: str) -> bytes | None:
        """The first header of that name (lower case), unfolded."""
        found = self.by_name().get(name)
        return found[0] if found else None

    def text(self, name: str) -> str:
        """The first header of that name as text, encoded words still encoded; "" if there is none."""
        found = self.by_name().get(name)
        return header_bytes(found[0], self.charset) if found else ""

    def words(self, name: str) -> str:
        """The first header of that name as a reader should see it; "" if there is none."""
        text = decode_words(self.text(name)).strip()
        return _BREAKS.sub(" ", text) if "\n" in text or "\r" in text else text

    def texts(self, name: str) -> Iterator[str]:
        """All headers of that name as text, encoded words still encoded."""
        return (header_bytes(value, self.charset) for value in self.header_values(name))

    def header_values(self, name: str) -> Iterator[bytes]:
        """All headers of that name (lower case), unfolded, in order."""
        return iter(self.by_name().get(name, ()))

    def by_name(self) -> dict[str, list[bytes]]:
        """The values of each header, by its name in lower case."""
        if self.index is None:
            self.index = {}
            for name, value in self.headers:
                self.index.setdefault(name.lower(), []).append(value)
        return self.index

    def content(self) -> bytes:
        """The body with its transfer encoding undone."""
        return undo_transfer(self.raw[self.start : self.end], self.header("content-transfer-encoding") or b"")

    def readable(self) -> bytes:
        """The body of a text, its transfer encoding undone also where none is declared and there clearly is one."""
        return readable_content(self.raw[self.start : self.end], self.header("content-transfer-encoding") or b"")

    def leaves(self) -> Iterator[Part]:
        """Itself, or all leaves below, in order."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


@dataclass(slots=True)
class Tree:
    """A read mail. `over` names the limit it went beyond ("" if none); from there on it was not taken apart."""

    root: Part
    over: str = ""
    parts: int = 0


def read(raw: bytes) -> Tree:
    """Take the mail apart, down to the limits."""
    if b"\n" not in raw[:_MAX_HEADER] and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    tree = Tree(Part(raw, [], 0, len(raw), "text/plain", {}))
    tree.root = _entity(tree, raw, _skip_preface(raw), len(raw), 0, "text/plain")
    texts = (part for part in tree.root.leaves() if part.content_type.startswith("text/"))
    tree.root.charset = next((part.parameters["charset"] for part in texts if "charset" in part.parameters), "")
    return tree


def read_head(raw: bytes) -> Part:
    """Only the headers of what looks like a message: of a returned one, of an attached one."""
    start = _skip_preface(raw)
    headers, body = _headers(raw, start, len(raw))
    return Part(raw, headers, body, len(raw), "text/plain", {})


def _skip_preface(raw: bytes) -> int:
    """Where the headers start: behind empty lines, a byte order mark and an mbox `From ` line."""
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    while raw[start : start + 1] in (b"\r", b"\n"):
        start += 1
    for mark in (b"From ", b">From "):
        if raw.startswith(mark, start) and not _HEADER.match(raw, start):
            line_end = raw.find(b"\n", start)
            start = line_end + 1 if line_end >= 0 else len(raw)
    return start


def _entity(tree: Tree, raw: bytes, start: int, end: int, depth: int, default: str) -> Part:
    tree.parts += 1
    headers, body = _headers(raw, start, end)
    part = Part(raw, headers, body, end, default, {})
    if (declared := part.header("content-type")) is not None:
        value, part.parameters = parse_parameters(declared)
        part.content_type = _content_type(value.lower(), default)
    if part.content_type.startswith("multipart/"):
        _divide(tree, part, depth)
    return part


def _content_type(value: str, default: str) -> str:
    main, slash, sub = value.partition("/")
    main, sub = main.strip(), sub.split(None, 1)[0] if sub.strip() else ""
    if slash and main and sub:
        return f"{main}/{sub}"
    return {"text": "text/plain", "plain": "text/plain", "html": "text/html"}.get(main, "" if main else default) or (
        "application/octet-stream"
    )


def _divide(tree: Tree, part: Part, depth: int) -> None:
    boundary = part.parameters.get("boundary", "").encode("utf-8", "surrogateescape").rstrip()
    if not boundary:
        boundary = _apparent_boundary(part)
    if boundary and part.raw.find(b"--" + boundary, part.start, part.end) < 0:
        boundary = _apparent_boundary(part)
    if boundary and depth >= MAX_DEPTH:
        tree.over = tree.over or f"parts nested deeper than {MAX_DEPTH}"
        part.content_type = "application/octet-stream"
        return
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    for start, end in _pieces(part.raw, boundary, part.start, part.end) if boundary else ():
        if tree.parts >= MAX_PARTS:
            tree.over = tree.over or f"more than {MAX_PARTS} parts"
            return
        part.children.append(_entity(tree, part.raw, start, end, depth + 1, default))
    if not part.children:
        part.content_type = "text/plain"


def _apparent_boundary(part: Part) -> bytes:
    """What a multipart without a boundary parameter seems to use: its first line that starts with two dashes."""
    start = part.start if part.raw.startswith(b"--", part.start) else part.raw.find(b"\n--", part.start, part.end) + 1
    if start <= 0:
        return b""
    line_end = part.raw.find(b"\n", start, part.end)
    if line_end < 0 or not _headers_follow(part.raw, line_end + 1, part.end):
        return b""
    return part.raw[start + 2 : line_end].strip()[:200]


def _headers_follow(raw: bytes, position: int, end: int) -> bool:
    line = raw[position : min(end, position + 200)]
    return line[:1] in b"\r\n" or _HEADER.match(line) is not None


def _pieces(raw: bytes, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The bodies between delimiter lines; an unterminated last one reaches to the end."""
    delimiter = b"\n--" + boundary
    opened = -1
    position = start - 1 if raw.startswith(delimiter[1:], start) else raw.find(delimiter, start, end)
    while position >= start - 1:
        after = position + len(delimiter)
        line_end = raw.find(b"\n", after, end)
        line_end = end if line_end < 0 else line_end
        rest = raw[after : min(line_end, after + 200)].strip()
        if rest in (b"", b"--"):
            if opened >= 0:
                yield opened, _before_line_break(raw, opened, position + 1)
            opened = line_end + 1 if rest == b"" else -1
            if rest == b"--":
                return
        position = raw.find(delimiter, line_end, end)
        if position < 0:
            break
    if 0 <= opened <= end:
        yield opened, end


def _before_line_break(raw: bytes, start: int, position: int) -> int:
    """The line break before a delimiter belongs to the delimiter."""
    if position > start and raw[position - 1 : position] == b"\n":
        position -= 1
        if position > start and raw[position - 1 : position] == b"\r":
            position -= 1
    return position


def _headers(raw: bytes, start: int, end: int) -> tuple[list[tuple[str, bytes]], int]:
    """The header lines and where the body starts. A stray line between headers is passed over.

    Of an endless header section only the beginning is read; the body starts behind the next empty line.
    """
    headers: list[tuple[str, bytes]] = []
    chunks: list[bytes] = []
    position = start
    while position < end:
        if position - start > _MAX_SECTION:
            found = _EMPTY_LINE.search(raw, position, end)
            position = found.end() if found else end
            break
        line_end = raw.find(b"\n", position, end)
        line_end = end if line_end < 0 else line_end
        line = raw[position : min(line_end, position + _MAX_HEADER)].rstrip(b"\r")
        following = min(line_end + 1, end)
        if not line:
            position = following
            break
        if (line[:1] in b" \t" and chunks) or _is_unfolded(line, chunks):
            if len(chunks) < _MAX_HEADERS:
                chunks.append(line)
        elif _HEADER.match(line):
            _keep(headers, chunks)
            chunks = [line]
        elif not _headers_go_on(raw, following, end):
            break
        position = following
    _keep(headers, chunks)
    return headers, position


def _is_unfolded(line: bytes, chunks: list[bytes]) -> bool:
    """A parameter on a line of its own that should begin with a space."""
    return bool(chunks) and chunks[-1].rstrip().endswith(b";") and _PARAMETER.match(line) is not None


def _headers_go_on(raw: bytes, position: int, end: int) -> bool:
    """Whether one of the next lines, before an empty one, is a header or its continuation."""
    for _ in range(3):
        line_end = raw.find(b"\n", position, end)
        line = raw[position : min(end if line_end < 0 else line_end, position + 300)].rstrip(b"\r")
        if not line.strip():
            return False
        if _HEADER.match(line) or line[:1] in b" \t":
            return True
        if line_end < 0:
            return False
        position = line_end + 1
    return False


def _keep(headers: list[tuple[str, bytes]], chunks: list[bytes]) -> None:
    if not chunks or len(headers) >= _MAX_HEADERS:
        return
    name, _, value = b"".join(chunks)[:_MAX_HEADER].partition(b":")
    headers.append((name.rstrip().decode("ascii", "replace"), value.strip()))
