"""The event stream of a browser: ids of what changed, and after a gap the ids it missed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse

from inbox.common.clock import now
from inbox.live.stream import Reader, hub
from inbox.tickets.access import tickets_of
from inbox.tickets.models import TicketEvent

#: Ids commit out of order: a catch-up looks back this far behind the cursor. What it repeats does no harm.
OVERLAP = timedelta(seconds=15)
#: A page that missed more than this draws itself anew.
MOST_MISSED = 200
#: Milliseconds after which a browser connects again.
RETRY = 2000
BEAT = 20.0


async def live(request: HttpRequest) -> HttpResponse | StreamingHttpResponse | JsonResponse:
    """Stream what changes in the tickets the agent may see; `?poll=1` answers once, where streams don't get through.

    The cursor is `Last-Event-ID` or `?since=`: the id of the last ticket event the browser knows.
    """
    prepared = await sync_to_async(_prepare)(request)
    if prepared is None:
        return HttpResponse(status=401)
    reader, missed, cursor = prepared
    if "poll" in request.GET:
        return JsonResponse({"cursor": cursor, "time": now().isoformat(), "events": missed})
    response = StreamingHttpResponse(_stream(reader, missed, cursor), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    # nginx would hold the events back.
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _prepare(request: HttpRequest) -> tuple[Reader, list[dict[str, Any]], int] | None:
    try:
        agent = request.user
        if not agent.is_authenticated:
            return None
        newest = TicketEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
        since = request.headers.get("Last-Event-ID") or request.GET.get("since", "")
        missed = _missed(agent, int(since), newest) if since.isascii() and since.isdigit() and len(since) < 19 else []
        return Reader(agent.pk, agent.sees_all, agent.team_ids), missed, newest
    finally:
        # The response lasts for hours; a connection that is not closed here stays with it.
        connections.close_all()


def _missed(agent: Any, since: int, newest: int) -> list[dict[str, Any]]:
    if since >= newest:
        return []
    known = TicketEvent.objects.filter(pk__lte=since).order_by("-pk").values_list("recorded_at", flat=True).first()
    after = (known or datetime.min.replace(tzinfo=UTC) + OVERLAP) - OVERLAP
    rows = list(
        TicketEvent.objects.filter(recorded_at__gte=after, ticket__in=tickets_of(agent))
        .order_by("id")
        .values_list("ticket_id", "id", "kind")[: MOST_MISSED + 1]
    )
    if len(rows) > MOST_MISSED:
        return [{"topic": "catch_up"}]
    merged: dict[int, dict[str, Any]] = {}
    for ticket, event, kind in rows:
        news = merged.setdefault(ticket, {"topic": "ticket", "ticket": ticket, "kinds": []})
        news["event"] = event
        news["kinds"] = sorted({*news["kinds"], kind})
    return sorted(merged.values(), key=lambda news: news["event"])


async def _stream(reader: Reader, missed: list[dict[str, Any]], cursor: int) -> AsyncIterator[str]:
    yield f"retry: {RETRY}\n\n"
    yield _event("hello", {"time": now().isoformat()}, cursor if not missed else None)
    for news in missed:
        yield _told(news)
    async for arrived in hub.subscribe(reader, BEAT):
        yield _event("beat", {"time": now().isoformat()}) if arrived is None else _told(arrived)


def _told(news: dict[str, Any]) -> str:
    """The part of the news that pages may read: ids and kinds, not whose view decided."""
    told: dict[str, Any] = {key: news[key] for key in ("ticket", "event", "kinds", "agent", "doing") if key in news}
    return _event(str(news["topic"]), told, news.get("event"))


def _event(name: str, data: dict[str, Any], cursor: int | None = None) -> str:
    return (f"id: {cursor}\n" if cursor is not None else "") + f"event: {name}\ndata: {json.dumps(data)}\n\n"
