"""Floods: what a visitor says twice in a breath is said once and counted, and a ticket he floods is marked.

A message is a repeat only while it is the last thing said: "yes" to two questions is two answers.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from inbox.channels.models import ReceivedEvent
from inbox.channels.threading import goes_on
from inbox.chats.limits import wait_for
from inbox.chats.models import Visitor
from inbox.common.rows import find, insert_new
from inbox.tickets.actions import tag
from inbox.tickets.changes import SYSTEM, change
from inbox.tickets.enums import EventKind, MessageKind
from inbox.tickets.models import Message

#: The same words again within this are a repeat.
IN_A_BREATH = timedelta(minutes=1)
TAG = "flood"


def count_repeat(visitor: Visitor, text: str, client_id: uuid.UUID, *, at: datetime) -> Message | None:
    """The message that said these very words just now, with one more on its count; None where they are news."""
    said = _said_last(visitor, text, at)
    if said is None or said.customer is None:
        return None
    with change(said.ticket, by=said.customer, at=at) as it:
        said = _said_last(visitor, text, at)
        if said is None or said.ticket_id != it.ticket.pk:
            return None
        arrived = ReceivedEvent(
            channel=visitor.channel,
            event_id=f"message:{visitor.pk}:{client_id.hex}",
            kind="InboundMessage",
            message=said,
            outcome="repeated",
        )
        if not insert_new(arrived, "an_event_arrives_once"):
            return None
        times = int(said.context.get("repeated") or 1) + 1
        said.context = {**said.context, "repeated": times}
        said.save(update_fields=["context"])
        it.record(EventKind.MESSAGE_EDITED, message=said, repeated=times)
    return said


def mark_flood(visitor: Visitor, message: Message) -> None:
    """Count a message; the ticket of a visitor who writes faster than people do gets a tag."""
    if wait_for("flood", visitor=visitor.pk):
        tag(message.ticket, [TAG], by=SYSTEM)


def _said_last(visitor: Visitor, text: str, at: datetime) -> Message | None:
    """His message with these words, if nothing was said since and it is not long ago."""
    if not text or not visitor.identity_id:
        return None
    newest = "identity_id = %s AND direction = 'in'"
    last = next(iter(find(Message, newest, visitor.identity_id, tail="ORDER BY id DESC LIMIT 1")), None)
    if last is None or last.text != text or last.channel_id != visitor.channel_id:
        return None
    if not at - IN_A_BREATH <= last.occurred_at <= at or last.attachments.exists():
        return None
    later = Message.objects.filter(ticket=last.ticket_id, kind=MessageKind.MESSAGE, pk__gt=last.pk, withdrawn_at=None)
    is_open = goes_on(last.ticket) and last.ticket.deleted_at is None
    return last if is_open and not later.exists() else None
