"""Updates for the contract suite: made ones with everything in them, and the public ones."""

from __future__ import annotations

import json

from channels_adapters.contracts import Payload
from tests.corpora import corpora
from tests.networks.telegram import BOT, CHAT, KIM, message

_GROUP = {"id": -100123, "title": "Skaters \ud800\0", "type": "supergroup"}
OURS: tuple[bytes, ...] = tuple(
    json.dumps(one).encode()
    for one in (
        {
            "update_id": 1,
            "message": message(text="Hi \ud800\0", chat=_GROUP, message_thread_id=7, is_topic_message=True),
        },
        {"update_id": 2, "edited_message": message(text="Hi", edit_date=9**20)},
        {
            "update_id": 3,
            "callback_query": {"id": "7", "from": KIM, "data": "a", "message": {**message(), "from": BOT}},
        },
        {"update_id": 4, "deleted_business_messages": {"chat": CHAT, "message_ids": [1, 2, 2, None, {}]}},
        {
            "update_id": 5,
            "message_reaction": {
                "chat": CHAT,
                "message_id": 5,
                "user": KIM,
                "old_reaction": [{"type": "emoji", "emoji": "👍"}],
                "new_reaction": [{"type": "custom_emoji"}, {"type": "custom_emoji"}, 7],
            },
        },
        {"update_id": 6, "my_chat_member": {"chat": CHAT, "from": KIM, "new_chat_member": {"status": "kicked"}}},
        {"ok": True, "result": [{"message": message(1, photo=3, contact={"phone_number": "+1"})}, {"poll": {"id": 1}}]},
        {"update_id": 8, "message": message(photo=[{"file_id": "x", "width": "wide"}], caption=7)},
        {"update_id": 9, "message": {"message_id": 3, "chat": {"id": 5}, "from": {"first_name": "Nobody"}}},
        {"update_id": None, "message": [], "callback_query": {"id": 4}},
        {},
    )
)


def recorded(folder: str = "telegram") -> dict[str, Payload]:
    """The public requests of a network, by file name."""
    found = {}
    for file in sorted((corpora() / "webhooks" / folder).glob("*.json")):
        body = json.loads(file.read_text())["body"]
        found[file.stem] = Payload(json.dumps(body).encode(), {"Content-Type": "application/json"})
    return found
