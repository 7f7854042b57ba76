"""What a person newly wrote, told apart from what the mail program quoted and from signatures.

Rules on lines, none of which looks further than a few lines around itself: the work grows with the text, not
with its shape. When in doubt a line counts as newly written; nothing is lost, for the full text is kept beside.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from channels_adapters.email import attributions
from channels_adapters.email.glued import unglued
from channels_adapters.email.hints import NO_HINTS, Hint
from channels_adapters.email.quote_words import FORWARDED, ORIGINAL, ORIGINAL_ALONE, REPLY_ABOVE
from channels_adapters.email.signatures import signature_lines

MAX_SCANNED = 256 * 1024
MAX_LINES = 20_000
_RULE = "-‐‑‒–—―_=*~# \t\u200e\u200f"


_LONG_RULE = 8


class Kind(enum.Enum):
    """What a line of a mail is."""

    NEW = enum.auto()
    QUOTE = enum.auto()
    SIGNATURE = enum.auto()


@dataclass(frozen=True, slots=True)
class Fragment:
    """Neighbouring lines of one kind."""

    kind: Kind
    text: str


def newly_written(text: str, *, forwarded: bool = False, hints: Mapping[int, Hint] = NO_HINTS) -> str:
    """The new part: without quotations, without signature; answers between quoted lines stay.

    A forwarded message belongs to the new part: with `forwarded` (the subject says so) also one that only a
    block of headers announces.
    """
    text, hints = unglued(text, hints)
    parts = (
        fragment.text.strip("\n")
        for fragment in split(text, forwarded=forwarded, hints=hints)
        if fragment.kind is Kind.NEW and fragment.text.strip()
    )
    return "\n\n".join(parts).rstrip()


def split(text: str, *, forwarded: bool = False, hints: Mapping[int, Hint] = NO_HINTS) -> tuple[Fragment, ...]:
    """All of the text in fragments, in order."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    scanned = text[:MAX_SCANNED].split("\n", MAX_LINES)[:MAX_LINES]
    rest = text[sum(map(len, scanned)) + len(scanned) - 1 :]
    lines = [line.rstrip() for line in scanned]
    kinds = _Marker(lines, forwarded, hints).mark()
    fragments: list[Fragment] = []
    begun = 0
    for number in range(1, len(lines) + 1):
        if number == len(lines) or kinds[number] is not kinds[begun]:
            fragments.append(Fragment(kinds[begun], "\n".join(lines[begun:number])))
            begun = number
    if rest:
        # What is not looked at is what the last line looked at is.
        last = fragments.pop()
        fragments.append(Fragment(last.kind, last.text + rest))
    return tuple(fragments)


