"""What a visitor was shown before he wrote: his first message brings it into the ticket.

A ticket begins with what its customer says. What our greeter or a rule showed him before stands above it all the same:
its number is reserved as his message is journalled, so that it is the earlier one however late that is taken in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from inbox.tickets.models import Message


@dataclass(frozen=True, slots=True)
class Brought:
    """What came with a visitor's message: the id of the button he pressed, the rule he answers, a reserved number."""

    visitor: int
    choice: str = ""
    rule: int | None = None
    number: int | None = None


def reserved() -> int:
    """A number for a message, smaller than those of all that come after this moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [Message._meta.db_table])
        return int(cursor.fetchone()[0])


def brought_by(message: Message) -> Brought | None:
    """What the frame of a message says beside its words; None where it came by no widget."""
    if message.channel is None or message.channel.kind != "livechat" or message.envelope is None:
        return None
    try:
        frame = json.loads(bytes(message.envelope.body))
        choice = frame.get("choice")
        pressed = choice.get("id") if isinstance(choice, Mapping) else ""
        return Brought(
            int(frame["visitor"]), str(pressed or ""), _number(frame.get("rule")), _number(frame.get("before"))
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _number(told: object) -> int | None:
    return told if isinstance(told, int) and not isinstance(told, bool) and 0 < told < 2**62 else None
