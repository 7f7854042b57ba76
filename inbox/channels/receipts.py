"""What became of messages of ours, for each recipient: told when we hand them over, and later by the networks.

States never go backwards. A ticket is locked before its deliveries.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Q

from channels_adapters.contracts import (
    Automatic,
    DeliveryState,
    DeliveryUpdate,
    Identifier,
    InboundMessage,
    Recipient,
    Verdict,
)
from inbox.channels.enums import DeliveryStatus, ReceiptStatus
from inbox.channels.mail_models import TicketMail
from inbox.channels.models import Channel, Delivery, DirectMail, Outgoing, Receipt
from inbox.common.clock import now
from inbox.common.rows import find, insert_new
from inbox.customers.models import Identity
from inbox.tickets.changes import SYSTEM, Change, change
from inbox.tickets.enums import EventKind
from inbox.tickets.models import Message
from inbox.tickets.recipients import recipients_of

_STATUS = {
    DeliveryState.SENT: DeliveryStatus.SENT,
    DeliveryState.DELIVERED: DeliveryStatus.DELIVERED,
    DeliveryState.READ: DeliveryStatus.READ,
    DeliveryState.FAILED: DeliveryStatus.FAILED,
    DeliveryState.BOUNCED: DeliveryStatus.BOUNCED,
    DeliveryState.COMPLAINED: DeliveryStatus.BOUNCED,
}
_RECEIPT = {
    DeliveryState.SENT: ReceiptStatus.SENT,
    DeliveryState.DELIVERED: ReceiptStatus.DELIVERED,
    DeliveryState.READ: ReceiptStatus.READ,
    DeliveryState.FAILED: ReceiptStatus.REFUSED,
    DeliveryState.BOUNCED: ReceiptStatus.BOUNCED,
    DeliveryState.COMPLAINED: ReceiptStatus.COMPLAINED,
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
_RECEIPT_RANK = [
    ReceiptStatus.DEFERRED,
    ReceiptStatus.SENT,
    ReceiptStatus.DELIVERED,
    ReceiptStatus.READ,
    ReceiptStatus.REFUSED,
    ReceiptStatus.BOUNCED,
    ReceiptStatus.COMPLAINED,
]
#: The Message-IDs we write begin with our own reference.
_OWN_REF = re.compile(r"<([0-9a-f]{32})[.@]")
#: Our own reference, where a network gives it back beside its ids.
_REF = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: The recipient does not have it.
MISSED = (ReceiptStatus.REFUSED, ReceiptStatus.BOUNCED)
_ARRIVED = (ReceiptStatus.DELIVERED, ReceiptStatus.READ)


def note(delivery: Delivery, recipient: Recipient, status: ReceiptStatus, reason: str = "") -> None:
    """Note what became of a delivery for one of its recipients; an earlier note is replaced."""
    who = recipient.person.primary
    _note(delivery, recipient.role, who.kind, who.value, status, reason)


def note_sent(delivery: Delivery) -> None:
    """Note that whoever it went to has been sent it, unless more is known of him."""
    for role, one in recipients_of(delivery.message):
        _note(delivery, role, one.kind, one.value, ReceiptStatus.SENT, "")


def _note(delivery: Delivery, role: str, kind: str, value: str, status: ReceiptStatus, reason: str) -> None:
    told: dict[str, Any] = {"role": role, "status": status, "reason": reason[:1000], "changed_at": now()}
    if insert_new(Receipt(delivery=delivery, kind=kind, value=value, **told), "a_recipient_has_one_receipt"):
        return
    known = delivery.receipts.filter(kind=kind, value=value)
    if status == ReceiptStatus.SENT:
        # That it was sent is told by its echo as well, and by then it may have been read.
        known = known.exclude(status__in=_ARRIVED)
    known.update(**told)


def status_of(delivery: Delivery) -> tuple[DeliveryStatus, str]:
    """How a delivery went as a whole, and why: as for those it is addressed to; copies alone don't decide."""
    receipts = list(delivery.receipts.order_by("id"))
    decisive = [one for one in receipts if one.role == "to"] or receipts
    missed = [one for one in decisive if one.status in MISSED]
    if missed and len(missed) == len(decisive):
        bounced = any(one.status == ReceiptStatus.BOUNCED for one in missed)
        return (DeliveryStatus.BOUNCED if bounced else DeliveryStatus.FAILED), missed[0].reason
    return DeliveryStatus.SENT, ""


def record_update(channel: Channel, update: DeliveryUpdate) -> tuple[Message | None, str]:
    """Note the new state on each delivery the update names; the outcome is `updated` or `unknown`."""
    touched: Message | None = None
    for delivery in _named(channel, update.external_ids):
        touched = delivery.message
        with change(delivery.ticket, by=SYSTEM, at=update.occurred_at) as it:
            delivery = Delivery.objects.select_for_update().get(pk=delivery.pk)
            if not _advance(delivery, update):
                continue
            it.record(
                EventKind.DELIVERY_SETTLED,
                message=touched,
                status=str(delivery.status),
                reason=update.reason[:300],
                recipient=update.recipient.value if update.recipient else "",
            )
    is_known = touched is not None or _record_direct(channel, update) or _record_told(channel, update)
    return touched, "updated" if is_known else "unknown"


