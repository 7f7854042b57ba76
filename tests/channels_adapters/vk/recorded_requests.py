"""Events for the contract suite."""

from __future__ import annotations

import json

from channels_adapters.contracts import Payload
from tests.channels_adapters.telegram.recorded_requests import recorded as recorded_of
from tests.networks.vk import KIM, event, message, wrote

_ODD = {"type": "photo", "photo": {"sizes": [{"url": "https://sun9-1.userapi.com/a", "width": "wide"}, 3]}}
OURS: tuple[bytes, ...] = tuple(
    one.body
    for one in (
        wrote(text="Hi \ud800\0", attachments=[_ODD, {"type": "hologram"}, 7], payload='{"button": "a"}'),
        event("message_edit", message(text="Now.", update_time=1580125900)),
        event("message_reply", message(text="Hello", from_id=-123456, out=1)),
        event("message_read", {"from_id": KIM, "peer_id": KIM, "conversation_message_id": 70}),
        event("message_event", {"user_id": KIM, "peer_id": KIM, "event_id": "x", "payload": {"a": [1]}}),
        event("message_reaction_event", {"reacted_id": KIM, "peer_id": KIM, "cmid": 7, "reaction_id": 99}),
        event("message_deny", {"user_id": KIM}),
        event("message_typing_state", {"from_id": KIM, "to_id": -123456, "state": "typing"}),
        event("wall_reply_new", {"id": 1, "from_id": KIM, "text": "A comment"}),
    )
) + tuple(
    json.dumps(one).encode()
    for one in (
        {"type": "message_new", "object": {"id": 4, "user_id": 5, "body": "Hi", "date": 1}},
        {"type": "message_new", "object": {"message": []}},
        {"type": 7, "object": "x"},
        {"ts": "1", "updates": [{"type": "message_allow", "object": {"user_id": 5, "key": "k"}}, {"type": "x"}]},
        {},
    )
)


def recorded() -> dict[str, Payload]:
    """The public requests, by file name."""
    return recorded_of("vk")
