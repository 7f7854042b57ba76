"""Sending what is in the outbox: claim, hand over, record. One message of a ticket at a time, in order.

A message that has left for some of its recipients and was refused for now by others is still queued, for those alone;
it holds up nobody. A ticket is locked before its deliveries. What is no message of a ticket goes the same way and has
one recipient, of whom its own row tells: a `DirectMail`, of which nobody else hears, and a `TicketMail`, of which its
ticket does.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from channels_adapters.contracts import Fault, OutboundMessage, Person, Recipient, Refusal, SendError, Sent
from channels_adapters.registry import adapter
from inbox.channels.access import has_transport
from inbox.channels.actions import ring_again
from inbox.channels.credentials import fresh_account
from inbox.channels.enums import DeliveryStatus, ReceiptStatus
from inbox.channels.keeping import keep
from inbox.channels.mail_models import TicketMail
from inbox.channels.models import Delivery, DirectMail, Outgoing
from inbox.channels.outgoing import direct, outbound, told_by_mail
from inbox.channels.pacing import wait_before
from inbox.channels.receipts import note, status_of, tell_of_mail
from inbox.common import faults, work
from inbox.common.clock import now
from inbox.customers.actions import recognize, set_reach
from inbox.customers.models import Identity
from inbox.tickets.changes import SYSTEM, Change, change
from inbox.tickets.enums import EventKind
from inbox.tickets.networks import capabilities_of

Row = TypeVar("Row", bound=Outgoing)
log = logging.getLogger(__name__)
_IN_FLIGHT = (DeliveryStatus.QUEUED, DeliveryStatus.SENDING)
GIVE_UP_AFTER = timedelta(hours=24)
_LOOK_AGAIN = timedelta(minutes=1)
_TASKS: Mapping[type[Outgoing], str] = {Delivery: "send", DirectMail: "send_direct", TicketMail: "send_mail"}
_SHUT = (Fault.BLOCKED, Fault.OPTED_OUT)
_UNSURE = Q(status=DeliveryStatus.UNCONFIRMED, next_attempt_at__isnull=False)


def _sendable() -> QuerySet[Delivery]:
    earlier = Delivery.objects.filter(
        ticket=OuterRef("ticket"), id__lt=OuterRef("id"), status__in=_IN_FLIGHT, sent_at=None
    )
    return Delivery.objects.filter(~Exists(earlier), status__in=_IN_FLIGHT)


def _direct() -> QuerySet[DirectMail]:
    return DirectMail.objects.filter(status__in=_IN_FLIGHT)


def _told() -> QuerySet[TicketMail]:
    return TicketMail.objects.filter(status__in=_IN_FLIGHT)


def waiting() -> list[int]:
    """Ids of deliveries whose turn has come."""
    return _ids(work.due(_sendable()), 200)


def waiting_direct() -> list[int]:
    """Ids of mails outside tickets whose turn has come."""
    return _ids(work.due(_direct()), 200)


def waiting_mails() -> list[int]:
    """Ids of mails about tickets whose turn has come."""
    return _ids(work.due(_told()), 200)


def _ids(rows: QuerySet[Any], most: int) -> list[int]:
    return list(rows.order_by("next_attempt_at", "id").values_list("id", flat=True)[:most])


def send(delivery_id: int) -> Delivery | None:
    """Send a delivery once. None when it is not its turn, it is settled, or somebody else is at it."""
    return _send(_sendable(), delivery_id)


def send_direct(mail_id: int) -> DirectMail | None:
    """Send a mail outside tickets once, as `send` does."""
    return _send(_direct(), mail_id)


def send_mail(mail_id: int) -> TicketMail | None:
    """Send a mail about a ticket once, as `send` does."""
    return _send(_told(), mail_id)


def _send(rows: QuerySet[Row], row_id: int) -> Row | None:
    delivery = work.claim(rows, row_id, status=DeliveryStatus.SENDING)
    if delivery is None:
        return None
    faults.point("after_delivery_claim")
    if delivery.handed_over_at is None and (wait := wait_before(delivery.channel, _name(delivery))):
        return _paced(delivery, wait)
    try:
        message = _on_the_wire(delivery)
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
        return _refused(delivery, message, error)
    faults.point("after_send")
    return _taken(delivery, message, sent)


def _name(delivery: Outgoing) -> str:
    return f"{delivery._meta.model_name}:{delivery.pk}"


def _paced(delivery: Row, wait: timedelta) -> Row:
    """Let it wait for its turn: nothing was tried, so nothing is counted and nobody is told."""
    attempts = max(delivery.attempts - 1, 0)
    if work.finish(delivery, status=DeliveryStatus.QUEUED, attempts=attempts, next_attempt_at=Now() + wait):
        ring_again(f"inbox.channels.tasks.{_TASKS[type(delivery)]}", delivery.pk, wait)
    delivery.refresh_from_db()
    return delivery


def _hand_over(delivery: Outgoing, message: OutboundMessage) -> Sent:
    channel = delivery.channel
    if not has_transport(channel):
        return keep(delivery, message)
    sender = fresh_account(channel)
    held = type(delivery)._default_manager.filter(pk=delivery.pk, lease_token=delivery.lease_token)
    held.update(handed_over_at=Now())
    faults.point("after_hand_over")
    try:
        return adapter(channel.kind).send(message, sender)
    except SendError as refusal:
        token = sender.secrets.get("oauth_access_token", "")
        if refusal.fault != Fault.AUTH or not token:
            raise
        # Nothing left. A token may be void before its time (a new password, access taken back and given again).
        return adapter(channel.kind).send(message, fresh_account(channel, refused=token))


def record_sent(delivery: Delivery) -> None:
    """Note that a message has left by other means, without sending it: history that is imported or made up."""
    Delivery.objects.filter(pk=delivery.pk).update(
        status=DeliveryStatus.SENT,
        sent_at=now(),
        settled_at=now(),
        next_attempt_at=None,
        external_ids=[delivery.message.external_id],
    )


def _taken(delivery: Row, message: OutboundMessage, sent: Sent) -> Row:
    """The provider took it, for some or for all; those who were refused for now come round again alone."""
    left: dict[str, Any] = {
        "sent_at": delivery.sent_at or now(),
        "external_ids": [
            *delivery.external_ids,
            *(one for one in sent.external_ids if one not in delivery.external_ids),
        ],
    }
    if _note_recipients(delivery, message, sent.refused, others=ReceiptStatus.SENT):
        return _again(delivery, Fault.TEMPORARY, "", **left)
    for person in sent.learned:
        _learn(delivery, person)
    status, reason = _outcome(delivery, sent)
    fault = Fault.RECIPIENT if reason else ""
    return _settle(delivery, status=status, reason=reason or sent.detail, fault=fault, **left)


def _outcome(delivery: Outgoing, sent: Sent) -> tuple[DeliveryStatus, str]:
    if isinstance(delivery, Delivery):
        return status_of(delivery)
    return (DeliveryStatus.FAILED, sent.refused[0].reason) if sent.refused else (DeliveryStatus.SENT, "")


def _learn(delivery: Outgoing, person: Person) -> None:
    """The network told more addresses of whom we wrote to: his, where nobody has them yet."""
    recognize([(one.kind, one.scope, one.value, one.verified) for one in person.identifiers], name=person.name)


def _refused(delivery: Row, message: OutboundMessage, error: SendError) -> Row:
    if error.sent_parts:
        # What left already must not leave again, whatever becomes of the rest.
        delivery.external_ids = [*delivery.external_ids, *error.sent_parts]
        type(delivery)._default_manager.filter(pk=delivery.pk).update(external_ids=delivery.external_ids)
    if error.fault == Fault.UNKNOWN_OUTCOME:
        return _settle_unknown(delivery, message, error.reason)
    if error.fault in _SHUT and capabilities_of(delivery.channel).threading == "person":
        _note_shut(message, is_blocked=error.fault == Fault.BLOCKED)
    # Nobody was accepted: who is refused for good is not asked for again, the others are.
    is_waiting = not error.refused or _note_recipients(delivery, message, error.refused)
    if error.fault.retryable and is_waiting and _has_time(delivery):
        return _again(delivery, error.fault, error.reason, error.retry_after)
    return _fail(delivery, error.fault, error.reason)


def _note_shut(message: OutboundMessage, *, is_blocked: bool) -> None:
    """Nothing more is offered to be sent to who shut us out, until he writes or lets us in again."""
    for one in message.to:
        key = one.person.primary
        for identity in Identity.objects.filter(kind=key.kind, scope=key.scope, value=key.value):
            set_reach(identity, is_blocked=is_blocked, is_opted_out=not is_blocked, at=now())


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


def _settle_unknown(delivery: Row, message: OutboundMessage, reason: str) -> Row:
    """It may have left or not: ask the network; who can't be sure says so, and asks again later."""
    network = adapter(delivery.channel.kind)
    # What left for the others before is found either way, and says nothing about this attempt.
    found = _found(delivery) if delivery.sent_at is None else None
    if found is not None:
        return _arrived(delivery, message, found)
    if network.capabilities.idempotent_send and _has_time(delivery):
        return _again(delivery, Fault.UNKNOWN_OUTCOME, reason)
    return _settle(
        delivery,
        status=DeliveryStatus.UNCONFIRMED,
        fault=Fault.UNKNOWN_OUTCOME,
        reason=reason,
        external_ids=delivery.external_ids or ([message.message_id] if message.message_id else []),
        next_attempt_at=Now() + _LOOK_AGAIN if delivery.sent_at is None else None,
    )


