"""Finding the ticket a message belongs to, the safest way first. The reason is kept with the message.

A subject tag or a guessable number alone never joins a stranger to a ticket.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q

from channels_adapters.contracts import InboundMessage, Visibility
from inbox.channels.models import Channel
from inbox.common import tokens
from inbox.common.clock import now
from inbox.common.rows import find
from inbox.customers.models import Customer
from inbox.tickets.enums import UNRESOLVED, AuthorKind, Direction, EventKind, MessageKind, State
from inbox.tickets.merged import end_of
from inbox.tickets.models import Message, Ticket, TicketEvent, TicketThread
from inbox.tickets.networks import capabilities_of

REOPEN_WITHIN = timedelta(days=7)
_ROOM = "room:"
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
    """The ticket `event` belongs to, or None when it starts a new one. Without a customer one of us wrote it.

    What belongs to a ticket that was merged belongs to the one in which the matter goes on.
    """
    found = _by_token(event)
    if found is not None:
        found = _split_off(channel, event, customer, found) or found
    else:
        found = _by_reference(channel, event, customer) or _by_person(channel, event, customer)
    return None if found is None else Found(end_of(found.ticket), found.reason)


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


def _split_off(channel: Channel, event: InboundMessage, customer: Customer | None, found: Found) -> Found | None:
    """The ticket that was split off the one found, when the message answered went there."""
    kind, _, answered = event.thread.answers.partition(":")
    if kind != "mid" or is_own_id(answered):
        return None
    ticket = _ticket_of(_IN_CHANNELS_ALIKE, [[answered], channel.kind], customer)
    if ticket is None or ticket.pk == found.ticket.pk:
        return None
    began = TicketEvent.objects.filter(ticket=ticket, kind=EventKind.CREATED, details__split_from=found.ticket.pk)
    return Found(ticket, "answers a message of this ticket") if began.exists() else None


def _by_reference(channel: Channel, event: InboundMessage, customer: Customer | None) -> Found | None:
    known = [key.partition(":")[2] for key in event.thread.keys if key.startswith("mid:")]
    rooms = [key for key in event.thread.keys if not key.startswith("mid:")]
    if rooms and (ticket := _in_thread(channel, rooms)):
        return Found(ticket, "same conversation")
    ticket = _ticket_of(_IN_CHANNELS_ALIKE, [known, channel.kind], customer) if known else None
    if ticket is None and known and channel.settings.get("outgoing", "smtp") != "smtp":
        # A provider that writes ids of its own told them when it took the message.
        ticket = _ticket_of(_SENT_AS, [channel.pk, known], customer)
    return Found(ticket, "answers a message of this ticket") if ticket else None


def _in_thread(channel: Channel, keys: Sequence[str]) -> Ticket | None:
    """The ticket in which the first of these conversations that is known goes on."""
    found = TicketThread.objects.filter(channel=channel, key__in=[key[:300] for key in keys]).select_related("ticket")
    known = {thread.key: thread.ticket for thread in found}
    return next((known[key[:300]] for key in keys if key[:300] in known), None)


def _is_in_a_room(event: InboundMessage) -> bool:
    return any(key.startswith(_ROOM) for key in event.thread.keys)


def follow_thread(channel: Channel, event: InboundMessage, ticket: Ticket) -> None:
    """From now on the conversations this message belongs to go on in `ticket`."""
    for key in event.thread.keys:
        if not key.startswith("mid:"):
            TicketThread.objects.update_or_create(channel=channel, key=key[:300], defaults={"ticket": ticket})


_IN_CHANNELS_ALIKE = "external_id = ANY(%s) AND channel_id IN (SELECT id FROM inbox_channel WHERE kind = %s)"
_SENT_AS = "id IN (SELECT message_id FROM inbox_delivery WHERE channel_id = %s AND external_ids && %s::varchar[])"
_TAKES_PART = " AND ticket_id IN (SELECT ticket_id FROM inbox_participant WHERE customer_id = %s)"


def _ticket_of(condition: str, values: list[object], participant: Customer | None) -> Ticket | None:
    """The ticket of the newest message that meets a condition, of those in which somebody takes part."""
    if participant is not None:
        condition, values = condition + _TAKES_PART, [*values, participant.pk]
    newest = f"""id IN (SELECT ticket_id FROM inbox_message WHERE withdrawn_at IS NULL AND {condition}
                        ORDER BY occurred_at DESC, id DESC LIMIT 1)"""  # noqa: S608 - the conditions above
    return next(iter(find(Ticket, newest, *values)), None)


def going_on() -> Q:
    """Of tickets: in which what is written next belongs, being of the same person in the same place."""
    return Q(state__in=UNRESOLVED) | Q(state=State.RESOLVED, resolved_at__gte=now() - REOPEN_WITHIN)


def goes_on(ticket: Ticket) -> bool:
    """`going_on` of one ticket."""
    is_recent = ticket.resolved_at is not None and ticket.resolved_at >= now() - REOPEN_WITHIN
    return ticket.is_unresolved or (ticket.state == State.RESOLVED and is_recent)


def _by_person(channel: Channel, event: InboundMessage, customer: Customer | None) -> Found | None:
    if customer is None or capabilities_of(channel).threading != "person" or _is_in_a_room(event):
        return None
    recent = going_on()
    # What is said among several people is another matter, and answered before all of them.
    rooms = TicketThread.objects.filter(channel=channel, ticket=OuterRef("pk"), key__startswith=_ROOM)
    theirs = Ticket.objects.filter(~Exists(rooms), channel=channel, customer=customer).order_by("-last_message_at")
    # So is what everybody reads, where only the two of us spoke before, and the other way round.
    by_people = Q(direction=Direction.IN) | Q(author_kind=AuthorKind.HUMAN)
    said = Message.objects.filter(by_people, ticket=OuterRef("pk"), channel=channel, kind=MessageKind.MESSAGE)
    alike = said.filter(is_public=event.thread.visibility == Visibility.PUBLIC)
    theirs = theirs.filter(Exists(alike) | ~Exists(said))
    ticket = theirs.filter(recent | Q(merged_into__isnull=False)).first()
    if ticket is None or not Ticket.objects.filter(recent, pk=end_of(ticket).pk).exists():
        ticket = theirs.filter(recent).first()
    return Found(ticket, "same person on this channel") if ticket else None
