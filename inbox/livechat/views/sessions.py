"""Arriving on a page with a widget, and moving about there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from math import ceil
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from channels_adapters.contracts import InvalidSignature
from channels_adapters.livechat.identity_tokens import Claims
from inbox.chats.access import is_address_blocked, token_of
from inbox.chats.enums import StepKind
from inbox.chats.frame_tickets import is_good_ticket
from inbox.chats.identifying import AnotherPerson, claims_in, prove
from inbox.chats.limits import wait_for
from inbox.chats.models import Visitor, VisitorStep
from inbox.chats.queries import conversation
from inbox.chats.rules import Heed, dismiss, heed, may_speak_soon
from inbox.chats.visitors import Page, arrive, leave, see
from inbox.common.clock import now
from inbox.livechat.device import device_of
from inbox.livechat.items import conversation_item, spoken_item
from inbox.livechat.requests import (
    Asked,
    Refusal,
    address_of,
    blocked,
    endpoint,
    inner,
    language_of,
    slow_down,
    words,
)

#: Seconds between two signs of life of an open page.
BEAT = 60
_SHORTEST = 5
_MOST_CONTEXT = 20_000
_MOST_STEPS = 20
_SECRET_IN_URL = re.compile(r"([?&#](?:token|password|passwd|secret|key|code|sid|session)[^=&#]*=)[^&#]*", re.I)


@endpoint("POST", needs_visitor=False)
def session(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Begin, or go on with the token of before: {"page", "language", "time_zone", "context", "identity_token"}.

    Answers with the token to keep, who the visitor is to us, and the conversation. A wrong identity token is refused
    before anything is shown or written.
    """
    claims = _claims(asked)
    visitor = asked.visitor
    if visitor and claims and visitor.subject not in ("", claims.subject):
        visitor = None
    if visitor:
        see(visitor, page=page_of(asked), language=language_of(asked), **_told(asked.data))
    else:
        visitor = _arrived(request, asked, is_proven=bool(claims))
    if claims:
        try:
            visitor = prove(visitor, claims)
        except AnotherPerson:
            visitor = prove(_arrived(request, asked, is_proven=True), claims)
    return JsonResponse(
        {
            "token": token_of(visitor),
            "visitor": {
                "name": visitor.name,
                "email": visitor.email or visitor.claimed_email,
                "is_proven": bool(visitor.subject),
            },
            "conversation": conversation_item(conversation(visitor), visitor),
            "beat": _SHORTEST if may_speak_soon(visitor) else BEAT,
        }
    )


@endpoint("POST", pace="steps")
def steps(request: HttpRequest, asked: Asked) -> HttpResponse:
    """A sign of life, with what happened since the last: {"page", "context", "steps": [{"kind", "name", "data"}]}.

    {"left": true} when the last page is closed. A step of the kind "dismissed" names the rule that was sent away. The
    answer has the seconds until the next sign, whether he has a conversation ("talks"), and what a rule says to him
    now: nothing where the chat is open ("is_open") before him.
    """
    if asked.data.get("left") is True:
        leave(asked.known)
        return JsonResponse({"beat": BEAT})
    done = asked.data.get("steps")
    done = done[:_MOST_STEPS] if isinstance(done, list) else []
    at = now()
    see(asked.known, page=page_of(asked), steps=tuple(_steps(asked, done, at)), at=at, **_told(asked.data))
    for rule in _dismissed(done):
        dismiss(asked.known, rule, at)
    heeded = Heed() if asked.data.get("is_open") is True else heed(asked.known, at)
    said = {"proactive": spoken_item(heeded.spoken, asked.widget.channel)} if heeded.spoken else {}
    return JsonResponse({"beat": _beat(heeded), "talks": asked.known.identity_id is not None, **said})


def _beat(heeded: Heed) -> int:
    """Seconds until the next sign of life: sooner where a rule may speak before."""
    return BEAT if heeded.look_again is None else max(_SHORTEST, min(BEAT, ceil(heeded.look_again)))


def page_of(asked: Asked) -> Page:
    """The host's page; of one that is not to be followed, its site alone. What looks like a secret is left out."""
    given = inner(asked.data, "page")
    url = _SECRET_IN_URL.sub(r"\1…", words(given, "url"))
    if not asked.widget.follows_pages:
        return Page(_site_of(url))
    return Page(url, words(given, "title", 300), _SECRET_IN_URL.sub(r"\1…", words(given, "referrer")))


def _site_of(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}/" if parts.netloc else ""


def _claims(asked: Asked) -> Claims | None:
    """Who the site says it is; None where it says nothing."""
    token = asked.data.get("identity_token")
    if token is None:
        return None
    try:
        return claims_in(asked.widget.channel, token if isinstance(token, str) else "")
    except InvalidSignature as problem:
        sentence = _("Who you are could not be confirmed. Load the page again.")
        raise Refusal(401, "bad_identity", sentence, details=str(problem)) from problem


def _arrived(request: HttpRequest, asked: Asked, *, is_proven: bool) -> Visitor:
    """A browser that was given the frame's page, from an address where not too many begin."""
    address = address_of(request)
    if asked.visitor is None and not is_good_ticket(asked.widget, words(asked.data, "frame_ticket")):
        raise Refusal(403, "no_ticket", _("This chat was closed. Load the page again."))
    if seconds := wait_for("sessions", address=address):
        raise slow_down(seconds)
    if not is_proven and is_address_blocked(asked.widget.channel, address):
        raise blocked()
    visitor = arrive(
        asked.widget.channel,
        page=page_of(asked),
        language=language_of(asked),
        time_zone=words(asked.data, "time_zone", 64),
        device=device_of(request.headers.get("User-Agent", "")),
        remote_addr=address,
    )
    return see(visitor, **told) if (told := _told(asked.data)) else visitor


def _told(data: Mapping[str, Any]) -> dict[str, Any]:
    """What the site tells of its visitor's cart, order and so on, as far as it is not too much."""
    given = data.get("context")
    return {"context": given} if isinstance(given, dict) and len(str(given)) <= _MOST_CONTEXT else {}


def _dismissed(done: Iterable[Any]) -> list[int]:
    named = [words(one, "name", 18) for one in done if isinstance(one, dict) and one.get("kind") == "dismissed"]
    return [int(one) for one in named if one.isascii() and one.isdigit()]


def _steps(asked: Asked, given: Any, at: Any) -> list[VisitorStep]:
    found = []
    for number, one in enumerate(given):
        if isinstance(one, dict) and one.get("kind") in (StepKind.EVENT, StepKind.ERROR):
            data = inner(one, "data")
            found.append(
                VisitorStep(
                    kind=one["kind"],
                    title=words(one, "name", 300),
                    url=_SECRET_IN_URL.sub(r"\1…", words(one, "url")) if asked.widget.follows_pages else "",
                    data=data if len(str(data)) <= 4000 else {},
                    at=at + timedelta(microseconds=number),
                )
            )
    return found
