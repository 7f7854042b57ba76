"""Who is told of an escalation."""

from __future__ import annotations

from django.db.models import Q

from inbox.agents.models import Agent
from inbox.sla.escalation import ASSIGNEE, LEAD, Step
from inbox.tickets.access import tickets_of
from inbox.tickets.models import Ticket


def people(step: Step, ticket: Ticket) -> list[Agent]:
    """Those the step names, each once, by id: who is active and may see the ticket. Nobody else hears of it."""
    wanted = Q(pk__in=step.chosen_ids)
    if ASSIGNEE in step.notify and ticket.assignee_id:
        wanted |= Q(pk=ticket.assignee_id)
    if LEAD in step.notify and ticket.team_id:
        wanted |= Q(memberships__team=ticket.team_id, memberships__leads=True)
    named = Agent.objects.filter(wanted, is_active=True).distinct().order_by("pk")
    return [agent for agent in named if tickets_of(agent).filter(pk=ticket.pk).exists()]
