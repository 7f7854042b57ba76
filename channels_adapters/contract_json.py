"""The contract's values as JSON: read by their own types, what is absent has its default, what is wrong is named.

A field of a value is a field of its JSON object, with the same name. Some may be written shorter (`_SHORT`).
"""

from __future__ import annotations

import base64
import binascii
import enum
import json
import math
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from channels_adapters import json_reading
from channels_adapters.contracts import (
    AccountEvent,
    Attachment,
    CallEvent,
    Choice,
    DeliveryUpdate,
    Event,
    Identifier,
    IdentityChanged,
    InboundMessage,
    MessageDeleted,
    MessageEdited,
    MessageReaction,
    Person,
    ReachChanged,
    Recipient,
    ThreadRef,
    Typing,
)

T = TypeVar("T")
#: What events are called in JSON.
EVENTS: Mapping[str, type[Event]] = {
    "message": InboundMessage,
    "edited": MessageEdited,
    "deleted": MessageDeleted,
    "reaction": MessageReaction,
    "receipt": DeliveryUpdate,
    "identity_changed": IdentityChanged,
    "reach_changed": ReachChanged,
    "typing": Typing,
    "account": AccountEvent,
    "call": CallEvent,
}
_MOST_TEXT = 1_000_000
_MOST_DEPTH = 30
MOST_ID = 590
_IDS = ("event_id", "external_id")
#: Characters some texts may have; longer ones can't be kept.
_LIMITS = {
    ("Identifier", "kind"): 20,
    ("Identifier", "value"): 320,
    ("Identifier", "scope"): 120,
    ("InboundMessage", "language"): 10,
    ("Person", "locale"): 10,
}


class Wrong(ValueError):
    """The sentence names the field and says what it should be."""

    def __init__(self, path: str, sentence: str) -> None:
        super().__init__(f"{path or 'The event'}: {sentence}")


def read(shape: type[T], value: object, scope: str, path: str = "") -> T:
    """The contract's value that `value` is in JSON. Raises `Wrong`.

    `scope` is that of people's identifiers which tell none.
    """
    if not isinstance(value, dict):
        value = _short(shape, value, path)
    made: T = _object(shape, _filled(shape, value, scope), scope, path)
    return made


