"""What ends a snooze: its time, or something that should not wait for it."""

from __future__ import annotations

from typing import Any

from inbox.agents.models import Agent
from inbox.tickets.changes import SYSTEM, Change
from inbox.tickets.enums import EventKind, Waking


def wake(it: Change, because: Waking, **details: Any) -> bool:
    """Bring the ticket back among the open ones, as part of a larger change; False when it was not snoozed."""
    ticket = it.ticket
    until, snoozer = ticket.snoozed_until, ticket.snoozed_by_id
    if not it.set(snoozed_until=None, snoozed_by=None) or until is None:
        return False
    woken_by = it.by.pk if isinstance(it.by, Agent) else None
    told = {"because": str(because), "until": until.isoformat(), "snoozed_by": snoozer, "woken_by": woken_by, **details}
    it.record(EventKind.UNSNOOZED, told, by=it.by if because == Waking.HAND else SYSTEM)
    return True
