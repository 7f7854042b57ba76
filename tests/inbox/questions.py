"""Tickets by the dozen, made through the real actions without a mail each."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from datetime import datetime
from typing import TypeVar

from django.db.models import Model
from django.db.models.base import ModelState

from inbox.channels.models import Channel
from inbox.common.clock import now
from inbox.customers.actions import recognize
from inbox.customers.models import Identity
from inbox.tickets.actions import open_ticket
from inbox.tickets.conversation import receive
from inbox.tickets.models import Message, Ticket

Row = TypeVar("Row", bound=Model)


def asks(
    channel: Channel,
    number: int,
    text: str = "Where is it?",
    *,
    subject: str = "",
    name: str = "",
    address: str = "",
    at: datetime | None = None,
    external_id: str = "",
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
    says(ticket, text, at=at, identity=identity, external_id=external_id)
    return ticket


def says(
    ticket: Ticket,
    text: str,
    *,
    at: datetime | None = None,
    identity: Identity | None = None,
    external_id: str = "",
) -> Message:
    """The ticket's customer writes in it."""
    identity = identity or ticket.customer.identities.select_related("customer").get()
    message = Message(
        identity=identity,
        channel_id=ticket.channel_id,
        text=text,
        full_text=text,
        occurred_at=at or now(),
        external_id=external_id,
    )
    return receive(ticket, message, customer=identity.customer)


def copies(row: Row, times: int, **differing: Callable[[int], object]) -> list[Row]:
    """As many rows like this one, written at once: where it matters how much there is, not what befell it.

    `differing` gives values of columns by the number of the copy, from 0.
    """
    made = []
    for number in range(times):
        made.append(copy(row))
        made[-1].pk = None
        made[-1]._state = ModelState()
        for name, value in differing.items():
            setattr(made[-1], name, value(number))
    return type(row)._default_manager.bulk_create(made)
