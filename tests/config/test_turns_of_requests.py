"""What nobody is waiting for lets pass what somebody is waiting for, and has its turn soon all the same."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping
from typing import IO, Any

import pytest
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from config import handler
from config.handler import Handler

MESSAGE, SIGN_OF_LIFE = "/chat/key/messages/", "/chat/key/steps/"


class Held(Handler):
    """Its answers to messages wait until they are let go; `ended` is what was answered, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.is_begun, self.may_end = threading.Event(), threading.Event()
        self.ended: list[str] = []

    def _answer(self, scope: dict[str, Any], body: IO[bytes]) -> HttpResponseBase:
        if scope["path"] == MESSAGE:
            self.is_begun.set()
            assert self.may_end.wait(30)
        self.ended.append(scope["path"] + scope["query_string"].decode())
        return HttpResponse()


async def asked(server: Handler, path: str, query: bytes = b"") -> None:
    """One request without a body, until it is answered."""
    bodies = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Mapping[str, Any]:
        return bodies.pop()

    async def send(message: Mapping[str, Any]) -> None:
        """Nobody reads it."""

    scope = {"type": "http", "method": "GET", "path": path, "query_string": query, "headers": []}
    await server(scope, receive, send)


async def _meeting(server: Held, path: str, query: bytes, *, waits: bool) -> None:
    first = asyncio.create_task(asked(server, MESSAGE))
    await asyncio.to_thread(server.is_begun.wait, 30)
    second = asyncio.create_task(asked(server, path, query))
    if not waits:
        await second
    await asyncio.sleep(0)
    server.may_end.set()
    await asyncio.gather(first, second)


@pytest.mark.parametrize(
    ("path", "query"), [(SIGN_OF_LIFE, b""), ("/tickets/7/parts/", b"of=rest")], ids=["steps", "rest"]
)
def test_what_can_wait_lets_a_message_pass_but_not_for_ever(
    path: str, query: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    lets_pass, has_waited, it = Held(), Held(), path + query.decode()
    monkeypatch.setattr(handler, "_PATIENCE", 30)
    asyncio.run(_meeting(lets_pass, path, query, waits=True))
    monkeypatch.setattr(handler, "_PATIENCE", 0.1)
    asyncio.run(_meeting(has_waited, path, query, waits=False))
    assert (lets_pass.ended, has_waited.ended) == ([MESSAGE, it], [it, MESSAGE])
