"""The scores of surveys: one number of each kind of survey with its interval, by what, and how it moved.

Ease is the mean of the answers' ease (0 to 100) with a t-interval, satisfaction the share of good answers with
Wilson's, the net promoter score (-100 to 100) with the adjusted-Wald one. A row of the database's gives each of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet, StdDev
from django.db.models.functions import TruncDay, TruncMonth, TruncWeek

from inbox.reports.figures import ENOUGH, Share, mean_interval
from inbox.reports.periods import Period
from inbox.reports.survey_scope import SurveyGrouping, SurveyScope
from inbox.surveys.enums import InvitationState, Sentiment, SurveyKind
from inbox.surveys.models import Answer, Invitation
from inbox.surveys.scores import Interval, nps, wilson

_TAKEN, _WAITING = ("sent", "delivered", "read"), ("queued", "sending")

ARRIVED = (
    Q(state=InvitationState.ANSWERED) | Q(message__delivery__status__in=_TAKEN) | Q(direct_mail__status__in=_TAKEN)
)
"""Invitations that reached the customer: the network took them and did not send them back."""

ON_ITS_WAY = (Q(message__delivery__status__in=_WAITING) | Q(direct_mail__status__in=_WAITING)) & ~Q(
    state=InvitationState.ANSWERED
)

ANONYMOUS_ENOUGH = 5
"""From so many answers on, those to an anonymous survey are shown at all."""

_WEEKS_FROM, _MONTHS_FROM = 15, 121


@dataclass(frozen=True, slots=True)
class Score:
    """The headline of a kind of survey over `n` answers: `value` and its 95 % interval; None without answers.

    Ease and satisfaction are 0 to 100, the net promoter score is -100 to 100.
    """

    kind: SurveyKind
    n: int
    value: float | None = None
    interval: Interval | None = None

    @property
    def is_enough(self) -> bool:
        """True when there are enough answers to show it and to compare with it."""
        return self.n >= ENOUGH

    @property
    def lowest(self) -> int:
        """The lower end of its scale; the upper one is 100."""
        return -100 if self.kind == SurveyKind.NPS else 0


_PARTS: Mapping[SurveyKind, Mapping[str, Any]] = {
    SurveyKind.CES: {"mean": Avg("ease"), "deviation": StdDev("ease", sample=True)},
    SurveyKind.CSAT: {"good": Count("pk", distinct=True, filter=Q(sentiment=Sentiment.HAPPY))},
    SurveyKind.NPS: {
        "promoters": Count("pk", distinct=True, filter=Q(score__gte=9)),
        "detractors": Count("pk", distinct=True, filter=Q(score__lte=6)),
    },
}


def parts_of(kind: SurveyKind) -> dict[str, Any]:
    """The aggregates over answers of which `score_of` makes a score."""
    return {"n": Count("pk", distinct=True), **_PARTS[kind]}


def score_of(kind: SurveyKind, row: Mapping[str, Any]) -> Score:
    """The score in a row of the aggregates of `parts_of`."""
    n = row["n"]
    if not n:
        return Score(kind, 0)
    if kind == SurveyKind.CES:
        return Score(kind, n, row["mean"], mean_interval(n, row["mean"], row["deviation"], high=100.0))
    if kind == SurveyKind.CSAT:
        share = wilson(row["good"], n)
        interval = share and Interval(100 * share.estimate, 100 * share.low, 100 * share.high)
    else:
        interval = nps(row["promoters"], row["detractors"], n)
    return Score(kind, n, interval.estimate if interval else None, interval)


def answers(asked: SurveyScope, period: Period | None = None) -> QuerySet[Answer]:
    """The answers given in the period that count: of each invitation the last one."""
    scope = asked.scope
    found = Answer.objects.filter(
        scope.within("answered_at", created="invitation__ticket__created_at", period=period),
        asked.of_invitations("invitation__"),
        asked.counts("invitation__"),
        is_current=True,
        invitation__version__survey__kind=asked.kind,
    )
    if asked.kind == SurveyKind.NPS:
        found = found.filter(invitation__version__scale_min=0, invitation__version__scale_max=10)
    if asked.sentiment is not None:
        found = found.filter(sentiment=asked.sentiment)
    if asked.score is not None:
        found = found.filter(score=asked.score)
    return found


def score(asked: SurveyScope, period: Period | None = None) -> Score:
    """The score of the period."""
    return score_of(asked.kind, answers(asked, period).aggregate(**parts_of(asked.kind)))


@dataclass(frozen=True, slots=True)
class Step:
    """A day, a week or a month of a trend, as far as it lies in the period."""

    first: date
    last: date
    score: Score


def trend(asked: SurveyScope) -> list[Step]:
    """The score by day, by week from 15 days on, by month from 121 days on; steps without answers are there too."""
    period = asked.scope.period
    truncated = _truncation(period)
    starts: dict[date, list[date]] = {}
    for day in period.days:
        starts.setdefault(_start_of(day, truncated), []).append(day)
    at = truncated("answered_at", tzinfo=period.zone)
    found: dict[date, Score] = {}
    # A list of tickets created in the period has answers after it: they belong to no step.
    for row in answers(asked).annotate(step=at).values("step").annotate(**parts_of(asked.kind)):
        step: datetime = row["step"]
        found[step.date()] = score_of(asked.kind, row)
    return [Step(days[0], days[-1], found.get(start, Score(asked.kind, 0))) for start, days in starts.items()]


_Truncation = type[TruncDay] | type[TruncWeek] | type[TruncMonth]


def _truncation(period: Period) -> _Truncation:
    if period.length < _WEEKS_FROM:
        return TruncDay
    return TruncWeek if period.length < _MONTHS_FROM else TruncMonth


def _start_of(day: date, truncated: _Truncation) -> date:
    if truncated is TruncDay:
        return day
    return day - timedelta(day.weekday()) if truncated is TruncWeek else day.replace(day=1)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the comparison: its score, and how many of the delivered surveys were answered."""

    key: int | str | None
    name: str
    score: Score
    response: Share


