"""Requests, each answered as a whole in one thread; the event loop only takes in bodies and hands out answers.

Django's own handler changes between loop and thread several times a request, and gives every request and every open
stream a thread of its own. Here middleware and views are synchronous, streams are asynchronous iterators that need no
thread while nothing happens, and slow clients hold up nobody: bodies are read, and answers are sent, by the loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import IO, Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from inbox.channels.hook_desk import Desk, knock_of
from inbox.common.threads import in_thread, in_waiting_thread

#: Seconds for which what nobody is waiting for lets others pass, and how often it looks.
_PATIENCE, _LOOK = 0.5, 0.01
#: Pages that ask servers of others before they answer: pictures in mails, connecting and testing channels.
_ASK_OTHERS = ("/images/", "/channels/")
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class Handler(ASGIHandler):
    """Answers HTTP requests of an ASGI server."""

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware()
        self._desk = Desk()
        self._at_work = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            raise ValueError(f"Only HTTP is spoken here, not {scope['type']}.")
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with contextlib.closing(body):
            if (knock := knock_of(scope, body)) and (taken := await self._desk.answered(knock)) is not None:
                await _say(send, taken)
                return
            body.seek(0)
            if _can_wait(scope):
                await self._let_others_pass()
            response = await self._worked(scope, body)
            if response.streaming:
                async with ThreadSensitiveContext():
                    await self._stream(response, receive, send)
            else:
                await self.send_response(response, send)

    async def _let_others_pass(self) -> None:
        until = time.monotonic() + _PATIENCE
        while self._at_work and time.monotonic() < until:
            await asyncio.sleep(_LOOK)

    async def _worked(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        if scope["path"].startswith(_ASK_OTHERS):
            return await in_waiting_thread(self._answer, scope, body)
        self._at_work += 1
        try:
            return await in_thread(self._answer, scope, body)
        finally:
            self._at_work -= 1

    def _answer(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response = self.get_response(request) if request is not None else refusal
        assert response is not None, "What can't be read is answered with a refusal."
        response._handler_class = self.__class__  # type: ignore[attr-defined]
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if not response.streaming:
            # Its content is there; what it holds, and the connection, is let go before anybody waits for the client.
            response.close()
        return response

    async def _stream(self, response: HttpResponseBase, receive: Receive, send: Send) -> None:
        """Send what comes until it ends, or nobody listens any more."""
        tasks = [
            asyncio.create_task(self.listen_for_disconnect(receive)),
            asyncio.create_task(self.send_response(response, send)),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            gone, sent = await asyncio.gather(*tasks, return_exceptions=True)
            await sync_to_async(response.close)()
        for problem in (gone, sent):
            if isinstance(problem, Exception) and not isinstance(problem, RequestAborted):
                raise problem


def _can_wait(scope: Scope) -> bool:
    """Whether nobody is waiting for it: signs of life of chats, and what stands around words that are there already."""
    path = str(scope["path"])
    return path.endswith("/steps/") or (path.endswith("/parts/") and b"of=rest" in scope["query_string"])


async def _say(send: Send, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
