"""Requests of the widget: JSON in, JSON out, and whose they are by the token in their header. No cookie takes part."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from inbox.chats.access import holder_of, widget_of
from inbox.chats.limits import wait_for
from inbox.chats.models import ChatWidget, Visitor

#: Bytes of a request that is no upload.
MOST_BYTES = 128 * 1024


class Refusal(Exception):
    """An answer that is no: the HTTP status, a code for the widget, a sentence for people."""

    def __init__(self, status: int, code: str, sentence: str, **more: object) -> None:
        super().__init__(sentence)
        self.status, self.code, self.sentence, self.more = status, code, sentence, more

    def response(self) -> JsonResponse:
        """The refusal as the widget reads it."""
        response = JsonResponse({"error": self.code, "message": self.sentence, **self.more}, status=self.status)
        if "retry_after" in self.more:
            response.headers["Retry-After"] = str(self.more["retry_after"])
        return response


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, and what: `visitor` None where a request without a token is fine."""

    widget: ChatWidget
    visitor: Visitor | None
    data: Mapping[str, Any]

    @property
    def known(self) -> Visitor:
        """The visitor, where there must be one."""
        assert self.visitor is not None
        return self.visitor


View = Callable[[HttpRequest, Asked], HttpResponse]


def endpoint(
    *methods: str, needs_visitor: bool = True, pace: str = "other"
) -> Callable[[View], Callable[..., HttpResponse]]:
    """Make a view of a function that gets what is asked; refusals become JSON, foreign tokens are nobody's.

    `pace` is the limit by which a visitor's requests of this kind are counted.
    """

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @never_cache
        @wraps(view)
        def answer(request: HttpRequest, key: str, **rest: str) -> HttpResponse:
            if request.method not in methods:
                return HttpResponse(status=405, headers={"Allow": ", ".join(methods)})
            try:
                asked = ask(request, key, needs_visitor=needs_visitor)
                with translation.override(language_of(asked)):
                    keep_pace(request, asked.visitor, pace)
                    return view(request, asked, **rest)
            except Refusal as refusal:
                return refusal.response()

        return answer

    return decorate


def ask(request: HttpRequest, key: str, *, needs_visitor: bool = True) -> Asked:
    """What a request asks, read whole. Raises `Refusal`."""
    if not _is_from_our_pages(request):
        raise Refusal(403, "foreign_origin", _("This site can't use the chat."))
    widget = widget_of(key)
    if widget is None:
        raise Refusal(404, "no_channel", _("There is no chat here."))
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    visitor = holder_of(widget.channel, token.strip()) if scheme.lower() == "bearer" else None
    if visitor and visitor.blocked_at:
        raise blocked()
    if needs_visitor and visitor is None:
        raise Refusal(401, "no_session", _("This chat was closed. Open it again."))
    return Asked(widget, visitor, _data(request))


def keep_pace(request: HttpRequest, visitor: Visitor | None, what: str, amount: int = 1) -> None:
    """Count what is done. Raises `Refusal` when it is too much in a short while; without a visitor nothing counts."""
    if visitor and (seconds := wait_for(what, visitor=visitor.pk, address=address_of(request), amount=amount)):
        raise slow_down(seconds)


def slow_down(seconds: int) -> Refusal:
    """The refusal of what may be tried again after so many seconds."""
    return Refusal(429, "slow_down", _("That was a lot at once. Wait a moment, then go on."), retry_after=seconds)


def blocked() -> Refusal:
    """The refusal of whom we hear nothing from any more."""
    return Refusal(403, "blocked", _("This chat was closed."))


def address_of(request: HttpRequest) -> str:
    """Where a request comes from."""
    return str(request.META.get("REMOTE_ADDR") or "")


def _is_from_our_pages(request: HttpRequest) -> bool:
    """Whether the page that asks is of our own origin, as far as its browser tells (Origin, Sec-Fetch-Site)."""
    origin = request.headers.get("Origin")
    own = (settings.SITE_URL, f"{request.scheme}://{request.get_host()}")
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    return (origin is None or origin in own) and site in ("same-origin", "none")


def language_of(asked: Asked) -> str:
    """The language the visitor reads: what he chose, else the channel's."""
    wanted = (asked.visitor.language if asked.visitor else "") or str(asked.data.get("language") or "")
    try:
        return translation.get_supported_language_variant(wanted or asked.widget.channel.language)
    except LookupError:
        return asked.widget.channel.language


def _data(request: HttpRequest) -> Mapping[str, Any]:
    if request.method not in ("POST", "PUT") or request.content_type != "application/json":
        return {}
    announced = request.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) > MOST_BYTES:
        raise Refusal(413, "too_large", _("That is too much at once."))
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise Refusal(413, "too_large", _("That is too much at once."))
    try:
        data = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise Refusal(400, "not_json", _("The request is not a JSON object."))
    return data


def words(data: Mapping[str, Any], name: str, most: int = 1000) -> str:
    """A text of the request, "" where it is none."""
    value = data.get(name)
    return value.replace("\0", "")[:most] if isinstance(value, str) else ""


def inner(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object of the request, empty where it is none."""
    value = data.get(name)
    return value if isinstance(value, dict) else {}
