"""Webhooks of WhatsApp: public recordings, used in place, and some of our own."""

from __future__ import annotations

import json

from channels_adapters.contracts import Payload
from tests.corpora import corpora
from tests.networks.whatsapp import CUSTOMER, signed, webhook, written


def recorded() -> dict[str, Payload]:
    """The public recordings by name."""
    files = sorted((corpora() / "webhooks" / "whatsapp").glob("*.json"))
    return {file.stem: Payload(json.dumps(json.loads(file.read_text())["body"]).encode()) for file in files}


#: Everything in one request, and requests that are wrong in one place each.
_EVERYTHING = webhook(
    written(
        {
            "id": "wamid.1",
            "type": "text",
            "text": {"body": "Hi \ud800"},
            "context": {"id": "wamid.0", "forwarded": True},
        },
        {
            "id": "wamid.2",
            "type": "image",
            "image": {"id": "7", "mime_type": "image/png", "sha256": "x", "caption": "Y"},
        },
        {"id": "wamid.3", "type": "contacts", "contacts": [{"name": {"first_name": "Bo"}, "phones": [{"phone": "1"}]}]},
        {"id": "wamid.4", "type": "location", "location": {"latitude": 1.5, "longitude": 2, "name": "Here"}},
        {"id": "wamid.5", "type": "interactive", "interactive": {"type": "list_reply", "list_reply": {"id": "a"}}},
        {"id": "wamid.6", "type": "reaction", "reaction": {"message_id": "wamid.1", "emoji": "👍"}},
        {"id": "wamid.7", "type": "revoke", "revoke": {"original_message_id": "wamid.1"}},
        {"id": "wamid.8", "type": "edit", "edit": {"original_message_id": "wamid.1", "message": {"type": "text"}}},
        {"id": "wamid.9", "type": "system", "system": {"type": "user_changed_number", "wa_id": "45", "user_id": "b"}},
    )
    | {"statuses": [{"id": "wamid.a", "status": "failed", "recipient_id": "1", "errors": [{"code": 131047}]}]}
    | {"calls": [{"id": "wacid.1", "event": "terminate", "duration": 7, "from": "1", "direction": "USER_INITIATED"}]}
)
_WRONG: tuple[object, ...] = (
    {
        "object": "whatsapp_business_account",
        "entry": [{"id": 3, "changes": [{"field": "x", "value": {"event": ["\0"]}}]}],
    },
    webhook({"messages": [{}, {"type": []}, {"from": 1, "type": "text", "text": []}], "contacts": [4, {"wa_id": {}}]}),
    webhook({"messages": [{"from": "1", "type": "location", "location": {"latitude": "x"}, "timestamp": "9" * 30}]}),
    webhook({"statuses": [{"id": "", "status": 7}], "calls": [{"duration": 10**40}], "user_preferences": [{}]}),
    webhook({"message_echoes": [{"to": CUSTOMER, "type": "order", "order": {"product_items": [{}]}}]}, field="x"),
    {"messages": [{"from": "1", "type": "interactive", "interactive": {"type": "nfm_reply", "nfm_reply": {"a": 1}}}]},
)
OURS = tuple(json.dumps(one).encode() for one in (_EVERYTHING, *_WRONG))
SIGNED_WEBHOOK = signed(webhook(written({"id": "wamid.1", "type": "text", "text": {"body": "Hi"}})))
