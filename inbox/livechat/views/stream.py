"""The event stream of an open chat: it rings, the widget then asks for what changed since its cursor."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from inbox.chats.models import Visitor
from inbox.common.threads import in_thread
from inbox.live.stream import VisitorReader, hub
from inbox.livechat.requests import Refusal, ask, keep_pace

#: Seconds of silence after which a sign of life is sent.
BEAT = 20.0


def stream(request: HttpRequest, key: str) -> HttpResponse | StreamingHttpResponse:
    """Ring for what is new: events `hello`, `changed`, `typing`, `paused`, `beat`; after `blocked` nothing more.

    The token is in the header, as for every request of the widget; nothing secret is in the address.
    """
    reader = _reader(request, key)
    if isinstance(reader, HttpResponse):
        return reader
    response = StreamingHttpResponse(_told(reader), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _reader(request: HttpRequest, key: str) -> VisitorReader | HttpResponse:
    try:
        visitor = ask(request, key).known
        keep_pace(request, visitor, "streams")
        return VisitorReader(visitor.pk, visitor.channel_id, None)
    except Refusal as refusal:
        return refusal.response()


async def _told(reader: VisitorReader) -> AsyncIterator[str]:
    # Whoever says his first words meanwhile becomes somebody between two looks: the second one is after joining.
    hub.join(reader)
    try:
        known = await in_thread(_customer_of, reader.visitor_id)
        reader.customer_id = reader.customer_id or known
        yield _event("hello", {})
        async with aclosing(hub.subscribe(reader, BEAT)) as arrivals:
            async for news in arrivals:
                yield _event("beat", {}) if news is None else _rung(news)
                if news and news.get("what") == "blocked":
                    return
    finally:
        hub.leave(reader)


def _customer_of(visitor: int) -> int | None:
    return Visitor.objects.filter(pk=visitor).values_list("identity__customer", flat=True).first()


def _rung(news: dict[str, Any]) -> str:
    what = str(news.get("what") or "changed")
    name = str(news.get("name") or "")
    return _event(what if what in ("typing", "paused", "blocked") else "changed", {"name": name} if name else {})


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
