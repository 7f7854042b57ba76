"""Sending what is in the outbox: claim and hand over. One message of a ticket at a time, in order.

A message that has left for some of its recipients and was refused for now by others is still queued, for those alone;
it holds up nobody. What is no message of a ticket goes the same way and has one recipient, of whom its own row tells: a
`DirectMail`, of which nobody else hears, and a `TicketMail`, of which its ticket does. What became of it is recorded by
`settling`; what may have left or not is asked for again by `unconfirmed`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from channels_adapters.contracts import Fault, OutboundMessage, SendError, Sent
from channels_adapters.registry import adapter
from channels_adapters.wording import say
from inbox.channels.access import has_transport
from inbox.channels.actions import ring_again
from inbox.channels.admission import note_admission, note_refusal
from inbox.channels.credentials import fresh_account
from inbox.channels.enums import DeliveryStatus
from inbox.channels.keeping import keep
from inbox.channels.mail_models import TicketMail
from inbox.channels.models import Channel, Delivery, DirectMail, Outgoing
from inbox.channels.outgoing import direct, outbound, told_by_mail
from inbox.channels.pacing import wait_before
from inbox.channels.settling import fail, refused, settle_unknown, taken
from inbox.common import faults, work
from inbox.common.clock import now
from inbox.customers.models import Identity
from inbox.tickets.sending import is_network, refuses_all

Row = TypeVar("Row", bound=Outgoing)
#: Why what waited did not leave.
STOPPED = say("The customer asked for no more messages on this network before it left.")
_IN_FLIGHT = (DeliveryStatus.QUEUED, DeliveryStatus.SENDING)
_TASKS: Mapping[type[Outgoing], str] = {Delivery: "send", DirectMail: "send_direct", TicketMail: "send_mail"}


def waiting() -> list[int]:
    """Ids of deliveries whose turn has come."""
    return ids_of(work.due(_sendable()), 200)


def waiting_direct() -> list[int]:
    """Ids of mails outside tickets whose turn has come."""
    return ids_of(work.due(_direct()), 200)


def waiting_mails() -> list[int]:
    """Ids of mails about tickets whose turn has come."""
    return ids_of(work.due(_told()), 200)


def _sendable() -> QuerySet[Delivery]:
    earlier = Delivery.objects.filter(
        ticket=OuterRef("ticket"), id__lt=OuterRef("id"), status__in=_IN_FLIGHT, sent_at=None
    )
    return Delivery.objects.filter(~Exists(earlier), status__in=_IN_FLIGHT)


def _direct() -> QuerySet[DirectMail]:
    return DirectMail.objects.filter(status__in=_IN_FLIGHT)


def _told() -> QuerySet[TicketMail]:
    return TicketMail.objects.filter(status__in=_IN_FLIGHT)


def ids_of(rows: QuerySet[Any], most: int) -> list[int]:
    """The ids of those whose turn comes first."""
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
    began = now()
    try:
        message = on_the_wire(delivery)
        if delivery.handed_over_at is not None:
            # The last worker died after handing over: only the network knows whether the message left.
            return settle_unknown(delivery, message, "The connection ended before the server confirmed.")
        if _wants_nothing(delivery.channel, message):
            return fail(delivery, Fault.OPTED_OUT, STOPPED)
        sent = _hand_over(delivery, message)
        if sent is None:
            delivery.refresh_from_db()
            return delivery
    except LookupError as error:
        return fail(delivery, Fault.RECIPIENT, str(error))
    except ValueError as error:
        # A mail server that is named wrongly: nothing left, and only a person can mend it.
        return fail(delivery, Fault.AUTH, str(error))
    except SendError as error:
        settled = refused(delivery, message, error)
        note_refusal(delivery.channel, error)
        return settled
    faults.point("after_send")
    settled = taken(delivery, message, sent)
    note_admission(delivery.channel, since=began)
    return settled


def _wants_nothing(channel: Channel, message: OutboundMessage) -> bool:
    """Whether all it goes to asked meanwhile for nothing more on this network; mail has no such word."""
    keys = [one.person.primary for one in message.to]
    if not is_network(channel):
        return False
    found = (Identity.objects.filter(kind=key.kind, scope=key.scope, value=key.value).first() for key in keys)
    return bool(keys) and all(refuses_all(one, channel) for one in found)


def _name(delivery: Outgoing) -> str:
    return f"{delivery._meta.model_name}:{delivery.pk}"


def _paced(delivery: Row, wait: timedelta) -> Row:
    """Let it wait for its turn: nothing was tried, so nothing is counted and nobody is told."""
    attempts = max(delivery.attempts - 1, 0)
    if work.finish(delivery, status=DeliveryStatus.QUEUED, attempts=attempts, next_attempt_at=Now() + wait):
        ring_again(f"inbox.channels.tasks.{_TASKS[type(delivery)]}", delivery.pk, wait)
    delivery.refresh_from_db()
    return delivery


def _hand_over(delivery: Outgoing, message: OutboundMessage) -> Sent | None:
    """What the network said; None where it was settled meanwhile, or somebody else is at it: nothing leaves then."""
    channel = delivery.channel
    if not has_transport(channel):
        return keep(delivery, message)
    sender = fresh_account(channel)
    held = type(delivery)._default_manager.filter(pk=delivery.pk, lease_token=delivery.lease_token)
    if not held.update(handed_over_at=Now()):
        return None
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


def on_the_wire(delivery: Outgoing) -> OutboundMessage:
    """What it says. Raises LookupError when nobody is there to send it to."""
    if isinstance(delivery, Delivery):
        return outbound(delivery)
    if isinstance(delivery, DirectMail):
        return direct(delivery)
    if isinstance(delivery, TicketMail):
        return told_by_mail(delivery)
    raise LookupError("Nobody knows what this says.")