class _Marker:
    """Goes once through the lines and marks each with its kind."""

    def __init__(self, lines: Sequence[str], forwarded: bool, hints: Mapping[int, Hint]) -> None:
        self.lines = lines
        self.forwarded = forwarded
        self.hints = hints
        self.kinds = [Kind.NEW] * len(lines)
        self.quoted = [is_quoted(line) for line in lines]
        self.labels = [attributions.label_of(line) for line in lines]
        self.attributions = attributions.find(lines, self.quoted)
        self.written = False  # something new stands above

    def mark(self) -> list[Kind]:
        end = self.quotations()
        self.lone_quoted_line()
        if Hint.OWN_QUOTE in self.hints.values():
            self.own_quotes()
        self.broken_links()
        self.fill_gaps()
        self.signatures(end)
        return self.kinds

    def quotations(self) -> int:
        """Mark what is quoted; tell where the lines end that may hold a signature (a forwarded message may not)."""
        number = 0
        while number < len(self.lines):
            line = self.lines[number]
            bare = _bare(line)
            if not line.strip():
                number += 1
            elif self.quoted[number]:
                if not self.written and _starts(line.lstrip("> \t").strip(_RULE).lower(), FORWARDED):
                    self.kinds[number:] = [Kind.NEW] * (len(self.lines) - number)
                    return number
                self.kinds[number] = Kind.QUOTE
                if number and len(self.lines[number - 1]) >= _LONG_RULE:
                    self.rules_above(number)
                number += 1
            elif _starts(bare, FORWARDED) and (
                _is_ruled(line) or bare.endswith((":", "：")) or self.hints.get(number) is Hint.ATTRIBUTION
            ):
                return number
            else:
                after = self.announcement(number, line, bare)
                if after == number:
                    self.written = True
                    number += 1
                elif after < 0:
                    return -after
                else:
                    number = after
        return len(self.lines)

    def announcement(self, number: int, line: str, bare: str) -> int:
        """Mark a line that announces a quotation and, where it ends the new text, all below.

        Gives the next line to look at: the same one when it announces nothing, negative to stop there.
        """
        if 10 < len(bare) < 150 and any(words in bare for words in REPLY_ABOVE):
            return self.everything_below(number, number + 1) if self.written else self.only(number, number + 1)
        if self.hints.get(number) is Hint.REPLY:
            return self.headed(number, number + 1)
        if _is_ruled(line) and (_starts(bare, ORIGINAL) or (bare in ORIGINAL_ALONE and line.rstrip().endswith("--"))):
            return self.headed(number, number + 1)
        if bare in ORIGINAL and self.is_headed(number + 1):
            return self.headed(number, number + 1)
        if end := attributions.header_block(self.lines, self.quoted, self.labels, number):
            return self.headed(number, end)
        found = self.attributions.get(number)
        if found is None and self.hints.get(number) is Hint.ATTRIBUTION:
            found = attributions.Attribution(self.end_of_hint(number), strong=True)
        if found is None:
            return number
        if self.is_followed_by_quote(found.end):
            return self.only(number, found.end)
        if not found.strong or not self.written:
            return number
        return self.everything_below(number, found.end)

    def headed(self, number: int, end: int) -> int:
        """A block of headers or `Original Message`: the quotation, or, with nothing above, a forwarded mail."""
        if self.is_followed_by_quote(end) and self.written:
            return self.only(number, end)
        if self.forwarded or not self.written:
            return -number if number else -len(self.lines)
        return self.everything_below(number, end)

    def only(self, number: int, end: int) -> int:
        self.kinds[number:end] = [Kind.QUOTE] * (end - number)
        self.rules_above(number)
        return end

    def everything_below(self, number: int, end: int) -> int:
        self.kinds[number:] = [Kind.QUOTE] * (len(self.lines) - number)
        self.rules_above(number)
        return -len(self.lines)

    def rules_above(self, number: int) -> None:
        """A rule of dashes, or underscores, above belongs to the announcement."""
        above = number - 1
        while above >= 0 and number - above < 6 and not self.lines[above].strip(_RULE):
            above -= 1
        if any(self.lines[above + 1 : number]):
            self.kinds[above + 1 : number] = [Kind.QUOTE] * (number - above - 1)

    def is_headed(self, number: int) -> bool:
        while number < len(self.lines) and not self.lines[number].strip():
            number += 1
        return number < len(self.lines) and self.labels[number] is not None

    def end_of_hint(self, number: int) -> int:
        while number < len(self.lines) and self.hints.get(number) is Hint.ATTRIBUTION and not self.quoted[number]:
            number += 1
        return number

    def is_followed_by_quote(self, number: int) -> bool:
        while number < len(self.lines) and not self.lines[number].strip():
            number += 1
        return number < len(self.lines) and self.quoted[number]

    def lone_quoted_line(self) -> None:
        """One line with `>` in front that nothing announces, between others, is the writer's own way of writing."""
        marked = [number for number, kind in enumerate(self.kinds) if kind is Kind.QUOTE]
        if len(marked) == 1 and self.quoted[marked[0]] and self.written and marked[0] not in self.hints:
            self.kinds[marked[0]] = Kind.NEW

    def own_quotes(self) -> None:
        """Words the writer set off himself, above the quotation his program made, are his."""
        below = False  # an announced quotation stands below
        for number in range(len(self.lines) - 1, -1, -1):
            if self.kinds[number] is Kind.QUOTE and not self.quoted[number]:
                below = below or bool(self.lines[number].strip())
            elif below and self.hints.get(number) is Hint.OWN_QUOTE and self.is_unannounced(number):
                self.kinds[number] = Kind.NEW

    def is_unannounced(self, number: int) -> bool:
        while number >= 0 and (self.hints.get(number) is Hint.OWN_QUOTE or not self.lines[number].strip(" >")):
            number -= 1
        return number >= 0 and self.kinds[number] is Kind.NEW

    def broken_links(self) -> None:
        """A link that some program broke, inside a quotation, is still quoted."""
        for number in range(1, len(self.lines) - 1):
            if self.kinds[number] is Kind.NEW and self.quoted[number - 1] and self.quoted[number + 1]:
                above = self.lines[number - 1]
                opened = above.rfind("(http")
                open_above = opened >= 0 and ")" not in above[opened:]
                if open_above or self.lines[number].lstrip().startswith(("(http://", "(https://")):
                    self.kinds[number] = Kind.QUOTE

    def fill_gaps(self) -> None:
        """Empty lines between quoted ones are quoted."""
        last = -1
        for number, kind in enumerate(self.kinds):
            if kind is Kind.QUOTE:
                if last >= 0:
                    self.kinds[last + 1 : number] = [Kind.QUOTE] * (number - last - 1)
                last = number
            elif self.lines[number].strip():
                last = -1

    def signatures(self, end: int) -> None:
        """Look for a signature at the end of each run of new lines."""
        number = 0
        while number < end:
            begun = number
            while number < end and self.kinds[number] is Kind.NEW:
                number += 1
            if number == begun:
                number += 1
                continue
            hinted = {place for place in range(begun, number) if self.hints.get(place) is Hint.SIGNATURE}
            for place in signature_lines(self.lines, begun, number) | hinted:
                self.kinds[place] = Kind.SIGNATURE


def is_quoted(line: str) -> bool:
    """Whether a mail program put a quotation mark in front of the line."""
    bare = line.lstrip(" \t\xa0")
    if bare.startswith((">", "＞")):
        # ">>> click here <<<" is decoration; a bracket that closes an address may stand alone on the next line.
        return not bare.endswith("<<") and bare.rstrip() not in ("> wrote:", ">wrote:")
    mark = bare[:5].find("> ")
    return 2 <= mark <= 3 and bare[:mark].isascii() and bare[:mark].isupper() and bare[:mark].isalpha()


def _bare(line: str) -> str:
    """Lower case, without the rule around it; "" for what is too long to announce anything."""
    if len(line) > attributions.MAX_LINE:
        return ""
    return line.replace("&nbsp;", " ").strip(_RULE).lower()


def _starts(bare: str, phrases: tuple[str, ...]) -> bool:
    return bare.startswith(phrases)


def _is_ruled(line: str) -> bool:
    """Two dashes or more in front."""
    front = line.strip()[:2]
    return len(front) == 2 and not front.strip(_RULE)
