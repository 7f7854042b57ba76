"""One Redis reader per web process that hands events to the open pages' queues.

A page gets what it may see: each piece of news carries the ids that decide it, so no query is needed.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any, Protocol

import redis.asyncio
from django.conf import settings

from inbox.live.announce import channel

log = logging.getLogger(__name__)
_QUEUE = 200
#: Seconds of silence after which Redis is asked whether it is still there, and that it has for an answer.
_SILENCE = 15.0
#: Seconds that a connection to it may take.
_CONNECTING = 5.0


class Listener(Protocol):
    """An open page: what it may be told, and what it has not been given yet."""

    queue: asyncio.Queue[dict[str, Any]]

    def may_see(self, news: dict[str, Any]) -> bool:
        """Whether this news is for it."""


@dataclass(eq=False)
class VisitorReader:
    """The open chat of a visitor: `customer_id` is who he is known as, None before his first message."""

    visitor_id: int
    channel_id: int
    customer_id: int | None
    queue: asyncio.Queue[dict[str, Any]] = field(default_factory=lambda: asyncio.Queue(_QUEUE))

    def may_see(self, news: dict[str, Any]) -> bool:
        """News of his own conversation; the page then asks for what it may see of it."""
        if news["topic"] == "catch_up":
            return True
        if news.get("visitor") == self.visitor_id and news["topic"] == "chat":
            self.customer_id = news.get("customer", self.customer_id)
            return True
        if self.customer_id is None or news["topic"] not in ("ticket", "chat"):
            return False
        # A ticket's replies go into the chat although its own channel may be another one.
        return bool(news.get("customer") == self.customer_id)


@dataclass(eq=False)
class Reader:
    """An open page of the workspace: whose it is and what it has not been given yet."""

    agent_id: int
    sees_all: bool
    team_ids: frozenset[int]
    queue: asyncio.Queue[dict[str, Any]] = field(default_factory=lambda: asyncio.Queue(_QUEUE))

    def may_see(self, news: dict[str, Any]) -> bool:
        """The live counterpart of `inbox.tickets.access.visible_to`."""
        if news["topic"] == "chat":
            return False
        if "agents" in news:
            return self.agent_id in news["agents"]
        if self.sees_all or "team" not in news:
            return True
        if self.team_ids.intersection(news.get("also", ())):
            return True
        seen_before = news.get("team_before", news["team"]), news.get("assignee_before", news["assignee"])
        return any(
            team is None or team in self.team_ids or assignee == self.agent_id
            for team, assignee in ((news["team"], news["assignee"]), seen_before)
        )


class Hub:
    """Fans news out to the pages this process serves; reconnects to Redis by itself."""

    def __init__(self) -> None:
        self._readers: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None

    async def subscribe(self, reader: Listener, beat: float = 20.0) -> AsyncGenerator[dict[str, Any] | None, None]:
        """News for `reader` as they come; None every `beat` seconds of silence, so that a dead page is noticed."""
        self.join(reader)
        try:
            while True:
                try:
                    # Not `wait_for`: before Python 3.12 it can lose a cancellation, and the page would never end.
                    async with asyncio.timeout(beat):
                        news = await reader.queue.get()
                except TimeoutError:
                    yield None
                else:
                    yield news
        finally:
            self.leave(reader)

    def join(self, reader: Listener) -> None:
        """From now on what `reader` may see waits for him, also before he begins to listen."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen())
        self._readers.add(reader)

    def leave(self, reader: Listener) -> None:
        """Nothing more is kept for him."""
        self._readers.discard(reader)

    async def _listen(self) -> None:
        delay = 0.2
        while self._readers:
            try:
                # The client keeps its own time by `wait_for`, which can lose a cancellation: here we keep it.
                client = redis.asyncio.Redis.from_url(
                    settings.REDIS_URL, socket_timeout=None, socket_connect_timeout=None
                )
                async with client, client.pubsub() as bell:
                    async with asyncio.timeout(_CONNECTING):
                        await bell.subscribe(channel())
                    delay = 0.2
                    self._hand_out({"topic": "catch_up"})
                    async for news in _heard(bell):
                        self._hand_out(news)
            except (redis.RedisError, OSError) as error:
                log.warning("live: waiting for Redis: %s", error)
                await asyncio.sleep(delay)
                delay = min(delay * 2, 5)

    def _hand_out(self, news: dict[str, Any]) -> None:
        for reader in tuple(self._readers):
            if not reader.may_see(news):
                continue
            try:
                reader.queue.put_nowait(news)
            except asyncio.QueueFull:
                # A page that reads too slowly is told to fetch everything anew instead.
                while not reader.queue.empty():
                    reader.queue.get_nowait()
                reader.queue.put_nowait({"topic": "catch_up"})


async def _heard(bell: redis.asyncio.client.PubSub) -> AsyncGenerator[dict[str, Any], None]:
    """What is rung; `TimeoutError` once the server does not answer any more, as behind a router that forgot us."""
    is_asked = False
    while True:
        if (item := await bell.get_message(timeout=_SILENCE)) is not None:
            is_asked = False
            if item["type"] == "message":
                yield json.loads(item["data"])
        elif is_asked:
            raise TimeoutError("Redis has fallen silent.")
        else:
            is_asked = True
            await bell.ping()


hub = Hub()
