"""Which tickets an agent sees, for queries that are prepared: the agent is told as values."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import BooleanField, ExpressionWrapper, Q

from inbox.agents.models import Agent
from inbox.common.prepared import Given
from inbox.tickets.models import TicketChannel


def reader(agent: Agent) -> tuple[bool, int, list[int]]:
    """What `visible_to_reader` wants to know of an agent, in its order."""
    return agent.sees_all, agent.pk, [] if agent.sees_all else list(agent.team_ids)


def visible_to_reader(sees_all: Given, agent: Given, teams: Given) -> Q:
    """The condition of `access.visible_to` in a query that is prepared for every agent."""
    return Q(ExpressionWrapper(sees_all, BooleanField())) | theirs_or_unrouted(agent, teams)


def theirs_or_unrouted(agent: int | Given, teams: Sequence[int] | Given) -> Q:
    """What those see who don't see all: their teams' tickets, their own and the unrouted."""
    shared = TicketChannel.objects.filter(channel__team__any=teams).values("ticket")
    return Q(team__any=teams) | Q(assignee=agent) | Q(team=None) | Q(pk__in=shared)
