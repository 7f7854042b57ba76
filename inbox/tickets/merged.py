"""Reads along merges: what a ticket is made of, and where one that was merged went."""

from __future__ import annotations

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from inbox.common.prepared import Given
from inbox.tickets.models import Message, Ticket

_PARTS = """
    WITH RECURSIVE part (id) AS (
        SELECT %s::bigint
        UNION
        SELECT ticket.id FROM inbox_ticket ticket JOIN part ON ticket.merged_into_id = part.id
    )
    SELECT id FROM part
"""


def said_in(ticket: Ticket | Given) -> QuerySet[Message]:
    """All that was said in a ticket and in those merged into it, directly or through others."""
    which = ticket if isinstance(ticket, Given) else ticket.pk
    return Message.objects.filter(ticket__in=RawSQL(_PARTS, [which]))  # noqa: S611 - the statement above


def end_of(ticket: Ticket) -> Ticket:
    """The ticket in which the matter goes on: the end of its merges, itself when it was not merged."""
    while ticket.merged_into is not None:
        ticket = ticket.merged_into
    return ticket


def merged_parts(ticket: Ticket) -> list[Ticket]:
    """The tickets merged into this one, directly or through others, in the order of their numbers."""
    parts = Ticket.objects.filter(pk__in=RawSQL(_PARTS, [ticket.pk])).exclude(pk=ticket.pk)  # noqa: S611 - as above
    return list(parts.order_by("pk"))
