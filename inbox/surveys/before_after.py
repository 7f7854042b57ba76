"""How scores were before something was changed and after it, and how sure the difference is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from inbox.surveys.enums import SurveyKind
from inbox.surveys.models import Answer
from inbox.surveys.scores import Interval, mean_interval, welch_interval, wilson

#: With fewer answers on a side there is not enough data to compare.
LEAST = 10
KINDS = (SurveyKind.CES, SurveyKind.CSAT)


@dataclass(frozen=True, slots=True)
class Side:
    """The answers of one side: from when until when, how many, and their mean of 100 with its 95 % interval."""

    start: datetime
    end: datetime
    n: int
    mean: Interval | None

    @property
    def drawn(self) -> Interval | None:
        """The interval as far as it lies on the scale."""
        mean = self.mean
        return Interval(mean.estimate, max(mean.low, 0.0), min(mean.high, 100.0)) if mean else None


@dataclass(frozen=True, slots=True)
class Effect:
    """Both sides, and the difference of their means with its interval; None where there is not enough data."""

    before: Side
    after: Side
    change: Interval | None

    @property
    def is_enough(self) -> bool:
        """True when both sides can be compared."""
        return min(self.before.n, self.after.n) >= LEAST

    @property
    def is_certain(self) -> bool:
        """True when the interval of the difference leaves out zero."""
        return self.change is not None and not self.change.low <= 0 <= self.change.high


def effect(kind: SurveyKind, changed_at: datetime, days: int, at: datetime, *, tag: str = "") -> Effect:
    """The answers about matters that were resolved in so many days before and after a change; `at` is the present.

    Ease of 0 to 100, or 100 for a good answer and 0 for another. With a `tag`, of tickets that have it only. It goes by
    when the matter was resolved: who answers later tells of what was before.
    """
    window = timedelta(days=days)
    before = _values(kind, changed_at - window, changed_at, tag)
    after = _values(kind, changed_at, min(changed_at + window, at), tag)
    sides = (
        Side(changed_at - window, changed_at, len(before), _mean(kind, before)),
        Side(changed_at, min(changed_at + window, at), len(after), _mean(kind, after)),
    )
    is_enough = min(len(before), len(after)) >= LEAST
    return Effect(*sides, welch_interval(before, after) if is_enough else None)


def _values(kind: SurveyKind, start: datetime, end: datetime, tag: str) -> list[float]:
    found = _answers(kind).filter(invitation__decided_at__gte=start, invitation__decided_at__lt=end)
    if tag:
        found = found.filter(invitation__ticket__tags__name=tag)
    given = found.values_list("score", "ease", "invitation__version__good_scores")
    if kind == SurveyKind.CES:
        return [ease for _, ease, _ in given if ease is not None]
    return [100.0 if score in good else 0.0 for score, _, good in given]


def _answers(kind: SurveyKind) -> QuerySet[Answer]:
    return Answer.objects.filter(is_current=True, invitation__version__survey__kind=kind).exclude(
        invitation__ticket__deleted_at__isnull=False
    )


def _mean(kind: SurveyKind, values: Sequence[float]) -> Interval | None:
    if kind == SurveyKind.CES:
        return mean_interval(values)
    share = wilson(sum(value > 0 for value in values), len(values))
    return Interval(100 * share.estimate, 100 * share.low, 100 * share.high) if share else None
