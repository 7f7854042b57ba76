"""The pages that a link in a survey's mail opens.

GET and HEAD never write: mail scanners and link previews open every link. The token in the address is the whole
capability and no cookie takes part, so a forged cross-site POST could do nothing that its author could not do with the
token himself: that is why the CSRF check is left out, and why mail programs can stop surveys with one POST (RFC 8058).
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from inbox.common.clock import now
from inbox.portal import pages
from inbox.portal.limits import is_too_often
from inbox.portal.pages import Filled
from inbox.surveys.access import invitation_for, invitation_to_stop
from inbox.surveys.actions import COMMENT_LIMIT, SurveyClosed, answer, stop_surveys
from inbox.surveys.models import Invitation
from inbox.surveys.queries import current_answer

View = Callable[[HttpRequest, str], HttpResponse]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


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
        response["Content-Security-Policy"] = POLICY
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
    if not invitation.is_open_at(now()):
        return pages.closed(request, invitation)
    if request.method == "POST":
        return _keep_answer(request, token, invitation)
    given = current_answer(invitation)
    chosen = _score(request.GET.get("a"), invitation)
    if given:
        filled = Filled(chosen if chosen is not None else given.score, given.comment)
    else:
        filled = Filled(chosen)
    return pages.question(request, token, invitation, filled)


def _keep_answer(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
    wording = pages.wording_for(request, invitation)
    score, comment = _score(request.POST.get("a"), invitation), request.POST.get("comment")
    # Browsers send line ends as CRLF and count each as one character in a textarea's maxlength.
    is_long = len((comment or "").replace("\r\n", "\n")) > COMMENT_LIMIT
    if score is None or is_long:
        filled = Filled(
            score,
            comment or "",
            wording.choose if score is None else "",
            wording.too_long.format(limit=COMMENT_LIMIT) if is_long else "",
        )
        return pages.question(request, token, invitation, filled)
    try:
        answer(invitation, score, comment, language=wording.language)
    except SurveyClosed:
        return pages.closed(request, invitation)
    return HttpResponseRedirect(pages.address("thanks", token, request, invitation), status=303)


@customers_page
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """What was answered, and room to add a comment. Who has not answered yet is asked."""
    invitation = invitation_for(token)
    if not invitation.is_open_at(now()):
        return pages.closed(request, invitation)
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


def _score(value: str | None, invitation: Invitation) -> int | None:
    """The score meant, if it is one that can be given."""
    if not value or not value.isascii() or not value.isdecimal() or len(value) > 3 or invitation.version is None:
        return None
    return int(value) if invitation.version.scale.holds(int(value)) else None
