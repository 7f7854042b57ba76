"""The reports of leads, auditors and admins: service levels, the tickets behind each number, and their explanation."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inbox.common.clock import now
from inbox.reports import export
from inbox.reports.explain import Explanation, explain_run, explain_ticket
from inbox.reports.export import Table
from inbox.reports.listing import OF_SURVEYS, Listing, listing
from inbox.reports.report import service_levels as read_report
from inbox.reports.rows import TICKET_FIGURES
from inbox.reports.words import FIGURE_NAMES, LEVEL_TITLES, MEANINGS, REASONS_LEFT_OUT, SCORE_NAMES, TARGET_NAMES
from inbox.sla.enums import TargetKind
from inbox.sla.figures import METRICS_VERSION
from inbox.tickets.access import ticket_for
from inbox.tickets.models import Ticket
from inbox.workspace.access import AgentRequest, report_readers
from inbox.workspace.explaining import explaining
from inbox.workspace.report_charts import day_chart, heat_map
from inbox.workspace.report_files import table_response
from inbox.workspace.report_filters import Asked, asked, parts_of, wanted

_PAGE = 50


def _asked(request: HttpRequest) -> Asked:
    return asked(request.GET, _zone(), now())


def _zone() -> ZoneInfo:
    return ZoneInfo(timezone.get_current_timezone_name())


@require_safe
@report_readers
def service_levels(request: AgentRequest) -> HttpResponse:
    """Service levels of a period beside the period before, and what is on the table right now."""
    question = _asked(request)
    report = read_report(question.scope, question.target, question.by, question.names_compared)
    return render(
        request,
        "workspace/reports/service_levels.html",
        {
            "asked": question,
            "report": report,
            "chart": day_chart(report.days, question.goal, report.policies, question.scope.period.zone),
            "heat": heat_map(report.hours),
            "titles": LEVEL_TITLES,
            "names": {**FIGURE_NAMES, **TARGET_NAMES},
            "meanings": MEANINGS,
            "reasons_left_out": REASONS_LEFT_OUT,
            "score_names": SCORE_NAMES,
            "hidden_filters": ("target", "by"),
            "definitions": METRICS_VERSION,
            "now": question.scope.as_of,
        },
    )


def _listing(request: HttpRequest, question: Asked) -> Listing:
    found = listing(question.scope, wanted(request.GET, question.scope))
    if found is None:
        raise Http404("No such number.")
    return found


@require_safe
@report_readers
def tickets(request: AgentRequest) -> HttpResponse:
    """The tickets behind a number, each with its value and its explanation."""
    question = _asked(request)
    found = _listing(request, question)
    page = Paginator(found.rows, _PAGE).get_page(request.GET.get("page"))
    lines = [found.line(row) for row in page.object_list]
    is_of_surveys = request.GET.get("figure") in OF_SURVEYS
    return render(
        request,
        "workspace/reports/tickets.html",
        {
            "asked": question,
            "title": found.title,
            "page": page,
            "lines": lines,
            "tickets": found.count_tickets(),
            "parts": parts_of(request.GET),
            "now": question.scope.as_of,
            "report_address": "workspace:report_surveys" if is_of_surveys else "workspace:reports",
            "report_name": _("Surveys") if is_of_surveys else _("Service levels"),
        },
    )


@require_safe
@report_readers
def explanation(request: AgentRequest, ref: str) -> HttpResponse:
    """One ticket's figure: the intervals that add up to it, and those that don't count."""
    question, ticket = _asked(request), ticket_for(request.user, ref, even_deleted=True)
    figure, target = request.GET.get("figure", ""), request.GET.get("target", TargetKind.FIRST_RESPONSE.value)
    found = _explained(request, ticket, question)
    if found is None:
        raise Http404("There is no such figure of this ticket.")
    counts = "used" if request.GET.get("counts") == "used" else question.scope.basis.value
    shown = {
        **explaining(ticket, found, figure or target, counts),
        "asked": question,
        "name": FIGURE_NAMES[figure] if figure else TARGET_NAMES[target],
        "now": question.scope.as_of,
    }
    return render(request, "workspace/reports/explanation.html", shown)


def _explained(request: HttpRequest, ticket: Ticket, question: Asked) -> Explanation | None:
    """The explanation of `?figure=`, or of a run by `?target=` and its number (`run`) or its work cycle (`cycle`)."""
    asked_for, as_of = request.GET, question.scope.as_of
    if figure := asked_for.get("figure"):
        return explain_ticket(ticket, figure, as_of) if figure in TICKET_FIGURES else None
    number, cycle = _positive(asked_for.get("run", "")), _positive(asked_for.get("cycle", ""))
    target = asked_for.get("target", TargetKind.FIRST_RESPONSE.value)
    return explain_run(ticket, target, as_of, number=number, cycle=cycle)


def _positive(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None


_TABLES: dict[str, Callable[[Asked], Table]] = {
    "levels": lambda asked: export.levels_table(asked.scope),
    "times": lambda asked: export.times_table(asked.scope),
    "days": lambda asked: export.days_table(asked.scope, asked.target),
    "hours": lambda asked: export.hours_table(asked.scope, asked.target),
    "groups": lambda asked: export.groups_table(asked.scope, asked.by, asked.names_compared),
}


@require_safe
@report_readers
def table_file(request: AgentRequest, table: str, suffix: str) -> StreamingHttpResponse:
    """A table of the report as CSV or Excel workbook."""
    if table not in _TABLES:
        raise Http404("No such table.")
    question = _asked(request)
    return table_response(request, _TABLES[table](question), table, question.scope, suffix)


@require_safe
@report_readers
def tickets_file(request: AgentRequest, suffix: str) -> StreamingHttpResponse:
    """The tickets behind a number as a file, however many."""
    question = _asked(request)
    table = export.tickets_table(_listing(request, question), question.scope.period.zone)
    return table_response(request, table, "tickets", question.scope, suffix)
