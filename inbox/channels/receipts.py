"""What networks tell later of messages we sent: delivered, read, bounced. States never go backwards."""

from __future__ import annotations

from channels_adapters.contracts import DeliveryState, DeliveryUpdate
from inbox.channels.enums import DeliveryStatus
from inbox.channels.models import Channel, Delivery
from inbox.common.clock import now
from inbox.tickets.changes import SYSTEM, change
from inbox.tickets.enums import EventKind
from inbox.tickets.models import Message

_STATUS = {
    DeliveryState.SENT: DeliveryStatus.SENT,
    DeliveryState.DELIVERED: DeliveryStatus.DELIVERED,
    DeliveryState.READ: DeliveryStatus.READ,
    DeliveryState.FAILED: DeliveryStatus.FAILED,
    DeliveryState.BOUNCED: DeliveryStatus.BOUNCED,
    DeliveryState.COMPLAINED: DeliveryStatus.BOUNCED,
}
_RANK = [
    DeliveryStatus.QUEUED,
    DeliveryStatus.SENDING,
    DeliveryStatus.UNCONFIRMED,
    DeliveryStatus.SENT,
    DeliveryStatus.DELIVERED,
    DeliveryStatus.READ,
    DeliveryStatus.FAILED,
    DeliveryStatus.BOUNCED,
]


def record_update(channel: Channel, update: DeliveryUpdate) -> tuple[Message | None, str]:
    """Note the new state on each delivery the update names; the outcome is `updated` or `unknown`."""
    deliveries = Delivery.objects.select_for_update().filter(channel=channel)
    named = deliveries.filter(external_ids__overlap=list(update.external_ids)) if update.external_ids else None
    touched: Message | None = None
    for delivery in named.select_related("message", "ticket") if named is not None else ():
        touched = delivery.message
        status = _STATUS[update.state]
        if delivery.status not in _RANK or _RANK.index(status) <= _RANK.index(DeliveryStatus(delivery.status)):
            continue
        delivery.status, delivery.reason = status, update.reason
        delivery.settled_at = now()
        delivery.save(update_fields=["status", "reason", "settled_at"])
        with change(delivery.ticket, by=SYSTEM, at=update.occurred_at) as it:
            it.record(
                EventKind.DELIVERY_SETTLED, message=delivery.message, status=str(status), reason=update.reason[:300]
            )
    return touched, "updated" if touched else "unknown"
