"""JSON of strangers, read without ever being surprised: what is not there, or is something else, is empty."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from channels_adapters.contracts import Malformed

Fields = Mapping[str, Any]
_UNREADABLE = re.compile("[\x00\ud800-\udfff]")
#: Instants from here on are in milliseconds (2001 in milliseconds, 33658 in seconds).
_MILLISECONDS_FROM = 1_000_000_000_000
_MICROSECONDS_FROM = 1_000_000_000_000_000


def document(body: bytes) -> Fields:
    """The JSON object a payload is. Raises `Malformed` for anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise Malformed("It is no JSON.") from problem
    if not isinstance(found, dict):
        raise Malformed("It is no JSON object.")
    return found


def fields(value: object, *path: str) -> Fields:
    """The object at the end of `path`; an empty one where there is none."""
    found = _at(value, path)
    return found if isinstance(found, dict) else {}


def items(value: object, *path: str) -> Sequence[Fields]:
    """The objects of the list at the end of `path`."""
    found = _at(value, path)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def first(value: object, *path: str) -> Fields:
    """The first object of the list at the end of `path`; an empty one where there is none."""
    return next(iter(items(value, *path)), {})


def texts(value: object, *path: str, most: int = 100_000) -> Sequence[str]:
    """The texts of the list at the end of `path`, but for empty ones."""
    found = _at(value, path)
    return [said for one in found if (said := text(one, most=most))] if isinstance(found, list) else []


def text(value: object, *path: str, most: int = 100_000) -> str:
    """The text (or number, as text) at the end of `path`, storable, at most `most` characters."""
    found = _at(value, path)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    return _UNREADABLE.sub("\ufffd", str(found))[:most]


def joined(value: object, *names: str, by: str = " ", most: int = 100_000) -> str:
    """The texts of these fields in one, but for empty ones; each of at most `most` characters."""
    return by.join(filter(None, (text(value, name, most=most) for name in names)))


def integer(value: object, *path: str) -> int | None:
    """The whole number (or its digits) at the end of `path`."""
    found = _at(value, path)
    if isinstance(found, str) and re.fullmatch(r"-?[0-9]{1,18}", found, re.ASCII):
        return int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) and abs(found) < 10**18 else None


def flag(value: object, *path: str) -> bool:
    """Whether there is a true value at the end of `path`."""
    return _at(value, path) is True


def number(value: object, *path: str) -> float | None:
    """The number at the end of `path`."""
    found = _at(value, path)
    return (
        float(found) if isinstance(found, int | float) and not isinstance(found, bool) and abs(found) < 1e15 else None
    )


def instant(value: object, *path: str) -> datetime | None:
    """The instant at the end of `path`: seconds, milliseconds or microseconds since 1970, or a text of ISO 8601."""
    found = _at(value, path)
    if isinstance(found, str) and not found.strip().lstrip("-").isdigit():
        return _written(found)
    since = integer(value, *path)
    if since is None or since <= 0:
        return None
    if since >= _MICROSECONDS_FROM:
        since //= 1000
    try:
        return datetime.fromtimestamp(since / 1000 if since >= _MILLISECONDS_FROM else since, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def storable(value: object, deep: int = 8) -> Any:
    """`value` as it is, but for what JSON in a database can't hold: nul and half characters, what is no number."""
    if isinstance(value, dict):
        return {text(str(name), most=200): storable(one, deep - 1) for name, one in value.items()} if deep else {}
    if isinstance(value, list):
        return [storable(one, deep - 1) for one in value] if deep else []
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return text(value) if isinstance(value, str) else value


def _written(value: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(value.strip())
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _at(value: object, path: Sequence[str]) -> object:
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value
