"""The verbs of channels: what the reaction table and the surfaces call."""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from channels_adapters.registry import adapter
from inbox.agents.models import Agent
from inbox.channels.access import sealed
from inbox.channels.enums import DeliveryStatus, ReceiptStatus
from inbox.channels.letters import write
from inbox.channels.mail_models import MailedMessage, TicketMail
from inbox.channels.models import Channel, Delivery, DirectMail
from inbox.channels.outgoing import message_id
from inbox.channels.queries import last_used
from inbox.channels.receipts import MISSED
from inbox.common.clock import now
from inbox.common.prepared import Given, prepared
from inbox.common.rows import insert
from inbox.surveys.models import Invitation
from inbox.tickets.actions import Refused
from inbox.tickets.changes import Change, change
from inbox.tickets.conversation import withdraw
from inbox.tickets.enums import EventKind
from inbox.tickets.models import Draft, Message, Ticket, TicketEvent
from inbox.tickets.sending import check_again

log = logging.getLogger(__name__)
#: Wake-ups that are further away are not worth a worker's memory.
_SOON = timedelta(minutes=5)
#: What somebody does at this moment is told at once, or not at all.
_AT_ONCE = timedelta(seconds=4)
#: Payloads for which one bell is enough: a publication costs more than looking at a few rows.
_TOGETHER = 16
_TROUBLED = (DeliveryStatus.FAILED, DeliveryStatus.UNCONFIRMED, DeliveryStatus.BOUNCED)


def connect(
    *,
    kind: str,
    address: str,
    name: str,
    settings: Mapping[str, Any] | None = None,
    secrets: Mapping[str, str] | None = None,
    **values: Any,
) -> Channel:
    """Connect an account. Secrets are encrypted at rest; unknown kinds are refused."""
    adapter(kind)
    return Channel.objects.create(
        kind=kind,
        address=address.strip().lower() if kind == "email" else address,
        name=name,
        settings=dict(settings or {}),
        secrets=sealed(secrets) if secrets else b"",
        **values,
    )


