"""Notices as their reader sees them, and escalations as who looks after the installation does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from inbox.agents.models import Agent
from inbox.sla.models import Escalation, Notice
from inbox.tickets.access import tickets_of


def notices_of(agent: Agent) -> QuerySet[Notice]:
    """What the agent was told, newest first: of tickets he may still see, and of channels while he administers."""
    found = Notice.objects.filter(_shown_to(agent), agent=agent).order_by("-id")
    return found.select_related("ticket__customer", "ticket__channel", "event", "channel")


def unseen(agent: Agent) -> QuerySet[Notice]:
    """Those of them he has not seen."""
    return Notice.objects.filter(_shown_to(agent), agent=agent, seen_at=None)


def _shown_to(agent: Agent) -> Q:
    if not agent.administers:
        return Q(ticket__in=tickets_of(agent))
    # Asked notice by notice: an alternative would else have all tickets looked through first.
    return Q(channel__isnull=False) | Q(Exists(tickets_of(agent).filter(pk=OuterRef("ticket"))))


def troubled() -> QuerySet[Escalation]:
    """Escalations that could not be carried out, or not yet, newest first."""
    found = Escalation.objects.exclude(error="").order_by("-id")
    return found.select_related("ticket", "clock", "policy_version__policy")


@dataclass(frozen=True, slots=True)
class Waiting:
    """How escalations stand: `late` were due before an instant and nobody tried, `retried` come round again."""

    late: int
    retried: int
    failed: int


def standing(at: datetime, late: timedelta) -> Waiting:
    """Of those open, how many were forgotten and how many are retried; how many of last week were given up."""
    open_ones = Escalation.objects.filter(done_at=None).aggregate(
        late=Count("id", filter=Q(act_at__lt=at - late, attempts=0)), retried=Count("id", filter=~Q(error=""))
    )
    failed = Escalation.objects.exclude(error="").filter(done_at__gte=at - timedelta(days=7)).count()
    return Waiting(open_ones["late"], open_ones["retried"], failed)
