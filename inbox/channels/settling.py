"""What became of an attempt to send: recorded for each recipient, and told to the ticket.

The attempt holds the lease of its row; a ticket is locked before its deliveries. What a recipient refused for now comes
round again, for a day.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models.functions import Now

from channels_adapters.contracts import Fault, OutboundMessage, Person, Recipient, Refusal, SendError, Sent
from channels_adapters.registry import adapter, network_of
from inbox.channels.admission import asking
from inbox.channels.credentials import fresh_account
from inbox.channels.enums import DeliveryStatus, ReceiptStatus
from inbox.channels.mail_models import TicketMail
from inbox.channels.models import Delivery, Outgoing
from inbox.channels.parts import Told, joined, keep_ids, stored_ids
from inbox.channels.receipts import note, status_of, tell_of_mail
from inbox.common import work
from inbox.common.clock import now
from inbox.customers.actions import recognize, set_reach
from inbox.customers.models import Identity
from inbox.tickets.changes import SYSTEM, Change, change
from inbox.tickets.enums import EventKind
from inbox.tickets.networks import capabilities_of

Row = TypeVar("Row", bound=Outgoing)
log = logging.getLogger(__name__)
GIVE_UP_AFTER = timedelta(hours=24)
#: The network is asked about what is unconfirmed after this time, and then less and less often.
LOOK_AGAIN = timedelta(minutes=1)
_SHUT = (Fault.BLOCKED, Fault.OPTED_OUT)


def taken(delivery: Row, message: OutboundMessage, sent: Sent) -> Row:
    """The provider took it, for some or for all; those who were refused for now come round again alone."""
    first = len(message.sent_parts) if delivery.sent_at is None else None
    told = Told(first, sent.external_ids, is_all=True)
    left: dict[str, Any] = {"sent_at": delivery.sent_at or now()}
    if _note_recipients(delivery, message, sent.refused, others=ReceiptStatus.SENT):
        return _again(delivery, Fault.TEMPORARY, "", told=told, **left)
    for person in sent.learned:
        _learn(delivery, person)
    status, reason = _outcome(delivery, sent)
    fault = Fault.RECIPIENT if reason else ""
    return _settle(delivery, told=told, status=status, reason=reason or sent.detail, fault=fault, **left)


def _outcome(delivery: Outgoing, sent: Sent) -> tuple[DeliveryStatus, str]:
    if isinstance(delivery, Delivery):
        return status_of(delivery)
    return (DeliveryStatus.FAILED, sent.refused[0].reason) if sent.refused else (DeliveryStatus.SENT, "")


def _learn(delivery: Outgoing, person: Person) -> None:
    """The network told more addresses of whom we wrote to: his, where nobody has them yet."""
    recognize([(one.kind, one.scope, one.value, one.verified) for one in person.identifiers], name=person.name)


def refused(delivery: Row, message: OutboundMessage, error: SendError) -> Row:
    """The network took it for nobody: it comes round again, or it failed."""
    if error.sent_parts:
        # What left already must not leave again, whatever becomes of the rest.
        with transaction.atomic():
            keep_ids(delivery, Told(len(message.sent_parts), error.sent_parts))
    if error.fault == Fault.UNKNOWN_OUTCOME:
        tried = len(message.sent_parts) + len(error.sent_parts)
        return settle_unknown(delivery, message, error.reason, tried=tried)
    if error.fault in _SHUT and capabilities_of(delivery.channel).threading == "person":
        _note_shut(delivery, message, is_blocked=error.fault == Fault.BLOCKED)
    # Nobody was accepted: who is refused for good is not asked for again, the others are.
    is_waiting = not error.refused or _note_recipients(delivery, message, error.refused)
    if error.fault.retryable and is_waiting and _has_time(delivery):
        return _again(delivery, error.fault, error.reason, error.retry_after)
    return fail(delivery, error.fault, error.reason)


def _note_shut(delivery: Outgoing, message: OutboundMessage, *, is_blocked: bool) -> None:
    """Nothing more is offered to be sent to who shut us out, until he writes or lets us in again."""
    for one in message.to:
        key = one.person.primary
        for identity in Identity.objects.filter(kind=key.kind, scope=key.scope, value=key.value):
            network = network_of(delivery.channel.kind)
            set_reach(identity, is_blocked=is_blocked, is_opted_out=not is_blocked, at=now(), network=network)


def _note_recipients(
    delivery: Outgoing, message: OutboundMessage, refused: Sequence[Refusal], *, others: ReceiptStatus | None = None
) -> bool:
    """Note what became of this attempt for each recipient; True when one of them is worth another attempt."""
    refusals = {one.recipient.value: one for one in refused}
    settled = {one.value for one in message.already_sent}
    is_waiting = False
    for recipient in message.to:
        value = recipient.person.primary.value
        if value in settled:
            continue
        if refusal := refusals.get(value):
            is_later = refusal.retryable and _has_time(delivery)
            is_waiting = is_waiting or is_later
            _note(delivery, recipient, ReceiptStatus.DEFERRED if is_later else ReceiptStatus.REFUSED, refusal.reason)
        elif others:
            _note(delivery, recipient, others)
    return is_waiting


def _note(delivery: Outgoing, recipient: Recipient, status: ReceiptStatus, reason: str = "") -> None:
    """What is no message has one recipient, of whom the row itself tells."""
    if isinstance(delivery, Delivery):
        note(delivery, recipient, status, reason)


def _has_time(delivery: Outgoing) -> bool:
    return now() - delivery.queued_at < GIVE_UP_AFTER


def settle_unknown(delivery: Row, message: OutboundMessage, reason: str, *, tried: int | None = None) -> Row:
    """It may have left or not: ask the network; who can't be sure says so, and asks again later.

    `tried` is the number of the part of which nothing is known, where those after it were not handed over for certain.
    """
    network = adapter(delivery.channel.kind)
    # What left for the others before is found either way, and says nothing about this attempt.
    found = found_by_network(delivery) if delivery.sent_at is None else None
    if found is not None:
        return arrived(delivery, message, found)
    if network.capabilities.idempotent_send and _has_time(delivery):
        return _again(delivery, Fault.UNKNOWN_OUTCOME, reason)
    with _log_of(delivery) as it:
        delivery.external_ids = stored_ids(delivery)
        if tried is not None and delivery.sent_at is None and len(delivery.external_ids) > tried:
            # Its echo was here before: the part has left, and those after it have not.
            _put_off(it, delivery, Fault.UNKNOWN_OUTCOME, "", next_attempt_at=Now())
        else:
            _close(
                it,
                delivery,
                status=DeliveryStatus.UNCONFIRMED,
                fault=Fault.UNKNOWN_OUTCOME,
                reason=reason,
                external_ids=delivery.external_ids or ([message.message_id] if message.message_id else []),
                next_attempt_at=Now() + LOOK_AGAIN if delivery.sent_at is None else None,
            )
    delivery.refresh_from_db()
    return delivery


def found_by_network(delivery: Outgoing) -> Sent | None:
    """Whether the network has it after all; one that can't be asked now can't tell."""
    channel = delivery.channel
    network = adapter(channel.kind)
    # Of a mailbox that can't be asked its pollers tell.
    noting = nullcontext() if "poll" in network.capabilities.inbound else asking(channel)
    try:
        with noting:
            return network.find_outbound(str(delivery.client_ref), fresh_account(channel))
    except SendError as error:
        log.info("delivery: %s can't be looked for: %s", delivery.pk, error)
        return None


def arrived(delivery: Row, message: OutboundMessage, found: Sent) -> Row:
    """It had left after all."""
    _note_recipients(delivery, message, (), others=ReceiptStatus.SENT)
    external_ids = list(found.external_ids) or delivery.external_ids
    return _settle(delivery, status=DeliveryStatus.SENT, sent_at=now(), external_ids=external_ids, reason="", fault="")


def _again(
    delivery: Row, fault: Fault, reason: str, wait: timedelta | None = None, *, told: Told | None = None, **values: Any
) -> Row:
    at = Now() + (wait or work.backoff(delivery.attempts))
    with _log_of(delivery) as it:
        _put_off(it, delivery, fault, reason, **_ids(delivery, told), **values, next_attempt_at=at)
    delivery.refresh_from_db()
    return delivery


def _put_off(it: Change | None, delivery: Outgoing, fault: Fault, reason: str, **values: Any) -> None:
    is_news = delivery.reason != reason or "sent_at" in values
    values |= {"status": DeliveryStatus.QUEUED, "handed_over_at": None, "fault": fault, "reason": reason}
    if work.finish(delivery, **values) and is_news:
        _tell(it, delivery, "later", reason)


def fail(delivery: Row, fault: Fault, reason: str) -> Row:
    """Give up: for all, or for those who were left."""
    if not isinstance(delivery, Delivery):
        return _settle(delivery, status=DeliveryStatus.FAILED, fault=fault, reason=reason)
    delivery.receipts.filter(status=ReceiptStatus.DEFERRED).update(
        status=ReceiptStatus.REFUSED, reason=reason, changed_at=now()
    )
    if delivery.sent_at is None:
        return _settle(delivery, status=DeliveryStatus.FAILED, fault=fault, reason=reason)
    status, told = status_of(delivery)
    return _settle(delivery, status=status, fault=fault if told else "", reason=told)


def _settle(delivery: Row, *, told: Told | None = None, **values: Any) -> Row:
    with _log_of(delivery) as it:
        if not _close(it, delivery, **_ids(delivery, told), **values) and told:
            # Its echo settled it; what ids its parts have is as true as before.
            keep_ids(delivery, told)
    delivery.refresh_from_db()
    return delivery


def _close(it: Change | None, delivery: Outgoing, **values: Any) -> bool:
    is_held = work.finish(delivery, **{"settled_at": now(), "next_attempt_at": None, **values})
    if is_held:
        _tell(it, delivery, str(values["status"]), str(values.get("reason", "")))
    else:
        log.warning("delivery: the lease of %s was lost while sending", delivery.pk)
    return is_held


def _ids(delivery: Outgoing, told: Told | None) -> dict[str, list[str]]:
    """All ids known by now, to be written. Those of parts that left before may have been told meanwhile."""
    if told is None:
        return {}
    known = stored_ids(delivery) if delivery.external_ids else []
    return {"external_ids": joined(known, told, delivery.client_ref)}


@contextmanager
def _log_of(delivery: Outgoing) -> Iterator[Change | None]:
    """The change of the ticket that hears of it; None where there is no ticket."""
    if isinstance(delivery, Delivery | TicketMail):
        with change(delivery.ticket, by=SYSTEM) as it:
            yield it
    else:
        with transaction.atomic():
            yield None


def _tell(it: Change | None, delivery: Outgoing, status: str, reason: str) -> None:
    if it is None:
        return
    if isinstance(delivery, Delivery):
        it.record(EventKind.DELIVERY_SETTLED, message=delivery.message, status=status, reason=reason[:300])
    elif isinstance(delivery, TicketMail):
        tell_of_mail(it, delivery, status, reason)
