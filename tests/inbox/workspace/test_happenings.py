"""What happened, in words."""

from __future__ import annotations

from typing import Any

import pytest

from inbox.tickets.enums import EventKind
from inbox.tickets.models import TicketEvent
from inbox.workspace.happenings import in_words


@pytest.mark.parametrize(
    ("kind", "details", "words"),
    [
        (EventKind.MESSAGE_EDITED, {}, "changed a message"),
        (EventKind.MESSAGE_EDITED, {"repeated": 3}, "said it 3 times in a row"),
        (EventKind.MESSAGE_DELETED, {}, "deleted a message"),
        (EventKind.MESSAGE_DELETED, {"erased": True}, "deleted a message; nothing of it is kept"),
        (EventKind.CHAT_ENDED, {}, "ended the chat"),
        (EventKind.CHAT_IDLE, {}, "the visitor was asked whether he is still there"),
        (EventKind.CHAT_MAILED, {"to": "a@x.example"}, "what the visitor had not read was mailed to a@x.example"),
        (EventKind.CHAT_MAILED, {}, "what the visitor had not read was mailed to him"),
        (EventKind.BOT_SAID, {}, ""),
        (EventKind.BOT_LEFT, {}, "the greeter bot left it to people"),
        (EventKind.BOT_LEFT, {"why": "wished"}, "the greeter bot left it to people: The visitor asked for a person"),
        (EventKind.BOT_LEFT, {"why": "helped"}, "the greeter bot: the visitor said that it helped"),
        (EventKind.PENDED, {"idle": True}, "waiting for the customer, who fell silent"),
        (EventKind.ASSIGNED, {"to": 1, "name": "Ada", "why": "free"}, "given to Ada, who had the fewest chats"),
        (
            EventKind.ASSIGNED,
            {"to": None, "name": "", "before": "Ada", "why": "gone"},
            "taken back from Ada, who is gone while the visitor waits",
        ),
        (
            EventKind.ASSIGNED,
            {"to": None, "name": "", "before": "Ada", "why": "away"},
            "taken back from Ada, who takes no chats now",
        ),
    ],
)
def test_what_happens_in_a_chat_is_told(kind: EventKind, details: dict[str, Any], words: str) -> None:
    assert in_words(TicketEvent(kind=kind, details=details)) == words
