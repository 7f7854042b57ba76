"""Tickets by the dozen, made through the real actions without a mail each."""

from __future__ import annotations

from datetime import datetime

from inbox.channels.models import Channel
from inbox.common.clock import now
from inbox.customers.actions import recognize
from inbox.customers.models import Identity
from inbox.tickets.actions import open_ticket
from inbox.tickets.conversation import receive
from inbox.tickets.models import Message, Ticket


def asks(
    channel: Channel,
    number: int,
    text: str = "Where is it?",
    *,
    subject: str = "",
    name: str = "",
    address: str = "",
    at: datetime | None = None,
) -> Ticket:
    """Customer `number` opens a ticket with the subject "Question `number`"."""
    at = at or now()
    identity = recognize([("email", "", address or f"c{number}@x.example", False)], name=name or f"Customer {number}")
    ticket = open_ticket(
        customer=identity.customer,
        identity=identity,
        channel_id=channel.pk,
        subject=subject or f"Question {number}",
        by=identity.customer,
        at=at,
        team=channel.team,
    )
    says(ticket, text, at=at, identity=identity)
    return ticket


def says(ticket: Ticket, text: str, *, at: datetime | None = None, identity: Identity | None = None) -> Message:
    """The ticket's customer writes in it."""
    identity = identity or ticket.customer.identities.select_related("customer").get()
    message = Message(
        identity=identity, channel_id=ticket.channel_id, text=text, full_text=text, occurred_at=at or now()
    )
    return receive(ticket, message, customer=identity.customer)
