"""Ids of events that their network numbers by nothing: the same when it tells them again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

from channels_adapters.contracts import Event, Malformed


def digest(data: bytes) -> str:
    """What identifies a payload: a hash of its bytes."""
    return hashlib.sha256(data).hexdigest()[:32]


def fingerprint(event: object) -> str:
    """What identifies an event: a hash of what it says in JSON. Raises `Malformed` for what has no end."""
    try:
        return digest(json.dumps(event, default=str, sort_keys=True).encode())
    except RecursionError as problem:
        raise Malformed("It is nested too deeply.") from problem


def distinct(events: Iterable[Event]) -> Sequence[Event]:
    """The events without those that say the same once more."""
    found: dict[str, Event] = {}
    for event in events:
        found.setdefault(event.event_id, event)
    return tuple(found.values())