_COLUMN = {
    SurveyGrouping.TEAM: "team_id",
    SurveyGrouping.AGENT: "agent_id",
    SurveyGrouping.CHANNEL: "channel_id",
    SurveyGrouping.TOPIC: "ticket__ticket_tags__tag_id",
    SurveyGrouping.LANGUAGE: "language",
    SurveyGrouping.SEGMENT: "customer__segment",
    SurveyGrouping.VERSION: "version_id",
}


def rows(asked: SurveyScope, by: SurveyGrouping, names: Mapping[int | str | None, str]) -> list[Row]:
    """The scores compared, in the order of `names` (key -> name). A ticket of several topics counts in each."""
    column = _COLUMN[by]
    scores = {
        row["key"]: score_of(asked.kind, row)
        for row in answers(asked).values(key=F(f"invitation__{column}")).annotate(**parts_of(asked.kind))
    }
    responses = {
        row["key"]: Share(row["answered"], row["delivered"])
        for row in sent(asked)
        .values(key=F(column))
        .annotate(
            answered=Count("pk", distinct=True, filter=Q(state=InvitationState.ANSWERED)),
            delivered=Count("pk", distinct=True, filter=ARRIVED),
        )
    }
    return [
        Row(key, name, scores.get(key, Score(asked.kind, 0)), responses.get(key, Share(0, 0)))
        for key, name in names.items()
        if key in scores or key in responses
    ]


def sent(asked: SurveyScope) -> QuerySet[Invitation]:
    """The invitations of this kind sent in the period."""
    return _invitations(asked, "sent_at").filter(asked.counts(), sent_at__isnull=False)


def delivered(asked: SurveyScope) -> QuerySet[Invitation]:
    """Those of them that reached the customer."""
    return sent(asked).filter(ARRIVED)


def undelivered(asked: SurveyScope) -> QuerySet[Invitation]:
    """Those of them that came back or were never taken."""
    return sent(asked).exclude(pk__in=sent(asked).filter(ARRIVED | ON_ITS_WAY).values("pk"))


def not_asked(asked: SurveyScope, reason: str = "") -> QuerySet[Invitation]:
    """The decisions of the period not to ask, of spam too; with `reason` only those for that reason.

    Decided before a survey was chosen, they are of every kind.
    """
    rows = _invitations(asked, "decided_at").filter(state=InvitationState.SUPPRESSED)
    return rows.filter(suppressed_because=reason) if reason else rows


def cancelled(asked: SurveyScope) -> QuerySet[Invitation]:
    """The decisions of the period to ask that were cancelled, because the matter went on."""
    return _invitations(asked, "decided_at").filter(state=InvitationState.CANCELLED)


def _invitations(asked: SurveyScope, instant: str) -> QuerySet[Invitation]:
    of_kind = Q(version__survey__kind=asked.kind) | Q(version=None)
    return Invitation.objects.filter(asked.scope.within(instant), asked.of_invitations(), of_kind)


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


