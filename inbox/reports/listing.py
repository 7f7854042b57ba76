"""The tickets behind a number: the same rows the number was counted from, one line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from inbox.reports import rows, survey_drivers, surveys
from inbox.reports.scope import Scope
from inbox.reports.survey_scope import SurveyScope
from inbox.reports.words import FIGURE_NAMES, REASONS_LEFT_OUT, TARGET_NAMES
from inbox.sla.enums import TargetKind
from inbox.sla.models import Clock, TicketFigures
from inbox.surveys.enums import Suppression
from inbox.surveys.models import Answer, Invitation
from inbox.tickets.models import Ticket

OF_SURVEYS = frozenset(
    ("answers", "driver", "sent", "delivered", "answered", "on_their_way", "undelivered", "not_asked", "cancelled")
)
"""The numbers of the survey report."""

RESPONSE = "response"
"""Stands for first and next replies together where a target is chosen."""

TARGETS = (*(str(target) for target in TargetKind), RESPONSE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which number: its name, the target or survey it is of, and the part of it (a reason, those without a value)."""

    figure: str
    target: str = ""
    reason: str = ""
    survey: SurveyScope | None = None
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A row behind a number: the ticket, when it happened, its value (seconds or words) and where it is explained."""

    ticket: Ticket
    at: datetime | None
    seconds: float | None = None
    outcome: str | Promise = ""
    is_bad: bool = False
    detail: str = ""
    agent: str = ""
    team: str = ""
    explained_by: dict[str, str] = field(default_factory=dict)


Rows = QuerySet[Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows behind a number, ordered, and how each is told."""

    title: str
    rows: Rows
    line: Callable[[Any], Line]
    ticket_column: str = "ticket"

    def count_tickets(self) -> int:
        """How many tickets the rows are of: one may have several."""
        counted: dict[str, int] = self.rows.order_by().aggregate(n=Count(self.ticket_column, distinct=True))
        return counted["n"]


def listing(scope: Scope, wanted: Wanted) -> Listing | None:
    """The rows behind the number; None when there is no such number."""
    for family in (_of_runs, _of_cycles, _of_tickets, _of_now, _of_surveys, _of_the_left_out):
        if (found := family(scope, wanted)) is not None:
            return found
    return None


def _of_runs(scope: Scope, wanted: Wanted) -> Listing | None:
    as_of, runs = scope.as_of, rows.runs(scope)
    judged = rows.judged(scope)
    finders: dict[str, Callable[[], Rows]] = {
        "judged": lambda: judged.order_by("-judged_at", "-pk"),
        "met": lambda: judged.filter(rows.MET).order_by("-judged_at", "-pk"),
        "missed": lambda: judged.filter(rows.missed(as_of)).order_by("-judged_at", "-pk"),
        "timed": lambda: runs.filter(scope.within("stopped_at"), duration__isnull=False).order_by("-duration", "-pk"),
        "waived": lambda: runs.filter(rows.WAIVED, scope.within("stopped_at")).order_by("-stopped_at", "-pk"),
        "untargeted": lambda: runs.filter(rows.UNTARGETED, scope.within("stopped_at")).order_by("-stopped_at", "-pk"),
        "running": lambda: runs.filter(rows.running(as_of), scope.within("started_at")).order_by("-started_at", "-pk"),
        "unfinished": lambda: runs.filter(rows.UNFINISHED, scope.within("started_at")).order_by("-started_at", "-pk"),
    }
    if wanted.figure not in finders or wanted.target not in TARGETS:
        return None
    targets = rows.RESPONSES if wanted.target == RESPONSE else (wanted.target,)
    found = finders[wanted.figure]().filter(target__in=targets)
    title = _("%(target)s: %(figure)s") % {
        "target": TARGET_NAMES[wanted.target],
        "figure": FIGURE_NAMES[wanted.figure],
    }
    return Listing(title, _with_people(found), lambda run: _run_line(run, scope))


def _with_people(runs: Rows) -> Rows:
    return runs.select_related("ticket__customer", "ticket__channel", "ticket__team", "agent", "team")


