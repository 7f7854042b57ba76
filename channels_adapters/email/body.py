"""From the MIME tree to what a reader gets: one text, one html, attachments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from urllib.parse import unquote, urlsplit

from channels_adapters.contracts import Attachment, AttachmentKind, CalendarEntry
from channels_adapters.email.charsets import decode
from channels_adapters.email.filenames import default_name, display_name
from channels_adapters.email.flowed import unflow
from channels_adapters.email.hints import NO_HINTS, Hint
from channels_adapters.email.html_text import render
from channels_adapters.email.mime import Part, Tree, read, read_head
from channels_adapters.email.parameters import parse_parameters
from channels_adapters.email.pieces import MAX_ATTACHMENTS, Item, Pieces
from channels_adapters.email.uuencoded import extract
from channels_adapters.email.wrapped import add_tnef, is_tnef, signed_mail, unwrap_pgp, why_unreadable

# What is longer is no letter: it is attached whole, and its beginning is shown.
MAX_READABLE = {"text/plain": 2 * 1024 * 1024, "text/html": 8 * 1024 * 1024}
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,5}=\s{0,5}[\"']?([A-Za-z0-9_\-]{2,40})", re.IGNORECASE)
_FILE_NAME = re.compile(r"[^\s.][^.]{0,100}\.[A-Za-z0-9]{2,5}\Z")


@dataclass(frozen=True, slots=True)
class Body:
    """`text` is all of it as plain text; `hints` are what the html said of its lines, when it came from html."""

    text: str
    html: str
    attachments: tuple[Attachment, ...]
    unsupported: str = ""
    hints: Mapping[int, Hint] = field(default_factory=lambda: NO_HINTS)
    calendar: tuple[CalendarEntry, ...] = ()


def read_body(tree: Tree, raw: bytes) -> Body:
    """Everything in the mail; beyond a limit the mail itself is attached whole, and `unsupported` says so."""
    found = Pieces(over=tree.over)
    _walk(found, tree.root, root=True)
    if found.over:
        whole = Attachment(AttachmentKind.MESSAGE, "original.eml", "message/rfc822", len(raw), content=raw)
        found.attachments = [*found.attachments[: MAX_ATTACHMENTS - 1], whole]
        found.unsupported = f"The message has {found.over}; all of it is in original.eml."
    if not found.has_text():
        found.items += found.spare
    text, hints = _text_of(found.items)
    return Body(text, _html_of(found.items), tuple(found.attachments), found.unsupported, hints, tuple(found.calendar))


def _walk(found: Pieces, part: Part, *, root: bool = False, inside: str = "", item: Item | None = None) -> None:
    kind = part.content_type
    if kind == "multipart/encrypted":
        found.unsupported = found.unsupported or "The message is encrypted (OpenPGP)."
    if part.children:
        shared = Item() if kind == "multipart/alternative" else item
        if shared is not None and shared is not item:
            found.items.append(shared)
        for number, child in enumerate(part.children):
            # Behind its root, a related part holds what the root refers to.
            _walk(found, child, inside=kind, item=None if kind == "multipart/related" and number else shared)
        return
    disposition, given = _disposition(part)
    name = display_name(given.get("filename", "") or part.parameters.get("name", "")) or _described_name(part)
    if kind in MAX_READABLE and disposition != "attachment" and (root or not name or _is_first(found, item)):
        _read_text(found, part, item)
    elif not (part.start >= part.end and not name and not root):
        _read_file(found, part, disposition, name, inside)


def _disposition(part: Part) -> tuple[str, dict[str, str]]:
    value = part.header("content-disposition")
    if value is None:
        return "", {}
    disposition, parameters = parse_parameters(value)
    return disposition.strip().lower(), parameters


def _described_name(part: Part) -> str:
    """A file name from where it lay, or from its description when that is one."""
    if part.content_type.startswith(("text/", "multipart/", "message/")):
        return ""
    location = urlsplit(part.words("content-location")[:2000]).path
    for name in (unquote(location), part.words("content-description")):
        if _FILE_NAME.search(name := display_name(name)):
            return name
    return ""


def _is_first(found: Pieces, item: Item | None) -> bool:
    """A named text that stands where the body belongs (some programs name every part)."""
    return item is not None or not (found.items or found.attachments)


def _read_text(found: Pieces, part: Part, item: Item | None) -> None:
    content = part.readable()
    most = MAX_READABLE[part.content_type]
    if len(content) > most:
        number = len(found.attachments) + 1
        name = default_name(part.content_type, number)
        found.attach(Attachment(AttachmentKind.FILE, name, part.content_type, len(content), content=content))
        found.unsupported = found.unsupported or f"The text is very long; all of it is in {name}."
        line_end = content.rfind(b"\n", 0, most)
        content = content[: line_end if line_end > 0 else most]
    text = decode(content, _charset_of(part, content)).replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    if part.content_type == "text/html":
        if item is not None and item.html is None:
            item.html = text
        else:
            found.items.append(Item(html=text))
        return
    if part.parameters.get("format", "").lower() == "flowed":
        text = unflow(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
    text = unwrap_pgp(found, text)
    text, files = extract(text)
    if item is not None and item.text is None:
        item.text = text
    else:
        found.items.append(Item(text=text))
    for file in files:
        found.attach_file(file.name, "application/octet-stream", file.content)


def _charset_of(part: Part, content: bytes) -> str:
    declared = part.parameters.get("charset", "")
    if not declared and part.content_type == "text/html" and (named := _META_CHARSET.search(content[:4096])):
        return named[1].decode("ascii")
    return declared


def _read_file(found: Pieces, part: Part, disposition: str, name: str, inside: str) -> None:
    """An attachment; what only packs others is unpacked."""
    kind, content = part.content_type, part.content()
    if is_tnef(kind, name) and add_tnef(found, content):
        return
    if not name and kind == "message/rfc822":
        subject = display_name(read_head(content[: 64 * 1024]).words("subject").replace("/", " "))
        name = f"{subject[:100]}.eml" if subject else ""
    content_id = part.words("content-id").strip("<> ")[:500]
    found.attach_file(
        name,
        kind,
        content,
        content_id=content_id,
        inline=disposition == "inline" or (disposition == "" and bool(content_id) and inside == "multipart/related"),
        charset=part.parameters.get("charset", ""),
        method=part.parameters.get("method", ""),
    )
    if signed := signed_mail(kind, name, content):
        tree = read(signed)
        # What is signed inside is not unwrapped again: one letter in one envelope.
        if tree.root.content_type not in ("application/pkcs7-mime", "application/x-pkcs7-mime"):
            found.over = found.over or tree.over
            _walk(found, tree.root, root=True)
    elif reason := why_unreadable(kind, name, part.parameters.get("smime-type", ""), content):
        found.unsupported = found.unsupported or reason


def _text_of(items: list[Item]) -> tuple[str, Mapping[int, Hint]]:
    pieces: list[str] = []
    hints: dict[int, Hint] = {}
    for item in items:
        piece = (item.text or "").strip("\n")
        if not piece.strip() and item.html is not None:
            rendered = render(item.html)
            piece = rendered.text
            above = sum(one.count("\n") + 2 for one in pieces)
            hints |= {number + above: hint for number, hint in rendered.hints.items()}
        if piece.strip():
            pieces.append(piece)
    return "\n\n".join(pieces), hints


def _html_of(items: list[Item]) -> str:
    """The html as it came; where several pieces follow each other, all of them."""
    if not any(item.html for item in items):
        return ""
    return "\n".join(
        item.html if item.html is not None else f"<pre>{escape(item.text or '')}</pre>"
        for item in items
        if item.html or (item.text and item.text.strip())
    )
