"""Explain a ticket's figure: the intervals it is the sum of, those it leaves out, and what starts and stops each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from inbox.sla.actions import hours_of, replayed
from inbox.sla.calendar import Hours
from inbox.sla.replay import ClockRun, Replayed, taken_back
from inbox.tickets.enums import EventKind, State
from inbox.tickets.models import Ticket, TicketEvent

OPEN, CLOSED_HOURS = "open", "closed hours"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of time with one reason: open, closed hours, pending, on hold, or the state of the ticket.

    Whether it counts: in all hours, in business hours, towards the target. `started_by` and `stopped_by` are the
    events at its ends; None where the hours set the edge, or the present does.
    """

    start: datetime
    end: datetime
    reason: str
    in_elapsed: bool
    in_business: bool
    in_used: bool
    started_by: TicketEvent | None = None
    stopped_by: TicketEvent | None = None

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.end - self.start).total_seconds()


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parts of a figure from its start to its end without a gap. `run` is None for figures of a whole ticket.

    `stored` says what the report shows, on both bases in seconds; None while unfinished.
    """

    parts: tuple[Part, ...]
    stored_elapsed: float | None
    stored_business: float | None
    run: ClockRun | None = None
    is_over: bool = True

    @property
    def elapsed(self) -> float:
        """The sum of all hours that count."""
        return sum(part.seconds for part in self.parts if part.in_elapsed)

    @property
    def business(self) -> float:
        """The sum of the business hours that count."""
        return sum(part.seconds for part in self.parts if part.in_business)

    @property
    def used(self) -> float:
        """The sum of what counts towards the target."""
        return sum(part.seconds for part in self.parts if part.in_used)


def log_of(ticket: Ticket) -> list[TicketEvent]:
    """The ticket's events in the order that counts, with who acted."""
    return list(ticket.events.select_related("agent", "customer").order_by("occurred_at", "id"))


def explain_run(
    ticket: Ticket, target: str, as_of: datetime, *, number: int | None = None, cycle: int | None = None
) -> Explanation | None:
    """Explain a run by its number, or the first of a work cycle; None when there is no such run. Open ones: so far."""
    log = log_of(ticket)
    result = replayed(ticket, log, until=as_of)
    runs = (run for run in result.runs if run.target == target)
    if number is not None:
        runs = (run for run in runs if run.number == number)
    elif cycle is not None:
        runs = (run for run in runs if run.cycle == cycle)
    run = next(runs, None)
    if run is None:
        return None
    events = {event.pk: event for event in log}
    return Explanation(
        tuple(_of_the_run(run, hours_of(log), events)),
        _seconds(run.elapsed) if run.completed else None,
        _seconds(run.business) if run.completed else None,
        run,
        run.stopped_at is not None,
    )


def _of_the_run(run: ClockRun, hours: Hours, events: dict[int, TicketEvent]) -> Iterator[Part]:
    for start, end, paused_in, basis, started_by, stopped_by in run.stretches:
        if end is None:
            continue
        first, last = events[started_by], events[stopped_by] if stopped_by else None
        if paused_in:
            yield Part(start, end, paused_in, True, False, False, first, last)
            continue
        for part in _by_hours(start, end, hours, first, last):
            yield replace(part, in_used=part.in_business or basis == "calendar")


def _by_hours(
    start: datetime, end: datetime, hours: Hours, first: TicketEvent | None, last: TicketEvent | None
) -> Iterator[Part]:
    """The interval cut at openings and closings."""
    edges = [start, *(edge for span in hours.spans_between(start, end) for edge in span), end]
    for index, (left, right) in enumerate(pairwise(edges)):
        if left < right:
            is_open = index % 2 == 1
            yield Part(
                left,
                right,
                OPEN if is_open else CLOSED_HOURS,
                True,
                is_open,
                False,
                first if left == start else None,
                last if right == end else None,
            )


def explain_ticket(ticket: Ticket, figure: str, as_of: datetime) -> Explanation | None:
    """Explain a figure of the ticket as a whole, named as in `rows.TICKET_FIGURES`; None while it has none."""
    log = log_of(ticket)
    result = replayed(ticket, log, until=as_of)
    undone = taken_back(log)
    standing = [event for event in log if event.pk not in undone and event.occurred_at <= as_of]
    if figure in ("requester_wait", "agent_wait"):
        return _waits(figure, result, standing)
    is_first = figure == "first_resolution_time"
    elapsed, business = (
        (result.first_resolution_elapsed, result.first_resolution_business)
        if is_first
        else (result.resolution_elapsed, result.resolution_business)
    )
    start = result.first_received_at
    if start is None or elapsed is None:
        return None
    end = start + elapsed
    first = next(event for event in standing if event.kind == EventKind.RECEIVED)
    last = next((event for event in standing if event.occurred_at == end and event.kind in _FINISHING), None)
    parts = _by_hours(start, end, hours_of(log), first, last)
    return Explanation(tuple(parts), _seconds(elapsed), _seconds(business))


def _waits(figure: str, result: Replayed, standing: Sequence[TicketEvent]) -> Explanation | None:
    seconds = _seconds(result.requester_wait if figure == "requester_wait" else result.agent_wait)
    if seconds is None or result.last_resolved_at is None:
        return None
    counted = (State.PENDING,) if figure == "agent_wait" else (State.NEW, State.OPEN, State.ON_HOLD)
    parts = [
        Part(start.occurred_at, end.occurred_at, str(state), state in counted, False, False, start, end)
        for state, start, end in _stays(standing)
        if start.occurred_at < end.occurred_at <= result.last_resolved_at
    ]
    return Explanation(tuple(parts), seconds, None)


def _stays(standing: Iterable[TicketEvent]) -> Iterator[tuple[State, TicketEvent, TicketEvent]]:
    """Each state the ticket was in, with the events that began and ended it; without the last, which goes on."""
    state: State | None = None
    since: TicketEvent | None = None
    for event in standing:
        after = State.NEW if state is None else _STATE_AFTER.get(event.kind, state)
        if after == State.RESOLVED and state == State.CLOSED:
            continue
        if after != state:
            if state is not None and since is not None:
                yield state, since, event
            state, since = after, event


_STATE_AFTER: dict[str, State] = {
    EventKind.OPENED: State.OPEN,
    EventKind.REOPENED: State.OPEN,
    EventKind.PENDED: State.PENDING,
    EventKind.HELD: State.ON_HOLD,
    EventKind.RESOLVED: State.RESOLVED,
    EventKind.CLOSED: State.CLOSED,
}
_FINISHING = (EventKind.RESOLVED, EventKind.CLOSED)


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()
