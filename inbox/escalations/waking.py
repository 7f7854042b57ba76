"""Telling of a ticket that is back from snooze: whoever has it, and who put it off."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.db import transaction

from inbox.agents.models import Agent
from inbox.live.announce import announce
from inbox.sla.models import Notice
from inbox.tickets.access import tickets_of
from inbox.tickets.changes import under_way
from inbox.tickets.enums import Waking
from inbox.tickets.models import Seen, Ticket, TicketEvent

_SAID_BY_WHO_DID_IT = (Waking.HAND, Waking.DONE)


def tell(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """Give them a notice, and let the ticket be unread to them. Who woke it himself needs neither."""
    event = events[-1]
    if event.details.get("because") in _SAID_BY_WHO_DID_IT or ticket.is_spam or ticket.deleted_at:
        return
    if writing := under_way(ticket):
        # Who may see it is asked of what is stored.
        writing.store()
    wanted = {ticket.assignee_id, event.details.get("snoozed_by")} - {None, event.details.get("woken_by")}
    people = [
        agent
        for agent in Agent.objects.filter(pk__in=wanted, is_active=True).order_by("pk")
        if tickets_of(agent).filter(pk=ticket.pk).exists()
    ]
    if not people:
        return
    Seen.objects.filter(ticket=ticket, agent__in=people).delete()
    Notice.objects.bulk_create(
        (
            Notice(agent=agent, ticket=ticket, event=event, due_at=event.occurred_at, created_at=event.recorded_at)
            for agent in people
        ),
        ignore_conflicts=True,
    )
    transaction.on_commit(partial(announce, "notice", {"agents": [agent.pk for agent in people]}))
