"""Deleting tickets, and taking that back until they are purged (`inbox.channels.purging`)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.tickets.actions import Refused
from inbox.tickets.changes import Actor, change
from inbox.tickets.enums import EventKind
from inbox.tickets.models import Ticket


def delete(ticket: Ticket, *, by: Actor, at: datetime | None = None) -> Ticket:
    """Take the ticket out of every list and figure: clocks are waived, its survey is cancelled, planned replies held.

    What was said and is on its way still leaves. A message that comes for it later opens a follow-up.
    """
    _check(by)
    with change(ticket, by=by, at=at) as it:
        if ticket.deleted_at is None:
            it.set(deleted_at=it.at)
            it.record(EventKind.DELETED)
    return ticket


def restore(ticket: Ticket, *, by: Actor, at: datetime | None = None) -> Ticket:
    """Take the ticket back among the others; its clocks go on as if it had never been deleted."""
    _check(by)
    with change(ticket, by=by, at=at) as it:
        if it.set(deleted_at=None):
            it.record(EventKind.RESTORED)
    return ticket


def _check(by: Actor) -> None:
    if isinstance(by, Agent) and not by.deletes_tickets:
        raise Refused(_("Only admins and team leads delete and restore tickets."))
