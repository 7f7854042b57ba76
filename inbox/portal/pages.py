"""The pages that customers see, filled in."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from inbox.channels.models import Channel
from inbox.common.clock import now
from inbox.portal.answering import TRAP, Sent
from inbox.surveys.access import stop_url
from inbox.surveys.colours import Accent, Shade
from inbox.surveys.enums import InvitationState
from inbox.surveys.hits import confirmation_of, stamp_of
from inbox.surveys.letters import brand_of, last_day
from inbox.surveys.models import Answer, Invitation, SurveyVersion
from inbox.surveys.queries import current_answer
from inbox.surveys.showing import PREFIX, framed, question_page, thanks_page, wording_in
from inbox.surveys.wording import WORDINGS, Wording, language_of


def wording_for(request: HttpRequest, invitation: Invitation | None = None) -> Wording:
    """The language chosen on the page, else the invitation's, else the browser's; one that the survey is asked in."""
    chosen = request.POST.get("lang") or request.GET.get("lang") or ""
    if chosen not in WORDINGS:
        chosen = invitation.language if invitation else language_of(get_language() or "")
    return wording_in(invitation.version if invitation else None, chosen)


def question(
    request: HttpRequest,
    token: str,
    invitation: Invitation,
    score: int | None = None,
    comment: str = "",
    faults: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The form: the scores with their meanings, a comment, one button."""
    wording = wording_for(request, invitation)
    keep = {} if score is None else {"a": str(score)}
    shown = question_page(_version(invitation), wording, score=score, comment=comment, faults=faults)
    return _form(request, "portal/survey.html", token, invitation, shown, keep)


def thanks(request: HttpRequest, token: str, invitation: Invitation, given: Answer) -> HttpResponse:
    """What was answered, and more questions; once those are answered, only what was and what to do next."""
    shown = thanks_page(
        _version(invitation),
        wording_for(request, invitation),
        score=given.score,
        comment=given.comment,
        said=given.said,
        is_saved="saved" in request.GET,
    )
    keep = {"saved": "1"} if "saved" in request.GET else {}
    return _form(request, "portal/thanks.html", token, invitation, shown, keep)


def faulty(
    request: HttpRequest, token: str, invitation: Invitation, form: Sent, faults: Mapping[str, str]
) -> HttpResponse:
    """The form as it was sent, with what is wrong in it."""
    if form.score is None or form.said is None:
        return question(request, token, invitation, form.score, form.comment or "", faults)
    shown = thanks_page(
        _version(invitation),
        wording_for(request, invitation),
        score=form.score,
        comment=form.comment or "",
        said={name: values if len(values) != 1 else values[0] for name, values in form.said.items() if values},
        faults=faults,
    )
    return _form(request, "portal/thanks.html", token, invitation, shown, {})


def confirm(request: HttpRequest, token: str, invitation: Invitation, score: int) -> HttpResponse:
    """One more tap for a form that a program may have sent: it holds all that was in it."""
    given = current_answer(invitation)
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name in _KEPT or name.startswith(PREFIX)
    ]
    shown: dict[str, object] = {
        "score": score,
        "meaning": dict(_version(invitation).choices(wording_for(request, invitation).language)).get(score, ""),
        "is_change": given is not None,
        "kept": kept,
        "confirmation": confirmation_of(invitation, now()),
    }
    return _form(request, "portal/confirm.html", token, invitation, shown, {"a": str(score)})


_KEPT = ("a", "comment", "more")


