"""What a survey's pages show: values for the templates in `portal/`, for its customer and for whoever edits it.

    render(request, "portal/survey.html", framed(version, wording, brand="Nordlys") | question_page(version, wording))

Whoever really asks adds where the form goes (`action`), what it carries (`stamp`, `trap`), the `languages` to choose
from and the link to `stop` surveys.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from inbox.surveys.models import SurveyVersion
from inbox.surveys.questions import (
    COMMENT_LIMIT,
    TEXT_LIMIT,
    Question,
    QuestionKind,
    StepKind,
    next_steps_of,
    questions_of,
)
from inbox.surveys.wording import WORDINGS, Wording

#: Scales with more scores than that are a grid of numbers instead of a list of meanings.
_LONGEST_LIST = 7
#: How the names of follow-up questions begin in a form.
PREFIX = "q-"


@dataclass(frozen=True, slots=True)
class Field:
    """A follow-up question in a form: `value` is a text or number, `options` are (id, words, is chosen)."""

    name: str
    kind: QuestionKind
    label: str
    value: str
    options: Sequence[tuple[str, str, bool]]
    ends: tuple[str, str]
    bounds: tuple[int, int, int]
    fault: str


@dataclass(frozen=True, slots=True)
class Step:
    """What the thank-you page offers; `url` is a page elsewhere, "" to write to us."""

    text: str
    button: str
    url: str


def wording_in(version: SurveyVersion | None, language: str) -> Wording:
    """The words around a survey, in a language that it is asked in: English where it was not translated."""
    return WORDINGS[language if version is None or language in version.texts else "en"]


def framed(
    version: SurveyVersion | None,
    wording: Wording,
    *,
    brand: str,
    about: str = "",
    logo: str = "",
    direction: str = "",
) -> dict[str, object]:
    """What stands on each page: who asks and about what, his colour and the address of his logo."""
    accent = version.survey.accent.removeprefix("#").lower() if version else ""
    frame = {"w": wording, "brand": brand, "about": about, "logo": logo, "accent": accent}
    privacy = wording.anonymous.replace("{brand}", brand) if version and version.is_anonymous else wording.privacy
    return frame | {"privacy": privacy, "direction": direction or wording.direction, "limit": COMMENT_LIMIT}


def question_page(
    version: SurveyVersion,
    wording: Wording,
    *,
    score: int | None = None,
    comment: str = "",
    faults: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The form of the scored question. `faults`: {"a" or "comment": sentence}."""
    choices = version.choices(wording.language)
    is_grid = len(choices) > _LONGEST_LIST
    low, high = ((one, meaning) for one, meaning in sorted(choices) if one in (version.scale_min, version.scale_max))
    return {
        "question": version.text("question", wording.language),
        "choices": [(one, meaning, one == score) for one, meaning in (sorted(choices) if is_grid else choices)],
        "is_grid": is_grid,
        "ends": (low, high) if is_grid else (),
        "label": version.text("comment", wording.language),
        "comment": comment,
        "faults": dict(faults or {}),
        "problems": list((faults or {}).items()),
    }


def thanks_page(
    version: SurveyVersion,
    wording: Wording,
    *,
    score: int,
    comment: str = "",
    said: Mapping[str, Any] | None = None,
    is_saved: bool = False,
    faults: Mapping[str, str] | None = None,
) -> dict[str, object]:
    """What was answered, what is asked at this score, and the next step. `faults`: {a field's name: sentence}."""
    language = wording.language
    asked = [one for one in questions_of(version.follow_ups) if one.is_for(score)]
    faults = dict(faults or {})
    labels = {name_of(one): one.question(language) for one in asked}
    return {
        "thanks": version.text("thanks", language),
        "score": score,
        "meaning": dict(version.choices(language)).get(score, ""),
        "fields": [_field(one, language, (said or {}).get(one.id), faults.get(name_of(one), "")) for one in asked],
        "label": wording.comment if asked else version.text("comment", language),
        "comment": comment,
        "is_saved": is_saved,
        "steps": _steps(version, wording, score),
        "faults": faults,
        "problems": [(name, f"{labels.get(name, '')} {fault}".strip()) for name, fault in faults.items()],
    }


def name_of(question: Question) -> str:
    """What its field is called in the form."""
    return PREFIX + question.id


def fault_of(question: Question, problem: str, wording: Wording) -> str:
    """The sentence for a problem that `inbox.surveys.questions` found."""
    if problem == "too_long":
        return wording.too_long.format(limit=TEXT_LIMIT)
    if problem == "number":
        sentence = wording.wrong_number if question.step == 1 else wording.wrong_step
        return sentence.format(low=question.low, high=question.high, step=question.step)
    return wording.wrong_choice


def _field(question: Question, language: str, said: Any, fault: str) -> Field:
    is_choice = question.kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE)
    chosen = [said] if isinstance(said, str) else list(said or []) if is_choice else []
    return Field(
        name=name_of(question),
        kind=question.kind,
        label=question.question(language),
        value="" if is_choice or said is None else str(said),
        options=[(option, words, option in chosen) for option, words in question.choices(language)],
        ends=question.ends(language),
        bounds=(question.low, question.high, question.step),
        fault=fault,
    )


def _steps(version: SurveyVersion, wording: Wording, score: int) -> list[Step]:
    return [
        Step(
            step.text("text", wording.language),
            step.text("button", wording.language),
            "" if step.kind == StepKind.WRITE else step.url,
        )
        for step in next_steps_of(version.next_steps, version.sentiment(score))
        if step.kind == StepKind.WRITE or step.url.startswith(("https://", "http://"))
    ]
