"""What a survey asks and says, as plain values: the one place where they are checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from inbox.surveys.enums import Sentiment, SurveyKind, SurveyMoment
from inbox.surveys.models import SurveyVersion
from inbox.surveys.questions import EVERYBODY, QuestionKind, StepKind
from inbox.surveys.reading import Reading
from inbox.surveys.scores import Scale
from inbox.surveys.templates import rated, scores_of
from inbox.surveys.wording import WORDINGS

#: The sentences of a survey, each with its longest length; the subject is one line.
SENTENCES = {"subject": 150, "intro": 600, "question": 300, "comment": 200, "thanks": 600}
#: What is filled in where, when a customer is asked.
BRACES = {"subject": ("brand", "subject"), "intro": ("brand", "subject")}
LONGEST_ANCHOR, LONGEST_OPTION, LONGEST_URL = 60, 120, 500
MOST_QUESTIONS, LEAST_OPTIONS, MOST_OPTIONS = 8, 2, 10
_BRACE = re.compile(r"\{([^{}]*)\}")
_ID = re.compile(r"[a-z][a-z0-9_]{0,19}")
_MOST_STOPS = 1000


@dataclass(frozen=True, slots=True)
class Content:
    """What a version holds, checked, in the shapes in which `SurveyVersion` stores it."""

    low_is_good: bool
    good_scores: list[int]
    unhappy_scores: list[int]
    is_anonymous: bool
    texts: dict[str, dict[str, Any]]
    follow_ups: list[dict[str, Any]]
    next_steps: list[dict[str, Any]]


def content_of(version: SurveyVersion) -> Content:
    """What a version holds."""
    return Content(
        version.low_is_good,
        list(version.good_scores),
        list(version.unhappy_scores),
        version.is_anonymous,
        version.texts,
        version.follow_ups,
        version.next_steps,
    )


def has_fixed_good_scores(kind: str, scale: Scale) -> bool:
    """True where which answers are good is part of what the figure means: NPS, and CSAT from 1 to 5."""
    return kind == SurveyKind.NPS or (kind == SurveyKind.CSAT and (scale.minimum, scale.maximum) == (1, 5))


def content_from(values: Mapping[str, Any], *, of: SurveyVersion) -> Content:
    """The content in plain values, for the next version after `of`, whose kind, moment and scale it has.

    Raises `InvalidSurvey` with a sentence for every field at fault. Shapes are those of `SurveyVersion`. English must
    be complete; another language, and each question or step in it, is translated whole or not at all.
    """
    it = _ContentReading(of, values)
    low_is_good = it.flag("low_is_good", values.get("low_is_good"))
    scale = Scale(of.scale_min, of.scale_max, low_is_good)
    good, unhappy = it.rated(scale, values)
    content = Content(
        low_is_good=low_is_good,
        good_scores=good,
        unhappy_scores=unhappy,
        is_anonymous=it.flag("is_anonymous", values.get("is_anonymous")),
        texts=it.texts(scale, values.get("texts")),
        follow_ups=it.follow_ups(scale, values.get("follow_ups")),
        next_steps=it.next_steps(scale, good, unhappy, values.get("next_steps")),
    )
    it.done()
    return content


class _ContentReading(Reading):
    """One reading of a survey's content."""

    def __init__(self, of: SurveyVersion, values: Mapping[str, Any]) -> None:
        super().__init__()
        self.kind, self.moment = of.survey.kind, of.survey.moment

    def rated(self, scale: Scale, values: Mapping[str, Any]) -> tuple[list[int], list[int]]:
        """Good and unhappy scores: the best ones, and the worst ones."""
        usual_good, usual_unhappy = (list(scores) for scores in rated(self.kind, scale))
        is_fixed = has_fixed_good_scores(self.kind, scale)
        good = usual_good if is_fixed else self.scores("good_scores", values.get("good_scores", usual_good))
        unhappy = usual_unhappy
        if self.kind != SurveyKind.NPS:
            unhappy = self.scores("unhappy_scores", values.get("unhappy_scores", usual_unhappy))
        ordered = list(scores_of(scale)) if scale.low_is_good else list(reversed(scores_of(scale)))
        if not good or sorted(ordered[: len(good)]) != good:
            self.fault("good_scores", _("Choose the best scores of the scale, at least one, without a gap."))
        if unhappy and sorted(ordered[-len(unhappy) :]) != unhappy:
            self.fault("unhappy_scores", _("Choose the worst scores of the scale, without a gap, or none."))
        if set(good) & set(unhappy):
            self.fault("unhappy_scores", _("A score is good or unhappy, not both."))
        return good, unhappy

    def texts(self, scale: Scale, value: object) -> dict[str, dict[str, Any]]:
        """The sentences by language, English first."""
        given = self.mapping("texts", value)
        for unknown in given.keys() - WORDINGS.keys():
            self.fault(f"texts.{unknown}", _("Surveys are not asked in this language."))
        kept: dict[str, dict[str, Any]] = {}
        for language in WORDINGS:
            said = self.mapping(f"texts.{language}", given.get(language))
            anchors = self.mapping(f"texts.{language}.anchors", said.get("anchors"))
            if language == "en" or any(map(_is_said, (*(said.get(name) for name in SENTENCES), *anchors.values()))):
                kept[language] = self._texts_in(language, scale, said, anchors)
        return kept

    def _texts_in(
        self, language: str, scale: Scale, said: Mapping[str, object], anchors: Mapping[str, object]
    ) -> dict[str, Any]:
        place = f"texts.{language}"
        missing = _missing(language)
        texts: dict[str, Any] = {}
        for name, most in SENTENCES.items():
            read = self.line if name == "subject" else self.text
            texts[name] = read(f"{place}.{name}", said.get(name), most, missing=missing)
            self._braces(f"{place}.{name}", texts[name], BRACES.get(name, ()))
        texts["anchors"] = {
            str(score): self.line(f"{place}.anchors.{score}", anchors.get(str(score)), LONGEST_ANCHOR, missing=missing)
            for score in scores_of(scale)
        }
        meanings = [one for one in texts["anchors"].values() if one]
        if len({one.casefold() for one in meanings}) < len(meanings):
            self.fault(f"{place}.anchors", _("Two scores mean the same. Give each a meaning of its own."))
        ends = [texts["anchors"][str(end)] for end in (scale.minimum, scale.maximum)]
        absent = [end for end in ends if end and end.casefold() not in texts["question"].casefold()]
        if texts["question"] and absent:
            named = _(
                "The question has to name both ends of its scale, so that it is clear which one is good: %(ends)s."
            )
            self.fault(f"{place}.question", named % {"ends": ", ".join(f"“{end}”" for end in absent)})
        return texts

    def _braces(self, place: str, text: str, known: tuple[str, ...]) -> None:
        for name in _BRACE.findall(text):
            if name == "subject" and name in known and self.moment == SurveyMoment.SCHEDULE:
                self.fault(place, _("{subject} stands for a ticket's subject. A survey by a schedule is about none."))
            elif name not in known and known:
                self.fault(place, _("Only {brand} and {subject} are filled in, not {%(name)s}.") % {"name": name})
            elif name not in known:
                self.fault(place, _("Nothing is filled in here: write it without {%(name)s}.") % {"name": name})

    def follow_ups(self, scale: Scale, value: object) -> list[dict[str, Any]]:
        """The questions after the score."""
        kept, ids = [], set()
        for number, one in enumerate(self.listed("follow_ups", value, MOST_QUESTIONS)):
            place = f"follow_ups.{number}"
            given = self.mapping(place, one)
            question_id, kind = str(given.get("id", "")), str(given.get("kind", ""))
            if not _ID.fullmatch(question_id) or question_id in ids:
                self.fault(f"{place}.id", _("Each question needs an id of its own, such as q1."))
            if kind not in set(QuestionKind):
                self.fault(f"{place}.kind", _("There is no such kind of question."))
                continue
            ids.add(question_id)
            scores = self.scores(f"{place}.scores", given.get("scores", []))
            if not all(map(scale.holds, scores)):
                self.fault(f"{place}.scores", _("Choose scores of the scale."))
            kept.append(
                {"id": question_id, "kind": kind, "scores": scores} | self._answered(place, QuestionKind(kind), given)
            )
        return kept

    def _answered(self, place: str, kind: QuestionKind, given: Mapping[str, object]) -> dict[str, Any]:
        if kind is QuestionKind.SLIDER:
            return self._slider(place, given) | {
                "texts": self._translated(place, given, {"question": 300, "low": 60, "high": 60})
            }
        if kind is QuestionKind.TEXT:
            return {"texts": self._translated(place, given, {"question": 300})}
        options = [str(one) for one in self.listed(f"{place}.options", given.get("options"), MOST_OPTIONS)]
        if len(options) < LEAST_OPTIONS:
            self.fault(f"{place}.options", _("Give at least two answers to choose from."))
        if len(set(options)) < len(options) or not all(map(_ID.fullmatch, options)):
            self.fault(f"{place}.options", _("Each answer needs an id of its own, such as a1."))
        return {"options": options, "texts": self._translated(place, given, {"question": 300}, options)}

    def _slider(self, place: str, given: Mapping[str, object]) -> dict[str, Any]:
        low = self.number(f"{place}.min", given.get("min", 0), -10_000, 10_000)
        high = self.number(f"{place}.max", given.get("max", 10), -10_000, 10_000)
        step = self.number(f"{place}.step", given.get("step", 1), 1, 10_000)
        if high <= low:
            self.fault(f"{place}.max", _("The highest value has to be greater than the lowest."))
        elif (high - low) % step:
            self.fault(f"{place}.step", _("Steps of this size don't reach the highest value."))
        elif (high - low) // step > _MOST_STOPS:
            self.fault(f"{place}.step", _("At most 1000 steps: nobody can hit smaller ones."))
        return {"min": low, "max": high, "step": step}

    def _translated(
        self, place: str, given: Mapping[str, object], names: Mapping[str, int], options: list[str] | None = None
    ) -> dict[str, Any]:
        """Texts by language: those in `names`, each with its longest length, and the words of `options`."""
        by_language = self.mapping(f"{place}.texts", given.get("texts"))
        kept: dict[str, Any] = {}
        for language in WORDINGS:
            here = f"{place}.texts.{language}"
            said = self.mapping(here, by_language.get(language))
            words = self.mapping(f"{here}.options", said.get("options")) if options else {}
            if language != "en" and not any(
                map(_is_said, (*(said.get(name) for name in names), *(words.get(one) for one in options or ())))
            ):
                continue
            missing = _missing(language)
            kept[language] = {
                name: self.line(f"{here}.{name}", said.get(name), most, missing=missing) for name, most in names.items()
            }
            for name in names:
                self._braces(f"{here}.{name}", kept[language][name], ())
            if options is not None:
                kept[language]["options"] = {
                    one: self.line(f"{here}.options.{one}", words.get(one), LONGEST_OPTION, missing=missing)
                    for one in options
                }
        return kept

    def next_steps(self, scale: Scale, good: list[int], unhappy: list[int], value: object) -> list[dict[str, Any]]:
        """What the thank-you page offers, to whom."""
        kept: dict[str, dict[str, Any]] = {}
        for number, one in enumerate(self.listed("next_steps", value, len(Sentiment) + 1)):
            place = f"next_steps.{number}"
            given = self.mapping(place, one)
            whom, kind = str(given.get("for", "")), str(given.get("kind", ""))
            if whom not in {*Sentiment, EVERYBODY} or whom in kept:
                self.fault(f"{place}.for", _("One step each for the happy, the neutral, the unhappy and everybody."))
            if kind not in set(StepKind):
                self.fault(f"{place}.kind", _("There is no such step."))
                continue
            if (kind == StepKind.REVIEW) != (whom == EVERYBODY):
                self.fault(f"{place}.kind", _("A public review is asked for from everybody, and only that is."))
            step = {"for": whom, "kind": kind, "texts": self._translated(place, given, {"text": 300, "button": 60})}
            kept[whom] = step | ({} if kind == StepKind.WRITE else {"url": self._url(f"{place}.url", given.get("url"))})
        self._for_others_too(scale, good, unhappy, kept)
        return list(kept.values())

    def _for_others_too(self, scale: Scale, good: list[int], unhappy: list[int], kept: Mapping[str, object]) -> None:
        wanted = {Sentiment.UNHAPPY} if unhappy else set()
        if len(good) + len(unhappy) < len(scores_of(scale)):
            wanted.add(Sentiment.NEUTRAL)
        if Sentiment.HAPPY in kept and not wanted <= set(kept):
            self.fault(
                "next_steps",
                _("Offer something to the others as well, such as writing to you: never only to the happy."),
            )

    def _url(self, place: str, value: object) -> str:
        url = self.line(place, value, LONGEST_URL, missing=_("Give the address that the button opens."))
        try:
            parts = urlsplit(url)
            is_good = parts.scheme == "https" and "." in (parts.hostname or "") and "@" not in parts.netloc
        except ValueError:
            is_good = False
        if url and (not is_good or " " in url):
            self.fault(place, _("Give a whole address that begins with https://."))
        return url


def _is_said(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _missing(language: str) -> str:
    if language == "en":
        return _("English is asked wherever there is no other language: fill this in.")
    return _("Translate this as well, or leave all of it empty: then it is said in English.")
