"""Plain text as people read it: its addresses are links, what it quotes is told apart by level."""

from __future__ import annotations

import re
from itertools import groupby

from django.utils.html import format_html, urlize
from django.utils.safestring import SafeString, mark_safe

_LONGEST = 60_000
_MARKS = re.compile(r"(?:>[ \t]?){1,20}")
#: Levels have three colours, which take turns.
_COLOURS = 3
_OPENS_ELSEWHERE = ' target="_blank" rel="noopener noreferrer nofollow"'


def prose(text: str) -> SafeString:
    """Text as HTML, escaped, to be shown with its line breaks: links, and quoted lines as quotations."""
    lines = [_level(line) for line in text[:_LONGEST].split("\n")]
    pieces: list[SafeString] = []
    for level, group in groupby(lines, key=lambda line: line[0]):
        words = linked("\n".join(line for _, line in group))
        pieces.append(
            format_html('<blockquote class="q q{}">{}</blockquote>', _colour(level), words) if level else words
        )
    # Without line breaks between them: a quotation is a block already.
    return mark_safe("".join(pieces))  # noqa: S308 - each piece is escaped


def linked(text: str) -> SafeString:
    """Text as HTML: escaped, with its addresses as links that open elsewhere and tell nothing of here."""
    shown = urlize(text[:_LONGEST], nofollow=True, autoescape=True)
    return mark_safe(shown.replace(' rel="nofollow"', _OPENS_ELSEWHERE))  # noqa: S308 - urlize escaped it


def _level(line: str) -> tuple[int, str]:
    marks = _MARKS.match(line)
    return (marks[0].count(">"), line[marks.end() :]) if marks else (0, line)


def _colour(level: int) -> int:
    return (level - 1) % _COLOURS + 1