def deliver_messages(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """Put the messages of these events into the outbox, in the same transaction as the events."""
    for event in events:
        message = event.message
        if message is None or message.channel is None or event.details.get("elsewhere"):
            continue
        if message.channel.kind == "email" and not message.external_id:
            message.external_id = message_id(message.channel, message)
            write(message, quotes=bool(event.details.get("quotes")))
            message.save(update_fields=["external_id", "full_text", "html"])
        delivery = Delivery(
            message=message,
            channel=message.channel,
            ticket=ticket,
            client_ref=message.client_ref,
            queued_at=event.occurred_at,
        )
        if adapter(message.channel.kind).capabilities.is_our_own:
            # Our own store is the network: what is committed is there.
            delivery.status, delivery.external_ids = DeliveryStatus.SENT, [str(message.client_ref)]
            delivery.sent_at = delivery.settled_at = event.occurred_at
        else:
            not_before = event.details.get("not_before")
            delivery.next_attempt_at = datetime.fromisoformat(not_before) if not_before else event.occurred_at
        insert([delivery])


def deliver_directly(invitation: Invitation, is_reminder: bool) -> None:
    """Put a survey that belongs to no ticket into the outbox, in the transaction that says it was sent."""
    about = {"reminds_of": invitation} if is_reminder else {"invitation": invitation}
    at = (invitation.reminded_at if is_reminder else invitation.sent_at) or now()
    mail = DirectMail.objects.create(
        channel=invitation.channel,
        identity=last_used(invitation.customer, invitation.channel),
        queued_at=at,
        next_attempt_at=at,
        **about,
    )
    transaction.on_commit(functools.partial(ring_direct, mail.pk))


def tell_by_mail(it: Change, mail: TicketMail, messages: Sequence[Message] = ()) -> TicketMail:
    """Put a mail about a ticket into the outbox as part of a larger change; `messages` are those it carries, each once.

    `mail` is unsaved and says already what it says.
    """
    mail.ticket, mail.queued_at = it.ticket, min(it.at, now())
    mail.next_attempt_at = mail.queued_at
    mail.save()
    MailedMessage.objects.bulk_create(MailedMessage(message=one, mail=mail) for one in messages)
    details = {"mail": mail.pk, "to": mail.address, "purpose": mail.purpose, "messages": [one.pk for one in messages]}
    it.record(EventKind.CHAT_MAILED, details, message=messages[-1] if messages else None)
    transaction.on_commit(functools.partial(ring_mail, mail.pk))
    return mail


def cancel_withdrawn(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """Take withdrawn replies, and questions that came too late, out of the outbox."""
    Delivery.objects.filter(message__in=[event.message_id for event in events], status=DeliveryStatus.QUEUED).update(
        status=DeliveryStatus.CANCELLED, settled_at=now(), next_attempt_at=None
    )


def withdraw_reply(message: Message, *, by: Agent) -> Draft:
    """Take a reply back inside the undo window; its text becomes a draft again. Raises `Refused` when it left."""
    with change(message.ticket, by=by):
        delivery = Delivery.objects.select_for_update().filter(message=message).first()
        if message.agent_id != by.pk:
            raise Refused(_("Only who wrote a reply can take it back."))
        if delivery is None or delivery.status != DeliveryStatus.QUEUED or delivery.attempts:
            raise Refused(_("It is too late: the reply is on its way."))
        return withdraw(message, by=by)


def retry_delivery(delivery: Delivery, *, by: Agent) -> Delivery:
    """Send a reply again because an agent says so: to those who don't have it for certain."""
    with change(delivery.ticket, by=by, even_merged=True) as it:
        delivery = Delivery.objects.select_for_update().select_related("ticket", "message").get(pk=delivery.pk)
        missed = delivery.receipts.filter(status__in=(*MISSED, ReceiptStatus.DEFERRED))
        is_settled = delivery.status not in (DeliveryStatus.QUEUED, DeliveryStatus.SENDING, DeliveryStatus.CANCELLED)
        if delivery.status not in _TROUBLED and not (is_settled and missed.exists()):
            raise Refused(_("There is nothing to send again."))
        check_again(delivery.message)
        if not missed.delete()[0]:
            delivery.receipts.all().delete()
        if not delivery.receipts.exists():
            if delivery.sent_at is not None and not delivery.message.external_id:
                # All its parts were taken once, and none of them counts: they leave again from the first on.
                delivery.external_ids = []
            delivery.sent_at = None
        delivery.status, delivery.fault, delivery.reason = DeliveryStatus.QUEUED, "", ""
        delivery.handed_over_at = delivery.settled_at = None
        delivery.queued_at = delivery.next_attempt_at = now()
        delivery.save()
        it.record(EventKind.DELIVERY_SETTLED, message=delivery.message, status="again", reason="")
    ring_delivery(delivery.message_id)
    return delivery


def ring_intake(envelope_id: int) -> None:
    """Wake a worker for a journalled payload; without the bell the sweep finds it."""
    _ring("inbox.channels.tasks.process", envelope_id)


def ring_intakes(envelope_ids: Sequence[int]) -> None:
    """Wake workers for journalled payloads: two of them at the most, each with a part of them."""
    share = max(_TOGETHER, (len(envelope_ids) + 1) // 2)
    for start in range(0, len(envelope_ids), share):
        _ring("inbox.channels.tasks.process_all", list(envelope_ids[start : start + share]))


def ring_delivery(message_id: int) -> None:
    """Wake a worker when the undo window of this message's delivery is over; without the bell the sweep finds it."""
    found = _next_attempt.first(message_id)
    if found and found[1]:
        _ring("inbox.channels.tasks.send", found[0], found[1])


@prepared
def _next_attempt(message: Given) -> QuerySet[Delivery, tuple[int, datetime | None]]:
    return Delivery.objects.filter(message=message).values_list("id", "next_attempt_at")


def ring_direct(mail_id: int) -> None:
    """Wake a worker for a mail outside tickets; without the bell the sweep finds it."""
    _ring("inbox.channels.tasks.send_direct", mail_id)


def ring_mail(mail_id: int) -> None:
    """Wake a worker for a mail about a ticket; without the bell the sweep finds it."""
    _ring("inbox.channels.tasks.send_mail", mail_id)


def ring_templates(channel_id: int) -> None:
    """Wake a worker to ask a network for an account's message templates; without the bell they come within the hour."""
    _ring("inbox.channels.tasks.sync_templates", channel_id)


def ring_poller(poller_id: int) -> None:
    """Wake a worker to ask a network for news; without the bell the sweep finds it."""
    _ring("inbox.channels.tasks.poll", poller_id)


def ring_lookup(lookup_id: int) -> None:
    """Wake a worker to ask a network who somebody is; without the bell the sweep finds it."""
    _ring("inbox.channels.tasks.look_up", lookup_id)


def ring_import(import_id: int) -> None:
    """Wake a worker for an import of old mail; without the bell the sweep finds it."""
    _ring("inbox.channels.tasks.read_import", import_id)


def ring_again(task: str, row_id: int, wait: timedelta) -> None:
    """Wake a worker for work that has to wait a little; what waits longer is left to the sweep."""
    if wait <= _SOON:
        _ring(task, row_id, now() + wait)


def ring_typing(ticket_id: int) -> None:
    """Have a worker tell a network that somebody writes: now or never."""
    _ring("inbox.channels.tasks.tell_typing", ticket_id, only_for=_AT_ONCE)


def _ring(task: str, row_id: int | list[int], at: datetime | None = None, *, only_for: timedelta | None = None) -> None:
    wait = max((at - now()).total_seconds(), 0) if at else 0
    try:
        # The database's clock decides whether the row is due, so ring a little after it.
        current_app.send_task(
            task,
            (row_id,),
            countdown=wait + 0.3 if wait else None,
            expires=only_for.total_seconds() if only_for else None,
            retry=False,
        )
    except (OperationalError, OSError) as error:
        log.warning("channels: no bell for %s %s: %s", task, row_id, error)