def unsubscribe(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """The button that stops surveys, or that they are stopped."""
    wording = wording_for(request, invitation)
    is_stopped = invitation.customer.survey_opt_out_at is not None
    text = _fill(wording.stopped if is_stopped else wording.stop_text, brand=brand_of(invitation))
    return _page(request, "portal/unsubscribe.html", invitation, {"is_stopped": is_stopped, "text": text})


def closed(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
    """Too late: says why, and offers to write to the team instead."""
    reason = "voided" if invitation.state == InvitationState.VOIDED else "expired"
    shown = _notice(wording_for(request, invitation), "closed_title", reason, _mailbox_of(invitation), invitation.about)
    return _page(request, "portal/notice.html", invitation, shown, status=410, token=token)


def notice(request: HttpRequest, name: str, status: int, invitation: Invitation | None = None) -> HttpResponse:
    """A page with nothing to fill in: `missing` (the same for every bad link) or `busy`."""
    box, about = (_mailbox_of(invitation), invitation.about) if invitation else (_only_mailbox(), "")
    shown = _notice(wording_for(request, invitation), f"{name}_title", name, box, about)
    return _page(request, "portal/notice.html", invitation, shown, status=status)


def address(name: str, token: str, request: HttpRequest, invitation: Invitation, *, is_saved: bool = False) -> str:
    """The address of another page of the same link, in the language chosen here."""
    language = wording_for(request, invitation).language
    query = ({} if language == invitation.language else {"lang": language}) | ({"saved": "1"} if is_saved else {})
    return reverse(f"portal:{name}", args=[token]) + (f"?{urlencode(query)}" if query else "")


def style_of(accent: Accent) -> str:
    """The colours of a brand by day and by night."""
    return f":root{{{_colours(accent.light)}}}@media(prefers-color-scheme:dark){{:root{{{_colours(accent.dark)}}}}}"


def _colours(shade: Shade) -> str:
    return f"--accent:{shade.colour};--accent-ink:{shade.ink};--accent-soft:{shade.soft}"


def _form(
    request: HttpRequest,
    template: str,
    token: str,
    invitation: Invitation,
    shown: dict[str, object],
    keep: Mapping[str, str],
) -> HttpResponse:
    """A page that can be sent: where to, and what it carries."""
    wording = wording_for(request, invitation)
    box = _mailbox_of(invitation)
    sending = {
        "action": reverse("portal:survey", args=[token]),
        "trap": reverse("portal:trap", args=[token]),
        "trap_name": TRAP,
        "stamp": stamp_of(invitation, now()),
        "change": address("survey", token, request, invitation),
        "more": address("thanks", token, request, invitation),
        "day": last_day(invitation, wording),
        "until": wording.until.format(day=last_day(invitation, wording)),
        "kept_until": wording.kept.format(day=last_day(invitation, wording)),
        "stop": stop_url(invitation),
        "mailto": _mailto(box, invitation.about) if box else "",
    }
    return _page(
        request, template, invitation, sending | shown, keep, status=422 if shown.get("faults") else 200, token=token
    )


def _page(
    request: HttpRequest,
    template: str,
    invitation: Invitation | None,
    shown: Mapping[str, object],
    keep: Mapping[str, str] | None = None,
    *,
    status: int = 200,
    token: str = "",
) -> HttpResponse:
    wording = wording_for(request, invitation)
    frame = framed(invitation.version if invitation else None, wording, brand="")
    if invitation is not None:
        version = invitation.version
        logo = reverse("portal:logo", args=[token]) if token and version and version.survey.logo else ""
        frame = framed(version, wording, brand=brand_of(invitation), about=_about(invitation, wording), logo=logo)
    spoken = [
        one for one in WORDINGS.values() if wording_in(invitation.version if invitation else None, one.language) == one
    ]
    languages = [(one, "?" + urlencode({**(keep or {}), "lang": one.language})) for one in spoken if len(spoken) > 1]
    response = render(request, template, {**frame, "languages": languages, **shown}, status=status)
    response["Content-Language"] = wording.language
    return response


def _notice(wording: Wording, title: str, text: str, box: Channel | None, about: str) -> dict[str, object]:
    write = _fill(wording.write, brand=box.brand or box.name) if box else ""
    mailto = _mailto(box, about) if box else ""
    return {"title": getattr(wording, title), "text": getattr(wording, text), "mailto": mailto, "write": write}


def _mailto(box: Channel, about: str) -> str:
    subject = "?" + urlencode({"subject": about}, quote_via=quote) if about else ""
    return f"mailto:{quote(box.address)}{subject}"


def _mailbox_of(invitation: Invitation) -> Channel | None:
    """Where the customer can write to whoever asked: the channel itself, or a mailbox of its brand."""
    channel = invitation.channel
    boxes = Channel.objects.filter(kind="email", is_active=True, brand=channel.brand).order_by("id")
    return channel if channel.kind == "email" else boxes.first()


def _only_mailbox() -> Channel | None:
    """Where anybody can write to us, when it is plain whom he means."""
    boxes = list(Channel.objects.filter(kind="email", is_active=True).order_by("id")[:20])
    return boxes[0] if len({box.brand or box.name for box in boxes}) == 1 else None


def _version(invitation: Invitation) -> SurveyVersion:
    if invitation.version is None:
        raise LookupError("Nothing is asked in this invitation.")
    return invitation.version


def _about(invitation: Invitation, wording: Wording) -> str:
    if invitation.ticket is None or not invitation.ticket.subject:
        return ""
    agent = invitation.agent
    about = wording.about_with if agent else wording.about
    return _fill(about, agent=agent.first_name if agent else "", subject=invitation.about)


def _fill(sentence: str, **values: str) -> str:
    # No str.format: what customers write may hold braces.
    for name, value in values.items():
        sentence = sentence.replace(f"{{{name}}}", value)
    return sentence