def written(value: object, *names: str) -> dict[str, Any]:
    """The fields of these names as they are written in JSON."""
    return {name: _plain(getattr(value, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, enum.StrEnum) else value


def _object(shape: Any, given: Mapping[str, object], scope: str, path: str) -> Any:
    made: dict[str, Any] = {}
    for field, hint in _fields_of(shape):
        at = f"{path}.{field.name}" if path else field.name
        is_needed = field.default is MISSING and field.default_factory is MISSING
        if given.get(field.name) is not None:
            most = MOST_ID if field.name in _IDS else _LIMITS.get((shape.__name__, field.name), _MOST_TEXT)
            made[field.name] = _value(hint, given[field.name], scope, at, most)
        elif is_needed and _may_be_none(hint):
            made[field.name] = None
        if is_needed and made.get(field.name, "") in ("", ()):
            raise Wrong(at, "it is needed.")
    return shape(**made)


def _value(hint: Any, value: object, scope: str, path: str, most: int) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _value(next(one for one in inner if one is not types.NoneType), value, scope, path, most)
    if origin is Literal:
        return _one_of(value, inner, path)
    if origin is tuple:
        return _tuple(inner, value, scope, path, most)
    if origin in _CONTAINERS:
        return types.MappingProxyType(_clean(_an_object(value, path), path))
    if is_dataclass(hint):
        return read(hint, value, scope, path)  # type: ignore[arg-type]
    if isinstance(hint, type) and issubclass(hint, enum.StrEnum):
        return hint(_one_of(value, tuple(str(one) for one in hint), path))
    return _PLAIN[hint](value, path, most)


def _tuple(inner: Sequence[Any], value: object, scope: str, path: str, most: int) -> tuple[Any, ...]:
    if len(inner) == 2 and inner[1] is not Ellipsis:
        if not isinstance(value, list) or len(value) != 2:
            raise Wrong(path, "a list of a name and a value is needed.")
        return tuple(
            _value(hint, one, scope, f"{path}[{at}]", most)
            for at, (hint, one) in enumerate(zip(inner, value, strict=True))
        )
    if isinstance(value, dict) and get_origin(inner[0]) is tuple:
        value = [list(pair) for pair in value.items()]
    if not isinstance(value, list):
        raise Wrong(path, f"a list is needed, not {_named(value)}.")
    return tuple(_value(inner[0], one, scope, f"{path}[{at}]", most) for at, one in enumerate(value))


def _text(value: object, path: str, most: int) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Wrong(path, f"a text is needed, not {_named(value)}.")
    if len(text := json_reading.text(value, most=most + 1)) > most:
        raise Wrong(path, f"at most {most:,} characters can be kept.")
    return text


def _boolean(value: object, path: str, most: int) -> bool:
    if not isinstance(value, bool):
        raise Wrong(path, f"true or false is needed, not {_named(value)}.")
    return value


def _integer(value: object, path: str, most: int) -> int:
    found = json_reading.integer(value)
    if found is None:
        raise Wrong(path, f"a whole number is needed, not {_named(value)}.")
    return found


def _instant(value: object, path: str, most: int) -> datetime:
    found = json_reading.instant(value)
    if found is None:
        raise Wrong(path, f"an instant is needed (2026-11-22T10:00:00Z, or seconds since 1970), not {_named(value)}.")
    return found


def _duration(value: object, path: str, most: int) -> timedelta:
    found = json_reading.number(value)
    if found is None or not 0 <= found < 1e9:
        raise Wrong(path, f"a number of seconds is needed, not {_named(value)}.")
    return timedelta(seconds=found)


def _bytes(value: object, path: str, most: int) -> bytes:
    try:
        return base64.b64decode("".join(value.split()) if isinstance(value, str) else b"?", validate=True)
    except (binascii.Error, ValueError) as problem:
        raise Wrong(path, "bytes in Base64 are needed.") from problem


_PLAIN: dict[Any, Callable[[object, str, int], Any]] = {
    str: _text,
    bool: _boolean,
    int: _integer,
    datetime: _instant,
    timedelta: _duration,
    bytes: _bytes,
}
_CONTAINERS = (Mapping, get_origin(Mapping[str, object]))


def _one_of(value: object, among: Sequence[str], path: str) -> str:
    if value not in among or not isinstance(value, str):
        raise Wrong(path, f"one of {', '.join(among)} is needed, not {_named(value)}.")
    return value


def _an_object(value: object, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Wrong(path, f"an object is needed, not {_named(value)}.")
    return value


def _clean(value: Any, path: str, depth: int = 0) -> Any:
    """JSON as it can be stored: no NUL, no half characters, no infinite numbers."""
    if depth > _MOST_DEPTH:
        raise Wrong(path, f"it is nested more than {_MOST_DEPTH} times.")
    if isinstance(value, dict):
        return {json_reading.text(name): _clean(one, path, depth + 1) for name, one in value.items()}
    if isinstance(value, list):
        return [_clean(one, path, depth + 1) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return json_reading.text(value, most=_MOST_TEXT) if isinstance(value, str) else value


def _named(value: object) -> str:
    """What was there instead, in words."""
    if isinstance(value, str):
        return f"“{json_reading.text(value, most=40)}”"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return json.dumps(value)[:40]


def _may_be_none(hint: Any) -> bool:
    return types.NoneType in get_args(hint)


@cache
def _fields_of(shape: type) -> tuple[tuple[Field[Any], Any], ...]:
    hints = get_type_hints(shape)
    return tuple((one, hints[one.name]) for one in fields(shape))


def _short(shape: Any, value: object, path: str) -> dict[str, Any]:
    """A text or number in place of an object: what most of its kind have to say."""
    name = {Identifier: "value", Person: "id", ThreadRef: "key", Choice: "id", Recipient: "id"}.get(shape)
    if name is None or isinstance(value, bool) or not isinstance(value, str | int):
        raise Wrong(path, f"an object is needed, not {_named(value)}.")
    return {name: value}


def _filled(shape: Any, given: Mapping[str, Any], scope: str) -> Mapping[str, Any]:
    fill = _SHORT.get(shape)
    return fill(given, scope) if fill else given


def _identifier(given: Mapping[str, Any], scope: str) -> Mapping[str, Any]:
    kind = given.get("kind") or "api"
    return {"scope": "" if kind in ("email", "phone") else scope, **given, "kind": kind}


def _person(given: Mapping[str, Any], scope: str) -> Mapping[str, Any]:
    """`id`, `email` and `phone` stand for identifiers of these kinds, the first of them for the primary one."""
    if given.get("identifiers"):
        return given
    kinds = {"id": "api", "email": "email", "phone": "phone"}
    found = [{"kind": kind, "value": given[name]} for name, kind in kinds.items() if given.get(name)]
    return {**given, "identifiers": found or None}


def _recipient(given: Mapping[str, Any], scope: str) -> Mapping[str, Any]:
    return given if "person" in given else {"person": given, "role": given.get("role")}


def _thread(given: Mapping[str, Any], scope: str) -> Mapping[str, Any]:
    """A key without a kind (`order-17`) names a conversation (`room:order-17`)."""
    keys = given.get("keys") or ([given["key"]] if given.get("key") else [])
    if not isinstance(keys, list):
        return given
    return {**given, "keys": [f"room:{key}" if ":" not in str(key) else key for key in keys]}


def _attachment(given: Mapping[str, Any], scope: str) -> Mapping[str, Any]:
    """A file's `url` is where it is fetched; its kind and name follow from what is known."""
    url, content_type = given.get("url"), str(given.get("content_type") or "application/octet-stream")
    group = content_type.partition("/")[0]
    usual: dict[str, Any] = {
        "kind": group if group in ("image", "audio", "video") else "file",
        "filename": str(url or "").partition("?")[0].rstrip("/").rpartition("/")[2] or "file",
        "content_type": content_type,
        "size": 0,
    }
    named = {name: value for name, value in given.items() if value is not None and name != "link"}
    return {**usual, **({"ref": {"token": url}} if url else {}), **named}


_SHORT: dict[Any, Callable[[Mapping[str, Any], str], Mapping[str, Any]]] = {
    Identifier: _identifier,
    Person: _person,
    Recipient: _recipient,
    ThreadRef: _thread,
    Attachment: _attachment,
}
