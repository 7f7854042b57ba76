"""Surveys: their list, making one of a template, its rules, its logo, switching it on and off, deleting it."""

from __future__ import annotations

from itertools import pairwise

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox.common.clock import now
from inbox.surveys.editing import change_rules, delete_survey, make_survey, set_logo, switch_survey
from inbox.surveys.enums import SurveyMoment
from inbox.surveys.logos import LONGEST, InvalidLogo, open_logo
from inbox.surveys.models import Campaign, Survey
from inbox.surveys.reading import InvalidSurvey
from inbox.surveys.templates import TEMPLATES
from inbox.surveys.wording import WORDINGS
from inbox.workspace import survey_words as words
from inbox.workspace.access import AgentRequest, admins, report_readers
from inbox.workspace.survey_list import listed_surveys, listing, share_of
from inbox.workspace.survey_rules_form import RulesForm


@require_safe
@report_readers
def surveys(request: AgentRequest) -> HttpResponse:
    """All surveys: which run, for how many, what came of them lately."""
    lines = [(line, words.when_asked(line.survey)) for line in listing(listed_surveys(), now())]
    running = [line for line, _said in lines if line.percent is not None]
    return render(request, "workspace/settings/surveys.html", {"lines": lines, "running": running})


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def new_survey(request: AgentRequest) -> HttpResponse:
    """Make a survey of a template."""
    key, _sep, moment = request.POST.get("template", "ces_5").partition(":")
    name, errors = request.POST.get("name", ""), {}
    if request.method == "POST":
        try:
            made = make_survey(key, name, moment=moment or SurveyMoment.RESOLUTION, by=request.user)
        except InvalidSurvey as refused:
            errors = refused.errors
        else:
            messages.success(
                request, _("%(name)s is made and switched off. Look at it before you switch it on.") % {"name": made}
            )
            return redirect("workspace:survey_content", made.pk)
    templates = [(f"{one.key}:{SurveyMoment.RESOLUTION.value}", one, False) for one in TEMPLATES.values()]
    templates += [
        (f"{one.key}:{SurveyMoment.SCHEDULE.value}", one, True) for one in TEMPLATES.values() if one.texts_apart
    ]
    context = {
        "templates": templates,
        "chosen": request.POST.get("template", templates[0][0]),
        "name": name,
        "errors": errors,
    }
    return render(request, "workspace/settings/survey_new.html", context)


@require_safe
@report_readers
def survey(request: AgentRequest, survey_id: int) -> HttpResponse:
    """One survey: when it is asked, what it asks, and its versions so far. A deleted one can still be read."""
    found = get_object_or_404(Survey, pk=survey_id)
    versions = list(found.versions.select_related("made_by").order_by("number"))
    told = [(after, words.differences(before, after)) for before, after in pairwise([None, *versions]) if after]
    context = {
        "survey": found,
        "version": versions[-1],
        "history": told[::-1],
        "asked": words.when_asked(found),
        "follow_up": words.follow_up(found),
        "percent": share_of(found),
        "ends": sorted(versions[-1].choices("en"))[:: len(versions[-1].choices("en")) - 1],
        "good": words.scores_in_words(versions[-1].good_scores),
        "unhappy": words.scores_in_words(versions[-1].unhappy_scores),
        "questions": [words.question_in_words(one) for one in versions[-1].follow_ups],
        "steps": [(one["for"], words.step_in_words(one)) for one in versions[-1].next_steps],
        "languages": list(WORDINGS.values()),
        "campaigns": Campaign.objects.filter(survey=found, deleted_at=None).order_by("name"),
        "may_change": request.user.administers and found.deleted_at is None,
    }
    return render(request, "workspace/settings/survey.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def survey_rules(request: AgentRequest, survey_id: int) -> HttpResponse:
    """Change of whom and when it is asked."""
    found = living(survey_id)
    form = RulesForm(request.POST if request.method == "POST" else None, found)
    if request.method == "POST" and (rules := form.rules()):
        change_rules(found, rules, by=request.user)
        messages.success(request, _("Saved. It counts for tickets that are resolved from now on."))
        return redirect("workspace:survey", found.pk)
    return render(request, "workspace/settings/survey_rules.html", {"form": form, "survey": found})


@require_POST
@admins
def survey_activity(request: AgentRequest, survey_id: int) -> HttpResponse:
    """Switch a survey on or off."""
    found = switch_survey(living(survey_id), on=request.POST.get("on") == "1", by=request.user)
    if found.is_active:
        messages.success(request, _("%(name)s is on.") % {"name": found})
    else:
        messages.success(request, _("%(name)s is off. Links that are out can still be answered.") % {"name": found})
    return redirect("workspace:survey", found.pk)


@require_POST
@admins
def survey_deletion(request: AgentRequest, survey_id: int) -> HttpResponse:
    """Take a survey out of use."""
    found = living(survey_id)
    delete_survey(found, by=request.user)
    messages.success(request, _("%(name)s is deleted. Its answers stay in the reports.") % {"name": found})
    return redirect("workspace:surveys")


@require_http_methods(["GET", "HEAD", "POST"])
@report_readers
def survey_logo(request: AgentRequest, survey_id: int) -> HttpResponse:
    """The picture; POST puts another one in its place or, without a file, takes it away."""
    if request.method == "POST":
        if not request.user.administers:
            raise Http404("No such page.")
        return _keep_logo(request, living(survey_id))
    found = get_object_or_404(Survey, pk=survey_id)
    try:
        content, content_type = open_logo(found.logo)
    except (OSError, InvalidLogo) as error:
        raise Http404("No such picture.") from error
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _keep_logo(request: AgentRequest, found: Survey) -> HttpResponse:
    file = request.FILES.get("logo")
    try:
        if request.POST.get("remove"):
            set_logo(found, None, by=request.user)
        else:
            # One byte more than may be tells that it is too many, whatever was sent.
            set_logo(found, file.read(LONGEST + 1) if file else b"", by=request.user)
    except InvalidLogo as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The logo is saved."))
    return redirect("workspace:survey", found.pk)


def living(survey_id: int) -> Survey:
    """A survey that is not deleted; to others there is no such page."""
    return get_object_or_404(Survey, pk=survey_id, deleted_at=None)
