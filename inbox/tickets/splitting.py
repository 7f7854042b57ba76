"""Splitting a ticket: what a customer asked beside the matter becomes a ticket of its own."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.common.text import one_line
from inbox.tickets.actions import Refused, join, opening
from inbox.tickets.changes import Change, change
from inbox.tickets.enums import Direction, EventKind, MessageKind, Priority
from inbox.tickets.merging import say_again
from inbox.tickets.models import Message, Ticket, TicketEvent

_RECEIVED = (EventKind.RECEIVED, EventKind.THANKED, EventKind.AUTOMATIC_RECEIVED)


def split(message: Message, *, by: Agent, and_later: bool = False, at: datetime | None = None) -> Ticket:
    """Make a customer's message a ticket of its own, which is returned; `and_later`: with what customers wrote since.

    The new ticket is its author's, in the same team with the same priority, and waits since the message was written.
    The old one waits for what remains. The way back is to merge the new ticket into the old one.
    """
    at = at or now()
    ticket = message.ticket
    with transaction.atomic(), change(ticket, by=by, at=at) as it:
        moved = _chosen(it, message, and_later, by)
        first = moved[0]
        if first.customer is None or first.channel_id is None:
            raise Refused(_("Only what a customer wrote can become a ticket of its own."))
        with opening(
            customer=first.customer,
            identity=first.identity,
            channel_id=first.channel_id,
            subject=first.subject or one_line(first.text or first.full_text, 120),
            by=by,
            at=first.occurred_at,
            team=ticket.team,
            priority=Priority(ticket.priority),
            language=first.language or ticket.language,
        ) as new:
            new.events[0].details["split_from"] = ticket.pk
            _move(new, moved, out_of=ticket)
        it.record(
            EventKind.SPLIT_OFF,
            messages=[one.pk for one in moved],
            subject=new.ticket.subject,
            ticket=new.ticket.pk,
        )
        say_again(it)
    return new.ticket


def _chosen(it: Change, message: Message, and_later: bool, by: Agent) -> list[Message]:
    ticket = it.ticket
    if not by.answers_customers:
        raise Refused(_("Your role does not change tickets."))
    if ticket.deleted_at:
        raise Refused(_("This ticket is deleted. Restore it first."))
    if ticket.is_spam:
        raise Refused(_("This ticket is spam. Take it out of the spam first."))
    said = ticket.messages.select_for_update(of=("self",)).select_related("customer", "identity")
    first = said.filter(pk=message.pk).first()
    if first is None:
        raise Refused(_("This message is in another ticket by now."))
    if first.kind != MessageKind.MESSAGE or first.direction != Direction.IN or first.automatic:
        raise Refused(_("Only what a customer wrote can become a ticket of its own."))
    if not TicketEvent.objects.filter(ticket=ticket, message=first, kind__in=_RECEIVED).exists():
        raise Refused(_("Old mail that was brought in stays where it is."))
    public = said.filter(kind=MessageKind.MESSAGE, withdrawn_at=None)
    if not public.exclude(_after(first)).exclude(pk=first.pk).exists():
        raise Refused(_("The ticket began with this message: without it there would be nothing left."))
    return [first, *(later_than(first).select_related("customer", "identity") if and_later else ())]


def later_than(message: Message) -> QuerySet[Message]:
    """What customers wrote in its ticket after a message, in order: all that can go with it."""
    said = Message.objects.filter(_after(message), ticket=message.ticket_id, kind=MessageKind.MESSAGE)
    return said.filter(direction=Direction.IN, customer__isnull=False).order_by("occurred_at", "id")


def _after(message: Message) -> Q:
    return Q(occurred_at__gt=message.occurred_at) | Q(occurred_at=message.occurred_at, id__gt=message.pk)


def _move(new: Change, moved: list[Message], *, out_of: Ticket) -> None:
    """The messages are the new ticket's; its log tells of each when it was written."""
    ticket = new.ticket
    told = TicketEvent.objects.filter(ticket=out_of, message__in=moved, kind__in=_RECEIVED)
    kinds = dict(told.values_list("message", "kind"))
    Message.objects.filter(pk__in=[one.pk for one in moved]).update(ticket=ticket)
    Message.objects.filter(pk__in=[one.pk for one in moved], customer=ticket.customer_id).update(is_stranger=False)
    for message in moved:
        message.ticket = ticket
        new.at = message.occurred_at
        if message.customer is not None and message.customer_id != ticket.customer_id:
            join(new, message.customer, message.identity)
        kind = EventKind.RECEIVED if message is moved[0] else EventKind(kinds.get(message.pk, EventKind.RECEIVED))
        new.record(kind, message=message, by=message.customer, split_from=out_of.pk)
    asked = [message for message in moved if not message.automatic]
    new.set(
        waiting_since=moved[0].occurred_at,
        last_message_at=moved[-1].occurred_at,
        last_customer_message_at=asked[-1].occurred_at,
        snippet=one_line(moved[-1].text or moved[-1].full_text, 160),
    )
