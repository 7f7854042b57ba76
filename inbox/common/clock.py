"""The one source of the present instant."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, in UTC. Rules take it as an argument; only their callers ask here."""
    return datetime.now(UTC)
