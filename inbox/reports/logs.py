"""The event logs of many tickets, read fast: few columns, plain rows, some thousand tickets at a time."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet
from psycopg.types.numeric import Int8BinaryLoader

from inbox.sla.events import SILENT, Event
from inbox.sla.shapes import TELLING
from inbox.sla.wallclock import at_tick
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


class Told(NamedTuple):
    """A ticket's log as `inbox.sla.shapes` has it: its shape and the instants (ticks) of its events.

    The numbers of the events are there where they were asked for.
    """

    ticket_id: int
    shape: str
    instants: Sequence[int]
    ids: Sequence[int] | None


def shapes_of(
    ids: Collection[int], until: int, *, naming: Iterable[int], naming_none: bool, begun_before: int
) -> Iterator[Told]:
    """The logs up to an instant of those of the tickets that are asked for, in no order.

    Asked for are logs that name one of the policy versions `naming`, or with `naming_none` no policy at all, and those
    that begin before another instant: only these have the numbers of their events.
    """
    before = at_tick(begun_before)
    asked = numbers(naming), naming_none, before
    for row in rows(_SHAPES, before, _SILENT, numbers(ids), at_tick(until), _TELLING, *asked):
        yield _told(row)


def rows(statement: str, *values: object) -> Iterator[tuple[Any, ...]]:
    """The rows of a statement; instants are the server's own count of microseconds, which are our ticks."""
    connection.ensure_connection()
    with connection.connection.cursor(binary=True) as cursor:
        cursor.adapters.register_loader("timestamptz", Int8BinaryLoader)
        cursor.execute(statement, values)
        while chunk := cursor.fetchmany(_CHUNK):
            yield from chunk


def numbers(ids: Iterable[int]) -> str:
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


_event, _told = partial(tuple.__new__, Event), partial(tuple.__new__, Told)

_SILENT, _TELLING = f"{{{','.join(SILENT)}}}", f"{{{','.join(sorted(TELLING))}}}"
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
_SHAPES = """
    SELECT ticket_id,
           string_agg(
               concat(kind, '|', author_kind, '|', priority, '|', policy_version_id, '|',
                      CASE WHEN customer_id IS NOT NULL THEN '1' END, '|',
                      CASE WHEN kind = 'reopened' THEN details ->> 'by' END),
               E'\\n' ORDER BY occurred_at, id),
           array_agg(occurred_at ORDER BY occurred_at, id),
           CASE WHEN min(occurred_at) < %s THEN array_agg(id ORDER BY occurred_at, id) END
    FROM (
        SELECT *, row_number() OVER (PARTITION BY ticket_id ORDER BY occurred_at, id) AS place
        FROM inbox_ticketevent
        WHERE kind <> ALL(%s) AND ticket_id = ANY(%s::bigint[]) AND occurred_at <= %s
    ) log
    WHERE place = 1 OR kind = ANY(%s)
    GROUP BY ticket_id
    HAVING bool_or(policy_version_id = ANY(%s::bigint[]))
        OR (%s AND NOT bool_or(policy_version_id IS NOT NULL))
        OR min(occurred_at) < %s
"""
