"""Finding the ticket a message belongs to, the safest way first. The reason is kept with the message.

A subject tag or a guessable number alone never joins a stranger to a ticket.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from channels_adapters.contracts import InboundMessage
from channels_adapters.registry import adapter
from inbox.channels.models import Channel, Delivery
from inbox.common import tokens
from inbox.common.clock import now
from inbox.customers.models import Customer
from inbox.tickets.enums import UNRESOLVED, State
from inbox.tickets.models import Message, Participant, Ticket

REOPEN_WITHIN = timedelta(days=7)
_OWN_MESSAGE_ID = re.compile(r"<[0-9a-f]{32}\.([a-z2-7]{10,40})@")


@dataclass(frozen=True, slots=True)
class Found:
    """The ticket, and by which rule it was found."""

    ticket: Ticket
    reason: str


def reply_token(ticket: Ticket) -> str:
    """The signed token that stands for the ticket in Message-IDs and plus-addresses of ours."""
    return tokens.sign("reply", ticket.pk)


def is_own_id(external_id: str) -> bool:
    """True for a Message-ID of the form we write."""
    return _OWN_MESSAGE_ID.match(external_id) is not None


def find_ticket(channel: Channel, event: InboundMessage, customer: Customer | None) -> Found | None:
    """The ticket `event` belongs to, or None when it starts a new one. Without a customer one of us wrote it."""
    return _by_token(event) or _by_reference(channel, event, customer) or _by_person(channel, event, customer)


def _by_token(event: InboundMessage) -> Found | None:
    candidates = [(event.thread.token, "reply address")]
    candidates += [
        (match[1], "reply to our message")
        for key in (event.thread.answers, *event.thread.keys)
        if (match := _OWN_MESSAGE_ID.search(key))
    ]
    for token, reason in candidates:
        number = tokens.unsign("reply", token) if token else None
        ticket = Ticket.objects.filter(pk=number).first() if number else None
        if ticket:
            return Found(ticket, reason)
    return None


def _by_reference(channel: Channel, event: InboundMessage, customer: Customer | None) -> Found | None:
    known = [key.partition(":")[2] for key in event.thread.keys if key.startswith("mid:")]
    rooms = [key for key in event.thread.keys if not key.startswith("mid:")]
    messages = Message.objects.filter(withdrawn_at=None).order_by("-occurred_at", "-id").select_related("ticket")
    if rooms and (said := messages.filter(channel=channel, external_id__in=rooms).first()):
        return Found(said.ticket, "same conversation")
    if not known:
        return None
    takes_part = (
        Q(ticket__in=Participant.objects.filter(customer=customer).values("ticket")) if customer is not None else Q()
    )
    alike = Channel.objects.filter(kind=channel.kind)
    said = messages.filter(takes_part, channel__in=alike, external_id__in=known).first()
    if said is None and channel.settings.get("outgoing", "smtp") != "smtp":
        # A provider that writes ids of its own told them when it took the message.
        sent = Delivery.objects.filter(channel=channel, external_ids__overlap=known).values("message")
        said = messages.filter(takes_part, pk__in=sent).first()
    return Found(said.ticket, "answers a message of this ticket") if said else None


def _by_person(channel: Channel, event: InboundMessage, customer: Customer | None) -> Found | None:
    if customer is None or adapter(channel.kind).capabilities.threading != "person":
        return None
    recent = Q(state__in=UNRESOLVED) | Q(state=State.RESOLVED, resolved_at__gte=now() - REOPEN_WITHIN)
    ticket = Ticket.objects.filter(recent, channel=channel, customer=customer).order_by("-last_message_at").first()
    return Found(ticket, "same person on this channel") if ticket else None
