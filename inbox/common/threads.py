"""The few threads in which a web process does its work: the loop itself only takes in and hands out bytes.

There are fewer than the process may have database connections, so that whoever has a thread has a connection, and
whoever comes when all are busy waits for a thread instead of failing for want of a connection. Work that waits for
servers of others has threads of its own: a slow one must not hold up everybody.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import close_old_connections

P = ParamSpec("P")
T = TypeVar("T")
_threads = ThreadPoolExecutor(settings.WEB_THREADS, "request")
_waiting = ThreadPoolExecutor(settings.WEB_THREADS, "waiting")


async def in_thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `call` returns, done in one of the threads; its database connection goes back to the pool."""
    return await _done(_threads, call, *args, **kwargs)


async def in_waiting_thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The same for what asks servers of others before it returns."""
    return await _done(_waiting, call, *args, **kwargs)


async def _done(threads: Executor, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    context = contextvars.copy_context()

    def done() -> T:
        try:
            return call(*args, **kwargs)
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(threads, context.run, done)
