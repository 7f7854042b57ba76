"""The built-in surveys say the same in every language, with a meaning for every score."""

from __future__ import annotations

import re

import pytest

from inbox.surveys.defaults import ensure_survey
from inbox.surveys.models import Survey, SurveyVersion
from inbox.surveys.templates import TEMPLATES, Template, scores_of
from inbox.surveys.wording import WORDINGS

BRACES = re.compile(r"\{\w*\}")


def test_what_counts_as_good_and_as_unhappy():
    assert {key: (one.good_scores, one.unhappy_scores) for key, one in TEMPLATES.items()} == {
        "ces_5": ((4, 5), (1, 2)),
        "ces_7": ((6, 7), (1, 2, 3)),
        "ces_7_reversed": ((1, 2), (5, 6, 7)),
        "csat_5": ((4, 5), (1, 2)),
        "csat_2": ((2,), (1,)),
        "nps": ((9, 10), (0, 1, 2, 3, 4, 5, 6)),
    }


@pytest.mark.parametrize("language", WORDINGS)
@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda one: one.key)
def test_every_score_has_a_meaning_of_its_own_and_the_question_names_both_ends(template: Template, language: str):
    texts, scores = template.texts[language], list(scores_of(template.scale))
    anchors = texts["anchors"]
    assert list(anchors) == [str(score) for score in scores]
    assert len(set(anchors.values())) == len(scores)
    for end in (scores[0], scores[-1]):
        assert str(end) in texts["question"]
        assert anchors[str(end)] in texts["question"]


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda one: one.key)
def test_every_language_has_the_same_sentences_with_the_same_braces(template: Template):
    for texts in filter(None, (template.texts, template.texts_apart)):
        assert list(texts) == list(WORDINGS)
        shapes = [{name: sorted(BRACES.findall(str(said))) for name, said in one.items()} for one in texts.values()]
        assert shapes == [shapes[0]] * len(shapes)


def test_a_survey_by_a_schedule_speaks_of_no_ticket():
    assert [key for key, one in TEMPLATES.items() if one.texts_apart] == ["nps"]
    assert "{subject}" not in str(TEMPLATES["nps"].texts_apart)


@pytest.mark.django_db
def test_a_new_installation_asks_how_easy_it_was():
    for _time in range(2):
        ensure_survey()
    made = SurveyVersion.objects.get()
    assert (made.survey.name, made.survey.is_active, made.template, made.texts) == (
        "Customer effort",
        True,
        "ces_5",
        TEMPLATES["ces_5"].texts,
    )
    assert Survey.objects.count() == 1
