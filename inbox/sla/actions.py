"""Choosing a ticket's policy, and keeping its clocks equal to `replay()`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from inbox.common.rows import find, insert, inserting, replacing, update, write
from inbox.sla import access
from inbox.sla.events import Event, LoggedEvent
from inbox.sla.hours import Hours
from inbox.sla.models import Clock, PolicyVersion, TicketFigures
from inbox.sla.policy import RESPONSES, Because, match, reason
from inbox.sla.replay import ClockRun, Replayed, replay
from inbox.sla.sweep import note_late_stop
from inbox.tickets.changes import SYSTEM, Change, under_way
from inbox.tickets.enums import UNRESOLVED, EventKind
from inbox.tickets.models import Ticket, TicketEvent


def choose_policy(ticket: Ticket, log: list[TicketEvent], at: datetime, stamp: access.Stamp | None = None) -> bool:
    """Apply the first policy whose conditions the ticket meets; True when that is another one than before.

    The choice and its reason are an event, stored and appended to `log`, which is the ticket's, in order. `stamp` is
    that of the terms where the caller asked for it already.
    """
    chosen = _choice(ticket, log, at, stamp)
    if chosen is None:
        return False
    it = Change(ticket, SYSTEM, at)
    _apply(it, *chosen)
    insert(it.events)
    log += it.events
    return True


def choose_at_opening(it: Change) -> None:
    """Record the policy of a ticket that comes into being, right after it did."""
    if it.is_opening and (chosen := _choice(it.ticket, it.events, it.at, _stamp(it))):
        _apply(it, *chosen)
        it.events.insert(1, it.events.pop())


def _stamp(it: Change | None) -> access.Stamp:
    """The stamp of the terms, asked for once a change."""
    if it is None:
        return access.stamp()
    if "stamp" not in it.learnt:
        it.learnt["stamp"] = access.stamp()
    stamp: access.Stamp = it.learnt["stamp"]
    return stamp


def _apply(it: Change, version: PolicyVersion, because: Because, before: str) -> None:
    """Record the policy's name, why it was chosen (in parts, and as a sentence), and which one was `before` it."""
    details: dict[str, object] = {
        "policy": version.policy.name,
        "reason": reason(because),
        "because": [{"field": field, "values": values} for field, values in because],
    }
    if before:
        details["before"] = before
    it.record(EventKind.POLICY_APPLIED, details, policy_version_id=version.pk, by=SYSTEM)


def _choice(
    ticket: Ticket, log: Sequence[TicketEvent], at: datetime, stamp: access.Stamp | None
) -> tuple[PolicyVersion, Because, str] | None:
    policies = access.policies_in_force(at, stamp)
    fields = {condition.field for _, conditions in policies for condition in conditions}
    facts: dict[str, str | list[str]] = {
        "channel": ticket.channel.kind if "channel" in fields else "",
        "priority": ticket.priority,
        "team": ticket.team.name if "team" in fields and ticket.team else "",
        "tag": list(ticket.tags.values_list("name", flat=True)) if "tag" in fields else [],
        "segment": ticket.customer.segment if "segment" in fields else "",
        "language": ticket.language,
    }
    version, because = match(policies, facts)
    current = next((event for event in reversed(log) if event.kind == EventKind.POLICY_APPLIED), None)
    if version is None or (current and current.policy_version_id == version.pk):
        return None
    return version, because, str(current.details.get("policy", "")) if current else ""


def log_of(ticket: Ticket) -> list[TicketEvent]:
    """All that happened to a ticket, in order."""
    return find(TicketEvent, "ticket_id = %s", ticket.pk, tail="ORDER BY occurred_at, id")


def replayed(
    ticket: Ticket,
    events: Iterable[LoggedEvent] | None = None,
    *,
    until: datetime | None = None,
    stamp: access.Stamp | None = None,
) -> Replayed:
    """The ticket's figures straight from its log, with the policy versions its events name."""
    log: list[LoggedEvent] = list(events if events is not None else ticket.events.order_by("occurred_at", "id"))
    chosen = {event.policy_version_id for event in log if event.policy_version_id}
    policies = {version_id: access.terms(version_id) for version_id in chosen}
    return replay(log, policies or None, hours_of(log, stamp), until=until)


def hours_of(log: Iterable[LoggedEvent], stamp: access.Stamp | None = None) -> Hours:
    """The hours that measure a ticket: those of the policy version applied to it last, else the company's."""
    applied = ((event.occurred_at, event.id, event.policy_version_id) for event in log if event.policy_version_id)
    _, _, last = max(applied, default=(None, None, None))
    return access.default_hours() if last is None else access.hours(access.calendar_id_of(last), stamp)


