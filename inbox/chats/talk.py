"""Talking: what a visitor says goes the way of every message, what is seen of ours is noted, who types is told.

A message is journalled first, as a frame; then it is taken in at once, in the same request, so that the other side has
it without waiting for a worker. Should that fail, the worker and its sweep have it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from channels_adapters.livechat.adapter import MOST_TEXT
from channels_adapters.livechat.frames import payload_of
from inbox.channels.access import account
from inbox.channels.actions import ring_intake
from inbox.channels.enums import DeliveryStatus
from inbox.channels.intake import accept, process
from inbox.channels.models import Delivery, ReceivedEvent
from inbox.channels.threading import goes_on, reply_token
from inbox.chats.assignment import ring_waiting, wants_somebody
from inbox.chats.flooding import count_repeat
from inbox.chats.identifying import join_late, tell_devices, vouched_email
from inbox.chats.models import Visitor
from inbox.chats.opening import reserved
from inbox.chats.queries import identifier_of, identities_of, newest_tickets
from inbox.common.clock import now
from inbox.common.prepared import Given, prepared
from inbox.common.rows import find, returned
from inbox.common.text import storable
from inbox.customers.models import Identity
from inbox.live.announce import announce
from inbox.tickets.files import StoredFile
from inbox.tickets.models import Message, Ticket


class TooLong(ValueError):
    """The text has more characters than a message may have (`MOST_TEXT`)."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of a visitor's message: None while only the journal has it."""

    message: Message | None
    outcome: str


def say(
    visitor: Visitor,
    text: str,
    *,
    client_id: uuid.UUID,
    files: Sequence[StoredFile] = (),
    choice: Mapping[str, str] | None = None,
    rule: int | None = None,
    context: Mapping[str, Any] | None = None,
    remote_addr: str = "",
    at: datetime | None = None,
) -> Heard:
    """Take in what a visitor wrote or pressed; the same `client_id` again is the same message. Raises `TooLong`.

    `rule` is the number of the one that spoke first and is answered now. On return it is in the journal at least.
    """
    text = storable(text).strip()
    if len(text) > MOST_TEXT:
        raise TooLong
    channel = visitor.channel
    if not (files or choice or rule) and (said := count_repeat(visitor, text, client_id, at=at or now())):
        return Heard(said, "repeated")
    frame = {
        "id": client_id.hex,
        "visitor": visitor.pk,
        "subject": visitor.subject,
        "email": vouched_email(visitor),
        "name": visitor.name,
        "language": visitor.language,
        "text": text,
        "files": [
            {name: getattr(file, name) for name in ("sha256", "filename", "content_type", "size", "kind")}
            for file in files
        ],
        "choice": dict(choice) if choice else None,
        "rule": rule,
        "before": reserved() if choice or rule else None,
        # How often it is said is for us to count.
        "context": {name: value for name, value in (context or {}).items() if name != "repeated"},
        "thread": _thread(visitor),
        "at": (at or now()).isoformat(),
    }
    sender = account(channel)
    # Its first words are what counts, should the browser send them again from another page.
    accepted = accept(
        channel,
        replace(payload_of(frame, sender, remote_addr=remote_addr), received_at=now()),
        single_use=f"chat:{visitor.pk}:{client_id.hex}",
    )
    if not accepted.is_new and (heard := _heard(visitor, client_id)).outcome != "waiting":
        return heard
    try:
        process(accepted.envelope_id)
    finally:
        heard = _heard(visitor, client_id)
        if heard.outcome == "waiting":
            ring_intake(accepted.envelope_id)
    if heard.message and accepted.is_new:
        tell_said(heard.message.ticket)
    if heard.message and wants_somebody(heard.message):
        ring_waiting(heard.message.ticket_id)
    return heard


def _thread(visitor: Visitor) -> str:
    """The ticket in which his own conversation goes on. Another's is none of his, whoever we believe him to be."""
    mine = newest_tickets(identities_of(visitor))
    return next((reply_token(one) for one in mine if one.channel_id == visitor.channel_id and goes_on(one)), "")


