"""What a survey asks: its editor, the preview in a frame, a mail to try it."""

from __future__ import annotations

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST

from channels_adapters.contracts import SendError
from inbox.common.clock import now
from inbox.surveys.editing import ChangedMeanwhile, publish, why_direction_stays
from inbox.surveys.models import Survey, SurveyVersion
from inbox.surveys.reading import InvalidSurvey
from inbox.surveys.wording import WORDINGS
from inbox.workspace.access import AgentRequest, admins, report_readers
from inbox.workspace.survey_form import ContentForm
from inbox.workspace.survey_preview import Wanted, drafted, frame, send_trial
from inbox.workspace.survey_typed import do, values_from
from inbox.workspace.views.surveys import living

#: How long, in seconds, what is typed is kept for its preview.
_DRAFT_LASTS = 3600


@require_http_methods(["GET", "HEAD", "POST"])
@admins
def survey_content(request: AgentRequest, survey_id: int) -> HttpResponse:
    """Change what is asked. Nothing is saved but by the button that says so, and then as a new version."""
    found = living(survey_id)
    version = newest(found)
    if request.method != "POST":
        return _editor(request, ContentForm(None, version))
    given = request.POST.copy()
    if given.get("do") != "publish":
        return _editor(request, ContentForm(given, version, focus=do(given, given.get("do", ""), _ever_used(found))))
    form = ContentForm(given, version)
    if _published(request, found, form):
        return redirect("workspace:survey", found.pk)
    return _editor(request, form)


def _published(request: AgentRequest, found: Survey, form: ContentForm) -> bool:
    content = form.content()
    if content is None:
        return False
    try:
        made = publish(found, content, by=request.user, seen=int(form.seen) if form.seen.isdecimal() else None)
    except InvalidSurvey as refused:
        form.refuse(refused)
        return False
    except ChangedMeanwhile as refused:
        # Published again, it replaces what is then known.
        form.newer, form.seen = refused.newest, str(refused.newest.number)
        return False
    if made.number == form.version.number:
        messages.success(request, _("Nothing has changed, so there is no new version."))
    else:
        said = _("Version %(number)d is asked from now on. Answers so far stay with the version that they answered.")
        messages.success(request, said % {"number": made.number})
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@xframe_options_sameorigin
@report_readers
def survey_preview(request: AgentRequest, survey_id: int) -> HttpResponse:
    """A page or the mail as a customer would see it: as it is asked now, or as it is typed in the editor.

    What is typed is sent into the frame by a POST. With `keep` it is only kept for a while, for a GET with `draft`: so
    the script of the editor draws it anew without filling the browser's history.
    """
    found = get_object_or_404(Survey, pk=survey_id)
    version, key = newest(found), f"survey-preview:{request.user.pk}:{survey_id}"
    if "keep" in request.POST:
        cache.set(key, request.POST.urlencode(), _DRAFT_LASTS)
        return HttpResponse(status=204)
    kept = cache.get(key) if "draft" in request.GET else None
    given = QueryDict(kept) if kept else request.POST
    if given:
        version = drafted(version, values_from(given, version))
    return frame(request, version, Wanted.of((given or request.GET).dict(), version), now())


@require_POST
@admins
def survey_trial(request: AgentRequest, survey_id: int) -> HttpResponse:
    """Send the admin the mail that customers get."""
    found, language = living(survey_id), request.POST.get("language", "")
    try:
        box = send_trial(newest(found), language if language in WORDINGS else "en", request.user, now())
    except LookupError:
        messages.error(request, _("There is no mailbox it could leave by. Connect one first."))
    except (SendError, ValueError) as error:
        messages.error(request, _("The mail could not be sent: %(error)s") % {"error": error})
    else:
        said = _("A mail for you is on its way from %(mailbox)s. Its links open the preview; nothing is counted.")
        messages.success(request, said % {"mailbox": box})
    return redirect("workspace:survey", found.pk)


def newest(found: Survey) -> SurveyVersion:
    """What is asked now."""
    return found.versions.select_related("survey").latest("number")


def _ever_used(found: Survey) -> list[str]:
    """The ids of all questions that any version had."""
    return [one["id"] for asked in found.versions.values_list("follow_ups", flat=True) for one in asked]


def _editor(request: AgentRequest, form: ContentForm) -> HttpResponse:
    context = {
        "form": form,
        "survey": form.survey,
        "direction_stays": why_direction_stays(form.survey),
        "languages": list(WORDINGS.values()),
        "scores": form.version.choices("en"),
    }
    return render(request, "workspace/settings/survey_content.html", context)