def refresh_clocks(
    ticket: Ticket,
    log: Sequence[TicketEvent] | Sequence[Event] | None = None,
    *,
    is_opening: bool = False,
    stamp: access.Stamp | None = None,
) -> list[Clock]:
    """Make the stored clocks and figures what `replay()` says; they are a cache and nothing else.

    `ticket.due_at` and `ticket.waiting_since` are set, and left for the change that is under way to write. While a
    ticket `is_opening` there are no clocks yet. Returned are those that just stopped too late, before any sweep
    noticed it.
    """
    log = list(ticket.events.order_by("occurred_at", "id")) if log is None else log
    result = replayed(ticket, log, stamp=stamp)
    teams = {event.id: event.team_id for event in log}
    clocks = () if is_opening else find(Clock, "ticket_id = %s", ticket.pk)
    stored = {(clock.target, clock.number): clock for clock in clocks}
    new, late = [], []
    for run in result.runs:
        clock = stored.pop((str(run.target), run.number), None)
        if clock is None:
            new.append(_filled(Clock(ticket=ticket), run, teams))
            continue
        before = dict(vars(clock))
        changed = [
            name for name, value in vars(_filled(clock, run, teams)).items() if before[name] != value and name[0] != "_"
        ]
        if changed:
            update(clock, changed)
        if "stopped_at" in changed and clock.breached_at and clock.noticed_at is None:
            late.append(clock)
    if stored:
        Clock.objects.filter(pk__in=[clock.pk for clock in stored.values()]).delete()
    write(*([inserting(new)] if new else []), replacing(TicketFigures(ticket=ticket, **figures_of(result))))
    is_waiting = ticket.state in UNRESOLVED and not ticket.is_spam
    due = min((run.due_at for run in result.runs if run.due_at and run.stopped_at is None), default=None)
    ticket.due_at = due if is_waiting else None
    unanswered = (run.started_at for run in result.runs if run.stopped_at is None and run.target in RESPONSES)
    ticket.waiting_since = min(unanswered, default=None) if is_waiting else None
    return late


def _filled(clock: Clock, run: ClockRun, teams: Mapping[int, int | None]) -> Clock:
    # What had passed when it was told of is not told again; a later deadline is.
    if clock.noticed_at and (deadline := run.breached_at or run.due_at) and deadline > clock.noticed_at:
        clock.noticed_at = None
    if clock.warned_at and run.warn_at and run.warn_at > clock.warned_at:
        clock.warned_at = None
    clock.target = str(run.target)
    clock.cycle, clock.number, clock.state = run.cycle, run.number, str(run.state)
    clock.policy_version_id, clock.priority = run.policy_version_id, run.priority
    clock.goal_seconds = _seconds(run.goal)
    clock.used_seconds = run.used.total_seconds()
    clock.elapsed_seconds, clock.business_seconds = _seconds(run.elapsed), _seconds(run.business)
    clock.started_at, clock.started_by_id = run.started_at, run.started_by
    clock.stopped_at, clock.stopped_by_id = run.stopped_at, run.stopped_by
    clock.agent_id = run.stopped_by_agent_id
    clock.team_id = teams[run.stopped_by] if run.stopped_by else None
    clock.due_at, clock.warn_at, clock.breached_at = run.due_at, run.warn_at, run.breached_at
    clock.waived_because = run.waived_because or ""
    return clock


def _seconds(duration: timedelta | None) -> float | None:
    return None if duration is None else duration.total_seconds()


def figures_of(result: Replayed) -> dict[str, object]:
    """The ticket's figures as the columns of `TicketFigures`."""
    first = result.first_response
    return {
        "first_response_at": first.stopped_at if first and first.completed else None,
        "first_resolved_at": result.first_resolved_at,
        "resolved_at": result.resolved_at,
        "first_response_elapsed": _seconds(result.first_response_elapsed),
        "first_response_business": _seconds(result.first_response_business),
        "first_resolution_elapsed": _seconds(result.first_resolution_elapsed),
        "first_resolution_business": _seconds(result.first_resolution_business),
        "resolution_elapsed": _seconds(result.resolution_elapsed),
        "resolution_business": _seconds(result.resolution_business),
        "requester_wait": _seconds(result.requester_wait),
        "agent_wait": _seconds(result.agent_wait),
        "cycles": result.cycles,
        "human_replies": result.human_replies,
        "reopened": result.reopened,
        "excluded": result.excluded,
    }


def refresh_if(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """The reaction to events that move clocks: choose the policy anew where needed, then refresh."""
    # A ticket that is just coming into being has no other events, and no clocks.
    is_opening = events[0].kind == EventKind.CREATED
    log = list(events) if is_opening else log_of(ticket)
    kinds = {event.kind for event in events}
    has_moved = bool(kinds - _ONLY_CHOOSING)
    stamp = _stamp(under_way(ticket))
    if kinds & _CHOOSING and not is_opening:
        has_moved = choose_policy(ticket, log, events[-1].occurred_at, stamp) or has_moved
    if has_moved and any(event.kind not in _OPENING for event in log):
        for late in refresh_clocks(ticket, log, is_opening=is_opening, stamp=stamp):
            note_late_stop(ticket, late)


#: What happens to a ticket before its first message, which follows at once.
_OPENING = {EventKind.CREATED, EventKind.POLICY_APPLIED}
#: Events that move no clock by themselves, but may make another policy apply.
_ONLY_CHOOSING = {
    EventKind.CREATED,
    EventKind.TEAM_CHANGED,
    EventKind.TAGGED,
    EventKind.UNTAGGED,
    EventKind.CUSTOMER_CHANGED,
}
_CHOOSING = {*_ONLY_CHOOSING, EventKind.PRIORITIZED}