def _run_line(run: Any, scope: Scope) -> Line:
    is_open = run.stopped_at is None
    is_missed = run.state == "breached" or (is_open and run.due_at is not None and run.due_at < scope.as_of)
    team = run.ticket.team if is_open else run.team
    return Line(
        run.ticket,
        run.judged_at or run.stopped_at or run.started_at,
        run.duration,
        _("Missed") if is_missed else run.get_state_display(),
        is_missed,
        run.waived_because,
        str(run.agent or ""),
        str(team or ""),
        {"target": run.target, "run": str(run.number)},
    )


def _of_cycles(scope: Scope, wanted: Wanted) -> Listing | None:
    conditions = {
        "resolved": Q(),
        "one_reply": Q(human_replies=1),
        "reopened": Q(was_reopened=True),
        "provisional": Q(is_provisional=True),
    }
    if wanted.figure not in conditions:
        return None
    found = rows.resolved_cycles(scope).filter(conditions[wanted.figure]).order_by("-stopped_at", "-pk")
    return Listing(str(FIGURE_NAMES[wanted.figure]), _with_people(found), lambda run: _run_line(run, scope))


def _of_tickets(scope: Scope, wanted: Wanted) -> Listing | None:
    figure = rows.TICKET_FIGURES.get(wanted.figure)
    if figure is None:
        return None
    value = f"{wanted.figure}_value"
    found = rows.ticket_values(scope).select_related(
        "ticket__customer", "ticket__channel", "ticket__team", "ticket__assignee"
    )
    name = str(FIGURE_NAMES[wanted.figure])
    if wanted.is_empty:
        found = found.filter(rows.created_in(scope), **{value: None}).order_by("-ticket__created_at", "-pk")
        return Listing(_("%(figure)s: not yet") % {"figure": name}, found, lambda row: _ticket_line(row.ticket))
    found = found.filter(scope.within(figure.at), **{f"{value}__isnull": False}).order_by(F(value).desc(), "-pk")

    def line(row: Any) -> Line:
        return _ticket_line(
            row.ticket,
            at=getattr(row, figure.at),
            seconds=getattr(row, value),
            explained_by={"figure": wanted.figure},
        )

    return Listing(name, found, line)


def _ticket_line(ticket: Ticket, **told: Any) -> Line:
    return Line(
        ticket,
        **{
            "at": ticket.created_at,
            "outcome": ticket.get_state_display(),
            "agent": str(ticket.assignee or ""),
            "team": str(ticket.team or ""),
            **told,
        },
    )


def _of_now(scope: Scope, wanted: Wanted) -> Listing | None:
    finders: dict[str, tuple[Callable[[Scope], Rows], str]] = {
        "overdue": (rows.overdue, "due_at"),
        "due_soon": (rows.due_soon, "due_at"),
        "paused_long": (rows.paused_long, "since"),
    }
    if wanted.figure not in finders:
        return None
    find, at = finders[wanted.figure]
    clocks = Clock.objects.filter(ticket=OuterRef("pk"), stopped_at=None)
    clocks = clocks.filter(target=TargetKind.RESOLUTION) if wanted.figure == "paused_long" else clocks
    found = find(scope).select_related("customer", "channel", "team", "assignee").order_by(at, "pk")

    def line(ticket: Any) -> Line:
        is_bad = wanted.figure == "overdue"
        return _ticket_line(ticket, at=getattr(ticket, at), is_bad=is_bad, explained_by=_explained_by(ticket))

    named = str(FIGURE_NAMES[wanted.figure])
    return Listing(named, _with_clock(found, clocks.order_by(F("due_at").asc(nulls_last=True), "-id")), line, "pk")


def _with_clock(found: Rows, clocks: QuerySet[Clock]) -> Rows:
    """With the first of the clocks, which explains why the row is there."""
    first = clocks.values("target")[:1], clocks.values("number")[:1]
    with_clock: Rows = found.annotate(clock_target=Subquery(first[0]), clock_number=Subquery(first[1]))
    return with_clock


def _explained_by(row: Any) -> dict[str, str]:
    return {"target": row.clock_target, "run": str(row.clock_number)} if row.clock_target else {}