def _heard(visitor: Visitor, client_id: uuid.UUID) -> Heard:
    which = visitor.channel_id, f"message:{visitor.pk}:{client_id.hex}"
    received = _received.first(*which)
    if received and not visitor.identity_id and not _recognize(visitor):
        _join_proven(visitor)
        received = _received.first(*which)
    return Heard(received.message, received.outcome) if received else Heard(None, "waiting")


@prepared
def _received(channel: Given, event_id: Given) -> QuerySet[ReceivedEvent]:
    return ReceivedEvent.objects.filter(channel=channel, event_id=event_id).select_related("message__ticket")[:1]


def _recognize(visitor: Visitor) -> bool:
    """From his first message on there is somebody to answer to. False when his site has vouched for him meanwhile."""
    me = identifier_of(visitor)
    address = me.kind, me.scope, me.value
    values = [visitor.time_zone, *address, visitor.time_zone, *address, visitor.pk, visitor.subject]
    for visitor.identity in returned(Identity, _BECOMES, values):
        tell_devices(visitor)
    return visitor.identity_id is not None


def _join_proven(visitor: Visitor) -> None:
    with transaction.atomic():
        # Where his site vouches for him at the same time, the later of the two sees what the other did.
        [stored] = find(Visitor, "id = %s", visitor.pk, tail="FOR UPDATE")
        if stored.subject != visitor.subject:
            visitor.identity = join_late(stored)


#: A visitor who is still the same is who wrote from his address. When it is night for him, his browser knows.
_BECOMES = """
    WITH his_time AS (
        UPDATE inbox_customer SET time_zone = %s
        FROM inbox_identity
        WHERE kind = %s AND scope = %s AND value = %s
            AND inbox_customer.id = customer_id AND time_zone = '' AND %s <> ''
    )
    UPDATE inbox_visitor SET identity_id = inbox_identity.id
    FROM inbox_identity
    WHERE kind = %s AND scope = %s AND value = %s AND inbox_visitor.id = %s AND subject = %s"""


def note_seen(visitor: Visitor, up_to: int, *, is_read: bool, at: datetime | None = None) -> int:
    """The visitor's browser has our messages up to this one; with `is_read` he saw them. States never go backwards."""
    states = [DeliveryStatus.SENT, DeliveryStatus.DELIVERED] if is_read else [DeliveryStatus.SENT]
    tickets = newest_tickets(identities_of(visitor))
    mine = Delivery.objects.filter(ticket__in=tickets, channel=visitor.channel_id, message_id__lte=up_to)
    status = DeliveryStatus.READ if is_read else DeliveryStatus.DELIVERED
    changed = mine.filter(status__in=states).update(status=status, settled_at=at or now())
    if changed and tickets:
        tell_ticket(tickets[0], "seen")
    return changed


def type_as_visitor(visitor: Visitor, *, is_typing: bool) -> None:
    """Tell agents who may see the ticket that its visitor is writing."""
    for ticket in newest_tickets(identities_of(visitor), 1):
        tell_ticket(ticket, "typing" if is_typing else "paused")


def type_as_agent(ticket: Ticket, name: str, *, is_typing: bool) -> None:
    """Tell the visitor that somebody answers him."""
    what = "typing" if is_typing else "paused"
    announce("chat", {"customer": ticket.customer_id, "channel": ticket.channel_id, "what": what, "name": name})


def tell_ticket(ticket: Ticket, what: str) -> None:
    """News of a chat that are no event of its ticket, for the agents who may see it: typing, paused, seen."""
    news: dict[str, object] = {
        "ticket": ticket.pk,
        "team": ticket.team_id,
        "assignee": ticket.assignee_id,
        "doing": what,
        "also": [],
    }
    announce("chatting", news)


def tell_said(ticket: Ticket) -> None:
    """A visitor said something: for whoever has the chat, or all who may take it, while they look elsewhere."""
    seen_by: dict[str, object] = {"team": ticket.team_id, "assignee": ticket.assignee_id, "also": []}
    whose = {"agents": [ticket.assignee_id]} if ticket.assignee_id else {}
    announce("chatting", {"ticket": ticket.pk, "doing": "said", **seen_by, **whose})


def tell_visitor(ticket: Ticket) -> None:
    """Have the visitor's page look at what changed without an event of the ticket: that we have read his message."""
    announce("chat", {"customer": ticket.customer_id, "channel": ticket.channel_id, "what": "changed"})
