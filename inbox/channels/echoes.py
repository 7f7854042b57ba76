"""What of ours a network tells of with the mark it left with: it has left for certain.

Its echo or receipt may be here before the call that sent it returns, or be all that is ever heard of it. That of its
last part settles a reply, whoever holds its lease: parts leave one after the other. One of an earlier part, of which
nothing was known, lets the rest leave. A ticket is locked before its deliveries.
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Collection, Iterator
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from channels_adapters.contracts import DeliveryState, DeliveryUpdate, Event, InboundMessage, OwnPart
from inbox.channels.actions import ring_delivery
from inbox.channels.enums import DeliveryStatus
from inbox.channels.models import Channel, Delivery
from inbox.channels.parts import Told, joined, with_places
from inbox.channels.receipts import note_sent
from inbox.common.clock import now
from inbox.customers.actions import recognize
from inbox.tickets.changes import SYSTEM, Change, change
from inbox.tickets.enums import EventKind
from inbox.tickets.models import Message
from inbox.tickets.recipients import recipients_of

_REF = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: In these it is known that something left, and not that all of it did.
_IN_DOUBT = (DeliveryStatus.UNCONFIRMED, DeliveryStatus.DELIVERED, DeliveryStatus.READ)
_FURTHER = (DeliveryStatus.DELIVERED, DeliveryStatus.READ)
_MISSED = (DeliveryState.FAILED, DeliveryState.BOUNCED)


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
    delivery = _sent(channel, part)
    if part is None or delivery is None:
        return None
    with _locked(delivery) as (row, it):
        if _tell(it, row, _hear(row, part, event.external_id)):
            _learn(row, event)
    return row.message


def settle_by_receipt(channel: Channel, update: DeliveryUpdate) -> None:
    """Settle the reply whose part the receipt is about, as far as that it left tells; its state is not noted."""
    part = update.own_part if update.own_part and _REF.fullmatch(update.own_part.client_ref) else None
    delivery = _sent(channel, part)
    if part is None or delivery is None or not update.external_ids:
        return
    external_id = update.external_ids[0]
    if external_id in delivery.external_ids and delivery.sent_at is not None:
        return
    with _locked(delivery) as (row, it):
        if update.state not in _MISSED and not _is_overtaken(row, update):
            _tell(it, row, _hear(row, part, external_id))
        elif row.status == DeliveryStatus.UNCONFIRMED:
            Delivery.objects.filter(pk=row.pk).update(external_ids=_ids(row, part, external_id))


def _sent(channel: Channel, part: OwnPart | None) -> Delivery | None:
    sent = Delivery.objects.filter(channel=channel, client_ref=part.client_ref) if part else None
    return sent.select_related("ticket").first() if sent is not None else None


def _part(event: Event) -> OwnPart | None:
    part = event.own_part if isinstance(event, InboundMessage) and event.direction == "echo" else None
    return part if part and _REF.fullmatch(part.client_ref) else None


def _is_overtaken(row: Delivery, update: DeliveryUpdate) -> bool:
    """Whether it tells of what failed since: states come in any order, and the next attempt has not begun."""
    if row.status == DeliveryStatus.QUEUED:
        return update.state == DeliveryState.SENT
    return row.status in (DeliveryStatus.FAILED, DeliveryStatus.BOUNCED) and update.external_ids[0] in row.external_ids


@contextlib.contextmanager
def _locked(delivery: Delivery) -> Iterator[tuple[Delivery, Change]]:
    with change(delivery.ticket, by=SYSTEM) as it:
        rows = Delivery.objects.select_for_update(of=("self",)).select_related("message", "channel")
        yield rows.get(pk=delivery.pk), it


def _tell(it: Change, row: Delivery, status: str) -> bool:
    """Have the ticket hear of a new status; whether all of it left."""
    if status == DeliveryStatus.QUEUED:
        it.record(EventKind.DELIVERY_SETTLED, message=row.message, status="later", reason="")
        transaction.on_commit(functools.partial(ring_delivery, row.message_id))
    elif status:
        note_sent(row)
        it.record(EventKind.DELIVERY_SETTLED, message=row.message, status=status, reason="")
        return True
    return False


def _ids(row: Delivery, part: OwnPart, external_id: str) -> list[str]:
    told = Told(part.number, [external_id], is_all=row.sent_at is not None)
    return joined(with_places(row.external_ids, part.number, row.client_ref), told, row.client_ref)


def _hear(row: Delivery, part: OwnPart, external_id: str) -> str:
    """Write down on a locked row that this part of it left; its new status, "" where it is what it was."""
    known, ids = len(row.external_ids), _ids(row, part, external_id)
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
