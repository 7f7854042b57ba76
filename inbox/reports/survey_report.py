"""The survey report as values, its comments, and its tables as files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from inbox.reports import surveys
from inbox.reports.export import Row, Table
from inbox.reports.survey_drivers import Driver, drivers
from inbox.reports.survey_scope import SurveyGrouping, SurveyScope
from inbox.reports.surveys import ANONYMOUS_ENOUGH, Asking, Response, Scale, Score, Step, answers
from inbox.surveys.enums import HitKind, Suppression, SurveyKind
from inbox.surveys.models import Answer, SurveyVersion
from inbox.surveys.questions import Question, questions_of
from inbox.surveys.scores import Interval

Names = Mapping[int | str | None, str]


@dataclass(frozen=True, slots=True)
class SurveyReport:
    """Everything on the page about one kind of survey.

    `kinds` has the score of each kind. Of the answers, `anonymous` and those `apart` from any ticket are in no list.
    """

    asked: SurveyScope
    by: SurveyGrouping
    kinds: list[Score]
    score: Score
    before: Score
    steps: list[Step]
    scales: list[Scale]
    rows: list[surveys.Row]
    response: Response
    asking: list[Asking]
    hits: Mapping[str, int]
    drivers: list[Driver]
    comments: list[Comment]
    anonymous: int
    apart: int


def survey_report(asked: SurveyScope, by: SurveyGrouping, names: Names, agents: Names) -> SurveyReport:
    """The report; `names` are those of the comparison's rows, in their order."""
    kinds = {kind: surveys.score(_only_kind(asked, kind)) for kind in SurveyKind}
    return SurveyReport(
        asked=asked,
        by=by,
        kinds=list(kinds.values()),
        score=surveys.score(asked),
        before=surveys.score(asked, asked.scope.period.before),
        steps=surveys.trend(asked),
        scales=surveys.scales(asked),
        rows=surveys.rows(asked, by, names),
        response=surveys.response(asked),
        asking=surveys.asking_by_agent(asked, agents),
        hits=surveys.scanner_hits(asked),
        drivers=drivers(asked),
        comments=[comment_of(answer, asked) for answer in comments(asked)[:6]],
        **answers(asked).aggregate(
            anonymous=Count("pk", distinct=True, filter=Q(invitation__version__is_anonymous=True)),
            apart=Count("pk", distinct=True, filter=Q(invitation__ticket=None)),
        ),
    )


def _only_kind(asked: SurveyScope, kind: SurveyKind) -> SurveyScope:
    return SurveyScope(asked.scope, kind, asked.topic, language=asked.language, segment=asked.segment)


@dataclass(frozen=True, slots=True)
class Comment:
    """What a customer wrote, with his answers to the follow-up questions.

    Of an anonymous survey there is no ticket, customer or agent, and `at` is None: only the day is told.
    """

    answer: Answer
    day: date
    at: datetime | None
    said: list[tuple[str, str]]

    @property
    def is_anonymous(self) -> bool:
        """True when nobody may know who wrote it."""
        return self.at is None


def comments(asked: SurveyScope) -> QuerySet[Answer]:
    """The answers with words, newest first; to an anonymous survey only where there are enough answers."""
    found = answers(asked).filter(~Q(comment="") | ~Q(said={}))
    if asked.words:
        found = found.filter(comment__icontains=asked.words)
    enough = (
        SurveyVersion.objects.filter(is_anonymous=True)
        .annotate(answered=Count("invitations", filter=Q(invitations__answers__is_current=True)))
        .filter(answered__gte=ANONYMOUS_ENOUGH)
    )
    shown = Q(invitation__version__is_anonymous=False) | Q(invitation__version__in=enough.values("pk"))
    told = found.filter(shown).select_related(
        *(f"invitation__{path}" for path in ("version__survey", "agent", "team", "customer", "ticket"))
    )
    return told.order_by("-answered_at", "-pk").distinct()


def comment_of(answer: Answer, asked: SurveyScope) -> Comment:
    """A comment as it may be shown."""
    version = answer.invitation.version
    questions: tuple[Question, ...] = questions_of(version.follow_ups) if version else ()
    said = [
        (question.question(answer.language), question.shown(answer.said[question.id], answer.language))
        for question in questions
        if question.id in answer.said
    ]
    local = answer.answered_at.astimezone(asked.scope.period.zone)
    is_anonymous = version is not None and version.is_anonymous
    return Comment(answer, local.date(), None if is_anonymous else answer.answered_at, said)


