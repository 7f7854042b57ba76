"""Telling whoever has a ticket that his network soon lets him answer no more as he can now."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef

from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.live.announce import announce
from inbox.sla.models import Notice
from inbox.tickets.access import tickets_of
from inbox.tickets.enums import EventKind
from inbox.tickets.models import ACTIVE, Ticket
from inbox.tickets.reply_windows import CLOSING

_AT_ONCE = 200


def tell_closing(at: datetime | None = None) -> int:
    """Give assignees a notice of each customer who waits and whose window closes soon, once a window; how many."""
    at = at or now()
    told = Notice.objects.filter(
        ticket=OuterRef("pk"), agent=OuterRef("assignee"), event__isnull=False, due_at=OuterRef("window_closes_at")
    )
    soon = Ticket.objects.filter(~Exists(told), ACTIVE, window_closes_at__gt=at, window_closes_at__lte=at + CLOSING)
    waiting = soon.filter(waiting_since__isnull=False, assignee__is_active=True).select_related("assignee")
    people = [_tell(ticket, at) for ticket in waiting.order_by("window_closes_at", "id")[:_AT_ONCE]]
    told_of = sorted({one.pk for one in people if one})
    if told_of:
        announce("notice", {"agents": told_of})
    return len([one for one in people if one])


def _tell(ticket: Ticket, at: datetime) -> Agent | None:
    agent, closes_at = ticket.assignee, ticket.window_closes_at
    event = ticket.events.filter(kind=EventKind.RECEIVED).order_by("-id").first()
    if not agent or not event or not closes_at or not tickets_of(agent).filter(pk=ticket.pk).exists():
        return None
    # The same question is told of once more when the next way of answering it closes.
    Notice.objects.update_or_create(
        agent=agent,
        event=event,
        defaults={"ticket": ticket, "due_at": closes_at, "created_at": at, "seen_at": None},
    )
    return agent
