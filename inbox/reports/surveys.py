"""What came of asking: answers, who was asked and answered, who was not asked and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet, StdDev

from inbox.reports.figures import Ease, Share
from inbox.reports.scope import Scope
from inbox.surveys.enums import InvitationState, SurveyKind
from inbox.surveys.models import Answer, Invitation

ARRIVED = Q(state=InvitationState.ANSWERED) | Q(message__delivery__status__in=["sent", "delivered", "read"])
"""Invitations that reached the customer: the network took them and did not send them back."""

ON_ITS_WAY = Q(message__delivery__status__in=["queued", "sending"]) & ~Q(state=InvitationState.ANSWERED)


def answers(scope: Scope) -> QuerySet[Answer]:
    """The effort answers given in the period that count: of each invitation the last one."""
    return Answer.objects.filter(
        scope.within("answered_at", created="invitation__ticket__created_at"),
        _chosen(scope, "invitation__"),
        is_current=True,
        invitation__version__survey__kind=SurveyKind.CES,
        invitation__ticket__figures__excluded="",
    )


def sent(scope: Scope) -> QuerySet[Invitation]:
    """The invitations sent in the period."""
    return _invitations(scope, "sent_at").filter(sent_at__isnull=False, ticket__figures__excluded="")


def delivered(scope: Scope) -> QuerySet[Invitation]:
    """Those of them that reached the customer."""
    return sent(scope).filter(ARRIVED)


def undelivered(scope: Scope) -> QuerySet[Invitation]:
    """Those of them that came back or were never taken."""
    return sent(scope).exclude(pk__in=sent(scope).filter(ARRIVED | ON_ITS_WAY).values("pk"))


def not_asked(scope: Scope, reason: str = "") -> QuerySet[Invitation]:
    """The decisions of the period not to ask, of spam too; with `reason` only those for that reason."""
    rows = _invitations(scope, "decided_at").filter(state=InvitationState.SUPPRESSED)
    return rows.filter(suppressed_because=reason) if reason else rows


def cancelled(scope: Scope) -> QuerySet[Invitation]:
    """The decisions of the period to ask that were cancelled, because the matter went on."""
    return _invitations(scope, "decided_at").filter(state=InvitationState.CANCELLED)


def _invitations(scope: Scope, instant: str) -> QuerySet[Invitation]:
    return Invitation.objects.filter(scope.within(instant), _chosen(scope, ""), ticket__isnull=False)


def _chosen(scope: Scope, prefix: str) -> Q:
    """Answers and decisions belong to who sent the cycle's last reply, and to his team at that time."""
    names = {"team": "team", "agent": "agent", "channel": "ticket__channel", "priority": "ticket__priority"}
    return scope.chosen(**{name: prefix + column for name, column in names.items()})


@dataclass(frozen=True, slots=True)
class Scale:
    """How often each score of a scale was given. Scores of different scales are never added up."""

    low: int
    high: int
    low_is_good: bool
    counts: Mapping[int, int]

    @property
    def n(self) -> int:
        """All answers on this scale."""
        return sum(self.counts.values())

    @property
    def scores(self) -> list[tuple[int, int]]:
        """Each score with its count, the worst first."""
        ordered = range(self.low, self.high + 1)
        return [(score, self.counts.get(score, 0)) for score in (reversed(ordered) if self.low_is_good else ordered)]


@dataclass(frozen=True, slots=True)
class Surveys:
    """The survey figures of a period."""

    ease: Ease
    scales: list[Scale]
    response: Share
    sent: int
    on_their_way: int
    undelivered: int
    cancelled: int
    not_asked: Mapping[str, int]


def surveys(scope: Scope) -> Surveys:
    """All of it, in four questions to the database."""
    asked = sent(scope).aggregate(
        sent=Count("pk"),
        answered=Count("pk", filter=Q(state=InvitationState.ANSWERED)),
        delivered=Count("pk", filter=ARRIVED),
        on_their_way=Count("pk", filter=ON_ITS_WAY),
    )
    decided = _invitations(scope, "decided_at").filter(
        state__in=[InvitationState.SUPPRESSED, InvitationState.CANCELLED]
    )
    reasons = {
        (row["state"], row["suppressed_because"]): row["n"]
        for row in decided.values("state", "suppressed_because").annotate(n=Count("pk")).order_by("-n")
    }
    return Surveys(
        ease=ease_of(answers(scope)),
        scales=_scales(scope),
        response=Share(asked["answered"], asked["delivered"]),
        sent=asked["sent"],
        on_their_way=asked["on_their_way"],
        undelivered=asked["sent"] - asked["delivered"] - asked["on_their_way"],
        cancelled=sum(n for (state, _), n in reasons.items() if state == InvitationState.CANCELLED),
        not_asked={reason: n for (state, reason), n in reasons.items() if state == InvitationState.SUPPRESSED},
    )


def ease_of(given: QuerySet[Answer]) -> Ease:
    """The mean ease of answers."""
    row: Mapping[str, Any] = given.aggregate(n=Count("ease"), mean=Avg("ease"), deviation=StdDev("ease", sample=True))
    return Ease(row["n"], row["mean"], row["deviation"])


def _scales(scope: Scope) -> list[Scale]:
    counted = (
        answers(scope)
        .values(
            "score",
            low=F("invitation__version__scale_min"),
            high=F("invitation__version__scale_max"),
            low_is_good=F("invitation__version__low_is_good"),
        )
        .annotate(n=Count("pk"))
        .order_by("low", "high", "low_is_good")
    )
    scales: dict[tuple[int, int, bool], dict[int, int]] = {}
    for row in counted:
        scales.setdefault((row["low"], row["high"], row["low_is_good"]), {})[row["score"]] = row["n"]
    return [Scale(*key, counts) for key, counts in scales.items()]


def latest_comments(scope: Scope, count: int = 6) -> list[Answer]:
    """The newest answers with words, with their tickets and customers."""
    said = answers(scope).exclude(comment="").select_related("invitation__ticket__customer", "invitation__version")
    return list(said.order_by("-answered_at", "-pk")[:count])
