"""Compare stored clocks and figures with what `replay()` says: they are a cache, and no difference is the only pass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from inbox.sla.actions import figures_of, refresh_clocks, replayed
from inbox.sla.models import Clock, TicketFigures
from inbox.sla.replay import ClockRun
from inbox.tickets.enums import UNRESOLVED
from inbox.tickets.models import Ticket, TicketEvent

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """A stored value that is not what the log says. `part` is the clock ("next_response 2"), figures, or ticket."""

    ticket_id: int
    part: str
    name: str
    stored: object
    right: object

    def __str__(self) -> str:
        return f"T-{self.ticket_id} {self.part} {self.name}: stored {self.stored}, the log says {self.right}"


def tickets_in_batches(ids: Sequence[int] = ()) -> Iterator[list[Ticket]]:
    """All tickets, or those with these ids, by id."""
    chosen = Ticket.objects.filter(pk__in=ids) if ids else Ticket.objects.all()
    last = 0
    while batch := list(chosen.filter(pk__gt=last).order_by("pk")[:_BATCH]):
        yield batch
        last = batch[-1].pk


def differences(ids: Sequence[int] = ()) -> Iterator[Difference]:
    """Every difference between stored and replayed values. A ticket that changes meanwhile is looked at again."""
    for batch in tickets_in_batches(ids):
        suspects = [ticket.pk for ticket, found in _compared(batch) if found]
        for pk in suspects:
            with transaction.atomic():
                locked = list(Ticket.objects.select_for_update().filter(pk=pk))
                for _, found in _compared(locked):
                    yield from found


def rebuild(ids: Sequence[int] = ()) -> int:
    """Write the clocks and figures anew from the logs; how many tickets."""
    count = 0
    for batch in tickets_in_batches(ids):
        for ticket in batch:
            with transaction.atomic():
                stored = Ticket.objects.select_for_update().get(pk=ticket.pk)
                refresh_clocks(stored)
                stored.save(update_fields=["due_at"])
            count += 1
    return count


def _compared(tickets: Sequence[Ticket]) -> Iterator[tuple[Ticket, list[Difference]]]:
    logs: dict[int, list[TicketEvent]] = defaultdict(list)
    for event in TicketEvent.objects.filter(ticket__in=tickets).order_by("ticket", "occurred_at", "id"):
        logs[event.ticket_id].append(event)
    clocks: dict[int, dict[tuple[str, int], Clock]] = defaultdict(dict)
    for clock in Clock.objects.filter(ticket__in=tickets):
        clocks[clock.ticket_id][clock.target, clock.number] = clock
    figures = TicketFigures.objects.in_bulk([ticket.pk for ticket in tickets])
    for ticket in tickets:
        if log := logs[ticket.pk]:
            found = _of_ticket(ticket, log, clocks[ticket.pk], figures.get(ticket.pk))
            yield ticket, list(found)


def _of_ticket(
    ticket: Ticket, log: list[TicketEvent], stored: dict[tuple[str, int], Clock], figures: TicketFigures | None
) -> Iterator[Difference]:
    result = replayed(ticket, log)
    events = {event.pk: event for event in log}
    for run in result.runs:
        part = f"{run.target} {run.number}"
        clock = stored.pop((str(run.target), run.number), None)
        if clock is None:
            yield Difference(ticket.pk, part, "clock", "none", "there is one")
            continue
        yield from _unequal(ticket, part, clock, _right_clock(run, events))
    for target, number in stored:
        yield Difference(ticket.pk, f"{target} {number}", "clock", "there is one", "none")
    if figures is None:
        yield Difference(ticket.pk, "figures", "all", "none", "there are some")
    else:
        yield from _unequal(ticket, "figures", figures, figures_of(result))
    yield from _unequal(ticket, "ticket", ticket, {"due_at": _due_at(ticket, result.runs)})


def _unequal(ticket: Ticket, part: str, row: object, right: dict[str, Any]) -> Iterator[Difference]:
    for name, value in right.items():
        stored = getattr(row, name)
        if stored != value:
            yield Difference(ticket.pk, part, name, stored, value)


def _right_clock(run: ClockRun, events: dict[int, TicketEvent]) -> dict[str, Any]:
    stopped_by = events[run.stopped_by] if run.stopped_by else None
    return {
        "cycle": run.cycle,
        "state": str(run.state),
        "policy_version_id": run.policy_version_id,
        "priority": run.priority,
        "goal_seconds": _seconds(run.goal),
        "used_seconds": _seconds(run.used),
        "elapsed_seconds": _seconds(run.elapsed),
        "business_seconds": _seconds(run.business),
        "started_at": run.started_at,
        "started_by_id": run.started_by,
        "stopped_at": run.stopped_at,
        "stopped_by_id": run.stopped_by,
        "agent_id": run.stopped_by_agent_id,
        "team_id": stopped_by.team_id if stopped_by else None,
        "due_at": run.due_at,
        "warn_at": run.warn_at,
        "breached_at": run.breached_at,
        "waived_because": run.waived_because,
    }


def _due_at(ticket: Ticket, runs: Sequence[ClockRun]) -> object:
    if ticket.state not in UNRESOLVED or ticket.is_spam:
        return None
    return min((run.due_at for run in runs if run.due_at and run.stopped_at is None), default=None)


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()