# As files.


def scores_table(asked: SurveyScope, by: SurveyGrouping, names: Names) -> Table:
    """The comparison."""
    rows: list[Row] = [
        [row.name, row.score.n, *_score(row.score), row.response.n, row.response.count, _round(row.response.percent)]
        for row in surveys.rows(asked, by, names)
    ]
    return [str(by.label), *_score_header(), _("Delivered"), _("Answered"), _("Response rate in %")], rows


def trend_table(asked: SurveyScope) -> Table:
    """The score step by step."""
    rows: list[Row] = [
        [step.first.isoformat(), step.last.isoformat(), step.score.n, *_score(step.score)]
        for step in surveys.trend(asked)
    ]
    return [_("From"), _("To"), *_score_header()], rows


def drivers_table(asked: SurveyScope) -> Table:
    """Each part of each driver."""
    rows: list[Row] = []
    for driver in drivers(asked):
        rows += [[str(driver.name), str(part.name), part.score.n, *_score(part.score)] for part in driver.parts]
        if driver.unknown:
            rows.append([str(driver.name), _("not known"), driver.unknown, None, None, None])
    return [_("What happened"), _("Part"), *_score_header()], rows


def response_table(asked: SurveyScope) -> Table:
    """What became of asking, one number a line."""
    found = surveys.response(asked)
    rows: list[Row] = [
        [_("Sent"), "", found.sent],
        [_("Delivered"), "", found.share.n],
        [_("Answered"), "", found.share.count],
        [_("Not delivered"), "", found.undelivered],
        [_("On their way"), "", found.on_their_way],
        [_("Cancelled"), "", found.cancelled],
    ]
    rows += [[_("Not asked"), str(Suppression(reason).label), n] for reason, n in found.not_asked.items()]
    rows += [
        [_("Openings of links that count as no answer"), str(HitKind(kind).label), n]
        for kind, n in surveys.scanner_hits(asked).items()
    ]
    for scale in surveys.scales(asked):
        rows += [[_("Score"), f"{score} ({scale.low}–{scale.high})", count] for score, count in scale.scores]
    return [_("Figure"), _("Part"), _("Value")], rows


def asking_table(asked: SurveyScope, agents: Names) -> Table:
    """How often the customers of each agent's resolutions were asked, and why not."""
    found = surveys.asking_by_agent(asked, agents)
    reasons = [reason for reason in Suppression if any(reason in agent.not_asked for agent in found)]
    rows: list[Row] = [
        [agent.name, agent.asked, agent.cancelled, *(agent.not_asked.get(reason, 0) for reason in reasons)]
        for agent in found
    ]
    return [_("Agent"), _("Asked"), _("Cancelled"), *(str(reason.label) for reason in reasons)], rows


def comments_table(asked: SurveyScope, zone: ZoneInfo) -> Table:
    """All comments, as they are read from the database."""
    header = [_("When"), _("Ticket"), _("Customer"), _("Agent"), _("Score"), _("Scale"), _("Language"), _("Comment")]
    return header, (_comment_row(comment_of(answer, asked), zone) for answer in comments(asked).iterator(500))


def _comment_row(comment: Comment, zone: ZoneInfo) -> Row:
    answer = comment.answer
    invitation, version = answer.invitation, answer.invitation.version
    scale = f"{version.scale_min}–{version.scale_max}" if version else ""
    who = ["", "", ""]
    if not comment.is_anonymous:
        who = [
            invitation.ticket.ref if invitation.ticket else "",
            str(invitation.customer),
            str(invitation.agent or ""),
        ]
    when = comment.at.astimezone(zone).isoformat(timespec="seconds") if comment.at else comment.day.isoformat()
    words = "\n".join([answer.comment, *(f"{question} {said}" for question, said in comment.said)]).strip()
    return [when, *who, answer.score, scale, answer.language, words]


def _score_header() -> list[str]:
    return [_("Answers"), _("Score"), _("From"), _("To")]


def _score(score: Score) -> list[float | None]:
    if not score.is_enough:
        return [None, None, None]
    interval: Interval | None = score.interval
    return [_round(score.value), *([_round(interval.low), _round(interval.high)] if interval else [None, None])]


def _round(number: float | None) -> float | None:
    return None if number is None else round(number, 2)
