"""What providers tell of mails we sent, by django-anymail's tables, each event of a request by itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from channels_adapters.contracts import AccountEvent, DeliveryState, DeliveryUpdate, Event, Identifier, Payload
from channels_adapters.email.addresses import canonical
from channels_adapters.email.charsets import clean
from channels_adapters.email.esp import sns
from channels_adapters.email.esp.framework import request_of, tracking_view
from channels_adapters.email.esp.inbound import mandrill_events
from channels_adapters.email.esp.request import fields_of, header, is_form, json_of, values

#: The key under which our Message-ID travels with a mail through a provider, and comes back in its events.
REFERENCE = "inbox_id"
_MAX_EVENTS = 5000
#: What the library's tables stumble with over an event that is not built as they know it.
_NEW_SHAPES = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, AssertionError, OSError)
_STATES = {
    "queued": DeliveryState.SENT,
    "sent": DeliveryState.SENT,
    "deferred": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "opened": DeliveryState.READ,
    "clicked": DeliveryState.READ,
    "rejected": DeliveryState.FAILED,
    "failed": DeliveryState.FAILED,
    "bounced": DeliveryState.BOUNCED,
    "complained": DeliveryState.COMPLAINED,
}
_WITH_REASON = frozenset({"deferred", "rejected", "failed", "bounced", "complained"})
_PASSING = frozenset({"soft_bounce", "softbounce", "soft_bounced", "transient", "temporary"})


def news_in(name: str, payload: Payload) -> Iterator[Event]:
    """The news in a provider's request. An event that nobody understands becomes `unparsed`. Raises `Malformed`."""
    headers = {"svix-id": header(payload, "svix-id")} if header(payload, "svix-id") else {}
    for number, (raw, body, form) in enumerate(_each(name, payload)):
        mark = hashlib.sha256(json.dumps(raw, sort_keys=True, default=str).encode("utf-8", "replace")).hexdigest()[:24]
        try:
            if name == "amazon_ses":
                found = tracking_view(name).esp_to_anymail_events(raw, json_of(payload))
            else:
                found = tracking_view(name).parse_events(request_of(body, form, headers))
        except _NEW_SHAPES as problem:
            # One event of a shape that is new to the library must not hold back its neighbours.
            yield AccountEvent(f"{name}:{mark}:{number}", "unparsed", f"{type(problem).__name__} in an event of {name}")
            continue
        for place, one in enumerate(found):
            yield from _event(name, one, raw, mark, f"{number}.{place}" if number or place else "")


def _each(name: str, payload: Payload) -> Iterator[tuple[Any, bytes, Mapping[str, str] | None]]:
    """Each event alone, as raw data and as a request of its own would carry it."""
    if name == "mandrill":
        for event in mandrill_events(payload)[:_MAX_EVENTS]:
            yield event, b"", {"mandrill_events": json.dumps([event])}
    elif is_form(payload):
        form = values(fields_of(payload))
        yield {key: value for key, value in form.items() if key not in ("token", "timestamp", "signature")}, b"", form
    elif name == "amazon_ses":
        message = json_of(payload)
        notified = sns.event_in(message) if isinstance(message, dict) else None
        if notified is not None:
            yield notified, b"", None
    else:
        body = json_of(payload)
        for event in body[:_MAX_EVENTS] if isinstance(body, list) else [body]:
            alone = [event] if isinstance(body, list) else event
            yield event, json.dumps(alone).encode(), None


def _event(name: str, found: Any, raw: Any, mark: str, place: str) -> Iterator[Event]:
    kind = str(found.event_type)
    address = canonical(str(found.recipient or ""))
    event_id = clean(f"{name}:{_id(name, found, raw) or mark}:{kind}:{place}:{address}"[:500])
    at = found.timestamp if isinstance(found.timestamp, datetime) else None
    at = at.replace(tzinfo=UTC) if at and at.tzinfo is None else at
    state = _STATES.get(kind)
    if kind == "unsubscribed" or state is None:
        yield AccountEvent(event_id, clean(kind), clean(address), at)
    # Whoever unsubscribes in a mail has got it; a suppression by hand tells nothing of the mail.
    if kind == "unsubscribed" and _raw(raw, "Origin", "Recipient") == "Recipient":
        state = DeliveryState.DELIVERED
    if state is not None:
        yield DeliveryUpdate(
            f"{event_id}#state" if kind == "unsubscribed" else event_id,
            state,
            tuple(_external_ids(name, found, raw)),
            recipient=Identifier("email", clean(address)) if address else None,
            reason=_reason(found) if kind in _WITH_REASON else "",
            occurred_at=at.astimezone(UTC) if at else None,
            permanent=kind != "deferred" and not _PASSING & _words(raw),
        )


def _id(name: str, found: Any, raw: Any) -> str:
    """The provider's id of the event. Mailgun's token names the request: it changes when the event comes again."""
    if name == "mailgun":
        data = _raw(raw, "event-data", {})
        return f"{_raw(data, 'id', '')}-{_raw(data, 'timestamp', '')}" if _raw(data, "id", "") else ""
    return str(found.event_id or "")


def _external_ids(name: str, found: Any, raw: Any) -> Iterator[str]:
    """Our own Message-ID where it came back, then the provider's ids."""
    own = _raw(found.metadata, REFERENCE, "")
    given = [own, found.message_id, _raw(raw, "smtp-id", ""), _raw(_raw(raw, "data", {}), "email_id", "")]
    given.append(str(_raw(raw, "sg_message_id", "")).partition(".")[0])
    given += [_raw(_raw(raw, "mail", {}), "messageId", ""), _raw(_raw(raw, "msg", {}), "_id", "")]
    mail = _raw(_raw(raw, "mail", {}), "headers", [])
    for one in mail if isinstance(mail, list) else []:
        if str(_raw(one, "name", "")).lower() == "message-id":
            given.append(_raw(one, "value", ""))
    seen: set[str] = set()
    for one in given:
        text = clean(str(one or "")).strip()[:998]
        if name == "brevo" and text and not text.startswith("<"):
            text = f"<{text}>"
        if text and text not in seen:
            seen.add(text)
            yield text


def _reason(found: Any) -> str:
    said = [one for one in (found.mta_response, found.description) if one] or [found.reject_reason or ""]
    return ": ".join(dict.fromkeys(" ".join(clean(str(one)).split()) for one in said))[:1000]


def _words(raw: Any) -> set[str]:
    """The words by which providers say that a refusal may pass."""
    bounce = _raw(raw, "bounce", {})
    given = (
        *(_raw(raw, key, "") for key in ("event", "Type", "type", "severity")),
        *(_raw(bounce, key, "") for key in ("bounceType", "type")),
        _raw(_raw(_raw(raw, "data", {}), "bounce", {}), "type", ""),
        _raw(_raw(raw, "data", {}), "type", ""),
        _raw(_raw(raw, "event-data", {}), "severity", ""),
    )
    return {str(one).lower() for one in given}


def _raw(given: Any, key: str, otherwise: Any) -> Any:
    return given.get(key, otherwise) if isinstance(given, dict) else otherwise
