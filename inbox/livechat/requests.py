"""Requests of the widget: JSON in, JSON out, and whose they are by the token in their header. No cookie takes part."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from inbox.chats.access import visitor_of, widget_of
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
        return JsonResponse({"error": self.code, "message": self.sentence, **self.more}, status=self.status)


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


def endpoint(*methods: str, needs_visitor: bool = True) -> Callable[[View], Callable[..., HttpResponse]]:
    """Make a view of a function that gets what is asked; refusals become JSON, foreign tokens are nobody's."""

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
                    return view(request, asked, **rest)
            except Refusal as refusal:
                return refusal.response()

        return answer

    return decorate


def ask(request: HttpRequest, key: str, *, needs_visitor: bool = True) -> Asked:
    """What a request asks, read whole. Raises `Refusal`."""
    widget = widget_of(key)
    if widget is None:
        raise Refusal(404, "no_channel", _("There is no chat here."))
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    visitor = visitor_of(widget.channel, token.strip()) if scheme.lower() == "bearer" else None
    if needs_visitor and visitor is None:
        raise Refusal(401, "no_session", _("This chat was closed. Open it again."))
    return Asked(widget, visitor, _data(request))


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
