"""The event stream of a browser: ids of what changed, and after a gap the ids it missed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware

from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.common.threads import in_thread
from inbox.live.presence import AGAIN, note_here
from inbox.live.stream import Reader, hub
from inbox.tickets.access import visible_to
from inbox.tickets.models import Ticket, TicketEvent

#: Ids commit out of order, and a page takes a while to be made: a catch-up looks back this far behind the cursor, also
#: when nothing newer is there. What it repeats does no harm.
OVERLAP = timedelta(seconds=15)
#: A page that missed more than this draws itself anew.
MOST_MISSED = 200
#: Milliseconds after which a browser connects again.
RETRY = 2000
BEAT = 20.0
#: The id of an event, or an instant.
Cursor = int | datetime


def live(request: HttpRequest) -> HttpResponse | StreamingHttpResponse | JsonResponse:
    """Stream what changes in the tickets the agent may see; `?poll=1` answers once, where streams don't get through.

    The cursor is `Last-Event-ID` or `?since=`: the id of the last ticket event the browser knows, or when the page was
    made, as long as it has heard of none.
    """
    agent = _agent(request)
    if agent is None:
        return HttpResponse(status=401)
    since = _cursor(request.headers.get("Last-Event-ID") or request.GET.get("since", ""))
    if "poll" in request.GET:
        note_here(agent.pk)
        missed, cursor = _caught_up(agent, since)
        return JsonResponse({"cursor": cursor, "time": now().isoformat(), "events": missed})
    response = StreamingHttpResponse(_stream(agent, since), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    # nginx would hold the events back.
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _cursor(given: str) -> Cursor | None:
    """What the browser knows; None for what is no cursor."""
    if given.isascii() and given.isdigit() and len(given) < 19:
        return int(given)
    try:
        at = parse_datetime(given)
    except (ValueError, OverflowError):
        return None
    return at if at and is_aware(at) and 2000 < at.year < 9000 else None


async def _stream(agent: Agent, since: Cursor | None) -> AsyncIterator[str]:
    arrivals = hub.subscribe(Reader(agent.pk, agent.sees_all, agent.team_ids), BEAT)
    first = asyncio.ensure_future(anext(arrivals))
    try:
        # Listen first, then look what was missed: nothing can happen in between.
        await asyncio.sleep(0)
        noted = await _noted(agent, None)
        missed, cursor = await in_thread(_caught_up, agent, since)
        yield f"retry: {RETRY}\n\n"
        yield _event("hello", {"time": now().isoformat()}, None if missed else cursor)
        for news in missed:
            yield _told(news)
        yield _told(await first)
        async for arrived in arrivals:
            noted = await _noted(agent, noted)
            yield _told(arrived)
    finally:
        first.cancel()
        with contextlib.suppress(asyncio.CancelledError, StopAsyncIteration):
            await first
        await arrivals.aclose()


async def _noted(agent: Agent, before: float | None) -> float:
    """Tell every now and then that the agent is here; when that was done last, on this process's clock."""
    at = time.monotonic()
    if before is not None and at - before < AGAIN - 1:
        return before
    await in_thread(note_here, agent.pk)
    return at


def _agent(request: HttpRequest) -> Agent | None:
    """Who asks. What the stream needs to know of him is read here, once."""
    agent = request.user
    if not agent.is_authenticated:
        return None
    _ = agent.team_ids
    return agent


def _caught_up(agent: Agent, since: Cursor | None) -> tuple[list[dict[str, Any]], int]:
    """What the agent missed since the event he knows, and the newest event there is."""
    newest = TicketEvent.objects.order_by("-id").values_list("id", flat=True).first() or 0
    return ([] if since is None else _missed(agent, since)), newest


def _missed(agent: Agent, since: Cursor) -> list[dict[str, Any]]:
    known = since if isinstance(since, datetime) else _recorded(since)
    after = (known or datetime.min.replace(tzinfo=UTC) + OVERLAP) - OVERLAP
    rows = list(
        TicketEvent.objects.filter(recorded_at__gte=after, ticket__in=Ticket.objects.filter(visible_to(agent)))
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


def _recorded(event: int) -> datetime | None:
    found = TicketEvent.objects.filter(pk__lte=event).order_by("-pk")
    return found.values_list("recorded_at", flat=True).first()


def _told(news: dict[str, Any] | None) -> str:
    """The part of the news that pages may read: ids and kinds, not whose view decided. None is the heartbeat."""
    if news is None:
        return _event("beat", {"time": now().isoformat()})
    told: dict[str, Any] = {
        key: news[key] for key in ("ticket", "event", "kinds", "agent", "doing", "visitor") if key in news
    }
    return _event(str(news["topic"]), told, news.get("event"))


def _event(name: str, data: dict[str, Any], cursor: int | None = None) -> str:
    return (f"id: {cursor}\n" if cursor is not None else "") + f"event: {name}\ndata: {json.dumps(data)}\n\n"
