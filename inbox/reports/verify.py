"""Compare stored clocks and figures with what `replay()` says: they are a cache, and no difference is the only pass."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from inbox.reports.logs import BATCH, logs_of, uncollected
from inbox.sla import access
from inbox.sla.actions import figures_of, refresh_clocks
from inbox.sla.events import Event
from inbox.sla.hours import Hours
from inbox.sla.models import Clock, TicketFigures
from inbox.sla.policy import PolicyTerms
from inbox.sla.replay import ClockRun, Replayed, replay
from inbox.tickets.enums import UNRESOLVED
from inbox.tickets.models import Ticket

#: The columns of a clock that are a cache of the log. The others say what was told of it.
_CLOCK = (
    "cycle",
    "state",
    "policy_version_id",
    "priority",
    "goal_seconds",
    "used_seconds",
    "elapsed_seconds",
    "business_seconds",
    "started_at",
    "started_by_id",
    "stopped_at",
    "stopped_by_id",
    "agent_id",
    "team_id",
    "due_at",
    "warn_at",
    "breached_at",
    "waived_because",
)
_FIGURES = tuple(field.attname for field in TicketFigures._meta.concrete_fields if not field.primary_key)


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


def differences(ids: Sequence[int] = ()) -> Iterator[Difference]:
    """Every difference between stored and replayed values. A ticket that changes meanwhile is looked at again."""
    for batch in _batches(ids):
        terms = _Terms()
        with uncollected():
            unequal = [pk for pk, found in _compared(batch, terms) if found]
        for pk in unequal:
            with transaction.atomic():
                Ticket.objects.select_for_update().filter(pk=pk).first()
                for _, found in _compared([pk], _Terms()):
                    yield from found


def rebuild(ids: Sequence[int] = ()) -> int:
    """Write the clocks and figures anew from the logs; how many tickets."""
    count = 0
    for batch in _batches(ids):
        for pk in batch:
            with transaction.atomic():
                ticket = Ticket.objects.select_for_update().filter(pk=pk).first()
                if ticket is not None:
                    log = next((log for _, log in logs_of([pk])), [])
                    refresh_clocks(ticket, log)
                    ticket.save(update_fields=["due_at", "waiting_since"])
                    count += 1
    return count


def _batches(ids: Sequence[int]) -> Iterator[list[int]]:
    """The numbers of all tickets, or of those of these that there are."""
    chosen = (Ticket.objects.filter(pk__in=ids) if ids else Ticket.objects.all()).order_by("pk")
    last = 0
    while batch := list(chosen.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        yield batch
        last = batch[-1]


class _Terms:
    """What logs are replayed with: as it is now, asked for once."""

    def __init__(self) -> None:
        self._stamp = access.stamp()
        self._company = access.default_hours()
        self._of: dict[tuple[int, ...], tuple[Mapping[int, PolicyTerms] | None, Hours]] = {(): (None, self._company)}

    def replayed(self, log: list[Event]) -> Replayed:
        """The figures of a ticket, as `inbox.sla.actions.replayed` has them."""
        named = tuple(event.policy_version_id for event in log if event.policy_version_id)
        terms = self._of.get(named)
        if terms is None:
            hours = access.hours(access.calendar_id_of(named[-1]), self._stamp)
            terms = self._of[named] = {version: access.terms(version) for version in set(named)}, hours
        return replay(log, *terms)


def _compared(ids: Sequence[int], terms: _Terms) -> Iterator[tuple[int, list[Difference]]]:
    tickets = {row[0]: row[1:] for row in Ticket.objects.filter(pk__in=ids).values_list("pk", *_TICKET)}
    clocks: dict[int, dict[tuple[str, int], tuple[Any, ...]]] = defaultdict(dict)
    stored = Clock.objects.filter(ticket__in=ids)
    for ticket_id, target, number, *values in stored.values_list("ticket_id", "target", "number", *_CLOCK):
        clocks[ticket_id][target, number] = tuple(values)
    rows = TicketFigures.objects.filter(pk__in=ids).values_list("pk", *_FIGURES)
    figures = {row[0]: row[1:] for row in rows}
    for pk, log in logs_of(ids):
        if pk in tickets:
            yield pk, list(_of_ticket(pk, log, terms.replayed(log), clocks[pk], figures.get(pk), tickets[pk]))


_TICKET = ("state", "is_spam", "due_at")


def _of_ticket(
    pk: int,
    log: list[Event],
    result: Replayed,
    clocks: dict[tuple[str, int], tuple[Any, ...]],
    figures: tuple[Any, ...] | None,
    ticket: tuple[Any, ...],
) -> Iterator[Difference]:
    teams = {event.id: event.team_id for event in log}
    for run in result.runs:
        clock, right = clocks.pop((run.target.value, run.number), None), _right_clock(run, teams)
        if clock is None:
            yield Difference(pk, f"{run.target} {run.number}", "clock", "none", "there is one")
        elif clock != right:
            yield from _unequal(pk, f"{run.target} {run.number}", _CLOCK, clock, right)
    for target, number in clocks:
        yield Difference(pk, f"{target} {number}", "clock", "there is one", "none")
    right_figures = figures_of(result)
    if figures is None:
        yield Difference(pk, "figures", "all", "none", "there are some")
    else:
        yield from _unequal(pk, "figures", _FIGURES, figures, [right_figures[name] for name in _FIGURES])
    state, is_spam, due_at = ticket
    is_waiting = state in UNRESOLVED and not is_spam
    yield from _unequal(pk, "ticket", ("due_at",), (due_at,), (_due_at(result.runs) if is_waiting else None,))


def _unequal(
    pk: int, part: str, names: Sequence[str], row: Sequence[object], right: Sequence[object]
) -> Iterator[Difference]:
    for name, stored, value in zip(names, row, right, strict=True):
        if stored != value:
            yield Difference(pk, part, name, stored, value)


def _right_clock(run: ClockRun, teams: Mapping[int, int | None]) -> tuple[Any, ...]:
    """The values of `_CLOCK`."""
    return (
        run.cycle,
        run.state.value,
        run.policy_version_id,
        run.priority,
        _seconds(run.goal),
        run.used.total_seconds(),
        _seconds(run.elapsed),
        _seconds(run.business),
        run.started_at,
        run.started_by,
        run.stopped_at,
        run.stopped_by,
        run.stopped_by_agent_id,
        teams[run.stopped_by] if run.stopped_by else None,
        run.due_at,
        run.warn_at,
        run.breached_at,
        run.waived_because,
    )


def _due_at(runs: Sequence[ClockRun]) -> object:
    return min((run.due_at for run in runs if run.due_at and run.stopped_at is None), default=None)


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()
