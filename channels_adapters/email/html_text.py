"""Plain text out of a mail's html: what its reader sees, with quotations marked by `>` as in plain mails."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from channels_adapters.email.charsets import clean
from channels_adapters.email.hints import NO_HINTS, Hint
from channels_adapters.email.html_tokens import Tag, tokens

MAX_HTML = 2 * 1024 * 1024
MAX_TEXT = 256 * 1024
MAX_TOKENS = 100_000

_VOID = frozenset(
    {"br", "hr", "img", "input", "meta", "link", "base", "area", "col", "wbr", "source", "embed", "param"}
)
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "table"})
_LINES = frozenset(
    {"div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "address", "center", "form", "body"}
) | {"main", "nav", "aside", "figure", "figcaption", "fieldset", "thead", "tbody", "tfoot", "caption", "html"}
_CELLS = frozenset({"td", "th"})
_HIDDEN = re.compile(
    r"(?:display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden|mso-hide\s{0,3}:\s{0,3}all"
    r"|font-size\s{0,3}:\s{0,3}0(?:px|pt|em|%)?\s{0,3}(?:;|!|$)|max-height\s{0,3}:\s{0,3}0(?:px)?\s{0,3}(?:;|!|$)"
    r"|opacity\s{0,3}:\s{0,3}0(?:\.0)?\s{0,3}(?:;|!|$))",
    re.IGNORECASE,
)
_INDENTED = re.compile(r"border(?:-left)?(?:-width|-style)?\s{0,3}:\s{0,3}(?:none|0(?:px)?)", re.IGNORECASE)
_BAR = re.compile(r"border-left\s{0,3}:\s{0,3}(?!none|0)", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_QUOTE_CLASSES = frozenset({"yahoo_quoted", "protonmail_quote", "tutanota_quote", "zmail_extra", "quoted-text"}) | {
    "history_container", "freshdesk_quote", "front-blockquote", "hs_reply", "quotedmessage"
}  # fmt: skip
_QUOTE_ENDINGS = tuple(_QUOTE_CLASSES)  # Yahoo puts a number in front
_QUOTE_IDS = frozenset({"olk_src_body_section", "isreplycontent", "mail-editor-reference-message-container"})
_ATTRIBUTION_CLASSES = frozenset({"gmail_attr", "moz-cite-prefix", "tutanota_attr", "gmail_quote_attribution"})
# Outlook's and Windows Mail's rule above the headers of what they quote; ids and markers of others.
_REPLY_FRAME = re.compile(
    r"border:none;border-top:solid#[0-9a-f]{6}1\.0pt;padding:3\.0pt0(?:in|cm)?0(?:in|cm)?0(?:in|cm)?"
    r"|padding-top:5px;border-top-color:rgb\(229,229,229\);border-top-width:1px;border-top-style:solid"
)
_REPLY_IDS = frozenset({"divrplyfwdmsg", "zwchr"})
_SIGNATURE_CLASSES = frozenset(
    {"gmail_signature", "moz-signature", "protonmail_signature_block", "ms-outlook-mobile-signature"}
)
_SIGNATURE_IDS = frozenset({"signature", "ms-outlook-mobile-signature", "ms-outlook-mobile-body-separator-line"}) | {
    "composer_signature"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rendered:
    """The text, and what the html tells of some of its lines by number."""

    text: str
    hints: Mapping[int, Hint] = field(default_factory=lambda: NO_HINTS)


@dataclass(slots=True)
class _Open:
    """An element that is open."""

    name: str
    hidden: bool = False
    quoted: bool = False
    hint: Hint | None = None
    link: str = ""
    link_line: int = 0
    link_from: int = 0
    preformatted: bool = False
    counter: int = -1


def render(html: str) -> Rendered:
    """The text of the html, as far as the limits allow; the html itself is always kept whole."""
    writer = _Writer()
    for token in islice(tokens(html[:MAX_HTML]), MAX_TOKENS):
        if isinstance(token, str):
            writer.text(token)
        elif token.closing:
            writer.close(token.name)
        else:
            writer.open(token)
        if writer.size > MAX_TEXT:
            break
    return writer.finish()


@dataclass(slots=True)
class _Writer:
    """Collects lines; knows which elements are open."""

    stack: list[_Open] = field(default_factory=list)
    opened: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)
    hints: dict[int, Hint] = field(default_factory=dict)
    line: list[str] = field(default_factory=list)
    size: int = 0
    hidden: int = 0
    quoted: int = 0
    last_depth: int = 0
    preformatted: int = 0
    blank_wanted: bool = False
    hinted: list[Hint] = field(default_factory=list)

    def open(self, tag: Tag) -> None:
        name = tag.name
        if name in _VOID:
            self.void(tag)
            return
        if name in _PARAGRAPHS:
            self.break_line(blank=True)
        elif name in _LINES:
            self.break_line()
        elif name in _CELLS and self.line:
            self.line.append(" ")
        element = _describe(tag)
        if name == "li":
            self.item()
        if name == "ol":
            element.counter = 0
        if name == "a":
            self.close("a")
            element.link_line, element.link_from = len(self.lines), len(self.line)
        if len(self.stack) < 1000:
            self.enter(element)

    def void(self, tag: Tag) -> None:
        if self.hidden:
            return
        if tag.name == "br":
            self.end_line()
        elif tag.name == "hr":
            self.break_line()
            self.line.append("-" * 24)
            if tag.attributes.get("id", "").lower() in _REPLY_IDS:
                self.hints[len(self.lines)] = Hint.REPLY
            self.break_line()
        elif tag.name == "img" and (alt := tag.attributes.get("alt", "").strip()):
            self.text(f"[{alt[:200]}]")

    def enter(self, element: _Open) -> None:
        if element.quoted:
            self.break_line()
        self.stack.append(element)
        self.opened[element.name] += 1
        self.hidden += element.hidden
        self.quoted += element.quoted
        self.preformatted += element.preformatted
        if element.hint is not None:
            self.hinted.append(element.hint)

    def close(self, name: str) -> None:
        if self.opened[name] <= 0:
            return
        while self.stack[-1].name != name:
            self.leave(self.stack[-1])
        self.leave(self.stack[-1])

    def leave(self, element: _Open) -> None:
        if element.link and not self.hidden:
            self.link(element)
        if element.quoted or element.name in _PARAGRAPHS or element.name in _LINES:
            self.break_line(blank=element.name in _PARAGRAPHS)
        self.stack.pop()
        self.opened[element.name] -= 1
        self.hidden -= element.hidden
        self.quoted -= element.quoted
        self.preformatted -= element.preformatted
        if element.hint is not None:
            self.hinted.pop()

    def item(self) -> None:
        holder = next((one for one in reversed(self.stack[-3:]) if one.name in ("ul", "ol")), None)
        if holder is not None and holder.counter >= 0:
            holder.counter += 1
            self.line.append(f"{holder.counter}. ")
        else:
            self.line.append("- ")

    def link(self, element: _Open) -> None:
        begun = element.link_from if element.link_line == len(self.lines) else 0
        shown = "".join(self.line[begun:]).strip()
        target = element.link
        if shown and not _same(shown, target):
            self.line.append(f" <{target}>")

    def text(self, text: str) -> None:
        if self.hidden:
            return
        if self.preformatted:
            first, *others = text.split("\n")
            self.line.append(first)
            for other in others:
                self.end_line()
                self.line.append(other)
            return
        plain = _SPACES.sub(" ", text)
        if plain == " " and not self.line:
            return
        if self.line and self.line[-1].endswith(" "):
            plain = plain.removeprefix(" ")
        elif not self.line:
            plain = plain.lstrip(" ")
        if plain:
            self.line.append(plain)

    def break_line(self, *, blank: bool = False) -> None:
        """End the line if it holds something; ask for an empty line before the next text."""
        if any(self.line):
            self.end_line()
        self.blank_wanted = self.blank_wanted or blank

    def end_line(self) -> None:
        written = "".join(self.line).replace("\xa0", " ").rstrip()
        self.line = []
        depth = min(self.quoted, 10)
        prefix = "> " * depth
        if self.blank_wanted and self.lines and self.lines[-1].strip(" >") and written:
            self.lines.append(("> " * min(depth, self.last_depth)).rstrip())
        self.last_depth = depth
        self.blank_wanted = False
        if self.hinted:
            self.hints[len(self.lines)] = self.hinted[-1]
        elif self.quoted:
            self.hints[len(self.lines)] = Hint.QUOTE
        self.lines.append((prefix + written).rstrip())
        self.size += len(written) + 1

    def finish(self) -> Rendered:
        while self.stack:
            self.leave(self.stack[-1])
        self.break_line()
        first = next((number for number, line in enumerate(self.lines) if line), 0)
        text = "\n".join(self.lines[first:]).rstrip()
        return Rendered(clean(text), {number - first: hint for number, hint in self.hints.items() if number >= first})


def _describe(tag: Tag) -> _Open:
    attributes = tag.attributes
    if not attributes:
        plain = tag.name == "blockquote"
        return _Open(tag.name, quoted=plain, hint=Hint.OWN_QUOTE if plain else None, preformatted=tag.name == "pre")
    style = attributes.get("style", "")[:2000]
    classes = frozenset(attributes.get("class", "").lower().split()[:20])
    identity = attributes.get("id", "").lower().removeprefix("x_")
    element = _Open(tag.name, preformatted=tag.name == "pre")
    element.hidden = "hidden" in attributes or bool(style and _HIDDEN.search(style))
    if tag.name == "blockquote":
        cited = "gmail_quote" in classes or attributes.get("type", "").lower() == "cite"
        element.quoted = cited or bool(_BAR.search(style)) or not _INDENTED.search(style)
        if not attributes or (classes == {"gmail_quote"} and "type" not in attributes):
            element.hint = Hint.OWN_QUOTE
    else:
        element.quoted = identity in _QUOTE_IDS or any(one.endswith(_QUOTE_ENDINGS) for one in classes)
    if classes & _ATTRIBUTION_CLASSES:
        element.hint = Hint.ATTRIBUTION
    elif classes & _SIGNATURE_CLASSES or identity in _SIGNATURE_IDS:
        element.hint = Hint.SIGNATURE
    elif identity in _REPLY_IDS or ("border-top" in style and _REPLY_FRAME.search(_SPACES.sub("", style).lower())):
        element.hint = Hint.REPLY
    if tag.name == "a":
        target = attributes.get("href", "").strip()
        element.link = target[:2000] if target.lower().startswith(("http://", "https://", "mailto:", "tel:")) else ""
    return element


def _same(shown: str, target: str) -> bool:
    """Whether the words of a link already show where it leads."""
    shown = shown.lower().rstrip("/")
    target = target.lower().split("?", 1)[0].rstrip("/") if target.lower().startswith("mailto:") else target.lower()
    for scheme in ("https://", "http://", "mailto:", "tel:"):
        target = target.removeprefix(scheme)
        shown = shown.removeprefix(scheme)
    return shown.removeprefix("www.") == target.rstrip("/").removeprefix("www.")
