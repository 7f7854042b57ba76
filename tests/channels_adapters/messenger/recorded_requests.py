"""Requests of a page: public recordings, used in place, and our own with everything in it."""

from __future__ import annotations

import json
from typing import Any

from channels_adapters.contracts import Payload
from tests.corpora import corpora
from tests.networks.graph import APP_SECRET
from tests.networks.messenger import PAGE, POST, account, below, entry, signed, told, webhook

ACCOUNT = account()
#: All at once, as Meta sends it when it was not heard for a while.
_EVENTS = (
    told("message", {"mid": "m_1", "text": "Where is my parcel?", "reply_to": {"mid": "m_0"}}),
    told(
        "message", {"mid": "m_2", "attachments": [{"type": "image", "payload": {"url": "https://x.fbcdn.net/a.jpg"}}]}
    ),
    told("message", {"mid": "m_3", "text": "Good", "quick_reply": {"payload": "s:5"}}),
    told("message", {"mid": "m_4", "text": "Hello", "is_echo": True, "app_id": 1}, by=PAGE, to="5"),
    told("message", {"mid": "m_1", "is_deleted": True}),
    told("message_edit", {"mid": "m_3", "text": "Great", "num_edit": 1}),
    told("postback", {"mid": "m_5", "title": "Start", "payload": "GO"}),
    told("reaction", {"mid": "m_4", "action": "react", "emoji": "\u2764\ufe0f", "reaction": "love"}),
    told("delivery", {"mids": ["m_4"], "watermark": 1763800000001}),
    told("read", {"watermark": 1763800000002}),
    told("optin", {"ref": "x", "user_ref": "y"}),
)
_CHANGES = (
    below(),
    below("122131676912594941_2", parent_id="122131676912594941_1", photo="https://x.fbcdn.net/b.jpg"),
    below("122131676912594941_2", verb="edited", message="Or this one?"),
    below("122131676912594941_2", verb="remove"),
    below(item="reaction", reaction_type="wow"),
    below(item="status", comment_id=None, message="You were quick!"),
)
_WRONG: tuple[Any, ...] = (
    webhook(entry({"message": 3}, {"sender": None, "delivery": []}, {"read": {"watermark": "soon"}})),
    webhook(
        entry({"field": "feed", "value": {"item": ["comment"], "verb": 3, "comment_id": "\ud800\0"}}, kind="changes")
    ),
    {"object": "page", "entry": [{"id": POST, "messaging": [{"message": {"text": "\ud800\0", "mid": "m\0"}}]}]},
)
OURS = tuple(json.dumps(one).encode() for one in (webhook(entry(*_EVENTS), entry(*_CHANGES, kind="changes")), *_WRONG))
SIGNED_WEBHOOK = signed(webhook(entry(_EVENTS[0])))


def recorded() -> dict[str, Payload]:
    """The public recordings by name."""
    files = sorted((corpora() / "webhooks/messenger").glob("*.json"))
    return {file.stem: signed(json.loads(file.read_text())["body"], secret=APP_SECRET) for file in files}
