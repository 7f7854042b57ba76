"""Payloads that can't be read become visible: a ticket that says so, with the original attached."""

from __future__ import annotations

from inbox.channels.models import Envelope
from inbox.customers.actions import recognize
from inbox.tickets.actions import open_ticket
from inbox.tickets.conversation import receive
from inbox.tickets.files import store
from inbox.tickets.models import Message, Ticket

SUBJECT = "This message could not be read"


def open_quarantine_ticket(envelope: Envelope, reason: str) -> Ticket:
    """The ticket of a quarantined payload (made once, however often reading it is tried)."""
    if envelope.ticket:
        return envelope.ticket
    identity = recognize([("unreadable", "", "unreadable", False)], name="Unreadable message")
    ticket = open_ticket(
        customer=identity.customer,
        identity=identity,
        channel_id=envelope.channel_id,
        subject=SUBJECT,
        by=identity.customer,
        at=envelope.received_at,
        team=envelope.channel.team,
    )
    extension = "eml" if envelope.channel.kind == "email" else "bin"
    receive(
        ticket,
        Message(
            identity=identity,
            channel=envelope.channel,
            envelope=envelope,
            subject=SUBJECT,
            text=f"{SUBJECT}. {reason}\nThe original is attached.",
            full_text=f"{SUBJECT}. {reason}\nThe original is attached.",
            occurred_at=envelope.received_at,
            unsupported=reason,
        ),
        customer=identity.customer,
        files=[
            store(
                bytes(envelope.body),
                filename=f"original-{envelope.pk}.{extension}",
                content_type="application/octet-stream",
            )
        ],
    )
    return ticket