def record_watermark(channel: Channel, update: DeliveryUpdate, identity: Identity | None) -> tuple[Message | None, str]:
    """The same for all that had been sent to somebody up to the update's watermark."""
    if identity is None or update.watermark is None:
        return None, "unknown"
    status = _STATUS[update.state]
    lower = [one for one in _RANK if _RANK.index(one) < _RANK.index(status)]
    theirs = Delivery.objects.filter(channel=channel, ticket__customer=identity.customer_id)
    sent = theirs.filter(status__in=lower, sent_at__lte=update.watermark, external_ids__len__gt=0)
    touched: Message | None = None
    for external_ids in sent.order_by("id").values_list("external_ids", flat=True)[:200]:
        about = replace(update, external_ids=tuple(external_ids), watermark=None, recipient=None)
        touched, _ = record_update(channel, about)
    return touched, "updated" if touched else "unknown"


def _record_direct(channel: Channel, update: DeliveryUpdate) -> bool:
    """The same for a mail outside tickets, which has one recipient; True when there is one."""
    rows = DirectMail.objects.filter(channel=channel, external_ids__overlap=list(update.external_ids))
    with transaction.atomic():
        found = list(rows.select_for_update().order_by("id")) if update.external_ids else []
        for mail in found:
            _advance_one(mail, update)
    return bool(found)


def _record_told(channel: Channel, update: DeliveryUpdate) -> bool:
    """The same for a mail about a ticket, which hears of it."""
    named = list(update.external_ids)
    rows = TicketMail.objects.filter(channel=channel, external_ids__overlap=named).select_related("ticket")
    found = list(rows.order_by("id")) if named else []
    for mail in found:
        with change(mail.ticket, by=SYSTEM, at=update.occurred_at) as it:
            mail = TicketMail.objects.select_for_update().get(pk=mail.pk)
            if _advance_one(mail, update):
                tell_of_mail(it, mail, mail.status, update.reason)
    return bool(found)


def _advance_one(mail: Outgoing, update: DeliveryUpdate) -> bool:
    """Note it on what has one recipient; False when that is nothing new."""
    status = _STATUS[update.state]
    is_bad = status in (DeliveryStatus.FAILED, DeliveryStatus.BOUNCED)
    is_ahead = mail.status in _RANK and _RANK.index(status) > _RANK.index(DeliveryStatus(mail.status))
    if not is_ahead or (is_bad and not update.permanent):
        return False
    mail.status, mail.reason, mail.settled_at, mail.next_attempt_at = status, update.reason, now(), None
    mail.save(update_fields=["status", "reason", "settled_at", "next_attempt_at"])
    return True


def tell_of_mail(it: Change, mail: TicketMail, status: str, reason: str) -> None:
    """Have a ticket hear what became of a mail about it, at the last message that the mail carries."""
    details = {"mail": mail.pk, "to": mail.address, "purpose": mail.purpose}
    it.record(EventKind.DELIVERY_SETTLED, details, message=last_message(mail), status=status, reason=reason[:300])


def last_message(mail: TicketMail) -> Message | None:
    """The newest message that a mail carries; None for one that tells of a whole conversation."""
    carried = mail.mailed.select_related("message").order_by("-message__occurred_at", "-message").first()
    return carried.message if carried else None


def answers_direct(event: InboundMessage) -> DirectMail | None:
    """The mail outside tickets that this message answers, if it answers one."""
    named = _named_by(event)
    return DirectMail.objects.filter(external_ids__overlap=named).order_by("id").first() if named else None


def answers_mail(event: InboundMessage) -> TicketMail | None:
    """The mail about a ticket that this message answers from the address it went to, if it answers one.

    Its id is known to nobody but who was sent it: a sender who only says that he is somebody else can't name it.
    """
    author, named = event.author.primary, _named_by(event)
    if not named or author.kind != "email" or event.authenticity.verdict == Verdict.FAILED:
        return None
    refs = [uuid.UUID(match[1]) for one in named if (match := _OWN_REF.match(one))]
    mails = TicketMail.objects.filter(Q(external_ids__overlap=named) | Q(client_ref__in=refs))
    sent = mails.filter(address__iexact=author.value).exclude(identity=None)
    return sent.select_related("identity__customer", "ticket").order_by("-id").first()


def is_told_by_mail(external_id: str) -> bool:
    """Whether this is the Message-ID of a mail about a ticket: one that comes back says nothing new."""
    match = _OWN_REF.match(external_id)
    return match is not None and TicketMail.objects.filter(client_ref=uuid.UUID(match[1])).exists()


def _named_by(event: InboundMessage) -> list[str]:
    return [key.removeprefix("mid:") for key in {*event.thread.keys, event.thread.answers} if key.startswith("mid:")]


