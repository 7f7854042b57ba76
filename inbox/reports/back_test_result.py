"""A finished back-test as values for its page, and the runs behind each of its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, ExtractHour, ExtractIsoWeekDay, TruncDate

from inbox.reports import rows
from inbox.reports.figures import Change, Durations, Share, change
from inbox.reports.periods import Period
from inbox.reports.queries import Day
from inbox.reports.scope import Chosen, Scope
from inbox.sla.enums import BackTestChange, ClockState, TargetKind
from inbox.sla.models import BackTest, BackTestedRun

Key = int | None

#: The figures that a list of runs can be of.
JUDGED = ("judged", "met", "missed")
FIGURES = (*JUDGED, *BackTestChange.values)
_BETTER, _WORSE, _ADDED, _DROPPED, _MOVED = BackTestChange.values


@dataclass(frozen=True, slots=True)
class Variant:
    """What was (number 0), or what would have been with a draft (from 1)."""

    number: int
    name: str
    counts: Mapping[str, Any]

    def share(self, target: str) -> Share:
        """Met, of met and missed."""
        return _share(self.counts[target]["met"], self.counts[target]["missed"])

    def durations(self, target: str) -> Durations:
        """How long the runs took that ended in the period."""
        of = self.counts[target]
        return Durations(of["n"], of["median"], of["p90"], of["mean"], of["deviation"])

    def groups(self, target: str, by: str) -> dict[Key, Share]:
        """The shares by "teams" or "channels"."""
        return {key: _share(met, missed) for key, met, missed in self.counts[target][by]}

    def days(self, target: str, days: Sequence[date]) -> list[Day]:
        """The share of each of these days."""
        found = {day: _share(met, missed) for day, met, missed in self.counts[target]["days"]}
        return [Day(day, found.get(day.isoformat(), Share(0, 0))) for day in days]

    def hours(self, target: str) -> dict[tuple[int, int], int]:
        """How many were missed, by weekday (Monday 1) and hour."""
        return {(weekday, hour): count for weekday, hour, count in self.counts[target]["hours"]}


def _share(met: int, missed: int) -> Share:
    return Share(met, met + missed)


@dataclass(frozen=True)
class Result:
    """What a back-test found. `variants`: what was, then each draft."""

    job: BackTest

    @cached_property
    def period(self) -> Period:
        """The days it is about."""
        zone = ZoneInfo(self.job.time_zone)
        last = self.job.period_end - timedelta(microseconds=1)
        return Period(self.job.period_start.astimezone(zone).date(), last.astimezone(zone).date(), zone)

    @cached_property
    def as_of(self) -> datetime:
        """The instant at which the log was read."""
        return datetime.fromisoformat(self.job.result["as_of"])

    @cached_property
    def variants(self) -> list[Variant]:
        """What was, and the drafts."""
        names = ["", *(draft["name"] for draft in self.job.drafts)]
        return [Variant(number, names[number], counts) for number, counts in enumerate(self.job.result["variants"])]

    def changes(self, target: str) -> list[dict[str, int]]:
        """How many runs each draft judges otherwise, by `BackTestChange`."""
        return [{kind: of.get(target, {}).get(kind, 0) for kind in BackTestChange.values} for of in self._changes]

    def difference(self, target: str, variant: Variant) -> Change | None:
        """How the share moves with a draft."""
        return change(variant.share(target), self.variants[0].share(target))

    @property
    def _changes(self) -> list[Mapping[str, Mapping[str, int]]]:
        found: list[Mapping[str, Mapping[str, int]]] = self.job.result["changes"]
        return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which number of a back-test: the variant, the figure of `FIGURES`, and the part of it."""

    variant: int
    figure: str
    target: str
    team: Chosen = None
    channel: int | None = None
    day: date | None = None
    weekday: int | None = None
    hour: int | None = None


