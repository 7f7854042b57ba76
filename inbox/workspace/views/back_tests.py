"""Back-tests: the list, a new one, how far it is, what it found, and the tickets behind each number."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from inbox.common.clock import now
from inbox.reports.back_test import UNDER_WAY, begin, begin_again, stop, throw_away
from inbox.reports.back_test_result import TARGETS, Result, line, runs_behind
from inbox.reports.words import FIGURE_NAMES, LEVEL_TITLES, MEANINGS, TARGET_NAMES
from inbox.sla.enums import BackTestChange, BackTestState
from inbox.sla.models import BackTest
from inbox.tickets.enums import Priority
from inbox.workspace import back_test_page as page
from inbox.workspace.access import AgentRequest, leads, report_readers
from inbox.workspace.back_test_form import BackTestForm, DraftForm

_PAGE = 50
_SHOWN = 50


@require_safe
@report_readers
def back_tests(request: AgentRequest) -> HttpResponse:
    """All back-tests, newest first."""
    found = BackTest.objects.order_by("-id").select_related("made_by").defer("result")
    shown = Paginator(found, _SHOWN).get_page(request.GET.get("page"))
    jobs = [(job, Result(job).period, page.percent_done(job)) for job in shown.object_list]
    return render(request, "workspace/reports/back_tests.html", {"jobs": jobs, "page": shown, "now": now()})


@require_http_methods(["GET", "HEAD", "POST"])
@leads
def new_back_test(request: AgentRequest) -> HttpResponse:
    """Choose a period and draft other terms for it."""
    zone, data = ZoneInfo(timezone.get_current_timezone_name()), request.POST or None
    form = BackTestForm(data, now().astimezone(zone).date())
    drafts = [
        DraftForm(data, prefix="a", usual_name=_("Draft A")),
        DraftForm(data, prefix="b", usual_name=_("Draft B")),
    ]
    if request.method == "POST" and all([form.is_valid(), *(draft.is_valid() for draft in drafts)]):
        chosen = [drafts[0].draft, *([] if drafts[1].changes_nothing else [drafts[1].draft])]
        name = form.cleaned_data["name"] or " / ".join(draft["name"] for draft in chosen)
        return redirect("workspace:back_test", begin(name, form.period(zone), chosen, by=request.user).pk)
    shown = {"form": form, "drafts": drafts, "priorities": Priority.choices, "zone": zone}
    return render(request, "workspace/reports/back_test_new.html", shown, status=422 if data else 200)


@require_safe
@report_readers
def back_test(request: AgentRequest, back_test_id: int) -> HttpResponse:
    """What a back-test found; until then how far it is, the part that changes alone for the page that is open."""
    job = get_object_or_404(BackTest.objects.select_related("made_by"), pk=back_test_id)
    result = Result(job)
    shown = {"job": job, "result": result, "percent": page.percent_done(job), "now": now()}
    if job.state == BackTestState.DONE:
        return HttpResponseClientRefresh() if request.htmx else _found(request, result, shown)
    part = "back_test_progress" if request.htmx else "back_test_under_way"
    shown["drafts"] = () if request.htmx else page.drafts_in_words(job)
    return render(request, f"workspace/reports/{part}.html", shown)


def _found(request: AgentRequest, result: Result, shown: dict[str, Any]) -> HttpResponse:
    target = request.GET.get("target", "")
    target = target if target in TARGETS else TARGETS[0]
    found = {
        **shown,
        "target": target,
        "goal": page.GOAL,
        "cards": page.cards(result),
        "charts": page.charts(result, target),
        "tables": [
            (_("By team"), "team", page.groups(result, target, "teams")),
            (_("By channel"), "channel", page.groups(result, target, "channels")),
        ],
        "drafts": page.drafts_in_words(result.job),
        "changes": dict(BackTestChange.choices),
        "titles": LEVEL_TITLES,
        "names": TARGET_NAMES,
        "meanings": MEANINGS,
    }
    return render(request, "workspace/reports/back_test.html", found)


@require_safe
@report_readers
def back_test_tickets(request: AgentRequest, back_test_id: int) -> HttpResponse:
    """The runs behind a number of a back-test: as each was, and as it would have been."""
    job = get_object_or_404(BackTest, pk=back_test_id, state=BackTestState.DONE)
    result = Result(job)
    wanted = page.wanted(request.GET, len(result.variants))
    if wanted is None:
        raise Http404("No such number.")
    shown = Paginator(runs_behind(result, wanted), _PAGE).get_page(request.GET.get("page"))
    others = {name: value for name, value in request.GET.items() if name != "page"}
    found = {
        "job": job,
        "result": result,
        "wanted": wanted,
        "variant": result.variants[wanted.variant],
        "beside": result.variants[max(wanted.variant, 1)],
        "target_name": TARGET_NAMES[wanted.target],
        "figure_name": {**FIGURE_NAMES, **dict(BackTestChange.choices)}[wanted.figure],
        "page": shown,
        "lines": [line(run) for run in shown.object_list],
        "query": urlencode(others),
        "now": now(),
    }
    return render(request, "workspace/reports/back_test_tickets.html", found)


@require_POST
@leads
def back_test_activity(request: AgentRequest, back_test_id: int) -> HttpResponse:
    """Stop a back-test, or begin it again."""
    job = get_object_or_404(BackTest, pk=back_test_id)
    if request.POST.get("on") == "1":
        begin_again(job)
    else:
        stop(job)
    return redirect("workspace:back_test", job.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@leads
def back_test_removal(request: AgentRequest, back_test_id: int) -> HttpResponse:
    """Delete a back-test, once it was asked whether that is meant."""
    job = get_object_or_404(BackTest, pk=back_test_id)
    if request.method != "POST":
        return render(
            request, "workspace/reports/back_test_removal.html", {"job": job, "is_live": job.state in UNDER_WAY}
        )
    throw_away(job)
    messages.success(request, _("%(name)s is deleted.") % {"name": job.name})
    return redirect("workspace:back_tests")
