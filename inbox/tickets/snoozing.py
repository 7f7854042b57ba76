"""Snoozing: a ticket is out of the lists of open tickets until an instant, or until something happens in it.

It is a matter of lists alone: no clock stops and no work cycle begins. What must not wait wakes it before: the customer
writes, it is handed to somebody else or set to open, a target comes close or passes.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.tickets.actions import Refused
from inbox.tickets.changes import SYSTEM, Actor, change
from inbox.tickets.enums import EventKind, Waking
from inbox.tickets.models import Ticket, TicketEvent
from inbox.tickets.waking import wake

log = logging.getLogger(__name__)
LATEST = timedelta(days=366)
_AT_ONCE = 500


class BadTime(Refused):
    """A ticket can't be put off until then."""


def snooze(ticket: Ticket, until: datetime, *, by: Agent, at: datetime | None = None) -> Ticket:
    """Put the ticket off until an aware instant, which is within a year; a later call moves it.

    Refused for what is resolved, spam or deleted, and for a time that is over.
    """
    if not by.answers_customers:
        raise Refused(_("Your role does not change tickets."))
    with change(ticket, by=by, at=at) as it:
        if ticket.deleted_at:
            raise Refused(_("This ticket is deleted. Restore it first."))
        if not ticket.is_unresolved or ticket.is_spam:
            raise Refused(_("Only a ticket that still waits for somebody can be snoozed."))
        if until <= it.at:
            raise BadTime(_("Choose a time that is still to come."))
        if until > it.at + LATEST:
            raise BadTime(_("Choose a time within a year."))
        before = ticket.snoozed_until
        if it.set(snoozed_until=until, snoozed_by=by):
            it.record(EventKind.SNOOZED, until=until.isoformat(), before=before.isoformat() if before else None)
    return ticket


def unsnooze(ticket: Ticket, *, by: Actor, at: datetime | None = None) -> Ticket:
    """Bring the ticket back now."""
    with change(ticket, by=by, at=at) as it:
        wake(it, Waking.HAND)
    return ticket


def wake_due(at: datetime | None = None) -> int:
    """Bring back the tickets whose time has come; how many. Two sweeps at once wake each of them once."""
    at = at or now()
    return sum(_wake_due(pk, at) for pk in due(at).values_list("pk", flat=True)[:_AT_ONCE])


def due(at: datetime) -> QuerySet[Ticket]:
    """Those whose time has come, the longest overdue first."""
    return Ticket.objects.filter(snoozed_until__lte=at).order_by("snoozed_until", "id")


def wake_for_target(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """A target comes close or has passed: the reaction to that being noticed."""
    event = events[-1]
    if ticket.snoozed_until is None:
        return
    because = Waking.BREACHED if event.kind == EventKind.CLOCK_BREACHED else Waking.WARNED
    with change(ticket, by=SYSTEM, at=event.recorded_at) as it:
        wake(it, because, target=event.details.get("target", ""))


def _wake_due(pk: int, at: datetime) -> bool:
    try:
        with transaction.atomic():
            # Only under its lock: another sweep may have been here, or somebody put it off again.
            ticket = due(at).select_for_update(skip_locked=True, of=("self",)).filter(pk=pk).first()
            if ticket is None:
                return False
            with change(ticket, by=SYSTEM, at=at) as it:
                return wake(it, Waking.TIME)
    except Exception:
        # It stays due and is named at every sweep; the others do not wait for it.
        log.exception("snoozing: ticket %s could not be woken", pk)
        return False
