"""Sending what is in the outbox: claim, hand over, record. One message of a ticket at a time, in order."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from channels_adapters.contracts import Fault, OutboundMessage, SendError, Sent
from channels_adapters.registry import adapter
from inbox.channels import work
from inbox.channels.access import account, has_transport
from inbox.channels.enums import DeliveryStatus
from inbox.channels.models import Delivery, OutboxMail
from inbox.channels.outgoing import outbound
from inbox.common import faults
from inbox.common.clock import now
from inbox.common.rows import insert_new
from inbox.tickets.changes import SYSTEM, change
from inbox.tickets.enums import EventKind

log = logging.getLogger(__name__)
_IN_FLIGHT = (DeliveryStatus.QUEUED, DeliveryStatus.SENDING)
GIVE_UP_AFTER = timedelta(hours=24)


def _sendable() -> QuerySet[Delivery]:
    earlier = Delivery.objects.filter(ticket=OuterRef("ticket"), id__lt=OuterRef("id"), status__in=_IN_FLIGHT)
    return Delivery.objects.filter(~Exists(earlier), status__in=_IN_FLIGHT)


def waiting() -> list[int]:
    """Ids of deliveries whose turn has come."""
    return list(work.due(_sendable()).order_by("next_attempt_at", "id").values_list("id", flat=True)[:200])


def send(delivery_id: int) -> Delivery | None:
    """Send a delivery once. None when it is not its turn, it is settled, or somebody else is at it."""
    delivery = work.claim(_sendable(), delivery_id, status=DeliveryStatus.SENDING)
    if delivery is None:
        return None
    faults.point("after_delivery_claim")
    try:
        message = outbound(delivery)
        if delivery.handed_over_at is not None:
            # The last worker died after handing over: only the network knows whether the message left.
            return _settle_unknown(delivery, message, "The connection ended before the server confirmed.")
        sent = _hand_over(delivery, message)
    except LookupError as error:
        return _fail(delivery, Fault.RECIPIENT, str(error))
    except ValueError as error:
        # A mail server that is named wrongly: nothing left, and only a person can mend it.
        return _fail(delivery, Fault.AUTH, str(error))
    except SendError as error:
        return _refused(delivery, error)
    faults.point("after_send")
    return _settle(
        delivery,
        status=DeliveryStatus.SENT,
        sent_at=now(),
        external_ids=list(sent.external_ids),
        reason="; ".join(f"{refusal.recipient.value}: {refusal.reason}" for refusal in sent.refused),
        fault="",
    )


def _hand_over(delivery: Delivery, message: OutboundMessage) -> Sent:
    channel = delivery.channel
    if not has_transport(channel):
        return _keep(delivery, message)
    Delivery.objects.filter(pk=delivery.pk, lease_token=delivery.lease_token).update(handed_over_at=Now())
    faults.point("after_hand_over")
    return adapter(channel.kind).send(message, account(channel))


def _keep(delivery: Delivery, message: OutboundMessage) -> Sent:
    """The built-in outbox stands in for a mail server; the client reference keeps a repeat from doubling."""
    from channels_adapters.email.compose import compose

    kept = OutboxMail(
        channel=delivery.channel,
        message=delivery.message,
        client_ref=delivery.message.client_ref,
        recipients=[recipient.person.primary.value for recipient in message.to],
        body=compose(message, account(delivery.channel)),
        kept_at=now(),
    )
    if not insert_new(kept, "inbox_outboxmail_client_ref_key"):
        log.info("delivery: %s is in the outbox already", delivery.pk)
    return Sent(external_ids=(message.message_id,))


def record_sent(delivery: Delivery) -> None:
    """Note that a message has left by other means, without sending it: history that is imported or made up."""
    Delivery.objects.filter(pk=delivery.pk).update(
        status=DeliveryStatus.SENT,
        sent_at=now(),
        settled_at=now(),
        next_attempt_at=None,
        external_ids=[delivery.message.external_id],
    )


def _settle_unknown(delivery: Delivery, message: OutboundMessage, reason: str) -> Delivery:
    network = adapter(delivery.channel.kind)
    found = network.find_outbound(message.client_ref, account(delivery.channel))
    if found is not None:
        return _settle(
            delivery, status=DeliveryStatus.SENT, sent_at=now(), external_ids=list(found.external_ids), reason=""
        )
    if network.capabilities.idempotent_send:
        return _again(delivery, Fault.UNKNOWN_OUTCOME, reason)
    return _settle(
        delivery,
        status=DeliveryStatus.UNCONFIRMED,
        fault=Fault.UNKNOWN_OUTCOME,
        reason=reason,
        external_ids=[message.message_id] if message.message_id else [],
    )


def _refused(delivery: Delivery, error: SendError) -> Delivery:
    if error.fault == Fault.UNKNOWN_OUTCOME:
        return _settle_unknown(delivery, outbound(delivery), error.reason)
    if error.fault.retryable and now() - delivery.queued_at < GIVE_UP_AFTER:
        return _again(delivery, error.fault, error.reason, error.retry_after)
    return _fail(delivery, error.fault, error.reason)


def _again(delivery: Delivery, fault: Fault, reason: str, wait: timedelta | None = None) -> Delivery:
    work.finish(
        delivery,
        status=DeliveryStatus.QUEUED,
        handed_over_at=None,
        fault=fault,
        reason=reason,
        next_attempt_at=Now() + (wait or work.backoff(delivery.attempts)),
    )
    delivery.refresh_from_db()
    return delivery


def _fail(delivery: Delivery, fault: Fault, reason: str) -> Delivery:
    return _settle(delivery, status=DeliveryStatus.FAILED, fault=fault, reason=reason)


def _settle(delivery: Delivery, **values: Any) -> Delivery:
    with transaction.atomic():
        if work.finish(delivery, settled_at=now(), next_attempt_at=None, **values):
            with change(delivery.ticket, by=SYSTEM) as it:
                it.record(
                    EventKind.DELIVERY_SETTLED,
                    message=delivery.message,
                    status=str(values["status"]),
                    reason=str(values.get("reason", ""))[:300],
                )
        else:
            log.warning("delivery: the lease of %s was lost while sending", delivery.pk)
    delivery.refresh_from_db()
    return delivery
