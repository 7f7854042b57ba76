"""The envelope of Meta's webhooks: entries of many accounts, each with messaging events, changes, or both."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from channels_adapters.contracts import Account, AccountEvent, Malformed, Payload
from channels_adapters.event_ids import fingerprint
from channels_adapters.json_reading import Fields, instant, items, text

#: What a body without an envelope has when it is one messaging event, or what a WhatsApp change brings.
_MESSAGING = ("sender", "recipient", "message", "postback", "delivery", "read", "reaction")
_VALUE = ("messaging_product", "messages", "statuses", "contacts", "metadata")


@dataclass(frozen=True, slots=True)
class Entry:
    """What one account is told; `messaging` has events of the Send API's conversations, `changes` all others.

    `standby` are conversations that another app holds at the moment.
    """

    account_id: str
    at: datetime | None
    messaging: Sequence[Fields] = ()
    changes: Sequence[Fields] = ()
    standby: Sequence[Fields] = ()


def entries(payload: Payload) -> Sequence[Entry]:
    """Every entry of a payload, also of one that lost its envelope. Raises `Malformed`."""
    try:
        body = _document(payload.body)
    except (ValueError, RecursionError) as problem:
        raise Malformed("It is no JSON.") from problem
    if not isinstance(body, dict | list):
        raise Malformed("It is neither an object nor a list.")
    return [_entry(one) for one in _wrapped(body)]


def object_of(payload: Payload) -> str:
    """The kind of account a payload is about (`page`, `instagram`, `whatsapp_business_account`); "" if it says none."""
    try:
        body = _document(payload.body)
    except (ValueError, RecursionError):
        return ""
    return text(next(iter(body), None) if isinstance(body, list) else body, "object", most=60)


@lru_cache(maxsize=8)
def _document(body: bytes) -> Any:
    """Each kind of the family is asked about the same request; nobody changes what is read."""
    return json.loads(body)


def routed(payload: Payload, kind: str, ids: Callable[[Entry], Iterable[str]] | None = None) -> Sequence[str]:
    """The accounts a payload about this `kind` of account is for; none where it is about another kind."""
    if payload.method != "POST" or object_of(payload) != kind:
        return ()
    try:
        found = [one for entry in entries(payload) for one in (ids(entry) if ids else (entry.account_id,))]
    except Malformed:
        return ()
    return tuple(dict.fromkeys(filter(None, found)))


def for_account(found: Sequence[Entry], account: Account) -> Sequence[Entry]:
    """The entries of this account; all of them where none names it, for then the address named the account."""
    return [one for one in found if one.account_id == account.address] or found


def unparsed(what: Fields, *, name: str = "unparsed", at: datetime | None = None) -> AccountEvent:
    """News of the account that nothing is made of, with its content."""
    known = fingerprint(what)
    details = text(json.dumps(what, default=str, ensure_ascii=False), most=2000)
    return AccountEvent(f"{name}:{known}", name, details, at)


def _wrapped(body: Any) -> Sequence[Fields]:
    if isinstance(body, list):
        return [found for one in body if isinstance(one, dict) for found in _wrapped(one)]
    if "entry" in body:
        return items(body, "entry") or [one for one in (body["entry"],) if isinstance(one, dict)]
    if any(name in body for name in ("messaging", "changes", "standby")):
        return [body]
    if _is_change(body):
        return [body]
    if isinstance(body.get("change"), dict):
        return [{"changes": [body["change"]]}]
    if any(name in body for name in _VALUE):
        return [{"changes": [{"field": "messages", "value": body}]}]
    if any(name in body for name in _MESSAGING):
        return [{"messaging": [body]}]
    raise Malformed("It has no entries.")


def _entry(entry: Fields) -> Entry:
    # Instagram's own login tells of a change without a list around it.
    changes = _objects(entry, "changes") or [one for one in (entry,) if _is_change(one)]
    # The app dashboard's tests, and Instagram's own login, put conversations among the changes.
    talks = [one["value"] for one in changes if _is_talk(one.get("value"))]
    return Entry(
        account_id=text(entry, "id", most=100),
        at=instant(entry, "time"),
        messaging=[*_objects(entry, "messaging"), *talks],
        changes=[one for one in changes if not _is_talk(one.get("value"))],
        standby=_objects(entry, "standby"),
    )


def _is_change(entry: Fields) -> bool:
    return "field" in entry and isinstance(entry.get("value"), dict)


def _is_talk(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("sender"), dict) and "messaging_product" not in value


def _objects(entry: Fields, name: str) -> Sequence[Fields]:
    return items(entry, name) or [one for one in (entry.get(name),) if isinstance(one, dict)]
