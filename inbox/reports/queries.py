"""The statistics of a report: each function asks the database once, whatever the number of tickets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet, StdDev
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, TruncDate

from inbox.agents.models import Agent, Team
from inbox.reports import rows
from inbox.reports.figures import Durations, Level, Share
from inbox.reports.percentiles import Percentile
from inbox.reports.scope import Cohort, Grouping, Scope
from inbox.reports.survey_scope import SurveyScope
from inbox.reports.surveys import Score, answers, parts_of, score_of
from inbox.sla.enums import TargetKind
from inbox.sla.models import PolicyVersion
from inbox.surveys.enums import SurveyKind
from inbox.tickets.enums import Priority


def _spread(column: str, prefix: str, condition: Q) -> dict[str, Any]:
    """The aggregates of `Durations`, over the rows of a condition."""
    return {
        f"{prefix}n": Count(column, filter=condition),
        f"{prefix}median": Percentile(column, 0.5, filter=condition),
        f"{prefix}p90": Percentile(column, 0.9, filter=condition),
        f"{prefix}mean": Avg(column, filter=condition),
        f"{prefix}deviation": StdDev(column, sample=True, filter=condition),
    }


def _durations(row: Mapping[str, Any], prefix: str = "", nulls: int = 0) -> Durations:
    n, median, p90, mean, deviation = (row[f"{prefix}{name}"] for name in ("n", "median", "p90", "mean", "deviation"))
    return Durations(n, median, p90, mean, deviation, nulls)


def levels(scope: Scope) -> dict[str, Level]:
    """How each target did in the period, beside the period before."""
    before, started = scope.period.before, scope.within("started_at")
    met, missed = rows.MET, rows.missed(scope.as_of)
    was_judged = scope.within("judged_at", period=before)
    found = (
        rows.runs(scope)
        .filter(_may_count(scope))
        .values("target")
        .annotate(
            met=Count("pk", filter=met & scope.within("judged_at")),
            missed=Count("pk", filter=missed & scope.within("judged_at")),
            met_before=Count("pk", filter=met & was_judged),
            missed_before=Count("pk", filter=missed & was_judged),
            waived=Count("pk", filter=rows.WAIVED & scope.within("stopped_at")),
            untargeted=Count("pk", filter=rows.UNTARGETED & scope.within("stopped_at")),
            running=Count("pk", filter=rows.running(scope.as_of) & started),
            nulls=Count("pk", filter=rows.UNFINISHED & started),
            **_spread("duration", "", scope.within("stopped_at")),
        )
    )
    by_target = {row["target"]: row for row in found}
    return {str(target): _level(str(target), by_target.get(target)) for target in TargetKind}


def _may_count(scope: Scope) -> Q:
    """Spares the database the rows of other times."""
    since = scope.period.before.start
    if scope.cohort == Cohort.CREATED:
        return Q(ticket__created_at__gte=since, ticket__created_at__lt=scope.period.end)
    return Q(started_at__lt=scope.period.end) & (Q(stopped_at=None) | Q(stopped_at__gte=since))


def _level(target: str, row: Mapping[str, Any] | None) -> Level:
    if row is None:
        return Level(target, Share(0, 0), Share(0, 0), Durations(0, None, None, None, None), 0, 0, 0)
    return Level(
        target,
        Share(row["met"], row["met"] + row["missed"]),
        Share(row["met_before"], row["met_before"] + row["missed_before"]),
        _durations(row, nulls=row["nulls"]),
        row["waived"],
        row["running"],
        row["untargeted"],
    )


def response_times(scope: Scope) -> Durations:
    """All first and next replies together: the average response time."""
    row = (
        rows.runs(scope)
        .filter(_may_count(scope), target__in=rows.RESPONSES)
        .aggregate(
            nulls=Count("pk", filter=rows.UNFINISHED & scope.within("started_at")),
            **_spread("duration", "", scope.within("stopped_at")),
        )
    )
    return _durations(row, nulls=row["nulls"])


def ticket_times(scope: Scope) -> dict[str, Durations]:
    """The figures of whole tickets: by name, as in `rows.TICKET_FIGURES`."""
    aggregates: dict[str, Any] = {}
    for name, figure in rows.TICKET_FIGURES.items():
        value = f"{name}_value"
        aggregates |= _spread(value, f"{name}_", scope.within(figure.at))
        aggregates[f"{name}_nulls"] = Count("pk", filter=rows.created_in(scope) & Q(**{value: None}))
    row = rows.ticket_values(scope).aggregate(**aggregates)
    return {name: _durations(row, f"{name}_", row[f"{name}_nulls"]) for name in rows.TICKET_FIGURES}


@dataclass(frozen=True, slots=True)
class Cycles:
    """Shares of the work cycles resolved; `provisional` ones may still be reopened in time."""

    one_reply: Share
    reopened: Share
    provisional: int


def cycles(scope: Scope) -> Cycles:
    """Resolved with one reply, reopened by the customer."""
    row = rows.resolved_cycles(scope).aggregate(**_cycles())
    return Cycles(Share(row["one_reply"], row["n"]), Share(row["reopened"], row["n"]), row["provisional"])


def _cycles() -> dict[str, Any]:
    return {
        "n": Count("pk"),
        "one_reply": Count("pk", filter=Q(human_replies=1)),
        "reopened": Count("pk", filter=Q(was_reopened=True)),
        "provisional": Count("pk", filter=Q(is_provisional=True)),
    }


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the chart."""

    day: date
    share: Share


