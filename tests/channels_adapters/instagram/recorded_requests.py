"""Requests of Instagram's: one with everything we know of, some that are wrong in one place each, and public ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from channels_adapters.contracts import Payload
from tests.corpora import corpora
from tests.networks.instagram import ACCOUNT, CUSTOMER, entry, signed, told, webhook

COMMENT: Mapping[str, Any] = {
    "id": "17865799348089039",
    "from": {"id": CUSTOMER, "username": "bo.larsen"},
    "media": {"id": "17900000000000001", "media_product_type": "FEED"},
    "text": "Is it waterproof?",
}
_STORY = {"story": {"id": "7", "url": "https://lookaside.fbsbx.com/s?x=1"}}
_SHARED = [
    {"type": kind, "payload": {"url": f"https://lookaside.fbsbx.com/{kind}", "title": "Sale"}}
    for kind in ("image", "video", "audio", "file", "share", "ig_reel", "story_mention", "hologram")
]
EVERYTHING = webhook(
    entry(
        told("message", {"mid": "m1", "text": "Hello", "reply_to": _STORY, "attachments": _SHARED}),
        told("message", {"mid": "m2", "text": "Good", "quick_reply": {"payload": "survey.x.5"}}),
        told("message", {"mid": "m3", "is_unsupported": True}),
        told("message", {"mid": "m4", "attachments": [{"type": "like_heart"}], "reply_to": {"mid": "m1"}}),
        told("message", {"mid": "m5", "text": "By hand", "is_echo": True}, by=ACCOUNT, to=CUSTOMER),
        told("message", {"mid": "m2", "is_deleted": True}),
        told("message_edit", {"mid": "m1", "text": "Hello!", "num_edit": 1}),
        told("reaction", {"mid": "m1", "action": "react", "reaction": "love", "emoji": "\u2764"}),
        told("reaction", {"mid": "m1", "action": "unreact"}),
        told("read", {"mid": "m5"}),
        told("postback", {"mid": "m6", "title": "Where is my parcel?", "payload": "parcel"}),
        told("referral", {"ref": "newsletter", "source": "IGME-SOURCE-LINK", "type": "OPEN_THREAD"}),
        told("pass_thread_control", {"new_owner_app_id": "1"}),
    ),
    entry(
        {"field": "comments", "value": COMMENT},
        {"field": "comments", "value": {**COMMENT, "id": "18", "parent_id": COMMENT["id"], "text": ""}},
        {"field": "live_comments", "value": {**COMMENT, "id": "19"}},
        {"field": "mentions", "value": {"media_id": "1", "comment_id": "2"}},
        kind="changes",
    ),
)
WRONG: tuple[object, ...] = (
    webhook(entry(told("message", {"mid": 3, "text": ["x"], "attachments": {"type": 4}}))),
    webhook(entry(told("message", None), told("reaction", {}), told("read", {}), told("message_edit", {"mid": "m"}))),
    webhook(entry({"field": "comments", "value": {"from": "bo", "media": [], "text": "\ud800\0"}}, kind="changes")),
    webhook(entry({"field": "comments", "value": {}}, {"value": 3}, kind="changes")),
    webhook({"id": ACCOUNT, "time": "yesterday", "messaging": [3, {"sender": {"id": "\0"}, "message": {"text": "x"}}]}),
    {"object": "instagram", "entry": []},
)
OURS = tuple(json.dumps(body).encode() for body in (EVERYTHING, *WRONG))
SIGNED = signed(webhook(entry(told("message", {"mid": "m1", "text": "Hello"}))))


def recorded() -> dict[str, Payload]:
    """Public requests by their names; the asking test is skipped with a message where they are absent."""
    cases = [json.loads(file.read_bytes()) for file in sorted((corpora() / "webhooks" / "instagram").glob("*.json"))]
    return {case["label"]: Payload(json.dumps(case["body"]).encode()) for case in cases}
