"""What a list of tickets is narrowed to: read from an address or a search box, written back into an address.

Pure: no database. A value that means nothing is left out of an address, and stays a searched word in the box.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from urllib.parse import urlencode

from inbox.tickets.enums import Priority, State


class Sort(StrEnum):
    """The order of a list."""

    NEXT_BREACH = "breach"
    NEWEST = "newest"
    WAITING_LONGEST = "waiting"
    WINDOW_CLOSES = "window"
    BACK_SOONEST = "back"
    DELETED_LAST = "deleted"


#: The orders that can be chosen; the others belong to lists of their own.
CHOSEN_SORTS = (Sort.NEXT_BREACH, Sort.WAITING_LONGEST, Sort.WINDOW_CLOSES, Sort.NEWEST)

#: The parameters an address may carry, in the order of their chips.
FIELDS = ("state", "priority", "team", "assignee", "tag", "channel", "from", "is", "after", "before")
#: Conditions without a value of their own: `is:unread`.
FLAGS = ("unread", "overdue", "soon", "waiting", "snoozed", "spam")
#: Of these only one value can hold at a time.
SINGLE = ("after", "before")

_LONGEST = 200
_OPERATOR = re.compile(r'(?P<field>[a-z]+):(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))', re.IGNORECASE)
_WORD = re.compile(r'"([^"]+)"|(\S+)')
_IS = {
    **{str(state): ("state", str(state)) for state in State},
    **{str(priority): ("priority", str(priority)) for priority in Priority},
    **{flag: ("is", flag) for flag in FLAGS},
    "on-hold": ("state", str(State.ON_HOLD)),
    "unassigned": ("assignee", "none"),
    "mine": ("assignee", "me"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """The chosen values, each a pair (field, value), the searched text and the order."""

    chosen: tuple[tuple[str, str], ...] = ()
    text: str = ""
    sort: Sort | None = None

    def of(self, field: str) -> tuple[str, ...]:
        """The values chosen for a field."""
        return tuple(value for name, value in self.chosen if name == field)

    def day(self, field: str) -> date | None:
        """The day chosen for `after` or `before`."""
        return next((date.fromisoformat(value) for value in self.of(field)), None)

    def adding(self, field: str, value: str) -> Filters:
        """With one more value; a single field gets it in place of the one it had."""
        kept = (pair for pair in self.chosen if field not in SINGLE or pair[0] != field)
        return replace(self, chosen=_ordered([*kept, (field, value)]))

    def without(self, field: str, value: str) -> Filters:
        """Without this value."""
        return replace(self, chosen=tuple(pair for pair in self.chosen if pair != (field, value)))

    def sorted_by(self, sort: Sort | None) -> Filters:
        """In another order."""
        return replace(self, sort=sort)

    def searching(self, text: str) -> Filters:
        """With another searched text."""
        return replace(self, text=text)

    def query(self) -> str:
        """As the query of an address, always the same for the same filters; empty when nothing is chosen."""
        pairs = [*self.chosen, *([("q", self.text)] if self.text else ())]
        return urlencode([*pairs, *([("sort", str(self.sort))] if self.sort else ())])

    @property
    def narrows(self) -> bool:
        """True when something is left out by them."""
        return bool(self.chosen or self.text)


def from_address(parameters: Mapping[str, Sequence[str]]) -> Filters:
    """The filters in an address's parameters (name -> values)."""
    chosen = [
        (field, checked)
        for field in FIELDS
        for value in parameters.get(field, ())
        if (checked := _checked(field, value)) is not None
    ]
    text = _flat(" ".join(parameters.get("q", ())))
    wanted = next(iter(parameters.get("sort", ())), "")
    return Filters(_ordered(chosen), text, Sort(wanted) if wanted in CHOSEN_SORTS else None)


def from_search(box: str) -> Filters:
    """The filters in what somebody typed: `from:bo is:open tag:refund before:2026-01-31 "two words"`."""
    chosen: list[tuple[str, str]] = []

    def take(match: re.Match[str]) -> str:
        field, value = match["field"].lower(), match["phrase"] if match["phrase"] is not None else match["word"]
        if field == "is" and value.lower() in _IS:
            chosen.append(_IS[value.lower()])
            return " "
        checked = _checked(field, value) if field in FIELDS else None
        if checked is None:
            return match[0]
        chosen.append((field, checked))
        return " "

    text = _flat(_OPERATOR.sub(take, box[:_LONGEST]))
    return Filters(_ordered(chosen), text)


def words_of(text: str) -> tuple[str, ...]:
    """The words and quoted phrases of a searched text, at most eight."""
    return tuple(phrase or word.strip('"') for phrase, word in _WORD.findall(text) if phrase or word.strip('"'))[:8]


def _checked(field: str, value: str) -> str | None:
    """The value as it is kept, or None when it means nothing for this field."""
    value = _flat(value)
    if field in ("state", "priority", "is"):
        allowed: Iterable[str] = {"state": State, "priority": Priority, "is": FLAGS}[field]
        return value.lower() if value.lower() in [str(one) for one in allowed] else None
    if field in SINGLE:
        return _iso(value)
    if field in ("tag", "channel"):
        value = value.lower().lstrip("#")
    return value or None


def _iso(value: str) -> str | None:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return None


def _flat(value: str) -> str:
    return " ".join(value.replace("\0", "").split())[:_LONGEST]


def _ordered(chosen: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    latest = {pair[0] if pair[0] in SINGLE else pair: pair for pair in chosen}
    return tuple(sorted(latest.values(), key=lambda pair: FIELDS.index(pair[0])))
