"""What customers answered about an agent's own work. Anonymous answers belong to nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from inbox.agents.models import Agent
from inbox.surveys.enums import SurveyKind
from inbox.surveys.models import Answer
from inbox.surveys.scores import Interval, mean_interval, wilson
from inbox.tickets.access import tickets_of


@dataclass(frozen=True, slots=True)
class Own:
    """How easy (0 to 100) and how satisfying (percent of good answers) his help was, each with its number of answers.

    `ease` and `good` are null without two answers, which tell nothing of their spread. Intervals end with the scale.
    """

    ease: Interval | None
    ease_n: int
    good: Interval | None
    good_n: int


def answers_to(agent: Agent) -> QuerySet[Answer]:
    """The answers that count, to surveys about work cycles in which he sent the last human reply; newest first."""
    found = Answer.objects.filter(
        is_current=True,
        invitation__agent=agent,
        invitation__version__is_anonymous=False,
        invitation__ticket__in=tickets_of(agent),
    )
    return found.select_related("invitation__version__survey", "invitation__ticket__customer").order_by(
        "-answered_at", "-id"
    )


def own_scores(agent: Agent, since: datetime) -> Own:
    """His scores from an instant on."""
    answers = answers_to(agent).filter(answered_at__gte=since)
    eases = [ease for ease in answers.values_list("ease", flat=True) if ease is not None]
    rated = answers.filter(invitation__version__survey__kind=SurveyKind.CSAT).values_list(
        "score", "invitation__version__good_scores"
    )
    good = [score in scores for score, scores in rated]
    share = wilson(sum(good), len(good)) if len(good) > 1 else None
    percent = Interval(100 * share.estimate, 100 * share.low, 100 * share.high) if share else None
    return Own(_on_scale(mean_interval(eases)), len(eases), percent, len(good))


def _on_scale(mean: Interval | None) -> Interval | None:
    return Interval(mean.estimate, max(mean.low, 0.0), min(mean.high, 100.0)) if mean else None