def confirm_answered(event: InboundMessage) -> None:
    """Whoever answers a message of ours has it: an unconfirmed one that is referred to has arrived."""
    if event.automatic == Automatic.BOUNCE:
        return
    named = _named_by(event)
    unsure = "status = %s AND external_ids && %s::varchar[]"
    values = (DeliveryStatus.UNCONFIRMED.value, named)
    arrived = [*find(Delivery, unsure, *values), *find(TicketMail, unsure, *values)] if named else []
    for delivery in arrived:
        record_update(
            delivery.channel,
            DeliveryUpdate(
                event_id=f"answer:{event.event_id}",
                state=DeliveryState.DELIVERED,
                external_ids=tuple(delivery.external_ids),
                recipient=event.author.primary,
                reason="",
            ),
        )


def _named(channel: Channel, external_ids: Iterable[str]) -> Iterable[Delivery]:
    named = list(external_ids)
    if not named:
        return ()
    found = Delivery.objects.filter(channel=channel, external_ids__overlap=named)
    return found.select_related("message", "ticket").order_by("id") or _unsure(channel, named)


def _unsure(channel: Channel, named: Sequence[str]) -> Iterable[Delivery]:
    """Those whose answer was lost, named by our own reference; the network's own ids are learned with it."""
    refs = [uuid.UUID(one) for one in named if _REF.fullmatch(one)]
    if not refs:
        return ()
    unsure = Delivery.objects.filter(channel=channel, message__client_ref__in=refs, external_ids=[])
    unsure = unsure.filter(status=DeliveryStatus.UNCONFIRMED)
    ids = list(unsure.values_list("id", flat=True))
    Delivery.objects.filter(id__in=ids).update(external_ids=[one for one in named if not _REF.fullmatch(one)])
    return Delivery.objects.filter(id__in=ids).select_related("message", "ticket").order_by("id")


def _advance(delivery: Delivery, update: DeliveryUpdate) -> bool:
    """Note it on the recipient's receipt and on the delivery; False when that is nothing new."""
    status, reason = _STATUS[update.state], update.reason
    is_bad = status in (DeliveryStatus.FAILED, DeliveryStatus.BOUNCED)
    changed = _advance_receipt(delivery, update)
    if changed is False or (is_bad and not update.permanent):
        # Of a delay the servers on the way tell again when they give up.
        return bool(changed)
    if not is_bad and _has_parts_left(delivery, update):
        # What became of its first parts is nothing that could be said of all of it.
        return bool(changed)
    if is_bad and changed:
        status, reason = status_of(delivery)
        if update.state == DeliveryState.COMPLAINED:
            status, reason = DeliveryStatus.BOUNCED, update.reason
    if delivery.status in _RANK and _RANK.index(status) > _RANK.index(DeliveryStatus(delivery.status)):
        delivery.status, delivery.reason, delivery.settled_at, delivery.next_attempt_at = status, reason, now(), None
        delivery.save(update_fields=["status", "reason", "settled_at", "next_attempt_at"])
        return True
    return bool(changed)


def _has_parts_left(delivery: Delivery, update: DeliveryUpdate) -> bool:
    """Whether only a part of it left until now; a mail, which has its id beforehand, leaves as a whole."""
    is_in_doubt = delivery.status == DeliveryStatus.UNCONFIRMED and update.own_part and not update.own_part.is_last
    is_on_its_way = is_in_doubt or delivery.status in (DeliveryStatus.QUEUED, DeliveryStatus.SENDING)
    return is_on_its_way and delivery.sent_at is None and not delivery.message.external_id


def _advance_receipt(delivery: Delivery, update: DeliveryUpdate) -> bool | None:
    """Whether this is news for the recipient it is about; None where nobody can tell who that is."""
    people = recipients_of(delivery.message)
    # A single recipient is meant by whatever name he goes at his provider.
    meant = people if len(people) == 1 else [one for one in people if _is_named(one[1], update.recipient)]
    if not meant:
        return None
    role, identity = meant[0]
    kind, value = identity.kind, identity.value
    status = _RECEIPT[update.state]
    before = delivery.receipts.filter(kind=kind, value=value).first()
    if status in MISSED and not update.permanent:
        status = ReceiptStatus(before.status) if before else ReceiptStatus.SENT
        if before and before.reason == update.reason:
            return False
    elif before and _RECEIPT_RANK.index(status) <= _RECEIPT_RANK.index(ReceiptStatus(before.status)):
        return False
    _write_missing(delivery, people)
    _write(delivery, role, kind, value, status, update.reason)
    return True


def _is_named(identity: Identity, named: Identifier | None) -> bool:
    return named is not None and (identity.kind, identity.value) == (named.kind, named.value)


def _write_missing(delivery: Delivery, people: Iterable[tuple[str, Identity]]) -> None:
    """Receipts of the others, so that what became of one is not taken for what became of all."""
    if delivery.sent_at is None or delivery.receipts.exists():
        return
    for role, one in people:
        _write(delivery, role, one.kind, one.value, ReceiptStatus.SENT, "")


def _write(delivery: Delivery, role: str, kind: str, value: str, status: ReceiptStatus, reason: str) -> None:
    Receipt.objects.update_or_create(
        delivery=delivery,
        kind=kind,
        value=value,
        defaults={"role": role, "status": status, "reason": reason[:1000], "changed_at": now()},
    )
