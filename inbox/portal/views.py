"""The pages that a link in a survey's mail opens.

GET and HEAD never answer: mail scanners and link previews open every link. That a link was opened is counted
(`inbox.surveys.hits`), and nothing else is written. The token in the address is the whole capability and no cookie
takes part, so a forged cross-site POST could do nothing that its author could not do with the token himself: that is
why the CSRF check is left out, and why mail programs can stop surveys with one POST (RFC 8058).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from inbox.common.clock import now
from inbox.portal import answering, pages
from inbox.portal.limits import has_too_many_forms, is_too_often
from inbox.surveys.access import invitation_for, invitation_to_stop
from inbox.surveys.actions import SurveyClosed, stop_surveys
from inbox.surveys.colours import accent_of
from inbox.surveys.enums import HitKind
from inbox.surveys.logos import open_logo
from inbox.surveys.models import Invitation
from inbox.surveys.queries import current_answer

View = Callable[[HttpRequest, str], HttpResponse]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
#: Even opened by itself, nothing in a picture loads or runs.
_ALONE = "sandbox; default-src 'none'"


def customers_page(view: View) -> View:
    """A page for whoever holds its token: kept by nobody, indexed by nobody, telling no other site its address."""

    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @functools.wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        response = _limited(view, request, token)
        patch_cache_control(response, no_store=True)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return page


def _limited(view: View, request: HttpRequest, token: str) -> HttpResponse:
    """The view's answer, unless too many attempts to write or to guess came from the same address."""
    sender = request.META.get("REMOTE_ADDR", "")
    if request.method == "POST" and is_too_often(sender):
        return pages.notice(request, "busy", 429)
    try:
        return view(request, token)
    except Http404:
        if request.method != "POST" and is_too_often(sender):
            return pages.notice(request, "busy", 429)
        return pages.notice(request, "missing", 404)


@customers_page
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """The question, with the score that the link names chosen; POST keeps the answer."""
    invitation = invitation_for(token)
    if request.method == "POST":
        return _keep_answer(request, token, invitation)
    answering.note(request, invitation)
    return _asked(request, token, invitation)


@customers_page
def trap(request: HttpRequest, token: str) -> HttpResponse:
    """What a link opens that no person sees: the question, so that nobody is lost who comes here all the same."""
    invitation = invitation_for(token)
    answering.note(request, invitation, kind=HitKind.TRAP)
    return _asked(request, token, invitation)


def _asked(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
    if not invitation.is_open_at(now()):
        return pages.closed(request, token, invitation)
    given = current_answer(invitation)
    chosen = answering.score_in(request.GET.get("a"), invitation)
    if given is None:
        return pages.question(request, token, invitation, chosen)
    return pages.question(request, token, invitation, given.score if chosen is None else chosen, given.comment)


def _keep_answer(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
    if has_too_many_forms(invitation.pk):
        return pages.notice(request, "busy", 429, invitation)
    if not invitation.is_open_at(now()):
        return pages.closed(request, token, invitation)
    form, wording = answering.sent(request, invitation), pages.wording_for(request, invitation)
    faults = form.faults(invitation, wording)
    if form.score is None or faults:
        return pages.faulty(request, token, invitation, form, faults)
    if answering.wants_a_tap(request, invitation, form):
        return pages.confirm(request, token, invitation, form.score)
    try:
        answering.keep(form, form.score, invitation, wording)
    except SurveyClosed:
        return pages.closed(request, token, invitation)
    address = pages.address("thanks", token, request, invitation, is_saved=form.said is not None)
    return HttpResponseRedirect(address, status=303)


@customers_page
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """What was answered, what else is asked at this score, and what to do next. Who has not answered yet is asked."""
    invitation = invitation_for(token)
    if not invitation.is_open_at(now()):
        return pages.closed(request, token, invitation)
    given = current_answer(invitation)
    if given is None or request.method == "POST":
        return HttpResponseRedirect(pages.address("survey", token, request, invitation), status=303)
    return pages.thanks(request, token, invitation, given)


@customers_page
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """A button that stops surveys; POST, from it or from the mail program itself, does."""
    invitation = invitation_to_stop(token)
    if request.method == "POST":
        stop_surveys(invitation.customer)
    return pages.unsubscribe(request, invitation)


@customers_page
def logo(request: HttpRequest, token: str) -> HttpResponse:
    """The survey's logo."""
    version = invitation_for(token).version
    try:
        content, content_type = open_logo(version.survey.logo if version else "")
    except OSError as error:
        raise Http404("No logo.") from error
    response = HttpResponse(content, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _ALONE
    return response


@require_safe
def colours(request: HttpRequest, colour: str) -> HttpResponse:
    """A brand's colour as the style sheet that every page of it takes; the same for ever."""
    if not re.fullmatch("[0-9a-f]{6}", colour):
        raise Http404("No colour.")
    response = HttpResponse(pages.style_of(accent_of(f"#{colour}")), content_type="text/css")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
