"""A mail that a provider took apart, put together again, so that one parser reads all mails."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

_NAME = re.compile(r"[!-9;-~]{1,100}\Z")
# Everything between the boundaries is base64, which knows no such line.
_OUTER, _INNER = "=_outer", "=_inner"
_OURS = frozenset({"content-type", "content-transfer-encoding", "content-disposition", "mime-version"})


@dataclass(frozen=True, slots=True)
class File:
    """An attachment as a provider hands it over."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    content_id: str = ""


def put_together(
    headers: Iterable[tuple[str, str]],
    text: str | None,
    html: str | None,
    files: Sequence[File] = (),
) -> bytes:
    """The mail as MIME bytes: the same parts give the same bytes."""
    return b"".join(
        (
            _head(headers),
            f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="{_OUTER}"\r\n\r\n'.encode(),
            f'--{_OUTER}\r\nContent-Type: multipart/alternative; boundary="{_INNER}"\r\n\r\n'.encode(),
            *(_text(kind, body) for kind, body in (("plain", text or ("" if html else " ")), ("html", html)) if body),
            f"--{_INNER}--\r\n".encode(),
            *(_file(one) for one in files),
            f"--{_OUTER}--\r\n".encode(),
        )
    )


def with_envelope(raw: bytes, recipients: Sequence[str]) -> bytes:
    """The mail with the addresses it was delivered to on top, as a mail server writes them down."""
    found = list(dict.fromkeys(one for each in recipients if (one := one_line(each))))
    return b"".join(f"X-Envelope-To: {one}\r\n".encode("utf-8", "replace") for one in found) + raw


def mailbox(name: str, address: str) -> str:
    """A name and an address as they stand in a header."""
    quoted = re.sub(r'(["\\])', r"\\\1", name)
    return f'"{quoted}" <{address}>' if name and name != address else address


def one_line(text: str) -> str:
    """The text without line breaks: it becomes a header."""
    return " ".join(text.replace("\0", " ").split())


def _head(headers: Iterable[tuple[str, str]]) -> bytes:
    lines = [
        f"{name}: {one_line(value)}\r\n"
        for name, value in headers
        if _NAME.match(name) and name.lower() not in _OURS and value
    ]
    return "".join(lines).encode("utf-8", "replace")


def _text(kind: str, body: str) -> bytes:
    data = body if isinstance(body, bytes) else body.encode("utf-8", "replace")
    return _part(_INNER, f"Content-Type: text/{kind}; charset=utf-8", data)


def _file(file: File) -> bytes:
    disposition = "inline" if file.content_id else "attachment"
    named = f"; filename*=utf-8''{quote(file.name.encode('utf-8', 'replace'), safe='')}" if file.name else ""
    lines = [
        f"Content-Type: {one_line(file.content_type) or 'application/octet-stream'}",
        f"Content-Disposition: {disposition}{named}",
    ]
    if file.content_id:
        lines.append(f"Content-ID: <{one_line(file.content_id).strip('<> ')}>")
    return _part(_OUTER, "\r\n".join(lines), file.content)


def _part(boundary: str, head: str, data: bytes) -> bytes:
    lines = f"--{boundary}\r\n{head}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode("utf-8", "replace")
    return lines + b64encode(data) + b"\r\n"
