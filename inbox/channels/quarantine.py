"""Payloads that can't be read become visible: a ticket that says so, with the original attached.

People then let them be read again, make the ticket by hand, or discard them; none of it loses the payload.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from channels_adapters.email.addresses import mailboxes
from channels_adapters.email.mime import read_head
from inbox.agents.models import Agent
from inbox.channels.enums import EnvelopeState
from inbox.channels.models import Envelope
from inbox.common.text import one_line, storable
from inbox.customers.actions import recognize
from inbox.tickets.actions import change_customer, opening, rename, reopen, set_state
from inbox.tickets.changes import SYSTEM
from inbox.tickets.conversation import hear, note, remember
from inbox.tickets.enums import State
from inbox.tickets.files import store
from inbox.tickets.models import Message, Participant, Ticket

SUBJECT = "This message could not be read"
_NOBODY = ("unreadable", "", "unreadable", False)
_HEAD = 64 * 1024
_TEXT = 20_000
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class Readable:
    """What can be made out of a payload without reading it properly; any of it may be "" or wrong."""

    name: str
    address: str
    subject: str
    text: str


def open_quarantine_ticket(envelope: Envelope, reason: str) -> Ticket:
    """The ticket of a quarantined payload (made once, however often reading it is tried, until it is closed).

    Of an import it is history like its other mail.
    """
    is_history = envelope.mail_import_id is not None
    if envelope.ticket and (is_history or envelope.ticket.state != State.CLOSED):
        return envelope.ticket
    identity = recognize([_NOBODY], name="Unreadable message")
    customer = identity.customer
    extension = "eml" if envelope.channel.kind == "email" else "bin"
    message = Message(
        identity=identity,
        channel=envelope.channel,
        envelope=envelope,
        subject=SUBJECT,
        text=f"{SUBJECT}. {reason}\nThe original is attached.",
        full_text=f"{SUBJECT}. {reason}\nThe original is attached.",
        occurred_at=envelope.received_at,
        unsupported=reason,
    )
    name = f"original-{envelope.pk}.{extension}"
    files = [store(bytes(envelope.body), filename=name, content_type="application/octet-stream")]
    with opening(
        customer=customer,
        identity=identity,
        channel_id=envelope.channel_id,
        subject=SUBJECT,
        by=customer,
        at=envelope.received_at,
        team=envelope.channel.team,
    ) as it:
        if is_history:
            remember(it, message, customer=customer, files=files)
        else:
            hear(it, message, customer=customer, files=files)
    return it.ticket


def close_unreadable(ticket: Ticket, *, became: int | None) -> None:
    """What a quarantine ticket stood for was read after all, and `became` another ticket."""
    about_nothing = ticket.messages.exclude(unsupported="").filter(identity__kind="unreadable").exists()
    if about_nothing and ticket.pk != became and ticket.state != State.CLOSED:
        set_state(ticket, State.CLOSED, by=SYSTEM, became=became)


def readable(envelope: Envelope) -> Readable:
    """What stands in the first headers, and the text behind them as it is. Linear, and never raises."""
    body = bytes(envelope.body[: _HEAD + _TEXT * 4])
    end = _END_OF_HEAD.search(body[:_HEAD])
    head = read_head(body[: end.start() + 2] if end else b"")
    sender = next(iter(mailboxes(head.text("from"))), None)
    text = body[end.end() if end else 0 :].decode("utf-8", "replace")[:_TEXT]
    return Readable(
        name=one_line(sender.name, 200) if sender else "",
        address=sender.address if sender else "",
        subject=one_line(head.words("subject"), 500),
        text=storable(text).strip(),
    )


def read_again(envelopes: QuerySet[Envelope]) -> Sequence[int]:
    """Let quarantined or discarded payloads be read again; their ids."""
    waiting = envelopes.filter(state__in=(EnvelopeState.QUARANTINED, EnvelopeState.DISCARDED))
    ids = list(waiting.values_list("id", flat=True))
    waiting.filter(pk__in=ids).update(
        state=EnvelopeState.WAITING, attempts=0, deaths=0, next_attempt_at=None, error="", done_at=None
    )
    return ids


def discard(envelope: Envelope, *, by: Agent) -> None:
    """Set a payload aside as not worth reading, and close its ticket with a note. Reading it again takes that back."""
    with transaction.atomic():
        locked = Envelope.objects.select_for_update(of=("self",)).select_related("ticket").get(pk=envelope.pk)
        if locked.state != EnvelopeState.QUARANTINED:
            return
        Envelope.objects.filter(pk=locked.pk).update(state=EnvelopeState.DISCARDED, done_at=Now())
        if locked.ticket and locked.ticket.state != State.CLOSED:
            note(locked.ticket, _("Discarded from quarantine: there is nothing in it to read."), by=by)
            set_state(locked.ticket, State.CLOSED, by=by)


def take_by_hand(envelope: Envelope, *, address: str, name: str, subject: str, text: str, by: Agent) -> Ticket:
    """Make the ticket that the payload would have become, from what a person made out in it. The original stays."""
    identity = recognize([("email", "", address, False)], name=name)
    with transaction.atomic():
        locked = (
            Envelope.objects.select_for_update(of=("self",)).select_related("ticket", "channel").get(pk=envelope.pk)
        )
        ticket = open_quarantine_ticket(locked, locked.error)
        message = ticket.messages.filter(envelope=locked).order_by("id").get()
        nobody = message.customer_id
        change_customer(ticket, identity, by=by)
        rename(ticket, subject or one_line(text, 120), by=by)
        message.identity, message.customer, message.unsupported = identity, identity.customer, ""
        message.subject, message.text, message.full_text = one_line(subject, 500), storable(text), storable(text)
        message.save(update_fields=["identity", "customer", "unsupported", "subject", "text", "full_text"])
        Participant.objects.filter(ticket=ticket, customer=nobody).exclude(customer=identity.customer).delete()
        Ticket.objects.filter(pk=ticket.pk).update(snippet=one_line(text, 160))
        if ticket.state == State.RESOLVED:
            reopen(ticket, by=by)
        Envelope.objects.filter(pk=locked.pk).update(
            state=EnvelopeState.DONE, done_at=Now(), next_attempt_at=None, ticket=ticket
        )
    return ticket
