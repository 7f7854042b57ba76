"""What a customer answered, in the reader's words: the score with its meaning, the comment, and what else he said."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import get_language

from inbox.surveys.enums import Sentiment
from inbox.surveys.models import Answer, Invitation
from inbox.surveys.questions import questions_of

_LOOKS = {Sentiment.HAPPY: "high", Sentiment.NEUTRAL: "middle", Sentiment.UNHAPPY: "low"}


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as it is drawn. `said` are the follow-up questions with their answers.

    Of an anonymous one nothing is shown but that it was given.
    """

    invitation: Invitation
    at: datetime | None
    is_anonymous: bool = False
    score: str = ""
    meaning: str = ""
    look: str = "middle"
    ease: float | None = None
    comment: str = ""
    language: str = ""
    said: list[tuple[str, str]] = field(default_factory=list)


def shown(invitation: Invitation, answer: Answer) -> Shown:
    """The answer, with the invitation's version at hand."""
    version = invitation.version
    if version is None or version.is_anonymous:
        return Shown(invitation, None, is_anonymous=True)
    language = get_language() or "en"
    return Shown(
        invitation=invitation,
        at=answer.answered_at,
        score=f"{answer.score}/{version.scale_max}",
        meaning=dict(version.choices(language)).get(answer.score, ""),
        look=_LOOKS[Sentiment(answer.sentiment)],
        ease=answer.ease,
        comment=answer.comment,
        language=answer.language,
        said=[
            (question.question(language), question.shown(answer.said[question.id], language))
            for question in questions_of(version.follow_ups)
            if question.id in answer.said
        ],
    )
