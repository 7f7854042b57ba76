"""The report page as values: everything on it, asked for at once, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from inbox.reports import queries
from inbox.reports.figures import Durations, Level
from inbox.reports.queries import Cycles, Day, Group, RightNow
from inbox.reports.scope import Grouping, Scope
from inbox.reports.survey_scope import SurveyScope
from inbox.reports.surveys import Score, score
from inbox.sla.models import PolicyVersion
from inbox.surveys.enums import SurveyKind


@dataclass(frozen=True, slots=True)
class Time:
    """A row of the table of times: the name of the figure, and how to list its tickets."""

    name: str
    target: str
    durations: Durations


@dataclass(frozen=True, slots=True)
class Report:
    """Service levels of a period. `target` is the one the charts are about, `by` what the comparison has rows for."""

    scope: Scope
    target: str
    by: Grouping
    levels: Mapping[str, Level]
    times: list[Time]
    cycles: Cycles
    days: list[Day]
    hours: Mapping[tuple[int, int], int]
    policies: list[PolicyVersion]
    groups: list[Group]
    now: RightNow
    scores: list[Score]
    left_out: Mapping[str, int]


def times(scope: Scope, levels: Mapping[str, Level]) -> list[Time]:
    """How long it took: the replies, and whole tickets."""
    return [
        Time("timed", "first_response", levels["first_response"].durations),
        Time("timed", "next_response", levels["next_response"].durations),
        Time("timed", "response", queries.response_times(scope)),
        *(Time(name, "", durations) for name, durations in queries.ticket_times(scope).items()),
    ]


def service_levels(scope: Scope, target: str, by: Grouping, names: Mapping[int | str | None, str]) -> Report:
    """The report; `names` are those of the comparison's rows, in their order."""
    levels = queries.levels(scope)
    return Report(
        scope=scope,
        target=target,
        by=by,
        levels=levels,
        times=times(scope, levels),
        cycles=queries.cycles(scope),
        days=queries.by_day(scope, target),
        hours=queries.by_hour(scope, target),
        policies=queries.policy_changes(scope),
        groups=queries.groups(scope, by, names),
        now=queries.right_now(scope),
        scores=[score(SurveyScope(scope, kind)) for kind in SurveyKind],
        left_out=queries.left_out(scope),
    )
