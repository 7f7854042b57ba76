"""Taking a normalised message in: who wrote, which ticket, what happens to it."""

from __future__ import annotations

from datetime import datetime

from channels_adapters.contracts import Attachment, InboundMessage, Person
from inbox.channels.models import Channel, Envelope
from inbox.channels.threading import find_ticket
from inbox.common.clock import now
from inbox.common.text import one_line
from inbox.customers.actions import recognize
from inbox.customers.models import Identity
from inbox.tickets.actions import open_ticket
from inbox.tickets.conversation import receive
from inbox.tickets.enums import AuthorKind, State
from inbox.tickets.files import StoredFile, store
from inbox.tickets.models import Message, Participant


def take_in(channel: Channel, envelope: Envelope, event: InboundMessage) -> tuple[Message | None, str]:
    """The message made of `event` and the outcome: `opened`, `joined`, `followed_up` or `echo`."""
    if _is_our_own(channel, event):
        return Message.objects.filter(channel=channel, external_id=event.external_id).first(), "echo"
    at = min(event.occurred_at or envelope.received_at, now())
    identity = _identity(event.author, event.language, at)
    customer = identity.customer
    found = find_ticket(channel, event, customer)
    ticket = found.ticket if found else None
    outcome = "joined"
    if ticket is None or ticket.state == State.CLOSED:
        outcome = "followed_up" if ticket else "opened"
        ticket = open_ticket(
            customer=customer,
            identity=identity,
            channel_id=channel.pk,
            subject=event.subject or one_line(event.text or event.unsupported, 120),
            by=customer,
            at=at,
            team=channel.team,
            language=event.language,
            follows=ticket,
        )
    is_participant = Participant.objects.filter(ticket=ticket, customer=customer).exists()
    message = receive(
        ticket,
        Message(
            identity=identity,
            channel=channel,
            envelope=envelope,
            external_id=event.external_id[:998],
            subject=one_line(event.subject, 500),
            text=event.text,
            full_text=event.full_text,
            html=event.html,
            language=event.language,
            occurred_at=at,
            automatic=str(event.automatic or ""),
            authenticity=str(event.authenticity.verdict),
            authenticity_details=event.authenticity.details,
            reply_to=event.reply_to.primary.value[:320]
            if event.reply_to and event.authenticity.reply_to_differs
            else "",
            recipients=[
                {"role": recipient.role, "name": recipient.person.name, "value": recipient.person.primary.value}
                for recipient in event.recipients
            ],
            unsupported=event.unsupported,
        ),
        customer=customer,
        files=[_stored(attachment) for attachment in event.attachments],
        is_participant=is_participant,
    )
    return message, outcome


def _is_our_own(channel: Channel, event: InboundMessage) -> bool:
    if event.direction == "echo":
        return True
    own = Message.objects.filter(channel=channel, external_id=event.external_id).exclude(
        author_kind=AuthorKind.CUSTOMER
    )
    return bool(event.external_id) and own.exists()


def _identity(person: Person, language: str, at: datetime) -> Identity:
    return recognize(
        [(key.kind, key.scope, key.value, key.verified) for key in person.identifiers],
        name=person.name or person.username,
        language=language or person.locale,
        at=at,
    )


def _stored(attachment: Attachment) -> StoredFile:
    return store(
        attachment.content or b"",
        filename=attachment.filename,
        content_type=attachment.content_type,
        kind=str(attachment.kind),
        content_id=attachment.content_id,
        is_inline=attachment.inline,
    )
