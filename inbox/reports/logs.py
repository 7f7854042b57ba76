"""The event logs of many tickets, read fast: few columns, plain rows, some thousand tickets at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter

from django.db import connection
from django.db.models import QuerySet
from psycopg.types.numeric import Int8BinaryLoader

from inbox.sla.events import SILENT, Event
from inbox.tickets.models import Ticket

BATCH = 2000


def logs(tickets: QuerySet[Ticket] | None = None, *, batch: int = BATCH) -> Iterator[tuple[int, list[Event]]]:
    """Each of the tickets (all without any given) with its log, by ticket number; events by time, then number.

    A log is without the events that say nothing to any clock (`SILENT`). It is read `batch` tickets at a time, each
    batch as it is then: between two of them the connection is free, and no transaction is held open.
    """
    last = 0
    chosen = (Ticket.objects.all() if tickets is None else tickets).order_by("pk").values_list("pk", flat=True)
    while ids := list(chosen.filter(pk__gt=last)[:batch]):
        yield from logs_of(ids)
        last = ids[-1]


def logs_of(ids: Sequence[int]) -> Iterator[tuple[int, list[Event]]]:
    """Each of the tickets with these numbers and its log, as `logs` gives them, in one read."""
    connection.ensure_connection()
    with connection.connection.cursor(binary=True) as cursor:
        # The server's own count of microseconds: what the clocks count in, without a datetime in between.
        cursor.adapters.register_loader("timestamptz", Int8BinaryLoader)
        cursor.execute(_LOGS, (list(ids), list(SILENT)))
        rows = cursor.fetchall()
    for ticket_id, log in groupby(rows, key=itemgetter(0)):
        yield ticket_id, [_event(row[1:]) for row in log]


_event = partial(tuple.__new__, Event)

_LOGS = """
    SELECT ticket_id, occurred_at, id, kind, author_kind, priority,
           policy_version_id, agent_id, message_id, customer_id, team_id,
           CASE WHEN kind IN ('assigned', 'reopened', 'unmerged', 'merged_in', 'unmerged_out', 'split_off')
                THEN details END
    FROM inbox_ticketevent
    WHERE ticket_id = ANY(%s) AND kind <> ALL(%s)
    ORDER BY ticket_id, occurred_at, id
"""
