"""Attributions that share their line with what was written before or quoted behind them: they get one of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping

from channels_adapters.email import attributions
from channels_adapters.email.hints import Hint

_MAX_LINES = 20_000
_BEGIN = re.compile(r"(?<=[\w.!?,;:)…\s])(?:-{2,5} ?)?(?:On|Am|Le|El|Il|Em|Op|Den|W dniu|Dnia|Vào) (?=[^\n]{0,25}\d)")
_WRITTEN = re.compile(
    r"(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev|napisał|viết)[^\n]{0,90}[:：-]\s{0,20}\Z"
)
_BEHIND = re.compile(r"(?<=wrote:)[ \t]{2,20}(?=[^ \t])")


def unglued(text: str, hints: Mapping[int, Hint]) -> tuple[str, Mapping[int, Hint]]:
    """The text with line breaks around such attributions, and the hints for its lines."""
    if not _may_share(text):
        return text, hints
    lines = text.replace("\r\n", "\n").split("\n")
    out: list[str] = []
    moved: dict[int, Hint] = {}
    for number, line in enumerate(lines):
        if number in hints:
            moved[len(out)] = hints[number]
        if number < _MAX_LINES and 12 < len(line) <= attributions.MAX_LINE and line[:1] != ">":
            out += _divided(line, lines[number + 1 : number + 3])
        else:
            out.append(line)
    return "\n".join(out), moved


def _may_share(text: str) -> bool:
    return _BEGIN.search(text) is not None or _BEHIND.search(text) is not None


def _divided(line: str, below: list[str]) -> list[str]:
    if (found := _BEHIND.search(line)) and attributions.is_attribution([line[: found.start()]]):
        return [line[: found.start()], line[found.end() :]]
    found = _BEGIN.search(line)
    if found is None or not line[: found.start()].strip() or attributions.begins_so(line):
        return [line]
    behind = [line[found.start() :], *below]
    ends = next((number for number, one in enumerate(behind) if _WRITTEN.search(one)), -1)
    if ends >= 0 and attributions.is_attribution(behind[: ends + 1]):
        return [line[: found.start()].rstrip(), line[found.start() :]]
    return [line]
