"""The rows behind each number. A statistic and the list of its tickets read the same rows, so they can't differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, ExtractHour, ExtractIsoWeekDay, TruncDate

from inbox.reports.scope import Basis, Scope
from inbox.sla.enums import ClockState, TargetKind
from inbox.sla.models import Clock, TicketFigures
from inbox.tickets.enums import UNRESOLVED, AuthorKind, EventKind, State
from inbox.tickets.models import Ticket, TicketEvent

RESPONSES = (TargetKind.FIRST_RESPONSE, TargetKind.NEXT_RESPONSE)
SOON = timedelta(minutes=30)
LONG = timedelta(days=3)
REOPEN_WINDOW = timedelta(days=7)

COMPLETED = Q(stopped_at__isnull=False, waived_because="")
"""Runs that ended with what they waited for; only these have a duration."""

MET = Q(state=ClockState.MET)
UNTARGETED = Q(state=ClockState.STOPPED)
WAIVED = Q(state=ClockState.WAIVED)
UNFINISHED = Q(stopped_at=None)


def missed(as_of: datetime) -> Q:
    """Runs whose target passed before they stopped; of an open one the due instant tells, noticed or not."""
    return Q(state=ClockState.BREACHED) | Q(stopped_at=None, due_at__lt=as_of)


def running(as_of: datetime) -> Q:
    """Open runs whose target, if they have one, has not passed."""
    return Q(stopped_at=None) & ~Q(state=ClockState.BREACHED) & (Q(due_at=None) | Q(due_at__gte=as_of))


def runs(scope: Scope) -> QuerySet[Any]:
    """The clock runs of tickets that count, of any time, with the filters applied.

    A run belongs to the team and priority the ticket had when it stopped, and to the agent who stopped it. While
    it is open: to the ticket's team now, and to no agent. Each row has

    - `judged_at`: when it was decided: met when it stopped, missed when the target passed. It never moves.
    - `duration`: seconds on the basis asked for; null unless completed.
    - `its_team`: the id of the team.
    """
    seconds = "business_seconds" if scope.basis == Basis.BUSINESS else "elapsed_seconds"
    rows = Clock.objects.filter(ticket__figures__excluded="").annotate(
        judged_at=Case(
            When(missed(scope.as_of), then=Coalesce("breached_at", "due_at")),
            When(MET, then="stopped_at"),
            default=None,
            output_field=DateTimeField(),
        ),
        duration=Case(When(COMPLETED, then=F(seconds)), default=None, output_field=FloatField()),
        its_team=Case(
            When(stopped_at=None, then="ticket__team_id"), default="team_id", output_field=BigIntegerField(null=True)
        ),
    )
    return rows.filter(
        scope.chosen(team="its_team", channel="ticket__channel", agent="agent", priority="priority"),
    )


def judged(scope: Scope) -> QuerySet[Any]:
    """The runs decided in the period, narrowed to the part of the chart asked for."""
    rows = runs(scope).filter(MET | missed(scope.as_of)).filter(scope.within("judged_at"))
    zone = scope.period.zone
    if scope.day is not None:
        rows = rows.annotate(on_day=TruncDate("judged_at", tzinfo=zone)).filter(on_day=scope.day)
    if scope.weekday is not None:
        rows = rows.annotate(on_weekday=ExtractIsoWeekDay("judged_at", tzinfo=zone)).filter(on_weekday=scope.weekday)
    if scope.hour is not None:
        rows = rows.annotate(in_hour=ExtractHour("judged_at", tzinfo=zone)).filter(in_hour=scope.hour)
    return rows


def resolved_cycles(scope: Scope) -> QuerySet[Any]:
    """The work cycles resolved in the period, as their resolution runs.

    Each row has

    - `human_replies`: public answers of people within the cycle, without those taken back.
    - `was_reopened`: the customer reopened the ticket within seven days.
    - `is_provisional`: he has not, and the seven days are not over.
    """
    rows: QuerySet[Any] = runs(scope).filter(COMPLETED, scope.within("stopped_at"), target=TargetKind.RESOLUTION)
    following = Clock.objects.filter(
        ticket=OuterRef("ticket"), target=TargetKind.RESOLUTION, number=OuterRef("number") + 1
    )
    rows = rows.annotate(
        human_replies=Coalesce(Subquery(_answers_in_cycle(), output_field=IntegerField()), 0),
        a_week_later=ExpressionWrapper(F("stopped_at") + Value(REOPEN_WINDOW), output_field=DateTimeField()),
        next_resolution=Coalesce(Subquery(following.values("stopped_by")[:1]), _NEVER, output_field=BigIntegerField()),
    )
    # By id and not by time: a message older than the resolution reopens at the resolution's own instant.
    reopening = TicketEvent.objects.filter(
        ticket=OuterRef("ticket"),
        kind=EventKind.REOPENED,
        details__by="customer",
        id__gt=OuterRef("stopped_by"),
        id__lt=OuterRef("next_resolution"),
        occurred_at__lte=OuterRef("a_week_later"),
    )
    is_provisional = Case(
        When(was_reopened=False, stopped_at__gt=scope.as_of - REOPEN_WINDOW, then=Value(True)), default=Value(False)
    )
    found: QuerySet[Any] = rows.annotate(was_reopened=Exists(reopening)).annotate(is_provisional=is_provisional)
    return found


def _answers_in_cycle() -> QuerySet[TicketEvent, Any]:
    """How many human answers lie between the events that start and stop the outer clock, in the order of the log."""
    after_start = Q(occurred_at__gt=OuterRef("started_at")) | Q(
        occurred_at=OuterRef("started_at"), id__gt=OuterRef("started_by")
    )
    before_stop = Q(occurred_at__lt=OuterRef("stopped_at")) | Q(
        occurred_at=OuterRef("stopped_at"), id__lt=OuterRef("stopped_by")
    )
    answers = Q(kind=EventKind.REPLIED, author_kind=AuthorKind.HUMAN) | Q(kind=EventKind.CALLED)
    standing = Q(message=None) | Q(message__withdrawn_at=None)
    log = TicketEvent.objects.filter(answers, standing, after_start, before_stop, ticket=OuterRef("ticket"))
    return log.order_by().values("ticket").annotate(count=Count("pk")).values("count")


def ticket_figures(scope: Scope) -> QuerySet[TicketFigures]:
    """The figures of tickets that count, of any time, with the filters applied.

    A ticket belongs to the team, the priority and the agent of its latest resolution; before one, to its present ones.
    """
    resolution = Clock.objects.filter(ticket=OuterRef("ticket"), target=TargetKind.RESOLUTION).exclude(stopped_at=None)
    latest = resolution.order_by("-number")
    rows = TicketFigures.objects.filter(excluded="")
    if scope.team is not None or scope.agent is not None or scope.priority:
        rows = rows.annotate(resolved_cycle=Subquery(latest.values("number")[:1]))
        for name, column, present, kind in (
            ("its_team", "team_id", "ticket__team_id", BigIntegerField()),
            ("its_agent", "agent_id", "ticket__assignee_id", BigIntegerField()),
            ("its_priority", "priority", "ticket__priority", CharField()),
        ):
            rows = rows.annotate(
                **{
                    name: Case(
                        When(resolved_cycle__isnull=False, then=Subquery(latest.values(column)[:1])),
                        default=present,
                        output_field=kind,
                    )
                }
            )
    return rows.filter(
        scope.chosen(team="its_team", channel="ticket__channel", agent="its_agent", priority="its_priority"),
    )


@dataclass(frozen=True, slots=True)
class TicketFigure:
    """A figure of a ticket as a whole: the column of the instant that puts it into a period, those of its lengths."""

    at: str
    elapsed: str
    business: str


TICKET_FIGURES = {
    "first_resolution_time": TicketFigure("first_resolved_at", "first_resolution_elapsed", "first_resolution_business"),
    "resolution_time": TicketFigure("resolved_at", "resolution_elapsed", "resolution_business"),
    # Waits are shares of all time; there is no business length of them.
    "requester_wait": TicketFigure("resolved_at", "requester_wait", "requester_wait"),
    "agent_wait": TicketFigure("resolved_at", "agent_wait", "agent_wait"),
}


def ticket_values(scope: Scope) -> QuerySet[Any]:
    """`ticket_figures` with the seconds of each of `TICKET_FIGURES` as `<name>_value`; null while not resolved."""
    values = {
        f"{name}_value": Case(
            When(
                **{f"{figure.at}__isnull": False},
                then=F(figure.business if scope.basis == Basis.BUSINESS else figure.elapsed),
            ),
            default=None,
            output_field=FloatField(),
        )
        for name, figure in TICKET_FIGURES.items()
    }
    return ticket_figures(scope).annotate(**values)


def created_in(scope: Scope) -> Q:
    """The condition on figures that their ticket was created in the period."""
    return Q(ticket__created_at__gte=scope.period.start, ticket__created_at__lt=scope.period.end)


def excluded(scope: Scope) -> QuerySet[TicketFigures]:
    """Tickets created in the period that are in no number: deleted, merged, spam, imported."""
    return TicketFigures.objects.exclude(excluded="").filter(created_in(scope), _of_the_ticket(scope, "ticket__"))


def unresolved(scope: Scope) -> QuerySet[Ticket]:
    """Tickets somebody still has to do something about, whenever created; by present team, assignee and priority."""
    return Ticket.objects.filter(_of_the_ticket(scope), state__in=UNRESOLVED, is_spam=False, deleted_at=None)


def overdue(scope: Scope) -> QuerySet[Ticket]:
    """Tickets with a target that has passed while its clock ticks."""
    return unresolved(scope).filter(due_at__lt=scope.as_of)


def due_soon(scope: Scope) -> QuerySet[Ticket]:
    """Tickets whose next target passes within the next half hour."""
    return unresolved(scope).filter(due_at__gte=scope.as_of, due_at__lte=scope.as_of + SOON)


def paused_long(scope: Scope) -> QuerySet[Any]:
    """Tickets that wait, pending or on hold, without a change of state for more than three days; `since` when."""
    moves = TicketEvent.objects.filter(ticket=OuterRef("pk"), kind__in=_STATE_CHANGES).order_by("-occurred_at", "-id")
    waiting = unresolved(scope).filter(state__in=[State.PENDING, State.ON_HOLD])
    return waiting.annotate(since=Subquery(moves.values("occurred_at")[:1])).filter(since__lt=scope.as_of - LONG)


def _of_the_ticket(scope: Scope, prefix: str = "") -> Q:
    names = {"team": "team", "channel": "channel", "agent": "assignee", "priority": "priority"}
    return scope.chosen(**{name: prefix + column for name, column in names.items()})


_NEVER = 2**62
_STATE_CHANGES = (
    EventKind.CREATED,
    EventKind.OPENED,
    EventKind.PENDED,
    EventKind.HELD,
    EventKind.RESOLVED,
    EventKind.REOPENED,
    EventKind.CLOSED,
    EventKind.UNMERGED,
    EventKind.UNMERGED_OUT,
)
