"""Lines that announce a quotation: `On Monday, Ada <ada@example.org> wrote:` and blocks of headers."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from channels_adapters.email.quote_words import LABELS, QUOTING, SHORT_STARTS, STARTS, WROTE, WROTE_JOINED, Label

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
_DATE_FIRST = re.compile(r"\W{0,3}(?:\w{1,13}[.,]{0,2}\s{1,2}){0,2}\d{1,4}(?:[.,\s/:\-年년月]|st\b|nd\b|rd\b|th\b)")
_LONGEST_FIRST = tuple(sorted(WROTE, key=len, reverse=True))
_PRONOUN = re.compile(r"\b(?:i|we|you|he|she|they|it|who|ich|wir|er|sie|je|nous|yo|io)\s\S{1,12}\Z")
_VERB_INSIDE = re.compile(rf"(?:\A|\s)(?:{'|'.join(map(re.escape, WROTE))})\s")
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
        closed = line.strip(_AROUND).endswith(_COLONS) or number + 1 == len(lines) or _ends_framed(line)
        if not closed and lines[number + 1].strip() and not quoted[number + 1]:
            continue
        if attribution := _ending_at(lines, quoted, number, floor):
            begun, strong = attribution
            found[begun] = Attribution(number + 1, strong)
            floor = number + 1
    return found


def header_block(lines: Sequence[str], quoted: Sequence[bool], labels: Sequence[Label | None], number: int) -> int:
    """Behind the block of `From:`, `Sent:`, `To:`, `Subject:` lines that starts here; 0 if none does."""
    first = labels[number]
    if first is None:
        return 0
    seen: set[Label] = set()
    addressed = timed = False
    order: list[Label] = []
    end, loose = number, 0
    for place in range(number, min(number + _MAX_BLOCK, len(lines))):
        line = lines[place]
        label = labels[place]
        if quoted[place] and place > number and label is None:
            break
        if label is not None:
            seen.add(label)
            order.append(label)
            end, loose = place + 1, 0
        elif line.strip():
            loose += 1
            if loose > 3 or (place and not lines[place - 1].strip()):
                break
        elif place + 1 < len(lines) and labels[place + 1] is None:
            end = max(end, place)
            break
        addressed = addressed or "@" in line[:MAX_LINE]
        timed = timed or (label is Label.SENT and _is_timed(line))
    named = Label.FROM in seen and Label.SENT in seen and (Label.SUBJECT in seen or addressed)
    if first is Label.FROM or first is Label.SENT:
        named = named or (Label.FROM in seen and {Label.SUBJECT, Label.TO} <= seen)
        named = named or ({Label.SENT, Label.TO} <= seen and addressed)
        named = named or (timed and order[:3] == [Label.FROM, Label.SENT, Label.TO])
    return end if named else 0


def _is_timed(line: str) -> bool:
    plain = line[:MAX_LINE].replace("\u200e", "").replace("\u200f", "")
    return _YEAR.search(plain) is not None and _CLOCK.search(plain) is not None


def label_of(line: str) -> Label | None:
    """The kind of header a line starts with; None for most lines."""
    bare = line[:80].lstrip(_AROUND + ">•|")[:32].replace("：", ":")
    separator = "|" if line.lstrip().startswith("|") else ":"
    name, found, _ = bare.partition(separator)
    return LABELS.get("".join(name.strip(_AROUND).lower().split())) if found else None


def begins_so(line: str) -> bool:
    """Whether a line begins as attributions begin."""
    return _start_of(line.strip(_AROUND)) >= _Start.SHORT_WORD


def is_attribution(lines: Sequence[str]) -> bool:
    """Whether these lines together are one, beyond doubt."""
    found = find(lines, [False] * len(lines)).get(0)
    return found is not None and found.strong and found.end == len(lines)


def _may_end(line: str) -> bool:
    bare = line.strip(_AROUND).lower()
    return bare.endswith((*_COLONS, ">", *WROTE, *WROTE_JOINED)) or "@" in bare[-100:]


def _ending_at(lines: Sequence[str], quoted: Sequence[bool], last: int, floor: int) -> tuple[int, bool] | None:
    """The first line and the strength of the attribution whose last line this is.

    The words may be complete before their beginning is reached (a date at the start of the second line): what
    stands above joins as long as it begins as attributions begin.
    """
    joined = ""
    found: tuple[int, bool] | None = None
    start = _Start.NONE
    first = last
    gap = False
    while first >= max(floor, last - _MAX_LINES + 1):
        line = lines[first].strip(_AROUND)
        if not line or quoted[first] or len(line) > MAX_LINE or _is_header(line):
            # Some programs put an empty line before the address in brackets.
            if line or gap or not joined.startswith(("<", "wrote")):
                break
            gap = True
            first -= 1
            continue
        joined = f"{line} {joined}".strip()
        if len(joined) > _MAX_JOINED:
            break
        strength = _strength(joined, framed=_is_framed(lines[first]))
        if strength is not None and joined.count("<") >= joined.count(">"):
            begins = _start_of(joined)
            opens_paragraph = first == floor or not lines[first - 1].strip() or quoted[first - 1]
            if found is None:
                taken = begins is not _Start.NONE or opens_paragraph or first == last
            elif begins > start or (begins is start is not _Start.NONE and _is_rest(lines[found[0]])):
                taken = _belongs(line)
            else:
                taken = opens_paragraph and start <= _Start.DATE and _is_sender_of(line, lines[found[0]].strip(_AROUND))
            if taken:
                found, start = (first, strength), begins
        first -= 1
    if found is None and _is_dated(lines[last]):
        # Nothing says "wrote" here; with a quotation below it announces that all the same.
        return last, False
    return found


def _is_dated(line: str) -> bool:
    bare = line.strip(_AROUND)
    year = _YEAR.search(bare) is not None or _DAY.search(bare) is not None
    return bare.endswith(_COLONS) and year and (_CLOCK.search(bare) is not None or _ADDRESS.search(bare) is not None)


class _Start(enum.IntEnum):
    """How words that may be an attribution begin: the surer the higher."""

    NONE = 0
    DATE = 1
    SHORT_WORD = 2
    WORD = 3


def _start_of(joined: str) -> _Start:
    lower = joined.lower()
    if lower.startswith((*STARTS, *QUOTING)):
        return _Start.WORD
    if lower.startswith(SHORT_STARTS):
        return _Start.SHORT_WORD
    if _DATE_FIRST.match(joined) and (
        _YEAR.search(joined[:60]) or _CLOCK.search(joined[:60]) or _DAY.search(joined[:60])
    ):
        return _Start.DATE
    return _Start.NONE


def _is_rest(line: str) -> bool:
    """A line that goes on with a date another line began."""
    start = _start_of(line.strip(_AROUND))
    return start in (_Start.DATE, _Start.SHORT_WORD) or (start is _Start.WORD and not _YEAR.search(line))


def _is_sender_of(line: str, following: str) -> bool:
    """A first line that is only a name, or a name and an address, before a line that can't begin anything."""
    if "@" in line and (">" in line or ")" in line):
        return True
    begun = following.startswith(("<", "(")) or following[:1].islower()
    return begun and len(line.split()) <= 4 and not line.endswith((".", "!", "?", ":", "。", "！", "？"))


def _is_header(line: str) -> bool:
    return label_of(line) is not None and not line.endswith(_COLONS)


def _belongs(line: str) -> bool:
    """Whether a line can be the beginning of an attribution that goes on below: part of a date, not of a sentence."""
    words = line.split()
    few = 4 if len(line) <= 24 else 2
    if len(words) > few and not any(character.isdigit() for character in line):
        return False
    return not (line.endswith((".", "!", "?", "。", "！", "？")) and len(words[-1]) > 6)


def _ends_framed(line: str) -> bool:
    return line.rstrip().endswith("--")


def _is_framed(line: str) -> bool:
    return line.lstrip().startswith("--")


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
            named = colon and verb_last and year and _start_of(joined) is _Start.WORD and not _PRONOUN.search(bare)
            return named or (framed and len(lower) < 100)
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
    word = next(word for word in _LONGEST_FIRST if bare.endswith(word))
    return not bare[: -len(word)][-1:].isalnum()