def runs_behind(result: Result, wanted: Wanted) -> QuerySet[Any]:
    """The clock runs behind a number, latest first.

    Each has, beside what `rows.runs` gives, `change` ("" where the draft changes nothing), `after`, `before_due_at`
    and `after_due_at` of its `BackTestedRun`, and `counted_at`, when it was or would have been met or missed.
    """
    scope = Scope(result.period, result.as_of, team=wanted.team, channel=wanted.channel)
    runs = rows.runs(scope).filter(target=wanted.target)
    drafted = BackTestedRun.objects.filter(
        back_test=result.job,
        # What was has no draft of its own; in lists of it the first one is shown beside.
        draft=max(wanted.variant, 1),
        ticket=OuterRef("ticket"),
        target=OuterRef("target"),
        number=OuterRef("number"),
    )
    runs = runs.annotate(
        change=Coalesce(Subquery(drafted.values("change")[:1]), Value(""), output_field=CharField()),
        after=Coalesce(Subquery(drafted.values("after")[:1]), F("state"), output_field=CharField()),
        before_due_at=Subquery(drafted.values("before_due_at")[:1], output_field=DateTimeField(null=True)),
        after_due_at=Subquery(drafted.values("after_due_at")[:1], output_field=DateTimeField(null=True)),
    ).annotate(counted_at=_counted_at(wanted))
    runs = runs.filter(_condition(scope, wanted))
    zone = result.period.zone
    if wanted.day is not None:
        runs = runs.annotate(on_day=TruncDate("counted_at", tzinfo=zone)).filter(on_day=wanted.day)
    if wanted.weekday is not None:
        runs = runs.annotate(on=ExtractIsoWeekDay("counted_at", tzinfo=zone)).filter(on=wanted.weekday)
    if wanted.hour is not None:
        runs = runs.annotate(in_hour=ExtractHour("counted_at", tzinfo=zone)).filter(in_hour=wanted.hour)
    found: QuerySet[Any] = runs.select_related("ticket__customer", "ticket__channel", "ticket__team", "team")
    return found.order_by("-counted_at", "-pk")


def _counted_at(wanted: Wanted) -> Any:
    if wanted.variant == 0:
        return F("judged_at")
    return Case(
        When(change="", then="judged_at"),
        When(change=_DROPPED, then="judged_at"),
        When(change=_BETTER, then="stopped_at"),
        When(change=_ADDED, after=ClockState.MET, then="stopped_at"),
        default="after_due_at",
        output_field=DateTimeField(null=True),
    )


def _condition(scope: Scope, wanted: Wanted) -> Q:
    if wanted.figure not in JUDGED:
        return Q(change=wanted.figure)
    was = scope.within("judged_at")
    met, missed = was & rows.MET, was & rows.missed(scope.as_of)
    if wanted.variant:
        met = (met & Q(change="")) | Q(change=_BETTER) | Q(change=_ADDED, after=ClockState.MET)
        missed = (
            (missed & Q(change="")) | Q(change__in=[_WORSE, _MOVED]) | (Q(change=_ADDED) & ~Q(after=ClockState.MET))
        )
    return {"met": met, "missed": missed, "judged": met | missed}[wanted.figure]


@dataclass(frozen=True, slots=True)
class Line:
    """A run behind a number: "met", "missed" or "" (not counted) as it was and with the draft, and when it was due."""

    run: Any
    team: str
    was: str
    was_due_at: datetime | None
    would_be: str
    would_be_due_at: datetime | None


def line(run: Any) -> Line:
    """How a run of `runs_behind` is told."""
    was = "met" if run.state == ClockState.MET else "missed"
    would_be = {
        _BETTER: "met",
        _WORSE: "missed",
        _DROPPED: "",
        _MOVED: "missed",
        _ADDED: "met" if run.after == ClockState.MET else "missed",
    }.get(run.change, was)
    was = "" if run.change == _ADDED else was
    due = run.before_due_at, run.after_due_at
    if not run.change:
        due = (run.judged_at,) * 2 if was == "missed" else (None, None)
    team = run.ticket.team if run.stopped_at is None else run.team
    return Line(run, str(team or ""), was, due[0], would_be, due[1])


TARGETS = tuple(str(target) for target in TargetKind)
