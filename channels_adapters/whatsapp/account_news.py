"""What WhatsApp tells of the account itself: templates, quality, limits, reviews, restrictions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from channels_adapters.contracts import AccountEvent
from channels_adapters.event_ids import fingerprint
from channels_adapters.json_reading import Fields, fields, instant, items, text

_NAMES = {
    "message_template_quality_update": "template_quality",
    "message_template_components_update": "template_changed",
    "template_category_update": "template_category",
    "template_correct_category_detection": "template_category",
    "phone_number_quality_update": "quality",
    "phone_number_name_update": "name_review",
    "account_review_update": "account_review",
    "account_alerts": "account_alert",
    "business_capability_update": "limits",
    "business_status_update": "business_status",
}
#: Old conversations and address books of a phone: they are counted, not taken in.
_BULK = {"history": "threads", "smb_app_state_sync": "state_sync"}
_MOST = 1500


def account_event(field: str, value: Fields, business: str, at: datetime | None) -> AccountEvent:
    """One piece of news of a business account, named after what happened (`template_approved`, `quality`)."""
    event = text(value, "event", most=50).lower()
    # Of what is told again the entry's time stays the same; of the same state at another time it does not.
    event_id = f"{field or 'unparsed'}:{fingerprint([field, value, business, at])}"
    if field == "message_template_status_update":
        name = f"template_{event or 'status'}"
    elif field == "account_update":
        name = "account_" + (event.removeprefix("account_") or "update")
    elif items(value, "errors") and field in ("", "messages"):
        name = "error"
    else:
        name = _NAMES.get(field, field[:60] or "unparsed")
    return AccountEvent(event_id, name, _details(field, value), instant(value, "timestamp") or at)


def _details(field: str, value: Fields) -> str:
    if field in _BULK:
        found = [*items(value, _BULK[field]), *(one for old in items(value, field) for one in items(old, _BULK[field]))]
        return f"{_BULK[field]}: {len(found)}"
    if field in _SENTENCES:
        return _SENTENCES[field](value)[:_MOST]
    return "; ".join(_flat(value))[:_MOST]


def _template(value: Fields) -> str:
    return f"{text(value, 'message_template_name')} ({text(value, 'message_template_language')})"


def _template_status(value: Fields) -> str:
    reasons = [text(value, "reason"), text(value, "rejection_info", "reason")]
    reasons += [text(value, "rejection_info", "recommendation"), text(value, "other_info", "description")]
    said = " ".join(one for one in reasons if one and one != "NONE")
    return f"{_template(value)}: {said}" if said else _template(value)


def _from_to(of: Callable[[Fields], str], before: str, after: str) -> Callable[[Fields], str]:
    return lambda value: f"{of(value)}: {text(value, before) or '?'} → {text(value, after) or '?'}"


def _quality(value: Fields) -> str:
    limit = text(value, "current_limit") or text(value, "max_daily_conversations_per_business")
    told = (text(value, "display_phone_number"), text(value, "event"), limit)
    return ": ".join(filter(None, told))


_SENTENCES: Mapping[str, Callable[[Fields], str]] = {
    "message_template_status_update": _template_status,
    "message_template_quality_update": _from_to(_template, "previous_quality_score", "new_quality_score"),
    "template_category_update": _from_to(_template, "previous_category", "new_category"),
    "phone_number_quality_update": _quality,
}


def _flat(value: Fields, prefix: str = "") -> Iterator[str]:
    """An object as `name: value` lines, what is inside it with its path."""
    for name, one in value.items():
        label = f"{prefix}{name}"
        if isinstance(one, dict):
            yield from _flat(fields(value, name), f"{label}.")
        elif isinstance(one, list):
            yield f"{label}: {text(json.dumps(one, ensure_ascii=False))}"
        else:
            yield f"{text(label)}: {text(value, name)}"
