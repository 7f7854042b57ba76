"""The few threads in which a web process does its work: the loop itself only takes in and hands out bytes.

There are as many as the process may have database connections, so that whoever has a thread has a connection, and
whoever comes when all are busy waits for a thread instead of failing for want of a connection.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import close_old_connections

P = ParamSpec("P")
T = TypeVar("T")
_threads = ThreadPoolExecutor(settings.WEB_THREADS, "request")


async def in_thread(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `call` returns, done in one of the threads; its database connection goes back to the pool."""
    context = contextvars.copy_context()

    def done() -> T:
        try:
            return call(*args, **kwargs)
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(_threads, context.run, done)
