"""Campaigns: surveys by a schedule that are about no ticket. Their list, their terms, their runs so far."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime

from django.contrib import messages
from django.db.models import Count, Min
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox.common.clock import now
from inbox.surveys.editing import change_campaign, delete_campaign, make_campaign, run_campaign_now, switch_campaign
from inbox.surveys.enums import InvitationState, Suppression, SurveyMoment
from inbox.surveys.foreseen import foreseen
from inbox.surveys.models import Campaign, Invitation, Survey
from inbox.tickets.actions import Refused
from inbox.workspace import survey_words as words
from inbox.workspace.access import AgentRequest, admins, report_readers
from inbox.workspace.campaign_form import CampaignForm


@dataclass(slots=True)
class Run:
    """A run of a campaign: how many were sent a survey, answered it, wait for it, were not asked and why."""

    number: int
    at: datetime
    sent: int = 0
    answered: int = 0
    waiting: int = 0
    left_out: list[tuple[str, int]] = field(default_factory=list)


@require_safe
@report_readers
def campaigns(request: AgentRequest) -> HttpResponse:
    """All campaigns."""
    found = Campaign.objects.filter(deleted_at=None).select_related("survey", "channel").order_by("-is_active", "name")
    context = {
        "campaigns": [(one, words.campaign_people(one), words.campaign_rhythm(one)) for one in found],
        "has_survey": Survey.objects.filter(moment=SurveyMoment.SCHEDULE, deleted_at=None).exists(),
    }
    return render(request, "workspace/settings/campaigns.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def new_campaign(request: AgentRequest) -> HttpResponse:
    """Make a campaign."""
    form = CampaignForm(request.POST if request.method == "POST" else None, None, now())
    if request.method == "POST" and (terms := form.terms()):
        if request.POST.get("do") == "look":
            return _form(request, form, None, Campaign(**asdict(terms)))
        made = make_campaign(terms, by=request.user)
        messages.success(request, _("%(name)s is planned.") % {"name": made})
        return redirect("workspace:campaign", made.pk)
    return _form(request, form, None)


@require_safe
@report_readers
def campaign(request: AgentRequest, campaign_id: int) -> HttpResponse:
    """One campaign: whom it would ask now and whom not, and its runs so far. A deleted one can still be read."""
    found = get_object_or_404(Campaign.objects.select_related("survey", "channel", "made_by"), pk=campaign_id)
    context = {
        "campaign": found,
        "people": words.campaign_people(found),
        "rhythm": words.campaign_rhythm(found),
        "asked": [words.hours(found.survey), words.throttle(found.survey)],
        "foreseen": foreseen(found, now()) if found.deleted_at is None else None,
        "runs": runs(found),
        "may_change": request.user.administers and found.deleted_at is None,
    }
    return render(request, "workspace/settings/campaign.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def campaign_terms(request: AgentRequest, campaign_id: int) -> HttpResponse:
    """Change a campaign from its next run on."""
    found = _living(campaign_id)
    form = CampaignForm(request.POST if request.method == "POST" else None, found, now())
    if request.method == "POST" and (terms := form.terms()):
        if request.POST.get("do") == "look":
            return _form(request, form, found, Campaign(**asdict(terms), runs=found.runs))
        change_campaign(found, terms, by=request.user)
        messages.success(request, _("Saved. It counts from the next run on."))
        return redirect("workspace:campaign", found.pk)
    return _form(request, form, found)


@require_POST
@admins
def campaign_activity(request: AgentRequest, campaign_id: int) -> HttpResponse:
    """Switch a campaign on or off, or let it run now."""
    found = _living(campaign_id)
    if request.POST.get("on") == "run":
        try:
            run_campaign_now(found, by=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("It begins within a minute. Customers are asked at their good hours."))
        return redirect("workspace:campaign", found.pk)
    found = switch_campaign(found, on=request.POST.get("on") == "1", by=request.user)
    messages.success(
        request, _("%(name)s is on.") % {"name": found} if found.is_active else _("%(name)s rests.") % {"name": found}
    )
    return redirect("workspace:campaign", found.pk)


@require_POST
@admins
def campaign_deletion(request: AgentRequest, campaign_id: int) -> HttpResponse:
    """Take a campaign out of the list."""
    found = _living(campaign_id)
    delete_campaign(found, by=request.user)
    messages.success(request, _("%(name)s is deleted. Its answers stay in the reports.") % {"name": found})
    return redirect("workspace:campaigns")


def runs(campaign: Campaign) -> list[Run]:
    """The runs so far, the newest first."""
    rows = Invitation.objects.filter(campaign=campaign).values_list("cycle", "state", "suppressed_because")
    found: dict[int, Run] = {}
    for cycle, state, reason, count, at in rows.annotate(count=Count("pk"), at=Min("decided_at")).order_by("-cycle"):
        run = found.setdefault(cycle, Run(cycle, at))
        run.at = min(run.at, at)
        if state in (InvitationState.SENT, InvitationState.ANSWERED, InvitationState.VOIDED):
            run.sent += count
            run.answered += count if state == InvitationState.ANSWERED else 0
        elif state == InvitationState.SCHEDULED:
            run.waiting += count
        else:
            run.left_out.append((str(Suppression(reason).label if reason else InvitationState(state).label), count))
    return list(found.values())


def _living(campaign_id: int) -> Campaign:
    return get_object_or_404(Campaign.objects.select_related("survey", "channel"), pk=campaign_id, deleted_at=None)


def _form(
    request: AgentRequest, form: CampaignForm, found: Campaign | None, drafted: Campaign | None = None
) -> HttpResponse:
    context = {"form": form, "campaign": found, "foreseen": foreseen(drafted, form.at) if drafted else None}
    return render(request, "workspace/settings/campaign_form.html", context)