def unsure() -> list[int]:
    """Ids of unconfirmed deliveries about which the network may know by now."""
    return _ids(work.due(Delivery.objects.filter(_UNSURE)), 50)


def unsure_direct() -> list[int]:
    """Ids of unconfirmed mails outside tickets."""
    return _ids(work.due(DirectMail.objects.filter(_UNSURE)), 50)


def unsure_mails() -> list[int]:
    """Ids of unconfirmed mails about tickets."""
    return _ids(work.due(TicketMail.objects.filter(_UNSURE)), 50)


def look_again(delivery_id: int) -> Delivery | None:
    """Ask the network once more what became of an unconfirmed delivery, for as long as it would have been tried."""
    return _look_again(Delivery.objects.filter(status=DeliveryStatus.UNCONFIRMED), delivery_id)


def look_again_direct(mail_id: int) -> DirectMail | None:
    """The same for a mail outside tickets."""
    return _look_again(DirectMail.objects.filter(status=DeliveryStatus.UNCONFIRMED), mail_id)


def look_again_mail(mail_id: int) -> TicketMail | None:
    """The same for a mail about a ticket."""
    return _look_again(TicketMail.objects.filter(status=DeliveryStatus.UNCONFIRMED), mail_id)


def _look_again(rows: QuerySet[Row], row_id: int) -> Row | None:
    delivery = work.claim(rows, row_id)
    if delivery is None:
        return None
    if (found := _found(delivery)) is not None:
        return _arrived(delivery, _on_the_wire(delivery), found)
    elapsed = now() - (delivery.settled_at or delivery.queued_at)
    wait = min(max(elapsed, _LOOK_AGAIN), timedelta(hours=1))
    work.finish(delivery, next_attempt_at=Now() + wait if elapsed < GIVE_UP_AFTER else None)
    delivery.refresh_from_db()
    return delivery


