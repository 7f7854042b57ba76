"""What of ours comes back from a network with the mark it left with: it has left for certain.

Its echo may be here before the call that sent it returns, or be all that is ever heard of it. The echo of its last part
settles a reply, whoever holds its lease: parts leave one after the other. One of an earlier part, of which nothing was
known, lets the rest leave. A ticket is locked before its deliveries.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from channels_adapters.contracts import Event, InboundMessage, OwnPart
from inbox.channels.actions import ring_delivery
from inbox.channels.enums import DeliveryStatus
from inbox.channels.models import Channel, Delivery
from inbox.channels.parts import Told, joined, with_places
from inbox.channels.receipts import note_sent
from inbox.common.clock import now
from inbox.customers.actions import recognize
from inbox.tickets.changes import SYSTEM, change
from inbox.tickets.enums import EventKind
from inbox.tickets.models import Message
from inbox.tickets.recipients import recipients_of

_REF = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: In these it is known that something left, and not that all of it did.
_IN_DOUBT = (DeliveryStatus.UNCONFIRMED, DeliveryStatus.DELIVERED, DeliveryStatus.READ)
_FURTHER = (DeliveryStatus.DELIVERED, DeliveryStatus.READ)


def of_ours(channel: Channel, events: Collection[Event]) -> set[str]:
    """The ids of those events that are echoes of what this channel sent."""
    parts = {one.event_id: part.client_ref for one in events if (part := _part(one))}
    if not parts:
        return set()
    sent = Delivery.objects.filter(channel=channel, client_ref__in=set(parts.values()))
    known = {str(ref) for ref in sent.values_list("client_ref", flat=True)}
    return {event_id for event_id, ref in parts.items() if ref in known}


def settle_by_echo(channel: Channel, event: InboundMessage) -> Message | None:
    """The message of ours that the echo is a part of, which is settled as far as that tells; None where there is none.

    The same echo again changes nothing.
    """
    part = _part(event)
    sent = Delivery.objects.filter(channel=channel, client_ref=part.client_ref) if part else None
    delivery = sent.select_related("ticket").first() if sent is not None else None
    return _settle(delivery, part, event) if delivery and part else None


def _part(event: Event) -> OwnPart | None:
    part = event.own_part if isinstance(event, InboundMessage) and event.direction == "echo" else None
    return part if part and _REF.fullmatch(part.client_ref) else None


def _settle(delivery: Delivery, part: OwnPart, event: InboundMessage) -> Message:
    with change(delivery.ticket, by=SYSTEM) as it:
        rows = Delivery.objects.select_for_update(of=("self",)).select_related("message", "channel")
        delivery = rows.get(pk=delivery.pk)
        status = _hear(delivery, part, event.external_id)
        if status == DeliveryStatus.QUEUED:
            it.record(EventKind.DELIVERY_SETTLED, message=delivery.message, status="later", reason="")
            transaction.on_commit(functools.partial(ring_delivery, delivery.message_id))
        elif status:
            note_sent(delivery)
            _learn(delivery, event)
            it.record(EventKind.DELIVERY_SETTLED, message=delivery.message, status=status, reason="")
    return delivery.message


def _hear(row: Delivery, part: OwnPart, external_id: str) -> str:
    """Write down what the echo tells of a locked row; its new status, "" where it is what it was."""
    known = len(row.external_ids)
    told = Told(part.number, [external_id], is_all=row.sent_at is not None)
    ids = joined(with_places(row.external_ids, part.number, row.client_ref), told, row.client_ref)
    values: dict[str, Any] = {}
    if row.sent_at is not None or row.status == DeliveryStatus.CANCELLED:
        pass
    elif part.is_last:
        status = row.status if row.status in _FURTHER else DeliveryStatus.SENT
        values = {"status": status, "sent_at": now(), "settled_at": now(), "next_attempt_at": None}
    elif row.status in _IN_DOUBT and part.number >= known and not row.deaths:
        # Whoever sent it saw no answer to this very part and stopped there: what comes after it was never tried.
        values = {"status": DeliveryStatus.QUEUED, "settled_at": None, "next_attempt_at": Now(), "handed_over_at": None}
    if values:
        # Whoever holds it finds that it is settled; what he sent is what came back.
        values |= {"fault": "", "reason": "", "lease_token": None, "lease_until": None}
    if values or ids != row.external_ids:
        Delivery.objects.filter(pk=row.pk).update(external_ids=ids, **values)
    return str(values.get("status", ""))


def _learn(delivery: Delivery, event: InboundMessage) -> None:
    """The echo names whom it went to by the id he is written to: his, where we knew him by a comment alone."""
    people = recipients_of(delivery.message)
    if len(people) == 1 and event.recipients:
        _, known = people[0]
        told = [(one.kind, one.scope, one.value, one.verified) for one in event.recipients[0].person.identifiers]
        if (known.kind, known.scope, known.value) not in [one[:3] for one in told]:
            recognize([(known.kind, known.scope, known.value, known.verified), *told])