def by_day(scope: Scope, target: str) -> list[Day]:
    """The share of each day of the period, in the reader's zone."""
    when = TruncDate("judged_at", tzinfo=scope.period.zone)
    counted = _judged_by(scope, target, day=when)
    found = {row["day"]: Share(row["met"], row["n"]) for row in counted}
    days = scope.period.days if scope.cohort == Cohort.SETTLED else _days(scope, found)
    return [Day(day, found.get(day, Share(0, 0))) for day in days]


def _days(scope: Scope, found: Mapping[date, Share]) -> list[date]:
    """Tickets created in the period may be decided after it: the days go on until the last of them."""
    last = max([scope.period.last, *found])
    return [scope.period.first + n * (date.resolution) for n in range((last - scope.period.first).days + 1)]


def by_hour(scope: Scope, target: str) -> dict[tuple[int, int], int]:
    """How many runs were missed, by weekday (Monday 1) and hour in the reader's zone at which the target passed."""
    zone = scope.period.zone
    counted = _judged_by(
        scope,
        target,
        weekday=ExtractIsoWeekDay("judged_at", tzinfo=zone),
        at_hour=ExtractHour("judged_at", tzinfo=zone),
    )
    return {(row["weekday"], row["at_hour"]): row["n"] - row["met"] for row in counted if row["n"] > row["met"]}


def _judged_by(scope: Scope, target: str, **parts: Any) -> list[dict[str, Any]]:
    decided: QuerySet[Any, Any] = rows.judged(scope).filter(target=target).annotate(**parts).values(*parts)
    return list(decided.annotate(n=Count("pk"), met=Count("pk", filter=rows.MET)).order_by(*parts))


def policy_changes(scope: Scope) -> list[PolicyVersion]:
    """The policy versions that came into force within the period."""
    period = scope.period
    changed = PolicyVersion.objects.filter(in_force_from__gte=period.start, in_force_from__lt=period.end)
    return list(changed.select_related("policy").order_by("in_force_from"))


@dataclass(frozen=True, slots=True)
class Group:
    """A row of the comparison. `key` is an id, a priority, or None for without one."""

    key: int | str | None
    name: str
    tickets: int
    replies: Durations
    share: Share
    one_reply: Share
    ease: Score