def scales(asked: SurveyScope) -> list[Scale]:
    """How often each score was given, scale by scale."""
    counted = (
        answers(asked)
        .values(
            "score",
            low=F("invitation__version__scale_min"),
            high=F("invitation__version__scale_max"),
            low_is_good=F("invitation__version__low_is_good"),
        )
        .annotate(n=Count("pk", distinct=True))
        .order_by("low", "high", "low_is_good")
    )
    found: dict[tuple[int, int, bool], dict[int, int]] = {}
    for row in counted:
        found.setdefault((row["low"], row["high"], row["low_is_good"]), {})[row["score"]] = row["n"]
    return [Scale(*key, counts) for key, counts in found.items()]


@dataclass(frozen=True, slots=True)
class Response:
    """What became of asking. `not_asked` counts the decisions against it by reason."""

    share: Share
    sent: int
    on_their_way: int
    undelivered: int
    cancelled: int
    not_asked: Mapping[str, int]


def response(asked: SurveyScope) -> Response:
    """Who was asked, whom it reached, who answered, and who was not asked and why."""
    counted = sent(asked).aggregate(
        sent=Count("pk", distinct=True),
        answered=Count("pk", distinct=True, filter=Q(state=InvitationState.ANSWERED)),
        delivered=Count("pk", distinct=True, filter=ARRIVED),
        on_their_way=Count("pk", distinct=True, filter=ON_ITS_WAY),
    )
    decided = _invitations(asked, "decided_at").filter(
        state__in=[InvitationState.SUPPRESSED, InvitationState.CANCELLED]
    )
    reasons = {
        (row["state"], row["suppressed_because"]): row["n"]
        for row in decided.values("state", "suppressed_because").annotate(n=Count("pk", distinct=True)).order_by("-n")
    }
    return Response(
        Share(counted["answered"], counted["delivered"]),
        counted["sent"],
        counted["on_their_way"],
        counted["sent"] - counted["delivered"] - counted["on_their_way"],
        sum(n for (state, _), n in reasons.items() if state == InvitationState.CANCELLED),
        {reason: n for (state, reason), n in reasons.items() if state == InvitationState.SUPPRESSED},
    )


@dataclass(frozen=True, slots=True)
class Asking:
    """How often the customers of an agent's resolutions were asked, and why not."""

    agent_id: int | None
    name: str
    asked: int
    cancelled: int
    not_asked: Mapping[str, int]

    @property
    def share(self) -> Share:
        """Those asked, of all decisions."""
        return Share(self.asked, self.asked + self.cancelled + sum(self.not_asked.values()))


def asking_by_agent(asked: SurveyScope, names: Mapping[int | str | None, str]) -> list[Asking]:
    """Who decides nothing, but whose resolutions are asked about or not: gaming would show here."""
    found: dict[int | None, dict[tuple[str, str], int]] = {}
    decided = _invitations(asked, "decided_at").filter(ticket__isnull=False)
    for row in decided.values("agent_id", "state", "suppressed_because").annotate(n=Count("pk", distinct=True)):
        found.setdefault(row["agent_id"], {})[row["state"], row["suppressed_because"]] = row["n"]
    reasons = {
        agent: {reason: n for (state, reason), n in of_agent.items() if state == InvitationState.SUPPRESSED}
        for agent, of_agent in found.items()
    }
    return [
        Asking(
            agent,
            name,
            sum(n for (state, _), n in found[agent].items() if state not in _NOT_ASKED),
            found[agent].get((InvitationState.CANCELLED, ""), 0),
            reasons[agent],
        )
        for agent, name in ((key, name) for key, name in names.items() if key is None or isinstance(key, int))
        if agent in found
    ]


_NOT_ASKED: Sequence[str] = (InvitationState.SUPPRESSED, InvitationState.CANCELLED)


def scanner_hits(asked: SurveyScope) -> dict[str, int]:
    """Openings of links in the period that recorded no answer, by what they were."""
    period = asked.scope.period
    hits = Invitation.objects.filter(
        asked.of_invitations(),
        version__survey__kind=asked.kind,
        hits__at__gte=period.start,
        hits__at__lt=period.end,
    )
    counted = hits.values(kind=F("hits__kind")).annotate(n=Count("hits", distinct=True)).order_by("-n")
    return {row["kind"]: row["n"] for row in counted}
