"""The event logs of many tickets, read fast: few columns, plain rows, some thousand tickets at a time."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from psycopg.types.numeric import Int8BinaryLoader

from inbox.sla.events import SILENT, Event
from inbox.tickets.models import Ticket

BATCH = 2000

#: So many rows become values at once: they are used while the processor still has them at hand.
_CHUNK = 400


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
    ticket_id, log = 0, list[Event]()
    for row in rows(_LOGS, numbers(ids), _SILENT):
        if row[_TICKET] != ticket_id:
            if log:
                yield ticket_id, log
            ticket_id, log = row[_TICKET], []
        log.append(_event(row[:_TICKET]))
    if log:
        yield ticket_id, log


def rows(statement: str, *values: object) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement; instants are the server's own count of microseconds, which are our ticks."""
    connection.ensure_connection()
    with connection.connection.cursor(binary=True) as cursor:
        cursor.adapters.register_loader("timestamptz", Int8BinaryLoader)
        cursor.execute(statement, values)
        while chunk := cursor.fetchmany(_CHUNK):
            yield from chunk


def numbers(ids: Sequence[int]) -> str:
    """The ids as one value of a statement: `%s::bigint[]`."""
    return f"{{{','.join(map(str, ids))}}}"


@contextmanager
def uncollected() -> Iterator[None]:
    """Inside, nothing looks for cycles: among many thousand rows and events, which have none, that takes long."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


_event = partial(tuple.__new__, Event)

_SILENT = f"{{{','.join(SILENT)}}}"
#: Where in a row the ticket's number is: behind what an `Event` is made of.
_TICKET = len(Event._fields)
_LOGS = """
    SELECT occurred_at, id, kind, author_kind, priority,
           policy_version_id, agent_id, message_id, customer_id, team_id,
           CASE WHEN kind IN ('assigned', 'reopened', 'unmerged', 'merged_in', 'unmerged_out', 'split_off')
                THEN details END, ticket_id
    FROM inbox_ticketevent
    WHERE ticket_id = ANY(%s::bigint[]) AND kind <> ALL(%s)
    ORDER BY ticket_id, occurred_at, id
"""
