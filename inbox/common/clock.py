"""The one source of the present instant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_moved: ContextVar[datetime | None] = ContextVar("moved clock", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC. Rules take it as an argument; only their callers ask here."""
    return _moved.get() or datetime.now(UTC)


@contextmanager
def moved_to(at: datetime) -> Iterator[None]:
    """Let the present be `at` inside the block: how the demo workspace gets its past."""
    token = _moved.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _moved.reset(token)


def is_moved() -> bool:
    """True while the past is being made: nobody needs to be told of it."""
    return _moved.get() is not None
