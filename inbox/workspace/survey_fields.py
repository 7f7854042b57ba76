"""The fields of a survey's editor, as they are drawn: texts in every language, and what belongs to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise

from inbox.workspace.policy_fields import Choice

Sentence = str | Promise


@dataclass(frozen=True, slots=True)
class Cell:
    """One text in one language; `is_missing` where the language is used but this is not translated."""

    language: str
    language_name: str
    name: str
    value: str
    errors: Sequence[str]
    is_missing: bool

    @property
    def id(self) -> str:
        """The id of its field."""
        return f"f-{self.name}"

    @property
    def is_source(self) -> bool:
        """True for the text the others are translated from."""
        return self.language == "en"


@dataclass(frozen=True, slots=True)
class TextRow:
    """One text in every language, English first. `rows`: the height of its fields, 1 for a line."""

    label: Sentence
    cells: Sequence[Cell]
    most: int
    help: Sentence = ""
    rows: int = 1


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """A score with its meaning in every language, and how it counts."""

    score: int
    text: TextRow
    is_good: bool
    is_unhappy: bool


@dataclass(frozen=True, slots=True)
class OptionRow:
    """An answer to choose from."""

    id: str
    number: int
    text: TextRow


@dataclass(frozen=True, slots=True)
class QuestionFields:
    """A follow-up question; `errors` by the name of the field."""

    id: str
    number: int
    kind: str
    kind_label: Sentence
    texts: Sequence[TextRow]
    scores: Sequence[Choice]
    options: Sequence[OptionRow]
    low: str
    high: str
    step: str
    is_first: bool
    is_last: bool
    may_have_more_options: bool
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def is_choice(self) -> bool:
        """True for questions with answers to choose from."""
        return self.kind in ("single", "multiple")


@dataclass(frozen=True, slots=True)
class StepFields:
    """What the thank-you page offers to some."""

    whom: str
    label: Sentence
    help: Sentence
    kinds: Sequence[Choice]
    kind: str
    url: str
    texts: Sequence[TextRow]
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LanguageTab:
    """A language one translates into: how many texts it lacks, and how many mistakes are in it."""

    language: str
    name: str
    missing: int
    errors: int
    is_used: bool
    is_chosen: bool
