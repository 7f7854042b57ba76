"""The editor of what a survey asks: what is typed, what is wrong with it, and its fields in every language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from inbox.surveys.content import (
    LONGEST_ANCHOR,
    LONGEST_OPTION,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    SENTENCES,
    Content,
    content_from,
    has_fixed_good_scores,
)
from inbox.surveys.enums import Sentiment, SurveyKind, SurveyMoment
from inbox.surveys.models import SurveyVersion
from inbox.surveys.questions import EVERYBODY, QuestionKind, StepKind
from inbox.surveys.reading import InvalidSurvey
from inbox.surveys.templates import scores_of
from inbox.surveys.wording import WORDINGS
from inbox.workspace.policy_fields import Choice
from inbox.workspace.survey_fields import (
    Cell,
    LanguageTab,
    OptionRow,
    QuestionFields,
    ScoreRow,
    Sentence,
    StepFields,
    TextRow,
)
from inbox.workspace.survey_typed import SAID, option_ids, question_ids, typed_from, values_from

KINDS: Mapping[str, Sentence] = {
    QuestionKind.SINGLE: _("One of several answers"),
    QuestionKind.MULTIPLE: _("Any of several answers"),
    QuestionKind.TEXT: _("A free text"),
    QuestionKind.SLIDER: _("A number on a slider"),
}
STEPS: Mapping[str, Sentence] = {
    "": _("nothing"),
    StepKind.WRITE: _("to write to us"),
    StepKind.REVIEW: _("to leave a public review"),
    StepKind.LINK: _("another page"),
}
_LABELS: Mapping[str, tuple[Sentence, Sentence, int]] = {
    "subject": (_("Subject of the mail"), _("{brand} and {subject} are filled in."), 1),
    "intro": (_("Before the question"), _("{brand} and {subject} are filled in."), 3),
    "question": (_("Question"), _("With both ends of the scale in its words."), 3),
    "comment": (_("What the comment is asked for"), "", 1),
    "thanks": (_("Thanks"), "", 2),
}
_WHOM: Mapping[str, tuple[Sentence, Sentence]] = {
    Sentiment.HAPPY: (_("Who is happy"), _("who gave a good score")),
    Sentiment.NEUTRAL: (_("Who is neither"), _("who gave a score that is neither good nor unhappy")),
    Sentiment.UNHAPPY: (_("Who is unhappy"), _("who gave an unhappy score")),
    EVERYBODY: (_("Everybody"), _("whatever the score: to ask only the happy for a review would deceive its readers")),
}
_QUESTION_LABELS: Mapping[str, Sentence] = {
    "question": _("Question"),
    "low": _("What the lowest number means"),
    "high": _("What the highest number means"),
}


class ContentForm:
    """What somebody types for the next version of a survey."""

    def __init__(self, given: QueryDict | None, version: SurveyVersion, focus: str = "") -> None:
        self.version, self.survey, self.focus = version, version.survey, focus
        self.typed = given if given is not None else typed_from(version)
        self.errors: dict[str, list[str]] = {}
        self.seen = self.typed.get("seen", "")
        #: The version that somebody else made meanwhile.
        self.newer: SurveyVersion | None = None

    def content(self) -> Content | None:
        """What was typed; None when something is wrong, which is then among the `errors`."""
        try:
            return content_from(self.values, of=self.version)
        except InvalidSurvey as refused:
            self.refuse(refused)
            return None

    def refuse(self, refused: InvalidSurvey) -> None:
        """Show what is wrong at its fields."""
        self.errors = refused.errors

    @cached_property
    def values(self) -> dict[str, Any]:
        """What was typed, as plain values."""
        return values_from(self.typed, self.version)

    # As it is drawn.

    @property
    def is_direction_shown(self) -> bool:
        """True where the good end of the scale can be either."""
        return self.survey.kind == SurveyKind.CES

    @property
    def are_good_scores_fixed(self) -> bool:
        """True where the figure says which scores are good."""
        return has_fixed_good_scores(self.survey.kind, self.version.scale)

    @property
    def are_unhappy_scores_fixed(self) -> bool:
        """True where the figure says which scores are unhappy."""
        return bool(self.survey.kind == SurveyKind.NPS)

    @property
    def low_is_good(self) -> bool:
        """Whether that is chosen."""
        return bool(self.typed.get("low_is_good"))

    @property
    def is_anonymous(self) -> bool:
        """Whether that is ticked."""
        return bool(self.typed.get("is_anonymous"))

    @cached_property
    def languages(self) -> list[LanguageTab]:
        """The languages to translate into; chosen is the one typed, or the first with a mistake."""
        rows = [
            *self.sentences,
            *(one.text for one in self.anchors),
            *(text for one in self.questions for text in (*one.texts, *(option.text for option in one.options))),
            *(text for one in self.steps if one.kind for text in one.texts),
        ]
        cells = [cell for row in rows for cell in row.cells]
        wrong = next((cell.language for cell in cells if cell.errors and not cell.is_source), "")
        chosen = wrong or self.typed.get("lang", "")
        return [
            LanguageTab(
                language=language,
                name=wording.name,
                missing=sum(cell.is_missing for cell in cells if cell.language == language),
                errors=sum(bool(cell.errors) for cell in cells if cell.language == language),
                is_used=any(cell.value for cell in cells if cell.language == language),
                is_chosen=language == (chosen if chosen in WORDINGS and chosen != "en" else "zh-hans"),
            )
            for language, wording in WORDINGS.items()
            if language != "en"
        ]

    @cached_property
    def sentences(self) -> list[TextRow]:
        """What is said around the score."""
        rows = []
        for name, (label, help_text, height) in _LABELS.items():
            if self.survey.moment == SurveyMoment.SCHEDULE and name in ("subject", "intro"):
                help_text = _("{brand} is filled in.")
            row = self._row(label, "t", name, f"texts.{{}}.{name}", SENTENCES[name], help_text, height)
            rows.append(row)
        return rows

    @cached_property
    def anchors(self) -> list[ScoreRow]:
        """The scores, the lowest first."""
        good, unhappy = self.values["good_scores"], self.values["unhappy_scores"]
        return [
            ScoreRow(
                score,
                self._row(
                    gettext("Meaning of %(score)d") % {"score": score},
                    "a",
                    str(score),
                    f"texts.{{}}.anchors.{score}",
                    LONGEST_ANCHOR,
                ),
                score in good,
                score in unhappy,
            )
            for score in scores_of(self.version.scale)
        ]

    @cached_property
    def anchor_errors(self) -> list[str]:
        """What is wrong with the meanings as a whole."""
        return [one for language in WORDINGS for one in self.errors.get(f"texts.{language}.anchors", ())]

    @cached_property
    def questions(self) -> list[QuestionFields]:
        """The follow-up questions."""
        ids = question_ids(self.typed)
        return [self._question(number, one, len(ids)) for number, one in enumerate(ids)]

    @property
    def may_have_more_questions(self) -> bool:
        """True until there are as many as a survey may have."""
        return len(question_ids(self.typed)) < MOST_QUESTIONS

    @property
    def kinds(self) -> list[tuple[str, Sentence]]:
        """The kinds of follow-up questions."""
        return list(KINDS.items())

    def _question(self, number: int, question_id: str, count: int) -> QuestionFields:
        place, prefix = f"follow_ups.{number}.", f"q-{question_id}"
        kind = self.typed.get(f"{prefix}-kind", "")
        chosen, options = self.typed.getlist(f"{prefix}-scores"), option_ids(self.typed, question_id)
        said = SAID[QuestionKind(kind)] if kind in set(QuestionKind) else ("question",)
        return QuestionFields(
            id=question_id,
            number=number + 1,
            kind=kind,
            kind_label=KINDS.get(kind, kind),
            texts=[
                self._row(
                    _QUESTION_LABELS[name], prefix, name, f"{place}texts.{{}}.{name}", 300 if name == "question" else 60
                )
                for name in said
            ],
            scores=[Choice(str(score), str(score), str(score) in chosen) for score in scores_of(self.version.scale)],
            options=[
                OptionRow(
                    one,
                    place_of + 1,
                    self._row(
                        gettext("Answer %(number)d") % {"number": place_of + 1},
                        prefix,
                        f"o-{one}",
                        f"{place}texts.{{}}.options.{one}",
                        LONGEST_OPTION,
                    ),
                )
                for place_of, one in enumerate(options)
            ],
            low=self.typed.get(f"{prefix}-min", ""),
            high=self.typed.get(f"{prefix}-max", ""),
            step=self.typed.get(f"{prefix}-step", ""),
            is_first=number == 0,
            is_last=number == count - 1,
            may_have_more_options=len(options) < MOST_OPTIONS,
            errors=self._errors_at(place),
        )

    @cached_property
    def steps(self) -> list[StepFields]:
        """What is offered to the happy, the others, the unhappy and everybody."""
        sent = [one["for"] for one in self.values["next_steps"]]
        return [self._step(str(whom), sent) for whom in _WHOM]

    def _step(self, whom: str, sent: Sequence[str]) -> StepFields:
        prefix = f"s-{whom}"
        place = f"next_steps.{sent.index(whom)}." if whom in sent else "next_steps.-."
        label, help_text = _WHOM[whom]
        kind = self.typed.get(f"{prefix}-kind", "")
        offered = [one for one in STEPS if one == "" or (one == StepKind.REVIEW) == (whom == EVERYBODY)]
        return StepFields(
            whom=whom,
            label=label,
            help=help_text,
            kinds=[Choice(one, str(STEPS[one]), one == kind) for one in offered],
            kind=kind,
            url=self.typed.get(f"{prefix}-url", ""),
            texts=[
                self._row(_("Text"), prefix, "text", f"{place}texts.{{}}.text", 300),
                self._row(_("Words on the button"), prefix, "button", f"{place}texts.{{}}.button", 60),
            ],
            errors=self._errors_at(place),
        )

    def _errors_at(self, place: str) -> dict[str, list[str]]:
        return {name.removeprefix(place): said for name, said in self.errors.items() if name.startswith(place)}

    def _row(
        self, label: Sentence, prefix: str, name: str, place: str, most: int, help_text: Sentence = "", height: int = 1
    ) -> TextRow:
        """A text in every language; `place` is where its mistakes are noted, with braces for the language."""
        english = self.typed.get(f"{prefix}-en-{name}", "").strip()
        cells = []
        for language, wording in WORDINGS.items():
            value = self.typed.get(f"{prefix}-{language}-{name}", "")
            errors = self.errors.get(place.format(language), ())
            is_missing = bool(english) and not value.strip()
            cells.append(Cell(language, wording.name, f"{prefix}-{language}-{name}", value, errors, is_missing))
        return TextRow(label, cells, most, help_text, height)
