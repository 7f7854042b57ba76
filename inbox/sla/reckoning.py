"""Clocks that run are measured by hours that have changed: they are reckoned anew, ticket by ticket.

A version of a calendar that asks for it is marked (`reckoned_to`) in the transaction it is made in. The sweep goes on
where it stopped, whatever happened to the process before it; two at once do the same work twice, and no harm.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from inbox.common.clock import now
from inbox.sla.actions import refresh_clocks
from inbox.sla.models import BusinessCalendar, CalendarVersion, Clock, PolicyVersion
from inbox.tickets.models import Ticket, TicketEvent

_BATCH = 100
#: Who measured by the old hours while the new ones were being stored had done so long before this.
_OVERLAP = timedelta(days=1)


def reckon_anew(at: datetime | None = None, *, seconds: float = 10) -> int:
    """Reckon clocks by calendars that changed, for about so many seconds; how many tickets."""
    at, until, count = at or now(), time.monotonic() + seconds, 0
    for version in CalendarVersion.objects.exclude(reckoned_to=None).order_by("id"):
        while version.reckoned_to is not None and time.monotonic() < until:
            tickets = _next_tickets(version, at)
            for ticket_id in tickets:
                _reckon(ticket_id)
            count += len(tickets)
            if not _keep(version, tickets[-1] if len(tickets) == _BATCH else None):
                break
    return count


def _next_tickets(version: CalendarVersion, at: datetime) -> list[int]:
    measured = Q(Exists(_events_naming(version)))
    if version.calendar_id == BusinessCalendar.objects.order_by("id").values_list("id", flat=True).first():
        measured |= Q(policy_version=None)
    since = max(version.in_force_from, at - _OVERLAP)
    running = Clock.objects.filter(Q(stopped_at=None) | Q(stopped_at__gte=since), ticket__gt=version.reckoned_to)
    found = running.filter(measured).order_by("ticket").values_list("ticket", flat=True).distinct()
    return list(found[:_BATCH])


def _events_naming(version: CalendarVersion) -> QuerySet[TicketEvent]:
    policies = PolicyVersion.objects.filter(calendar=version.calendar_id)
    return TicketEvent.objects.filter(ticket=OuterRef("ticket"), policy_version__in=policies)


def _reckon(ticket_id: int) -> None:
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().filter(pk=ticket_id).first()
        if ticket is not None:
            refresh_clocks(ticket)
            ticket.save(update_fields=["due_at"])


def _keep(version: CalendarVersion, last: int | None) -> bool:
    """Keep how far it is; False when somebody else went on meanwhile."""
    was, version.reckoned_to = version.reckoned_to, last
    return bool(CalendarVersion.objects.filter(pk=version.pk, reckoned_to=was).update(reckoned_to=last))
