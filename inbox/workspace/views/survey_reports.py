"""The survey report of leads, auditors and admins: scores, their trend and comparison, who was asked, what was said."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from inbox.common.clock import now
from inbox.reports import survey_report as report
from inbox.reports.export import Table
from inbox.reports.words import MEANINGS, SCORE_MEANINGS, SCORE_NAMES
from inbox.sla.figures import METRICS_VERSION
from inbox.surveys.enums import HitKind, Suppression
from inbox.workspace.access import AgentRequest, report_readers
from inbox.workspace.report_files import table_response
from inbox.workspace.survey_charts import trend_chart
from inbox.workspace.survey_filters import AskedSurveys, asked_surveys

_COMMENTS = 30
#: What the page chooses elsewhere, or does not ask for.
_HIDDEN = ("kind", "compare", "target", "by", "goal", "priority", "cohort")


def _asked(request: HttpRequest) -> AskedSurveys:
    return asked_surveys(request.GET, ZoneInfo(timezone.get_current_timezone_name()), now())


@require_safe
@report_readers
def surveys(request: AgentRequest) -> HttpResponse:
    """The scores of a period beside the period before, and what goes with them."""
    question = _asked(request).of_all_answers()
    found = report.survey_report(question.survey, question.by, question.names_compared, question.agents)
    shown = _common(question) | {
        "report": found,
        "chart": trend_chart(found.steps, found.score.lowest),
        "reasons": dict(Suppression.choices),
        "hit_kinds": dict(HitKind.choices),
        "hidden_filters": (*_HIDDEN, "sentiment", "words"),
    }
    return render(request, "workspace/reports/survey_report.html", shown)


@require_safe
@report_readers
def comments(request: AgentRequest) -> HttpResponse:
    """What customers wrote, newest first."""
    question = _asked(request)
    page = Paginator(report.comments(question.survey), _COMMENTS).get_page(request.GET.get("page"))
    found = [report.comment_of(answer, question.survey) for answer in page.object_list]
    return render(request, "workspace/reports/comments.html", _common(question) | {"page": page, "comments": found})


def _common(question: AskedSurveys) -> dict[str, object]:
    return {
        "asked": question,
        "kind": question.survey.kind,
        "names": SCORE_NAMES,
        "meanings": MEANINGS,
        "meaning": SCORE_MEANINGS[question.survey.kind],
        "definitions": METRICS_VERSION,
        "now": question.scope.as_of,
        "report_address": "workspace:report_surveys",
        "hidden_filters": _HIDDEN,
    }


_TABLES: dict[str, Callable[[AskedSurveys], Table]] = {
    "scores": lambda asked: report.scores_table(asked.survey, asked.by, asked.names_compared),
    "trend": lambda asked: report.trend_table(asked.survey),
    "drivers": lambda asked: report.drivers_table(asked.survey),
    "response": lambda asked: report.response_table(asked.survey),
    "asking": lambda asked: report.asking_table(asked.survey, asked.agents),
}


@require_safe
@report_readers
def table_file(request: AgentRequest, table: str, suffix: str) -> StreamingHttpResponse:
    """A table of the report as CSV or Excel workbook."""
    if table not in _TABLES:
        raise Http404("No such table.")
    question = _asked(request).of_all_answers()
    return table_response(request, _TABLES[table](question), f"surveys-{table}", question.scope, suffix)


@require_safe
@report_readers
def comments_file(request: AgentRequest, suffix: str) -> StreamingHttpResponse:
    """All comments as a file."""
    question = _asked(request)
    table = report.comments_table(question.survey, question.scope.period.zone)
    return table_response(request, table, "comments", question.scope, suffix)
