"""A request's events: each is read by itself, and one that is wrong says what is wrong with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from channels_adapters.contract_json import EVENTS, MOST_ID, Wrong, read
from channels_adapters.contracts import (
    Account,
    AccountEvent,
    DeliveryUpdate,
    Event,
    InboundMessage,
    Malformed,
    Payload,
)
from channels_adapters.email.html_text import render

_MOST_EVENTS = 1000


def parse(payload: Payload, account: Account) -> tuple[Event, ...]:
    """Everything in a request. Raises `Malformed` where it is no JSON, or has no events."""
    try:
        return _parsed(payload, account)
    except RecursionError as problem:
        raise Malformed("It is nested too deeply.") from problem


def _parsed(payload: Payload, account: Account) -> tuple[Event, ...]:
    found: dict[str, Event] = {}
    request = payload.header("webhook-id")
    for number, (path, given) in enumerate(_given(payload.body)):
        event_id = _event_id(request, number, given)
        try:
            event = _event(given, account, event_id)
        except Wrong as problem:
            event = AccountEvent(f"unparsed:{event_id}", "unparsed", f"{path}{problem}"[:2000])
        # The same event twice in a request is one event.
        found.setdefault(event.event_id, event)
    return tuple(found.values())


def _given(body: bytes) -> list[tuple[str, object]]:
    """The events of a body, each with where it stands."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise Malformed(f"It is no JSON: {type(problem).__name__}.") from problem
    events = document.get("events", [document]) if isinstance(document, dict) else document
    if not isinstance(events, list):
        raise Malformed('A request is an event, or {"events": [...]}.')
    if len(events) > _MOST_EVENTS:
        raise Malformed(f"At most {_MOST_EVENTS} events can come in a request.")
    if isinstance(document, dict) and "events" not in document:
        return [("", document)]
    return [(f"events[{number}].", one) for number, one in enumerate(events)]


def _event_id(request: str, number: int, given: object) -> str:
    """The same when the request is repeated: of its id and what the event says."""
    said = json.dumps(given, sort_keys=True)
    told = f"{request}\n{number if request else ''}\n{said}"
    return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:40]


def _event(given: object, account: Account, event_id: str) -> Event:
    if not isinstance(given, dict):
        raise Wrong("", "it is no JSON object.")
    kind = given.get("type", "message" if {"author", "direction"} & given.keys() else None)
    if not isinstance(kind, str) or kind not in EVENTS:
        raise Wrong("type", f"one of {', '.join(EVENTS)} is needed, not {json.dumps(kind)[:40]}.")
    fill = _FILL.get(kind)
    usual = {"event_id": event_id, **(fill(given, account, event_id) if fill else {})}
    named = {name: value for name, value in given.items() if value not in (None, "")}
    event = read(EVENTS[kind], {**usual, **named}, account.address[:120])
    if isinstance(event, InboundMessage):
        return _message(event)
    return _checked(event)


def _filled_message(given: Mapping[str, Any], account: Account, event_id: str) -> dict[str, Any]:
    named = given.get("external_id")
    filled: dict[str, Any] = {"external_id": event_id, "thread": {}}
    if isinstance(named, str | int) and not isinstance(named, bool) and named != "":
        filled["event_id"] = f"message:{named}"[:MOST_ID]
    elif given.get("event_id"):
        filled["external_id"] = given["event_id"]
    if given.get("direction") == "echo":
        filled["author"] = account.address or "us"
    return filled


def _filled_receipt(given: Mapping[str, Any], account: Account, event_id: str) -> dict[str, Any]:
    return {"external_ids": [given["external_id"]]} if given.get("external_id") else {}


_FILL: Mapping[str, Callable[[Mapping[str, Any], Account, str], dict[str, Any]]] = {
    "message": _filled_message,
    "receipt": _filled_receipt,
    "typing": lambda given, account, event_id: {"thread": {}},
}


def _message(event: InboundMessage) -> InboundMessage:
    for number, one in enumerate(event.attachments):
        at = f"attachments[{number}]"
        if one.content is None and one.ref is None:
            raise Wrong(at, "it has neither a url nor content.")
        if one.ref and not one.ref.token.startswith(("https://", "http://")):
            raise Wrong(f"{at}.url", "an address is needed that begins with https://.")
    if not (event.text or event.html or event.attachments or event.choice or event.rating or event.unsupported):
        raise Wrong("text", "a message has a text, html, attachments, a choice, a rating or what is unsupported.")
    text = event.text or (render(event.html).text if event.html else "")
    files = tuple(replace(one, size=len(one.content or b""), link="") for one in event.attachments)
    return replace(event, text=text, full_text=event.full_text or text, attachments=files)


def _checked(event: Event) -> Event:
    if isinstance(event, DeliveryUpdate) and not event.external_ids and not (event.watermark and event.recipient):
        raise Wrong("external_ids", "it is needed, or a watermark and the recipient.")
    return event
