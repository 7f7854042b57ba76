"""The surveys that ship: what each asks on which scale, in every language we ask in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inbox.surveys import template_texts as said
from inbox.surveys.enums import SurveyKind, SurveyMoment
from inbox.surveys.scores import Scale, ease

Texts = Mapping[str, Mapping[str, Any]]
_UNHAPPY_EASE, _GOOD_EASE = 33, 75


@dataclass(frozen=True, slots=True)
class Template:
    """A built-in survey. `texts` are as a `SurveyVersion` holds them; `texts_apart` those that speak of no ticket.

    Only a template with `texts_apart` can be sent by a schedule.
    """

    key: str
    name: str | Promise
    summary: str | Promise
    kind: SurveyKind
    scale: Scale
    good_scores: tuple[int, ...]
    unhappy_scores: tuple[int, ...]
    texts: Texts
    texts_apart: Texts = field(default_factory=dict)

    @property
    def low_is_good(self) -> bool:
        """True when the lowest score is the best one."""
        return self.scale.low_is_good

    def texts_for(self, moment: str) -> Texts:
        """What it says when it is sent at this moment."""
        return self.texts_apart if moment == SurveyMoment.SCHEDULE else self.texts


def scores_of(scale: Scale) -> range:
    """The scores that can be given, the lowest first."""
    return range(scale.minimum, scale.maximum + 1)


def rated(kind: str, scale: Scale) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The scores that usually count as good ones, and those that are followed up.

    Effort by its ease as it is shown (without decimals): 75 and more, 33 and less. Recommendation: 9 and 10, 0 to 6.
    Satisfaction: 4 and 5, 1 and 2; of two answers the good one and the bad one.
    """
    scores = scores_of(scale)
    if kind == SurveyKind.CES:
        worth = {one: round(ease(one, scale.minimum, scale.maximum, scale.low_is_good)) for one in scores}
        return (
            tuple(one for one in scores if worth[one] >= _GOOD_EASE),
            tuple(one for one in scores if worth[one] <= _UNHAPPY_EASE),
        )
    if kind == SurveyKind.NPS:
        return (9, 10), tuple(range(7))
    half = min(2, len(scores) // 2)
    return tuple(scores[-half:]), tuple(scores[:half])


def _texts(key: str, subject: Mapping[str, str], comment: Mapping[str, str], around: Texts, lowest: int) -> Texts:
    return {
        language: {
            "question": question,
            "anchors": {str(score): anchor for score, anchor in enumerate(anchors, lowest)},
            "comment": comment[language],
            "subject": subject[language],
            "intro": around[language]["intro"],
            "thanks": around[language]["thanks"],
        }
        for language, (question, anchors) in said.ASKED[key].items()
    }


def _template(key: str, name: str | Promise, summary: str | Promise, kind: SurveyKind, scale: Scale) -> Template:
    subject, comment = {
        SurveyKind.CES: (said.EFFORT_SUBJECT, said.EFFORT_COMMENT),
        SurveyKind.CSAT: (said.SATISFACTION_SUBJECT, said.SATISFACTION_COMMENT),
        SurveyKind.NPS: (said.RECOMMENDATION_SUBJECT, said.RECOMMENDATION_COMMENT),
    }[kind]
    apart: Texts = {}
    if kind == SurveyKind.NPS:
        apart_subject = {language: texts["subject"] for language, texts in said.ABOUT_US.items()}
        apart = _texts(key, apart_subject, comment, said.ABOUT_US, scale.minimum)
    good, unhappy = rated(kind, scale)
    return Template(
        key=key,
        name=name,
        summary=summary,
        kind=kind,
        scale=scale,
        good_scores=good,
        unhappy_scores=unhappy,
        texts=_texts(key, subject, comment, said.AFTER_A_TICKET, scale.minimum),
        texts_apart=apart,
    )


TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {
        template.key: template
        for template in (
            _template(
                "ces_5",
                _("Effort, 1 to 5"),
                _("How easy was it? From 1 very difficult to 5 very easy: the quickest to answer."),
                SurveyKind.CES,
                Scale(1, 5),
            ),
            _template(
                "ces_7",
                _("Effort, 1 to 7, as agreement"),
                _("“You made it easy for me.” From 1 strongly disagree to 7 strongly agree: the scale of CES 2.0."),
                SurveyKind.CES,
                Scale(1, 7),
            ),
            _template(
                "ces_7_reversed",
                _("Effort, 1 to 7, low is easy"),
                _("How hard was it? From 1 very easy to 7 very hard, for those who always asked this way round."),
                SurveyKind.CES,
                Scale(1, 7, low_is_good=True),
            ),
            _template(
                "csat_5",
                _("Satisfaction, 1 to 5"),
                _("How satisfied are you? From 1 very dissatisfied to 5 very satisfied; 4 and 5 count as satisfied."),
                SurveyKind.CSAT,
                Scale(1, 5),
            ),
            _template(
                "csat_2",
                _("Satisfaction, yes or no"),
                _("Are you satisfied? Two answers, nothing to weigh up: most people answer, and least is learned."),
                SurveyKind.CSAT,
                Scale(1, 2),
            ),
            _template(
                "nps",
                _("Recommendation, 0 to 10 (NPS)"),
                _("How likely are you to recommend us? After a ticket, or by a schedule without one."),
                SurveyKind.NPS,
                Scale(0, 10),
            ),
        )
    }
)
