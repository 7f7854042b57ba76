"""The bar that explains a figure: its parts side by side, what does not count shortened where it is long, and signs.

Places are percent of the width, as in `report_charts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from inbox.reports.explain import CLOSED_HOURS, Explanation, Part
from inbox.workspace.report_charts import across

#: What a part is drawn as.
COUNTED, LATE, CLOSED, PAUSED, LEFT_OUT, AHEAD = "counted", "late", "closed", "paused", "left-out", "ahead"
_COUNTS = (COUNTED, LATE)
_KINDS: Mapping[str, str] = {CLOSED_HOURS: CLOSED, "pending": PAUSED, "on hold": PAUSED}
#: All that does not count takes at most this share of what does.
_MOST_BESIDE = 0.8
_LEAST = 0.009
_MANY = 60
#: From these widths on, in percent, a part has room for its length in words: on a large screen, on a small one.
_ROOM, _ROOM_ON_PHONES = 10, 20
#: The order in which the kinds are told.
_ORDER = (COUNTED, LATE, CLOSED, PAUSED, LEFT_OUT, AHEAD)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part as drawn. One that `is_cut` is much shorter than it was long."""

    x: str
    width: str
    middle: str
    kind: str
    part: Part
    is_cut: bool
    has_room: bool
    is_wide: bool


@dataclass(frozen=True, slots=True)
class Sign:
    """An instant marked in the bar: `warned`, `due` (still, or as it would have been), `missed` or `now`."""

    x: str
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TimeBar:
    """The pieces of a figure from its start to its end, or to the deadline that lies behind it.

    `sums`: kind -> seconds; what is ahead is counted as the target counts.
    """

    pieces: tuple[Piece, ...]
    signs: tuple[Sign, ...]
    start: datetime
    end: datetime
    sums: Mapping[str, float]

    @property
    def has_cuts(self) -> bool:
        """True when something is drawn shorter than it was."""
        return any(piece.is_cut for piece in self.pieces)


def time_bar(explanation: Explanation, counts: str) -> TimeBar | None:
    """The bar of an explanation; None where no time has passed. `counts`: elapsed, business or used."""
    if not explanation.parts:
        return None
    parts = [(part, _kind(part, counts)) for part in explanation.parts]
    end = parts[-1][0].end
    if explanation.due_at and explanation.due_at > end:
        parts.append((Part(end, explanation.due_at, AHEAD, False, False, False), AHEAD))
    lengths = _lengths(parts)
    pieces, edges = _placed(parts, lengths)
    sums = {kind: sum(part.seconds for part, its in parts if its == kind) for kind in _ORDER}
    if explanation.run and explanation.run.goal:
        sums[AHEAD] = max(0.0, explanation.run.goal.total_seconds() - explanation.used)
    shown = {kind for _, kind in parts}
    sums = {kind: seconds for kind, seconds in sums.items() if kind in shown}
    return TimeBar(pieces, _signs(explanation, end, edges), parts[0][0].start, parts[-1][0].end, sums)


def _kind(part: Part, counts: str) -> str:
    if getattr(part, f"in_{counts}"):
        return LATE if part.is_late else COUNTED
    return _KINDS.get(part.reason, LEFT_OUT)


def _lengths(parts: Sequence[tuple[Part, str]]) -> list[float]:
    """How long each is drawn, in seconds: those that don't count are cut at one length, if they would rule."""
    counted = sum(part.seconds for part, kind in parts if kind in _COUNTS)
    beside = [part.seconds for part, kind in parts if kind not in _COUNTS]
    level = _level(beside, counted * _MOST_BESIDE) if counted else max(beside, default=0.0)
    lengths = [part.seconds if kind in _COUNTS else min(part.seconds, level) for part, kind in parts]
    least = sum(lengths) * _LEAST if len(parts) <= _MANY else 0.0
    return [max(length, least) for length in lengths]


def _level(lengths: Sequence[float], room: float) -> float:
    """The length at which to cut all of them, so that together they take no more than the room."""
    longest = max(lengths, default=0.0)
    if sum(lengths) <= room:
        return longest
    rest = room
    for index, length in enumerate(sorted(lengths)):
        share = rest / (len(lengths) - index)
        if length > share:
            return share
        rest -= length
    return longest


def _placed(
    parts: Sequence[tuple[Part, str]], lengths: Sequence[float]
) -> tuple[tuple[Piece, ...], list[tuple[datetime, datetime, float, float]]]:
    whole = sum(lengths) or 1.0
    pieces, edges, x = [], [], 0.0
    for (part, kind), length in zip(parts, lengths, strict=True):
        width = 100 * length / whole
        is_cut = kind not in _COUNTS and length < 0.7 * part.seconds
        has_room = width >= _ROOM and not is_cut and kind != AHEAD
        middle = across(x + width / 2)
        pieces.append(Piece(across(x), across(width), middle, kind, part, is_cut, has_room, width >= _ROOM_ON_PHONES))
        edges.append((part.start, part.end, x, width))
        x += width
    return tuple(pieces), edges


def _signs(
    explanation: Explanation, end: datetime, edges: Sequence[tuple[datetime, datetime, float, float]]
) -> tuple[Sign, ...]:
    run = explanation.run
    instants: list[tuple[str, datetime]] = []
    if explanation.warned_at:
        instants.append(("warned", explanation.warned_at))
    if explanation.due_at:
        instants.append(("missed" if run and run.breached_at else "due", explanation.due_at))
    if not explanation.is_over:
        instants.append(("now", end))
    placed = ((kind, at, _place(at, edges)) for kind, at in sorted(instants, key=lambda one: one[1]))
    return tuple(Sign(across(x), kind, at) for kind, at, x in placed if x is not None)


def _place(at: datetime, edges: Sequence[tuple[datetime, datetime, float, float]]) -> float | None:
    for start, end, x, width in edges:
        if start <= at <= end:
            return x + width * ((at - start).total_seconds() / ((end - start).total_seconds() or 1.0))
    return None
