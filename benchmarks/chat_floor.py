"""The least a live chat could do: an ASGI application whose open streams hand on what is published in Redis.

    uvicorn benchmarks.chat_floor:application

`GET /<name>` is a stream; each message published on the channel `floor` as {"to": name, ...} goes to it.
"""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any

import redis.asyncio

CHANNEL = "floor"
_streams: dict[str, asyncio.Queue[bytes]] = {}
_reader: asyncio.Task[None] | None = None


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """One open stream, or nothing."""
    global _reader
    if scope["type"] != "http":
        return
    if _reader is None or _reader.done():
        _reader = asyncio.create_task(_read())
    name, news = scope["path"].strip("/"), asyncio.Queue[bytes]()
    _streams[name] = news
    headers = [(b"content-type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"event: hello\ndata: {}\n\n", "more_body": True})
    while True:
        body = b"event: news\ndata: " + await news.get() + b"\n\n"
        await send({"type": "http.response.body", "body": body, "more_body": True})


async def _read() -> None:
    async with redis.asyncio.Redis.from_url(os.environ["REDIS_URL"]) as client, client.pubsub() as bell:
        await bell.subscribe(CHANNEL)
        async for item in bell.listen():
            if item["type"] == "message" and (stream := _streams.get(json.loads(item["data"])["to"])):
                stream.put_nowait(item["data"])
