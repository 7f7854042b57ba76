"""Lines that announce a quotation: `On Monday, Ada <ada@example.org> wrote:` and blocks of headers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from channels_adapters.email.quote_words import LABELS, QUOTING, STARTS, WROTE, WROTE_JOINED, Label

MAX_LINE = 500
_MAX_LINES = 6
_MAX_JOINED = 600
_MAX_BLOCK = 16
_AROUND = "-‐‑‒–—―_*~ \t\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\xa0"
_COLONS = (":", "：")
_CLOCK = re.compile(r"\d{1,2}\s?[:.h時时点點시]\s?\d{2}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DAY = re.compile(r"\d{1,4}[./\-]\d{1,2}[./\-]\d{1,4}|\d{1,2}\s?[月월]\s?\d{1,2}")
_ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]")
_DATE_FIRST = re.compile(r"\W{0,3}(?:\w{1,13}[.,]?\s{1,2}){0,2}\d{1,4}(?:[.,\s/:\-年년月]|st\b|nd\b|rd\b|th\b)")
_VERB_INSIDE = re.compile(rf"\s(?:{'|'.join(map(re.escape, WROTE))})\s")
_ADDRESS_LAST = re.compile(r"(?:<[^<>]{3,200}>|\([^()\s]{3,200}\)|\S{1,80}@\S{1,80})\Z")


@dataclass(frozen=True, slots=True)
class Attribution:
    """An attribution ends before line `end`; a strong one is believed even when no quoted line follows it."""

    end: int
    strong: bool


def find(lines: Sequence[str], quoted: Sequence[bool]) -> Mapping[int, Attribution]:
    """Attributions by the number of their first line. Each line is looked at together with at most five above."""
    found: dict[int, Attribution] = {}
    floor = 0
    for number, line in enumerate(lines):
        if quoted[number] or len(line) > MAX_LINE or not _may_end(line):
            continue
        closed = line.strip(_AROUND).endswith(_COLONS) or number + 1 == len(lines)
        if not closed and lines[number + 1].strip() and not quoted[number + 1]:
            continue
        if attribution := _ending_at(lines, quoted, number, floor):
            begun, strong = attribution
            found[begun] = Attribution(number + 1, strong)
            floor = number + 1
    return found


def header_block(lines: Sequence[str], quoted: Sequence[bool], labels: Sequence[Label | None], number: int) -> int:
    """Behind the block of `From:`, `Sent:`, `To:`, `Subject:` lines that starts here; 0 if none does."""
    if labels[number] not in (Label.FROM, Label.SENT):
        return 0
    seen: set[Label] = set()
    addressed = False
    end, loose = number, 0
    for place in range(number, min(number + _MAX_BLOCK, len(lines))):
        line = lines[place]
        label = labels[place]
        if quoted[place] and place > number and label is None:
            break
        if label is not None:
            seen.add(label)
            end, loose = place + 1, 0
        elif line.strip():
            loose += 1
            if loose > 3 or (place and not lines[place - 1].strip()):
                break
        elif place + 1 < len(lines) and labels[place + 1] is None:
            end = max(end, place)
            break
        addressed = addressed or "@" in line[:MAX_LINE]
    named = Label.FROM in seen and (
        (Label.SENT in seen and (Label.SUBJECT in seen or addressed)) or {Label.SUBJECT, Label.TO} <= seen
    )
    dated = {Label.SENT, Label.TO} <= seen and addressed
    return end if named or dated else 0


def label_of(line: str) -> Label | None:
    """The kind of header a line starts with; None for most lines."""
    bare = line[:80].lstrip(_AROUND + ">•")[:32]
    name, colon, _ = bare.replace("：", ":").partition(":")
    return LABELS.get(name.strip(_AROUND).lower()) if colon else None


def _may_end(line: str) -> bool:
    bare = line.strip(_AROUND).lower()
    return bare.endswith((*_COLONS, ">", *WROTE, *WROTE_JOINED)) or "@" in bare[-100:]


def _ending_at(lines: Sequence[str], quoted: Sequence[bool], last: int, floor: int) -> tuple[int, bool] | None:
    """The first line and the strength of the attribution whose last line this is."""
    joined = ""
    fallback: tuple[int, bool] | None = None
    first = last
    gap = False
    while first >= max(floor, last - _MAX_LINES + 1):
        line = lines[first].strip(_AROUND)
        if not line or quoted[first] or len(line) > MAX_LINE:
            # Some programs put an empty line before the address in brackets.
            if line or gap or not joined.startswith(("<", "wrote")):
                break
            gap = True
            first -= 1
            continue
        joined = f"{line} {joined}".strip()
        if len(joined) > _MAX_JOINED:
            break
        strength = _strength(joined, framed=lines[first].lstrip().startswith("--"))
        if strength is not None and joined.count("<") >= joined.count(">"):
            if _starts_so(joined):
                return first, strength
            opens_paragraph = first == floor or not lines[first - 1].strip() or quoted[first - 1]
            if fallback is None and (opens_paragraph or first == last):
                fallback = (first, strength)
        first -= 1
    return fallback


def _starts_so(joined: str) -> bool:
    return joined.lower().startswith((*STARTS, *QUOTING)) or _DATE_FIRST.match(joined) is not None


def _strength(joined: str, *, framed: bool) -> bool | None:
    """None when the words are no attribution; else whether they are beyond doubt."""
    lower = joined.lower()
    bare = lower.rstrip(":： \u200e\u200f\u202c*_")
    colon = lower.endswith(_COLONS) or len(bare) < len(lower)
    address = _ADDRESS.search(joined) is not None
    clock = _CLOCK.search(joined) is not None
    year = _YEAR.search(joined) is not None or _DAY.search(joined) is not None
    verb_last = _ends_with_verb(bare)
    verb = verb_last or (colon and _VERB_INSIDE.search(lower) is not None)
    if verb and (colon or verb_last):
        if address or (clock and (year or colon)):
            return verb_last or colon
        if year or framed or colon:
            return framed and not colon and len(lower) < 100
        return None
    if lower.startswith(QUOTING) and colon:
        return address
    if address and colon and clock and year:
        return True
    if address and _DATE_FIRST.match(joined) and (year and (clock or _DAY.search(joined))):
        return True if colon else (False if _ADDRESS_LAST.search(joined[-300:]) else None)
    return None


def _ends_with_verb(bare: str) -> bool:
    if bare.endswith(WROTE_JOINED):
        return True
    if not bare.endswith(WROTE):
        return False
    word = next(word for word in sorted(WROTE, key=len, reverse=True) if bare.endswith(word))
    return not bare[: -len(word)][-1:].isalnum()
