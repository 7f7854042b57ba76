"""The list of surveys: what runs for how many, and what came of it lately."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.translation import get_language

from inbox.surveys.enums import InvitationState, SurveyMoment
from inbox.surveys.models import Invitation, Survey, SurveyVersion

LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """A survey in the list. `percent` of all work cycles get it; None where that is no question."""

    survey: Survey
    version: SurveyVersion
    percent: int | None
    sent: int
    answered: int

    @property
    def question(self) -> str:
        """What is asked, in the reader's language where it was translated."""
        return self.version.text("question", get_language() or "en")


def listed_surveys() -> QuerySet[Survey]:
    """The surveys that are not deleted, those that run first."""
    newest = Prefetch("versions", SurveyVersion.objects.order_by("-number"), to_attr="newest_first")
    return Survey.objects.filter(deleted_at=None).order_by("-is_active", "moment", "pk").prefetch_related(newest)


def listing(surveys: Iterable[Survey], at: datetime) -> list[SurveyLine]:
    """The lines of the list."""
    found = list(surveys)
    counts = _counts(at)
    shares = percents([one for one in found if one.is_active and one.moment == SurveyMoment.RESOLUTION])
    return [
        SurveyLine(one, one.newest_first[0], shares.get(one.pk), *counts.get(one.pk, (0, 0)))  # type: ignore[attr-defined]
        for one in found
    ]


def percents(running: Iterable[Survey]) -> dict[int, int]:
    """How many of 100 work cycles each survey gets, by its id; they add up to 100."""
    found = list(running)
    total = sum(one.share for one in found)
    parts = {one.pk: divmod(100 * one.share, total) for one in found}
    whole = {pk: part for pk, (part, _rest) in parts.items()}
    most_cut = sorted(parts, key=lambda pk: (-parts[pk][1], pk))
    for pk in most_cut[: 100 - sum(whole.values()) if whole else 0]:
        whole[pk] += 1
    return whole


def share_of(survey: Survey) -> int | None:
    """The percentage that this survey gets now; None when it does not run after resolutions."""
    running = Survey.objects.filter(is_active=True, moment=SurveyMoment.RESOLUTION, deleted_at=None)
    return percents(running).get(survey.pk)


def _counts(at: datetime) -> dict[int, tuple[int, int]]:
    lately = Invitation.objects.filter(sent_at__gt=at - LATELY, sent_at__lte=at, version__isnull=False)
    rows = lately.values_list("version__survey").annotate(
        sent=Count("pk"), answered=Count("pk", filter=Q(state=InvitationState.ANSWERED))
    )
    return {survey: (sent, answered) for survey, sent, answered in rows}
