"""The least a webhook could do: an ASGI application that writes each request's body with one INSERT and answers 200.

uvicorn benchmarks.accept_floor:application
"""

from __future__ import annotations

import os
from typing import Any

from psycopg_pool import AsyncConnectionPool

_pool: AsyncConnectionPool | None = None


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Keep one request."""
    global _pool
    if scope["type"] != "http":
        return
    if _pool is None:
        _pool = AsyncConnectionPool(
            os.environ["DATABASE_URL"], min_size=8, max_size=8, open=False, kwargs={"autocommit": True}
        )
        await _pool.open()
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    async with _pool.connection() as connection:
        await connection.execute("INSERT INTO floor (body) VALUES (%s)", [body])
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
