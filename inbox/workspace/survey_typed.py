"""What is typed into a survey's editor: the names of its fields, filled from a version, changed by its buttons.

All of it is a `QueryDict`, that of the request or one made of a stored version; a button that adds, drops or moves a
question changes it and nothing else, so it does the same with and without a script.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import QueryDict

from inbox.surveys.content import MOST_OPTIONS, MOST_QUESTIONS, SENTENCES, has_fixed_good_scores
from inbox.surveys.enums import Sentiment
from inbox.surveys.models import SurveyVersion
from inbox.surveys.questions import EVERYBODY, QuestionKind
from inbox.surveys.templates import rated, scores_of
from inbox.surveys.wording import WORDINGS

#: What a question of each kind says in every language.
SAID = {
    QuestionKind.SINGLE: ("question",),
    QuestionKind.MULTIPLE: ("question",),
    QuestionKind.TEXT: ("question",),
    QuestionKind.SLIDER: ("question", "low", "high"),
}


def typed_from(version: SurveyVersion) -> QueryDict:
    """What stands in the editor before anything is typed."""
    given = QueryDict(mutable=True)
    given["seen"] = str(version.number)
    for language, texts in version.texts.items():
        for name in SENTENCES:
            given[f"t-{language}-{name}"] = texts.get(name, "")
        for score, meaning in texts["anchors"].items():
            given[f"a-{language}-{score}"] = meaning
    given.setlist("good", list(map(str, version.good_scores)))
    given.setlist("unhappy", list(map(str, version.unhappy_scores)))
    given["low_is_good"] = "1" if version.low_is_good else ""
    given["is_anonymous"] = "1" if version.is_anonymous else ""
    for one in version.follow_ups:
        _type_question(given, one)
    for one in version.next_steps:
        place = f"s-{one['for']}"
        given[f"{place}-kind"], given[f"{place}-url"] = one["kind"], one.get("url", "")
        for language, texts in one["texts"].items():
            for name in ("text", "button"):
                given[f"{place}-{language}-{name}"] = texts.get(name, "")
    return given


def _type_question(given: QueryDict, one: dict[str, Any]) -> None:
    place = f"q-{one['id']}"
    given.appendlist("q", one["id"])
    given[f"{place}-kind"] = one["kind"]
    given.setlist(f"{place}-scores", list(map(str, one.get("scores", ()))))
    for name in ("min", "max", "step"):
        given[f"{place}-{name}"] = str(one.get(name, ""))
    given.setlist(f"{place}-o", list(one.get("options", ())))
    for language, texts in one["texts"].items():
        for name in SAID[QuestionKind(one["kind"])]:
            given[f"{place}-{language}-{name}"] = texts.get(name, "")
        for option, words in (texts.get("options") or {}).items():
            given[f"{place}-{language}-o-{option}"] = words


def values_from(given: QueryDict, version: SurveyVersion) -> dict[str, Any]:
    """The content that is typed, as `inbox.surveys.content.content_from` reads it."""
    scale, kind = version.scale, version.survey.kind
    values: dict[str, Any] = {
        "low_is_good": bool(given.get("low_is_good")),
        "is_anonymous": bool(given.get("is_anonymous")),
        "unhappy_scores": _numbers(given.getlist("unhappy")),
        "texts": {
            language: {name: given.get(f"t-{language}-{name}", "") for name in SENTENCES}
            | {"anchors": {str(score): given.get(f"a-{language}-{score}", "") for score in scores_of(scale)}}
            for language in WORDINGS
        },
        "follow_ups": [_question(given, one) for one in question_ids(given)],
        "next_steps": [_step(given, one) for one in (*Sentiment.values, EVERYBODY) if given.get(f"s-{one}-kind")],
    }
    fixed = list(rated(kind, scale)[0])
    values["good_scores"] = fixed if has_fixed_good_scores(kind, scale) else _numbers(given.getlist("good"))
    return values


def _question(given: QueryDict, question_id: str) -> dict[str, Any]:
    place, kind = f"q-{question_id}", given.get(f"q-{question_id}-kind", "")
    options = option_ids(given, question_id)
    return {
        "id": question_id,
        "kind": kind,
        "scores": _numbers(given.getlist(f"{place}-scores")),
        **{name: given.get(f"{place}-{name}", "") for name in ("min", "max", "step")},
        "options": options,
        "texts": {
            language: {name: given.get(f"{place}-{language}-{name}", "") for name in ("question", "low", "high")}
            | {"options": {one: given.get(f"{place}-{language}-o-{one}", "") for one in options}}
            for language in WORDINGS
        },
    }


def _step(given: QueryDict, whom: str) -> dict[str, Any]:
    place = f"s-{whom}"
    return {
        "for": whom,
        "kind": given.get(f"{place}-kind", ""),
        "url": given.get(f"{place}-url", ""),
        "texts": {
            language: {name: given.get(f"{place}-{language}-{name}", "") for name in ("text", "button")}
            for language in WORDINGS
        },
    }


def question_ids(given: QueryDict) -> list[str]:
    """The questions in their order."""
    return [one for one in dict.fromkeys(given.getlist("q")) if one.isascii() and one.isalnum() and len(one) <= 20]


def option_ids(given: QueryDict, question_id: str) -> list[str]:
    """The answers to choose from in their order."""
    return list(dict.fromkeys(given.getlist(f"q-{question_id}-o")))


def do(given: QueryDict, deed: str, used: Iterable[str]) -> str:
    """Do what a button of the editor says to what is typed; the id of the field to go on with.

    `used`: the ids of questions that the survey ever had; a new one gets another.
    """
    name, _sep, rest = deed.partition(":")
    about, _sep, more = rest.partition(":")
    ids = question_ids(given)
    if name == "question" and about in set(QuestionKind) and len(ids) < MOST_QUESTIONS:
        return _add_question(given, about, [*used, *ids])
    if about not in ids:
        return ""
    place = ids.index(about)
    if name == "drop":
        given.setlist("q", [one for one in ids if one != about])
        return "add-question"
    if name in ("up", "down"):
        other = min(max(place + (1 if name == "down" else -1), 0), len(ids) - 1)
        ids[place], ids[other] = ids[other], ids[place]
        given.setlist("q", ids)
        return f"{name}-{about}"
    options = option_ids(given, about)
    if name == "option" and len(options) < MOST_OPTIONS:
        made = _next("a", options)
        given.setlist(f"q-{about}-o", [*options, made])
        return f"f-q-{about}-en-o-{made}"
    if name == "drop-option":
        given.setlist(f"q-{about}-o", [one for one in options if one != more])
        return f"option-{about}"
    return ""


def _add_question(given: QueryDict, kind: str, taken: Sequence[str]) -> str:
    made = _next("q", taken)
    given.appendlist("q", made)
    given[f"q-{made}-kind"] = kind
    if kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE):
        given.setlist(f"q-{made}-o", ["a1", "a2"])
    if kind == QuestionKind.SLIDER:
        given.update({f"q-{made}-min": "0", f"q-{made}-max": "10", f"q-{made}-step": "1"})
    return f"f-q-{made}-en-question"


def _next(letter: str, taken: Iterable[str]) -> str:
    numbers = [int(one[1:]) for one in taken if one[:1] == letter and one[1:].isdecimal() and len(one) < 6]
    return f"{letter}{max(numbers, default=0) + 1}"


def _numbers(values: Iterable[str]) -> list[int]:
    return [int(one) for one in values if one.isascii() and one.isdecimal() and len(one) < 4]
