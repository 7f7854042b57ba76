"""HTML as a flat run of tags and text, read once from left to right.

The standard library's parser reads the rest of the document again for every construct that never closes;
this one consumes each character once, whatever is written. It makes no tree and judges nothing: the html is
sanitised elsewhere, at display.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9:\-]{0,40}")
_ATTRIBUTE_NAME = re.compile(r"[^\s=>\"'/]{1,100}")
_SPACE_OR_SLASH = re.compile(r"[\s/]+")
_MARKUP = re.compile(r"<(?=[A-Za-z/!?])")
_MAX_ATTRIBUTES = 50
_SPACE = re.compile(r"\s+")
_BARE_VALUE = re.compile(r"[^\s>]+")
# What these hold is not for readers.
_SKIPPED = frozenset({"script", "style", "title", "template", "noscript", "svg", "object", "xml"})


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag, or an end tag when `closing`."""

    name: str
    closing: bool = False
    attributes: dict[str, str] = field(default_factory=dict)


def tokens(html: str) -> Iterator[Tag | str]:
    """Tags and the text between them, entities decoded; comments, declarations and scripts left out."""
    reader = _Reader(html)
    position = 0
    while position < len(html):
        found = _MARKUP.search(html, position)
        begin = found.start() if found else len(html)
        if begin > position:
            yield unescape(html[position:begin])
        if begin == len(html):
            return
        token, position = reader.markup(begin)
        if token is not None:
            yield token


class _Reader:
    """Reads one piece of markup at a time; remembers what occurs no more, so as never to look for it again."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.absent: set[str] = set()

    def find(self, what: str, position: int) -> int:
        if what in self.absent:
            return -1
        place = self.html.find(what, position)
        if place < 0:
            self.absent.add(what)
        return place

    def after(self, what: str, position: int) -> int:
        """Behind the next `what`; the end of the document if there is none."""
        place = self.find(what, position)
        return len(self.html) if place < 0 else place + len(what)

    def markup(self, begin: int) -> tuple[Tag | None, int]:
        """What starts at this `<` (None for what readers don't see), and where to read on."""
        html = self.html
        second = html[begin + 1]
        if second in "!?":
            # `<!-->` is a whole comment; Outlook's conditional ones end the same way.
            comment = html.startswith("<!--", begin)
            return None, self.after("-->", begin + 2) if comment else self.after(">", begin)
        closing = second == "/"
        found = _NAME.match(html, begin + 1 + closing)
        if not found:
            return None, self.after(">", begin)
        name = found[0].lower()
        attributes, position = self.attributes(found.end())
        if name in _SKIPPED and not closing:
            return None, self.close_of(name, position)
        return Tag(name, closing, attributes), position

    def close_of(self, name: str, position: int) -> int:
        """Behind the end tag; where none follows, the start tag counts as empty."""
        for spelling in (f"</{name}", f"</{name.upper()}"):
            if (place := self.find(spelling, position)) >= 0:
                return self.after(">", place)
        return position

    def attributes(self, position: int) -> tuple[dict[str, str], int]:
        html = self.html
        found: dict[str, str] = {}
        if html.startswith(">", position):
            return found, position + 1
        for _ in range(_MAX_ATTRIBUTES):
            if position >= len(html):
                return found, position
            if space := _SPACE_OR_SLASH.match(html, position):
                position = space.end()
            if html.startswith(">", position):
                return found, position + 1
            name = _ATTRIBUTE_NAME.match(html, position)
            if not name:
                position += 1
                continue
            value, position = self.value(name.end())
            found.setdefault(name[0].lower(), value)
        return found, self.after(">", position)

    def value(self, position: int) -> tuple[str, int]:
        html = self.html
        space = _SPACE.match(html, position)
        equals = space.end() if space else position
        if not html.startswith("=", equals):
            return "", position
        position = equals + 1
        if space := _SPACE.match(html, position):
            position = space.end()
        quote = html[position : position + 1]
        if quote in ('"', "'") and (end := self.find(quote, position + 1)) >= 0:
            return unescape(html[position + 1 : end]), end + 1
        bare = _BARE_VALUE.match(html, position)
        return (unescape(bare[0]), bare.end()) if bare else ("", position)
