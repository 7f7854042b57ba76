"""What a survey asks after its score, and what its thank-you page offers: read from a version, checked, answered. Pure.

`SurveyVersion.follow_ups` is a list of

    {"id": "q1", "kind": "single" | "multiple" | "text" | "slider", "scores": [1, 2], "options": ["a", "b"],
     "min": 0, "max": 10, "step": 1,
     "texts": {"en": {"question": "...", "options": {"a": "..."}, "low": "...", "high": "..."}}}

shown to whoever gives one of the `scores` (empty: to everybody), and `next_steps` one of

    {"for": "happy" | "neutral" | "unhappy" | "everybody", "kind": "write" | "review" | "link", "url": "https://...",
     "texts": {"en": {"text": "...", "button": "..."}}}

A public review is asked for from everybody or from nobody: who asks only the happy deceives those who read it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from inbox.common.text import storable
from inbox.surveys.enums import Sentiment

TEXT_LIMIT = 2000
EVERYBODY = "everybody"
#: Of the comment that every survey has room for.
COMMENT_LIMIT = 5000


class QuestionKind(StrEnum):
    """How a follow-up question is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    TEXT = "text"
    SLIDER = "slider"


class StepKind(StrEnum):
    """What the thank-you page offers next."""

    WRITE = "write"
    REVIEW = "review"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Question:
    """A follow-up question. `options` are ids, for choices; `low`, `high` and `step` are a slider's."""

    id: str
    kind: QuestionKind
    texts: Mapping[str, Mapping[str, Any]]
    scores: tuple[int, ...] = ()
    options: tuple[str, ...] = ()
    low: int = 0
    high: int = 10
    step: int = 1

    def is_for(self, score: int) -> bool:
        """True when who gives this score is asked."""
        return not self.scores or score in self.scores

    def question(self, language: str) -> str:
        """The sentence, in English where it was not translated."""
        return str(self._in(language).get("question", ""))

    def choices(self, language: str) -> list[tuple[str, str]]:
        """Each option with its words."""
        words, english = self._in(language).get("options") or {}, self._in("en").get("options") or {}
        return [(option, str(words.get(option) or english.get(option) or option)) for option in self.options]

    def ends(self, language: str) -> tuple[str, str]:
        """What the two ends of a slider mean."""
        return str(self._in(language).get("low", "")), str(self._in(language).get("high", ""))

    def shown(self, said: Any, language: str) -> str:
        """An answer in words."""
        if self.kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE):
            words = dict(self.choices(language))
            return ", ".join(words.get(option, option) for option in ([said] if isinstance(said, str) else said))
        return str(said)

    def _in(self, language: str) -> Mapping[str, Any]:
        return self.texts.get(language) or self.texts.get("en") or {}


@dataclass(frozen=True, slots=True)
class NextStep:
    """What is offered on the thank-you page."""

    kind: StepKind
    texts: Mapping[str, Mapping[str, str]]
    url: str = ""

    def text(self, name: str, language: str) -> str:
        """Its `text` or `button`, in English where it was not translated."""
        return str((self.texts.get(language) or self.texts.get("en") or {}).get(name, ""))


class InvalidAnswers(ValueError):
    """Answers that can't be: {question id: "choice" | "number" | "too_long"}."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{name}: {problem}" for name, problem in problems.items()))
        self.problems = dict(problems)


def questions_of(follow_ups: Iterable[Mapping[str, Any]]) -> tuple[Question, ...]:
    """The follow-up questions of a version."""
    return tuple(
        Question(
            id=str(one["id"]),
            kind=QuestionKind(one["kind"]),
            texts=one.get("texts", {}),
            scores=tuple(one.get("scores", ())),
            options=tuple(one.get("options", ())),
            low=int(one.get("min", 0)),
            high=int(one.get("max", 10)),
            step=int(one.get("step", 1)),
        )
        for one in follow_ups
    )


def next_steps_of(next_steps: Sequence[Mapping[str, Any]], sentiment: Sentiment) -> list[NextStep]:
    """What is offered to whoever is this happy: what is for them, then what is for everybody."""
    found = [one for whom in (sentiment, EVERYBODY) for one in next_steps if one["for"] == whom]
    return [NextStep(StepKind(one["kind"]), one.get("texts", {}), str(one.get("url", ""))) for one in found]


def cleaned(questions: Sequence[Question], score: int, given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The answers to keep of those `given` as a form sends them: an option, sorted options, a text, a number.

    What was left empty, is unknown or is not asked at this score is left out. Raises `InvalidAnswers`.
    """
    kept: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for question in questions:
        values = [value for value in given.get(question.id, ()) if value.strip()]
        if not values or not question.is_for(score):
            continue
        try:
            kept[question.id] = _READERS[question.kind](question, values)
        except _Problem as problem:
            problems[question.id] = str(problem)
    if problems:
        raise InvalidAnswers(problems)
    return kept


class _Problem(Exception):
    """What is wrong with one answer."""


def _single(question: Question, values: Sequence[str]) -> str:
    if len(values) > 1 or values[0] not in question.options:
        raise _Problem("choice")
    return values[0]


def _multiple(question: Question, values: Sequence[str]) -> list[str]:
    if not set(values) <= set(question.options):
        raise _Problem("choice")
    return [option for option in question.options if option in values]


def _text(question: Question, values: Sequence[str]) -> str:
    text = storable(values[0].replace("\r\n", "\n")).strip()
    if len(text) > TEXT_LIMIT:
        raise _Problem("too_long")
    return text


def _slider(question: Question, values: Sequence[str]) -> int:
    value = values[0].strip()
    if not value.removeprefix("-").isdecimal() or not value.isascii() or len(value) > 9:
        raise _Problem("number")
    number = int(value)
    if not question.low <= number <= question.high or (number - question.low) % question.step:
        raise _Problem("number")
    return number


_READERS = {
    QuestionKind.SINGLE: _single,
    QuestionKind.MULTIPLE: _multiple,
    QuestionKind.TEXT: _text,
    QuestionKind.SLIDER: _slider,
}
