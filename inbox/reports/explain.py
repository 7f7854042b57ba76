"""Explain a ticket's figure: the intervals it is the sum of, those it leaves out, and what starts and stops each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from inbox.sla import access
from inbox.sla.actions import hours_of, replayed
from inbox.sla.calendar import Hours
from inbox.sla.hours import ALWAYS_OPEN, NeverOpen
from inbox.sla.policy import TargetTerms
from inbox.sla.replay import ClockRun, ClockState, Replayed, taken_back
from inbox.tickets.enums import EventKind, State
from inbox.tickets.models import Ticket, TicketEvent

OPEN, CLOSED_HOURS = "open", "closed hours"
IN_STATE = "state:"


class Edge(StrEnum):
    """What a part begins or ends with."""

    EVENT = "event"
    OPENING = "opening"
    CLOSING = "closing"
    TARGET = "target"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of time with one reason: open, closed hours, pending, on hold, or in a state ("state:on_hold").

    Whether it counts: in all hours, in business hours, towards the target. `started_by` and `stopped_by` are the
    events at its ends; None where something else sets the edge, as `begins_with` and `ends_with` say. `is_late`: it
    lies after the target has passed.
    """

    start: datetime
    end: datetime
    reason: str
    in_elapsed: bool
    in_business: bool
    in_used: bool
    started_by: TicketEvent | None = None
    stopped_by: TicketEvent | None = None
    begins_with: Edge = Edge.EVENT
    ends_with: Edge = Edge.EVENT
    is_late: bool = False

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.end - self.start).total_seconds()


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parts of a figure from its start to its end without a gap. `run` is None for figures of a whole ticket.

    `stored` says what the report shows, on both bases in seconds; None while unfinished. `due_at` is when the target
    passes or passed, or would have, had the run not been in time; None while that is open, and without a target.
    `warned_at` is when the share of the target was used up at which a warning is due, where that is known.
    """

    parts: tuple[Part, ...]
    stored_elapsed: float | None
    stored_business: float | None
    run: ClockRun | None = None
    is_over: bool = True
    due_at: datetime | None = None
    warned_at: datetime | None = None

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
    hours, events = hours_of(log), {event.pk: event for event in log}
    parts = tuple(piece for part in _of_the_run(run, hours, events) for piece in _cut(part, run.breached_at))
    return Explanation(
        parts,
        _seconds(run.elapsed) if run.completed else None,
        _seconds(run.business) if run.completed else None,
        run,
        run.stopped_at is not None,
        _due_at(run, hours),
        run.warn_at or _warned_at(run, parts),
    )


def _of_the_run(run: ClockRun, hours: Hours, events: dict[int, TicketEvent]) -> Iterator[Part]:
    for start, end, paused_in, basis, started_by, stopped_by in run.stretches:
        if end is None:
            continue
        first, last = events[started_by], events[stopped_by] if stopped_by else None
        if paused_in:
            yield Part(start, end, paused_in, True, False, False, first, last, Edge.EVENT, _edge(last, Edge.NOW))
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
            opens, closes = (Edge.OPENING, Edge.CLOSING) if is_open else (Edge.CLOSING, Edge.OPENING)
            yield Part(
                left,
                right,
                OPEN if is_open else CLOSED_HOURS,
                True,
                is_open,
                False,
                first if left == start else None,
                last if right == end else None,
                Edge.EVENT if left == start else opens,
                _edge(last, Edge.NOW) if right == end else closes,
            )


def _edge(event: TicketEvent | None, otherwise: Edge) -> Edge:
    return otherwise if event is None else Edge.EVENT


def _cut(part: Part, at: datetime | None) -> Iterator[Part]:
    """The part; in two where the target passes in the middle of it."""
    if at is None or part.end <= at:
        yield part
    elif part.start >= at:
        yield replace(part, is_late=True)
    else:
        yield replace(part, end=at, stopped_by=None, ends_with=Edge.TARGET)
        yield replace(part, start=at, started_by=None, begins_with=Edge.TARGET, is_late=True)


def _due_at(run: ClockRun, hours: Hours) -> datetime | None:
    """When the target passes; of a run that was in time, when it would have."""
    known = run.breached_at or run.due_at
    terms = _terms_of(run)
    if known or run.state != ClockState.MET or run.goal is None or run.stopped_at is None or terms is None:
        return known
    try:
        return (ALWAYS_OPEN if terms.basis == "calendar" else hours).add(run.stopped_at, run.goal - run.used)
    except NeverOpen:
        return None


def _warned_at(run: ClockRun, parts: Iterable[Part]) -> datetime | None:
    """When so much of the target was used up that a warning was due; None where it never was."""
    terms = _terms_of(run)
    if run.goal is None or terms is None:
        return None
    left = run.goal * terms.warn_share
    for part in parts:
        if not part.in_used:
            continue
        if part.end - part.start >= left:
            return part.start + left
        left -= part.end - part.start
    return None


def _terms_of(run: ClockRun) -> TargetTerms | None:
    return None if run.policy_version_id is None else access.terms(run.policy_version_id).targets.get(run.target)


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
    first = next(event for event in standing if event.kind in (EventKind.RECEIVED, EventKind.MERGED_IN))
    last = next((event for event in standing if event.occurred_at == end and event.kind in _FINISHING), None)
    parts = _by_hours(start, end, hours_of(log), first, last)
    return Explanation(tuple(parts), _seconds(elapsed), _seconds(business))


def _waits(figure: str, result: Replayed, standing: Sequence[TicketEvent]) -> Explanation | None:
    seconds = _seconds(result.requester_wait if figure == "requester_wait" else result.agent_wait)
    if seconds is None or result.last_resolved_at is None:
        return None
    counted = (State.PENDING,) if figure == "agent_wait" else (State.NEW, State.OPEN, State.ON_HOLD)
    parts = [
        Part(start.occurred_at, end.occurred_at, f"{IN_STATE}{state}", state in counted, False, False, start, end)
        for state, start, end in _stays(standing)
        if start.occurred_at < end.occurred_at <= result.last_resolved_at
    ]
    return Explanation(tuple(parts), seconds, None)


def _stays(standing: Iterable[TicketEvent]) -> Iterator[tuple[State, TicketEvent, TicketEvent]]:
    """Each state the ticket was in, with the events that began and ended it; without the last, which goes on."""
    state: State | None = None
    since: TicketEvent | None = None
    for event in standing:
        after = State.NEW if state is None else _state_after(event, state)
        if after == State.RESOLVED and state == State.CLOSED:
            continue
        if after != state:
            if state is not None and since is not None:
                yield state, since, event
            state, since = after, event


def _state_after(event: TicketEvent, before: State) -> State:
    if event.kind == EventKind.UNMERGED and before == State.CLOSED:
        return State(event.details.get("state", before))
    if event.kind == EventKind.UNMERGED_OUT and before == State.OPEN:
        return State(event.details.get("state", before))
    return _STATE_AFTER.get(event.kind, before)


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
