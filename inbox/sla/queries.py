"""Reads about policies."""

from __future__ import annotations

from django.db import connection
from django.db.models import QuerySet

from inbox.customers.models import Customer
from inbox.sla.models import Policy
from inbox.tickets.enums import UNRESOLVED, EventKind


def listed_policies() -> QuerySet[Policy]:
    """The policies that are not deleted, in the order in which they are asked, with their versions."""
    return Policy.objects.filter(deleted_at=None).order_by("position", "id").prefetch_related("versions__calendar")


def open_tickets_by_policy() -> dict[int, int]:
    """How many unresolved tickets each policy holds now, by its id: those to which it was applied last."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [EventKind.POLICY_APPLIED, list(UNRESOLVED)])
        return dict(cursor.fetchall())


def known_segments() -> list[str]:
    """The segments that customers are in."""
    named = Customer.objects.exclude(segment="").order_by("segment")
    return list(named.values_list("segment", flat=True).distinct()[:100])


_HELD = """
    SELECT version.policy_id, count(*)
    FROM inbox_ticket ticket
    CROSS JOIN LATERAL (
        SELECT event.policy_version_id FROM inbox_ticketevent event
        WHERE event.ticket_id = ticket.id AND event.kind = %s
        ORDER BY event.occurred_at DESC, event.id DESC LIMIT 1
    ) applied
    JOIN inbox_policyversion version ON version.id = applied.policy_version_id
    WHERE ticket.state = ANY(%s) AND NOT ticket.is_spam AND ticket.deleted_at IS NULL
    GROUP BY version.policy_id
"""
