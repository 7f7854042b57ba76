"""The pages that customers see, filled in."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from inbox.surveys.access import stop_url
from inbox.surveys.actions import COMMENT_LIMIT
from inbox.surveys.letters import brand_of, last_day
from inbox.surveys.models import Answer, Invitation
from inbox.surveys.wording import WORDINGS, Wording, language_of


@dataclass(frozen=True, slots=True)
class Filled:
    """What the form of the question holds, and what is wrong with it."""

    score: int | None = None
    comment: str = ""
    score_error: str = ""
    comment_error: str = ""

    @property
    def status(self) -> int:
        """The HTTP status of the page with this form."""
        return 422 if self.score_error or self.comment_error else 200


def wording_for(request: HttpRequest, invitation: Invitation | None = None) -> Wording:
    """The language chosen on the page, else the invitation's, else the browser's."""
    chosen = WORDINGS.get(request.POST.get("lang") or request.GET.get("lang") or "")
    return chosen or WORDINGS[invitation.language if invitation else language_of(get_language() or "")]


def question(request: HttpRequest, token: str, invitation: Invitation, filled: Filled) -> HttpResponse:
    """The form: the scores with their meanings, a comment, one button."""
    keep = {} if filled.score is None else {"a": str(filled.score)}
    return _page(request, "portal/survey.html", invitation, keep, filled.status, token=token, filled=filled)


def thanks(request: HttpRequest, token: str, invitation: Invitation, given: Answer) -> HttpResponse:
    """What was answered, with room to say more."""
    meanings = dict(invitation.version.choices(wording_for(request, invitation).language)) if invitation.version else {}
    return _page(
        request, "portal/thanks.html", invitation, token=token, given=given, meaning=meanings.get(given.score, "")
    )


def unsubscribe(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """The button that stops surveys, or that they are stopped."""
    wording, brand = wording_for(request, invitation), brand_of(invitation)
    is_stopped = invitation.customer.survey_opt_out_at is not None
    text = _fill(wording.stopped if is_stopped else wording.stop_text, brand=brand)
    return _page(request, "portal/unsubscribe.html", invitation, is_stopped=is_stopped, text=text)


def closed(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Too late: says so, and offers to write to the team instead."""
    channel = invitation.channel
    mailto = f"mailto:{quote(channel.address)}?{urlencode({'subject': invitation.about}, quote_via=quote)}"
    write = _fill(wording_for(request, invitation).write, brand=brand_of(invitation))
    return notice(request, "closed", 410, invitation, mailto=mailto if channel.kind == "email" else "", write=write)


def notice(
    request: HttpRequest, name: str, status: int, invitation: Invitation | None = None, **more: str
) -> HttpResponse:
    """A page with nothing to fill in: `closed`, `missing` (the same for every bad link) or `busy`."""
    wording = wording_for(request, invitation)
    words = {"title": getattr(wording, f"{name}_title"), "text": getattr(wording, name)}
    return _page(request, "portal/notice.html", invitation, None, status, **words, **more)


def address(name: str, token: str, request: HttpRequest, invitation: Invitation) -> str:
    """The address of another page of the same link, in the language chosen here."""
    language = wording_for(request, invitation).language
    return reverse(f"portal:{name}", args=[token]) + ("" if language == invitation.language else f"?lang={language}")


def _page(
    request: HttpRequest,
    template: str,
    invitation: Invitation | None,
    keep: dict[str, str] | None = None,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    wording = wording_for(request, invitation)
    context: dict[str, object] = {"w": wording, "limit": COMMENT_LIMIT}
    context["languages"] = [(one, "?" + urlencode({**(keep or {}), "lang": one.language})) for one in WORDINGS.values()]
    if invitation is not None:
        context |= _asked(invitation, wording)
    response = render(request, template, context | more, status=status)
    response["Content-Language"] = wording.language
    return response


def _asked(invitation: Invitation, wording: Wording) -> dict[str, object]:
    agent, version = invitation.agent, invitation.version
    about = wording.about_with if agent else wording.about
    asked: dict[str, object] = {
        "brand": brand_of(invitation),
        "about": _fill(about, agent=agent.first_name if agent else "", subject=invitation.about)
        if invitation.ticket is not None and invitation.ticket.subject
        else "",
        "until": wording.until.format(day=last_day(invitation, wording)),
        "stop": stop_url(invitation),
    }
    if version is not None:
        asked |= {name: version.text(name, wording.language) for name in ("question", "comment", "thanks")}
        asked["choices"] = version.choices(wording.language)
    return asked


def _fill(sentence: str, **values: str) -> str:
    # No str.format: what customers write may hold braces.
    for name, value in values.items():
        sentence = sentence.replace(f"{{{name}}}", value)
    return sentence
