"""What an agent may see. The only way a surface gets a ticket; missing and forbidden look the same."""

from __future__ import annotations

import re

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import Http404

from inbox.agents.models import Agent
from inbox.common.prepared import Given, prepared
from inbox.common.rows import find
from inbox.tickets.merged import end_of
from inbox.tickets.models import Attachment, Message, Ticket, TicketChannel
from inbox.tickets.readers import reader, theirs_or_unrouted, visible_to_reader

_SHOWN = ("customer", "channel", "team", "assignee")
_REF = re.compile(r"(?:t-)?(\d{1,18})", re.IGNORECASE)


def visible_to(agent: Agent) -> Q:
    """The condition on tickets: admins, leads and auditors see all, others their teams', their own and the unrouted.

    A ticket that belongs to other channels as well is their teams' too.
    """
    if agent.sees_all:
        return Q()
    return theirs_or_unrouted(agent.pk, list(agent.team_ids))


def teams_beside(ticket: Ticket) -> list[int]:
    """The teams that see a ticket because it belongs to their channel as well."""
    shared = find(TicketChannel, "ticket_id = %s", ticket.pk)
    if not shared:
        return []
    channels = TicketChannel.objects.filter(pk__in=[one.pk for one in shared]).exclude(channel__team=None)
    return sorted(set(channels.values_list("channel__team_id", flat=True)))


def tickets_of(agent: Agent) -> QuerySet[Ticket]:
    """The tickets the agent may see; deleted ones are none."""
    return Ticket.objects.filter(visible_to(agent), deleted_at=None)


def deleted_of(agent: Agent) -> QuerySet[Ticket]:
    """The deleted tickets the agent may restore."""
    deleted = Ticket.objects.filter(visible_to(agent), deleted_at__isnull=False)
    return deleted if agent.deletes_tickets else deleted.none()


def ticket_for(agent: Agent, ref: str | int, *, even_deleted: bool = False) -> Ticket:
    """The ticket called `ref` ("T-42" or 42). Raises `Http404`, whether it is missing or not his to see.

    `even_deleted` is for looking at it: who sees all tickets still reads it, but nothing is done in it. Who sees
    the ticket in which a merged one goes on reads that one too.
    """
    match = _REF.fullmatch(str(ref))
    number = int(match[1]) if match else 0
    ticket = _seen.first(*reader(agent), number, even_deleted and agent.sees_all)
    if ticket is None:
        merged = Ticket.objects.select_related(*_SHOWN).filter(pk=number).exclude(merged_into=None).first()
        ticket = merged if merged and _is_seen_merged(agent, merged) else None
    if ticket is None:
        raise Http404("No such ticket.")
    return ticket


@prepared
def _seen(sees_all: Given, agent: Given, teams: Given, number: Given, even_deleted: Given) -> QuerySet[Ticket]:
    is_kept = Q(deleted_at=None) | Q(ExpressionWrapper(even_deleted, BooleanField()))
    seen = Ticket.objects.filter(visible_to_reader(sees_all, agent, teams), is_kept, pk=number)
    return seen.select_related(*_SHOWN)


def _is_seen_merged(agent: Agent, ticket: Ticket) -> bool:
    return _looked_at(agent).filter(pk=end_of(ticket).pk).exists()


def _is_looked_at(agent: Agent, ticket: Ticket) -> bool:
    is_seen = _looked_at(agent).filter(pk=ticket.pk).exists()
    return is_seen or (ticket.merged_into_id is not None and _is_seen_merged(agent, ticket))


def _looked_at(agent: Agent) -> QuerySet[Ticket]:
    return Ticket.objects.filter(visible_to(agent)) if agent.sees_all else tickets_of(agent)


def message_for(agent: Agent, message_id: int) -> Message:
    """A message in a ticket the agent may see, be it deleted. Raises `Http404`."""
    message = Message.objects.select_related("ticket", "channel", "envelope").filter(pk=message_id).first()
    if message is None or not _is_looked_at(agent, message.ticket):
        raise Http404("No such message.")
    return message


def attachment_for(agent: Agent, attachment_id: int) -> Attachment:
    """An attachment in a ticket the agent may see, be it deleted. Raises `Http404`."""
    attachment = Attachment.objects.select_related("message__ticket").filter(pk=attachment_id).first()
    if attachment is None or not _is_looked_at(agent, attachment.message.ticket):
        raise Http404("No such attachment.")
    return attachment
