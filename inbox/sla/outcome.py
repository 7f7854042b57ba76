"""What became of a ticket whose log was read: its figures."""

from __future__ import annotations

from datetime import datetime, timedelta

from inbox.sla.clocks import ClockRun
from inbox.sla.figures import Replayed
from inbox.sla.history import History
from inbox.sla.hours import Hours
from inbox.sla.policy import Target
from inbox.sla.wallclock import at_tick, length_of

_Lengths = tuple[timedelta | None, timedelta | None]
_FIRST = Target.FIRST_RESPONSE


def figures(history: History, hours: Hours, until: int | None) -> Replayed:
    """All figures after the last event, or at `until` (ticks). `hours` are those that the log was read with."""
    lifecycle, work, excluded = history.lifecycle, history.work, history.excluded
    runs = tuple(clock.run(until) for clock in history.clocks())
    first = next((run for run in runs if run.target is _FIRST and run.cycle == 1), None)
    asked_at = work.first_received_at
    resolved = [event.at for event in lifecycle.resolutions]
    last_resolved_at = resolved[-1] if resolved else None
    resolved_at = last_resolved_at if lifecycle.is_finished else None
    first_solved_at = next((at for at in resolved if asked_at is not None and at >= asked_at), None)
    requester_wait, agent_wait, resolved_before = map(length_of, lifecycle.waits) if resolved else (None, None, None)
    first_elapsed, first_business = _lengths(first)
    to_first = (None, None) if excluded else _lengths_between(asked_at, first_solved_at, hours)
    to_latest = to_first
    if resolved_at != first_solved_at and not excluded:
        to_latest = _lengths_between(asked_at, resolved_at, hours)
    cycle_facts = tuple(cycle.facts() for cycle in work.cycles)
    return Replayed(
        state=lifecycle.state.value,
        excluded=excluded,
        created_at=at_tick(lifecycle.created_at),
        first_received_at=_instant(asked_at),
        first_resolved_at=_instant(resolved[0]) if resolved else None,
        last_resolved_at=_instant(last_resolved_at),
        resolved_at=_instant(resolved_at),
        runs=runs,
        first_response=first,
        first_response_elapsed=first_elapsed,
        first_response_business=first_business,
        first_resolution_elapsed=to_first[0],
        first_resolution_business=to_first[1],
        resolution_elapsed=to_latest[0],
        resolution_business=to_latest[1],
        requester_wait=requester_wait,
        agent_wait=agent_wait,
        resolved_before=resolved_before,
        cycles=len(cycle_facts),
        cycle_facts=cycle_facts,
        human_replies=work.human_replies,
        reopened=history.reopenings,
        last_replier_id=cycle_facts[-1].last_replier_id if cycle_facts else work.last_replier_id,
    )


def _lengths(run: ClockRun | None) -> _Lengths:
    return (run.elapsed, run.business) if run is not None and run.completed else (None, None)


def _lengths_between(start: int | None, end: int | None, hours: Hours) -> _Lengths:
    if start is None or end is None or end < start:
        return None, None
    return length_of(end - start), length_of(hours.open_ticks(start, end))


def _instant(count: int | None) -> datetime | None:
    return None if count is None else at_tick(count)
