"""The hub ends when it is told to, and notices when Redis is not there any more although nothing says so."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import LazySettings, settings

from inbox.live import stream
from inbox.live.stream import Hub, VisitorReader


async def _ended(steps: int) -> bool:
    """Whether it ends when it is cancelled once, after so many steps of the loop."""
    hub, reader = Hub(), VisitorReader(1, 1, None)
    hub.join(reader)
    task = hub._task
    assert task
    for _ in range(steps):
        await asyncio.sleep(0)
        if steps > 12:
            await asyncio.sleep(0.0001)
    task.cancel()
    done, _waiting = await asyncio.wait([task], timeout=60)
    task.cancel()
    return bool(done)


def test_it_ends_wherever_it_is_on_its_way_to_redis() -> None:
    assert [steps for steps in range(60) if not asyncio.run(_ended(steps))] == []


class Router:
    """Stands before Redis; once `forgets` is set it lets nothing through and tells nobody."""

    def __init__(self) -> None:
        self.redis = urlsplit(settings.REDIS_URL)
        self.forgets = asyncio.Event()
        self.connections = 0

    async def meets(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on both ways."""
        self.connections += 1
        onward_reader, onward = await asyncio.open_connection(self.redis.hostname, self.redis.port)
        is_first = self.connections == 1
        await asyncio.gather(self._pump(reader, onward, is_first), self._pump(onward_reader, writer, is_first))

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, is_first: bool) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await source.read(65536):
                if is_first and self.forgets.is_set():
                    continue
                sink.write(data)
                await sink.drain()
        sink.close()


@contextlib.asynccontextmanager
async def _standing() -> AsyncIterator[tuple[Router, str]]:
    router = Router()
    server = await asyncio.start_server(router.meets, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield router, router.redis._replace(netloc=f"{router.redis.netloc.rpartition(':')[0]}:{port}").geturl()
    finally:
        server.close()


async def _told_again(settings: LazySettings) -> tuple[list[str], int]:
    async with _standing() as (router, settings.REDIS_URL):
        hub, reader = Hub(), VisitorReader(1, 1, None)
        hub.join(reader)
        told: list[dict[str, Any]] = [await asyncio.wait_for(reader.queue.get(), 60)]
        router.forgets.set()
        told.append(await asyncio.wait_for(reader.queue.get(), 60))
        hub.leave(reader)
        assert hub._task
        hub._task.cancel()
        await asyncio.wait([hub._task])
    return [news["topic"] for news in told], router.connections


def test_a_redis_that_falls_silent_is_left_and_what_was_missed_is_caught_up(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "_SILENCE", 0.1)
    assert asyncio.run(_told_again(settings)) == (["catch_up", "catch_up"], 2)