def _found(delivery: Outgoing) -> Sent | None:
    """Whether the network has it after all; one that can't be asked now can't tell."""
    channel = delivery.channel
    try:
        return adapter(channel.kind).find_outbound(str(delivery.client_ref), fresh_account(channel))
    except SendError as error:
        log.info("delivery: %s can't be looked for: %s", delivery.pk, error)
        return None


def _arrived(delivery: Row, message: OutboundMessage, found: Sent) -> Row:
    _note_recipients(delivery, message, (), others=ReceiptStatus.SENT)
    external_ids = list(found.external_ids) or delivery.external_ids
    return _settle(delivery, status=DeliveryStatus.SENT, sent_at=now(), external_ids=external_ids, reason="", fault="")


def _again(delivery: Row, fault: Fault, reason: str, wait: timedelta | None = None, **values: Any) -> Row:
    later: dict[str, Any] = {
        "handed_over_at": None,
        "fault": fault,
        "reason": reason,
        "next_attempt_at": Now() + (wait or work.backoff(delivery.attempts)),
    }
    with _log_of(delivery) as it:
        is_news = delivery.reason != reason or "sent_at" in values
        if work.finish(delivery, status=DeliveryStatus.QUEUED, **{**values, **later}) and is_news:
            _tell(it, delivery, "later", reason)
    delivery.refresh_from_db()
    return delivery


def _fail(delivery: Row, fault: Fault, reason: str) -> Row:
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


def _settle(delivery: Row, **values: Any) -> Row:
    with _log_of(delivery) as it:
        if work.finish(delivery, **{"settled_at": now(), "next_attempt_at": None, **values}):
            _tell(it, delivery, str(values["status"]), str(values.get("reason", "")))
        else:
            log.warning("delivery: the lease of %s was lost while sending", delivery.pk)
    delivery.refresh_from_db()
    return delivery


def _on_the_wire(delivery: Outgoing) -> OutboundMessage:
    if isinstance(delivery, Delivery):
        return outbound(delivery)
    if isinstance(delivery, DirectMail):
        return direct(delivery)
    if isinstance(delivery, TicketMail):
        return told_by_mail(delivery)
    raise LookupError("Nobody knows what this says.")


@contextmanager
def _log_of(delivery: Outgoing) -> Iterator[Change | None]:
    """The change of the ticket that hears of it; None where there is no ticket."""
    if isinstance(delivery, Delivery | TicketMail):
        with change(delivery.ticket, by=SYSTEM) as it:
            yield it
    else:
        yield None


def _tell(it: Change | None, delivery: Outgoing, status: str, reason: str) -> None:
    if it is None:
        return
    if isinstance(delivery, Delivery):
        it.record(EventKind.DELIVERY_SETTLED, message=delivery.message, status=status, reason=reason[:300])
    elif isinstance(delivery, TicketMail):
        tell_of_mail(it, delivery, status, reason)
