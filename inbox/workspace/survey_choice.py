"""Which answers of which survey an address asks for. What makes no sense counts as not chosen."""

from __future__ import annotations

from django.http import QueryDict

from inbox.reports.scope import NONE, Chosen, Scope
from inbox.reports.survey_scope import SurveyScope
from inbox.surveys.enums import Sentiment, SurveyKind

#: The names in the address.
NARROWING = ("sentiment", "score", "words")
SURVEY_PARTS = ("kind", "topic", "version", "language", "segment", *NARROWING)

_LONGEST_WORDS = 100
_DIGITS = 9


def survey_scope(data: QueryDict, scope: Scope) -> SurveyScope:
    """The question about surveys."""
    kind, sentiment, words = data.get("kind", ""), data.get("sentiment", ""), data.get("words", "")
    return SurveyScope(
        scope,
        kind=SurveyKind(kind) if kind in SurveyKind.values else SurveyKind.CES,
        topic=_chosen(data.get("topic", "")),
        version=_number(data.get("version", "")),
        language=data.get("language", "")[:10],
        segment=_segment(data.get("segment", "")),
        sentiment=Sentiment(sentiment) if sentiment in Sentiment.values else None,
        score=_number(data.get("score", "")),
        words=words.replace("\0", "")[:_LONGEST_WORDS].strip(),
    )


def _chosen(text: str) -> Chosen:
    return NONE if text == NONE else _number(text)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else None


def _segment(text: str) -> str | None:
    """Customers without a segment are asked for by "none"; "" is all."""
    return "" if text == NONE else text.replace("\0", "")[:40] or None