_RUN_COLUMN = {
    Grouping.CHANNEL: "ticket__channel_id",
    Grouping.TEAM: "its_team",
    Grouping.AGENT: "agent_id",
    Grouping.PRIORITY: "priority",
}
_ANSWER_COLUMN = {
    Grouping.CHANNEL: "invitation__ticket__channel_id",
    Grouping.TEAM: "invitation__team_id",
    Grouping.AGENT: "invitation__agent_id",
    Grouping.PRIORITY: "invitation__ticket__priority",
}


def groups(scope: Scope, by: Grouping, names: Mapping[int | str | None, str]) -> list[Group]:
    """First replies, cycles and answers, compared; in the order of `names` (key -> name), which has all keys."""
    replies = {
        row["key"]: row
        for row in rows.runs(scope)
        .filter(_may_count(scope), target=TargetKind.FIRST_RESPONSE)
        .values(key=F(_RUN_COLUMN[by]))
        .annotate(
            tickets=Count("ticket", distinct=True, filter=rows.COMPLETED & scope.within("stopped_at")),
            met=Count("pk", filter=rows.MET & scope.within("judged_at")),
            missed=Count("pk", filter=rows.missed(scope.as_of) & scope.within("judged_at")),
            **_spread("duration", "", scope.within("stopped_at")),
        )
    }
    resolved = {
        row["key"]: row for row in rows.resolved_cycles(scope).values(key=F(_RUN_COLUMN[by])).annotate(**_cycles())
    }
    eases = {
        row["key"]: score_of(SurveyKind.CES, row)
        for row in answers(SurveyScope(scope)).values(key=F(_ANSWER_COLUMN[by])).annotate(**parts_of(SurveyKind.CES))
    }
    found = [
        _group(key, name, replies.get(key), resolved.get(key), eases.get(key))
        for key, name in names.items()
        if key in replies or key in resolved or key in eases
    ]
    return [group for group in found if group.tickets or group.share.n or group.one_reply.n or group.ease.n]


def _group(
    key: int | str | None,
    name: str,
    replies: Mapping[str, Any] | None,
    resolved: Mapping[str, Any] | None,
    ease: Score | None,
) -> Group:
    return Group(
        key,
        name,
        replies["tickets"] if replies else 0,
        _durations(replies) if replies else Durations(0, None, None, None, None),
        Share(replies["met"], replies["met"] + replies["missed"]) if replies else Share(0, 0),
        Share(resolved["one_reply"], resolved["n"]) if resolved else Share(0, 0),
        ease or Score(SurveyKind.CES, 0),
    )


def team_names() -> dict[int | str | None, str]:
    """All teams by id, in the order of their names."""
    return dict(Team.objects.order_by("name").values_list("pk", "name"))


def agent_names() -> dict[int | str | None, str]:
    """All agents who answer or answered customers by id, in the order of their names."""
    return {agent.pk: str(agent) for agent in Agent.objects.only("name", "email").order_by("name", "pk")}


def priority_names() -> dict[int | str | None, str]:
    """The priorities, most urgent first."""
    return {str(priority): str(priority.label) for priority in reversed(Priority)}


@dataclass(frozen=True, slots=True)
class RightNow:
    """What is on the table at this instant, whatever the period."""

    due_soon: int
    overdue: int
    paused_long: int


def right_now(scope: Scope) -> RightNow:
    """Tickets due within half an hour, overdue, and paused for long."""
    soon = Q(due_at__gte=scope.as_of, due_at__lte=scope.as_of + rows.SOON)
    due = rows.unresolved(scope).aggregate(
        due_soon=Count("pk", filter=soon), overdue=Count("pk", filter=Q(due_at__lt=scope.as_of))
    )
    return RightNow(due["due_soon"], due["overdue"], rows.paused_long(scope).count())


def left_out(scope: Scope) -> dict[str, int]:
    """How many tickets created in the period are in no number, by reason."""
    counted = rows.excluded(scope).values("excluded").annotate(n=Count("pk")).order_by("excluded")
    return {row["excluded"]: row["n"] for row in counted}
