"""What merges and splits do to the work on a ticket: what one brings, and what goes when it is undone or split off.

The rules are in `replay`, and in the table "Merges and splits" of `docs/metrics.md`.
"""

from __future__ import annotations

from inbox.sla.cycles import Cycle
from inbox.sla.events import Event
from inbox.sla.work import Work


def merged_in(work: Work, event: Event) -> None:
    """Whoever waits in the other ticket waits here, since he wrote there."""
    message = work.waiting.brought(event)
    if message is None:
        return
    if work.first_received_at is None:
        work.first_received_at, work.first_received_by = work.after_resolution(message).at, event.id
    work.waits_for(message, event)


def unmerged_out(work: Work, event: Event) -> None:
    """What the other ticket had brought waits there again; the run in progress goes on without it."""
    source = event.details.get("ticket")
    taken = work.waiting.take(lambda one: one.kind == "merged_in" and one.details.get("ticket") == source)
    brought_by = {message.id for message in taken}
    if work.first_received_by in brought_by:
        work.first_received_at = work.first_received_by = None
    cycle = work.cycle
    if not taken or cycle is None or cycle.response is None:
        return
    if work.waiting.messages:
        work.wait_for_others(cycle, cycle.response, event)
    else:
        _void(work, cycle, brought_by, event)


def _void(work: Work, cycle: Cycle, brought_by: set[int], event: Event) -> None:
    """What only the merge brought is void, a target it missed as well: the source's own clocks go on."""
    if cycle.response is not None:
        cycle.response.reach(event.at, event.id)
        cycle.response.breached_at = None
    work.waive_response(event, "merge undone")
    if cycle.resolution.started_by in brought_by and not cycle.human_replies:
        cycle.resolution.reach(event.at, event.id)
        cycle.resolution.breached_at = None
        cycle.resolution.stop(event.at, event.id, waived_because="merge undone")
        work.cycle = None


def split_off(work: Work, event: Event) -> None:
    """The messages that are a ticket of their own now wait there; the run in progress goes on with the others."""
    moved = set(event.details.get("messages", ()))
    taken = work.waiting.take(lambda one: one.message_id is not None and one.message_id in moved)
    cycle = work.cycle
    if not taken or cycle is None or cycle.response is None:
        return
    cycle.response.reach(event.at, event.id)
    if not work.waiting.messages:
        work.waive_response(event, "split off")
        return
    missed_at = cycle.response.breached_at
    response = work.wait_for_others(cycle, cycle.response, event)
    if missed_at is not None:
        # A target that was missed stays missed: no split takes it back.
        response.breached_at = min(missed_at, response.breached_at or missed_at)
