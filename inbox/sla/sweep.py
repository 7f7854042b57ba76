"""Noticing what is due: breaches and warnings are recorded, and what the policy wants done of them is planned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from django.db import transaction

from inbox.common.clock import now
from inbox.common.rows import insert
from inbox.sla.escalation import On, Step, steps_from
from inbox.sla.models import Clock, Escalation, PolicyVersion
from inbox.tickets.changes import SYSTEM, Change, change
from inbox.tickets.enums import EventKind
from inbox.tickets.models import Ticket

_PAGE = 500
#: One sweep stops here, well within the time a task has; the next goes on.
_MOST = 5000


def notice_due(at: datetime | None = None) -> tuple[int, int]:
    """Record breaches and warnings of clocks whose instant has passed; (breaches, warnings) recorded.

    Only notices: whether a running clock is breached is read from its `due_at`, never from this having run. A breach
    happened when the target passed, however late this runs; each is noticed once, whatever number of sweepers run at
    the same time, and its escalations are planned in the same transaction. Who hears of a breach needs no warning of
    it any more.
    """
    at = at or now()
    breaches = _notice("due_at", "noticed_at", at)
    warnings = _notice("warn_at", "warned_at", at)
    return breaches, warnings


def note_late_stop(ticket: Ticket, clock: Clock) -> None:
    """Record the breach of a clock that stopped too late before a sweep came by: the log tells it either way.

    As part of the change that stopped it, whose ticket is locked. Nothing is left to escalate.
    """
    it = Change(ticket, SYSTEM, clock.breached_at or now())
    clock.noticed_at = it.recorded_at
    clock.save(update_fields=["noticed_at"])
    it.record(EventKind.CLOCK_BREACHED, target=clock.target, due_at=it.at.isoformat())
    insert(it.events)


@lru_cache(maxsize=512)
def steps_of(version_id: int) -> tuple[Step, ...]:
    """What a policy version (immutable, hence kept) has done when a clock is warned of or breached."""
    return steps_from(PolicyVersion.objects.values_list("escalations", flat=True).get(pk=version_id))


def _notice(instant: str, mark: str, at: datetime) -> int:
    return sum(_notice_one(clock_id, ticket_id, instant, mark, at) for clock_id, ticket_id in _due(instant, mark, at))


def _due(instant: str, mark: str, at: datetime) -> Iterator[tuple[int, int]]:
    """(clock, ticket) of what is due, the longest overdue first, page by page along the index."""
    due = Clock.objects.filter(**{f"{instant}__lt": at, mark: None}, stopped_at=None).order_by(instant, "id")
    after: tuple[datetime, int] | None = None
    for _ in range(_MOST // _PAGE):
        rest = due.filter(**{f"{instant}__gte": after[0]}) if after else due
        page = list(rest.values_list(instant, "id", "ticket_id")[:_PAGE])
        yield from ((clock_id, ticket_id) for _, clock_id, ticket_id in page)
        if len(page) < _PAGE or page[-1][:2] == after:
            return
        after = page[-1][:2]


def _notice_one(clock_id: int, ticket_id: int, instant: str, mark: str, at: datetime) -> int:
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update(skip_locked=True).filter(pk=ticket_id).first()
        # Only under the ticket's lock: it may have been answered, or noticed by another sweep, meanwhile.
        clock = Clock.objects.filter(pk=clock_id, stopped_at=None, **{mark: None}).first() if ticket else None
        happened: datetime | None = getattr(clock, instant, None)
        if ticket is None or clock is None or happened is None or happened >= at:
            return 0
        setattr(clock, mark, at)
        clock.save(update_fields=[mark])
        on = On.BREACHED if mark == "noticed_at" else On.WARNED
        kind = EventKind.CLOCK_BREACHED if on == On.BREACHED else EventKind.CLOCK_WARNED
        with change(ticket, by=SYSTEM, at=happened) as it:
            it.record(kind, target=clock.target, due_at=clock.due_at.isoformat() if clock.due_at else None)
        is_overtaken = on == On.WARNED and clock.due_at is not None and clock.due_at < at
        if not is_overtaken:
            _plan(clock, on, happened)
    return 1


def _plan(clock: Clock, on: On, happened: datetime) -> None:
    """Write down what is to be done and when; a second time for the same deadline it is there already."""
    if clock.policy_version_id is None or clock.due_at is None:
        return
    Escalation.objects.bulk_create(
        (
            Escalation(
                clock=clock,
                ticket_id=clock.ticket_id,
                policy_version_id=clock.policy_version_id,
                step=number,
                due_at=clock.due_at,
                act_at=happened + step.after,
            )
            for number, step in enumerate(steps_of(clock.policy_version_id))
            if step.follows(clock.target, on)
        ),
        ignore_conflicts=True,
    )