def _of_surveys(scope: Scope, wanted: Wanted) -> Listing | None:
    asked = wanted.survey or SurveyScope(scope)
    name = str(FIGURE_NAMES.get(wanted.figure, ""))
    if wanted.figure == "answers":
        return Listing(name, _with_invitations(surveys.answers(asked)), _answer_line, "invitation__ticket")
    if wanted.figure == "driver":
        driver, _colon, part = wanted.reason.partition(":")
        if part not in survey_drivers.PARTS.get(driver, ()):
            return None
        name = f"{survey_drivers.NAMES[driver]}: {survey_drivers.PARTS[driver][part][0]}"
        given = survey_drivers.of_part(asked, driver, part)
        return Listing(name, _with_invitations(given), _answer_line, "invitation__ticket")
    finders: dict[str, Callable[[], QuerySet[Invitation]]] = {
        "sent": lambda: surveys.sent(asked).order_by("-sent_at", "-pk"),
        "delivered": lambda: surveys.delivered(asked).order_by("-sent_at", "-pk"),
        "answered": lambda: surveys.delivered(asked).filter(state="answered").order_by("-sent_at", "-pk"),
        "on_their_way": lambda: surveys.sent(asked).filter(surveys.ON_ITS_WAY).order_by("-sent_at", "-pk"),
        "undelivered": lambda: surveys.undelivered(asked).order_by("-sent_at", "-pk"),
        "not_asked": lambda: surveys.not_asked(asked, wanted.reason).order_by("-decided_at", "-pk"),
        "cancelled": lambda: surveys.cancelled(asked).order_by("-decided_at", "-pk"),
    }
    if wanted.figure not in finders or (wanted.reason and wanted.reason not in Suppression.values):
        return None
    if wanted.reason:
        name = f"{name}: {Suppression(wanted.reason).label}"
    found = finders[wanted.figure]().filter(ticket__isnull=False)
    found = found.select_related("agent", "team", "ticket__customer", "ticket__channel", "version")
    return Listing(name, found.distinct(), _invitation_line)


def _with_invitations(given: QuerySet[Answer]) -> QuerySet[Answer]:
    """Those about tickets, with what a line tells of them; nobody learns who gave an anonymous one."""
    told = given.filter(invitation__ticket__isnull=False, invitation__version__is_anonymous=False).select_related(
        *(f"invitation__{path}" for path in ("version", "agent", "team", "ticket__customer", "ticket__channel"))
    )
    return told.order_by("-answered_at", "-pk").distinct()


def _answer_line(answer: Answer) -> Line:
    invitation = answer.invitation
    scale = invitation.version
    score = f"{answer.score} / {scale.scale_max}" if scale else str(answer.score)
    agent, team = str(invitation.agent or ""), str(invitation.team or "")
    return Line(_ticket_of(invitation), answer.answered_at, None, score, False, answer.comment, agent, team)


def _invitation_line(invitation: Invitation) -> Line:
    told = (
        invitation.get_suppressed_because_display() if invitation.suppressed_because else invitation.get_state_display()
    )
    agent, team = str(invitation.agent or ""), str(invitation.team or "")
    return Line(_ticket_of(invitation), invitation.sent_at or invitation.decided_at, None, told, False, "", agent, team)


def _ticket_of(invitation: Invitation) -> Ticket:
    if invitation.ticket is None:
        raise LookupError("Campaigns are in no list of tickets.")
    return invitation.ticket


def _of_the_left_out(scope: Scope, wanted: Wanted) -> Listing | None:
    if wanted.figure != "left_out" or wanted.reason not in ("", *REASONS_LEFT_OUT):
        return None
    found: QuerySet[TicketFigures] = rows.excluded(scope)
    if wanted.reason:
        found = found.filter(excluded=wanted.reason)
    found = found.select_related("ticket__customer", "ticket__channel", "ticket__team", "ticket__assignee")
    clocks = Clock.objects.filter(ticket=OuterRef("ticket"), waived_because=OuterRef("excluded")).order_by(
        "target", "id"
    )
    return Listing(
        str(FIGURE_NAMES["left_out"]),
        _with_clock(found.order_by("-ticket__created_at", "-pk"), clocks),
        lambda row: _ticket_line(row.ticket, outcome=REASONS_LEFT_OUT[row.excluded], explained_by=_explained_by(row)),
    )
