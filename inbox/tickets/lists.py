"""The lists an agent works from: each a condition, used alike for what it shows and for its count."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Func, IntegerField, Q, QuerySet, Subquery

from inbox.agents.models import Agent, Team
from inbox.tickets.access import deleted_of, tickets_of
from inbox.tickets.enums import UNRESOLVED, State
from inbox.tickets.filters import Filters, Sort
from inbox.tickets.models import ACTIVE, Draft, Ticket
from inbox.tickets.queries import SOON

#: name -> the condition on tickets, for an agent at an instant.
LISTS: Mapping[str, Callable[[Agent, datetime], Q]] = {
    "mine": lambda agent, at: ACTIVE & Q(assignee=agent),
    "unassigned": lambda agent, at: ACTIVE & Q(assignee=None),
    "snoozed": lambda agent, at: Q(snoozed_until__isnull=False, is_spam=False),
    "open": lambda agent, at: ACTIVE,
    "drafts": lambda agent, at: Q(pk__in=Draft.objects.filter(agent=agent).values("ticket")),
    # The clocks of snoozed tickets go on, so they are at risk like any other.
    "risk": lambda agent, at: Q(state__in=UNRESOLVED, is_spam=False, due_at__lte=at + SOON),
    "waiting": lambda agent, at: ACTIVE & Q(state=State.PENDING),
    "hold": lambda agent, at: ACTIVE & Q(state=State.ON_HOLD),
    "resolved": lambda agent, at: Q(state__in=(State.RESOLVED, State.CLOSED), is_spam=False),
    "spam": lambda agent, at: Q(is_spam=True),
    "deleted": lambda agent, at: Q(),
    "search": lambda agent, at: Q(),
}
#: The lists whose size is shown.
COUNTED = ("mine", "unassigned", "snoozed", "open", "drafts", "risk", "waiting", "hold")
#: The lists in which something is due, and which can be sorted by it.
_SORTED = ("mine", "unassigned", "open", "risk", "waiting", "hold")


def teams_of(agent: Agent) -> list[Team]:
    """The teams whose lists the agent has: his own; all of them for those who see everything."""
    teams = Team.objects.order_by("name")
    return list(teams if agent.sees_all else teams.filter(memberships__agent=agent))


def tickets_in(agent: Agent, name: str, at: datetime, filters: Filters | None = None) -> QuerySet[Ticket] | None:
    """The tickets of the list `name` ("mine", "team-3") that the agent may see; None when there is no such list.

    A search leaves spam out unless it asks for it.
    """
    if name.startswith("team-"):
        team = name.removeprefix("team-")
        if not team.isdecimal() or not (agent.sees_all or int(team) in agent.team_ids):
            return None
        return tickets_of(agent).filter(ACTIVE, team=int(team))
    if name not in LISTS or (name == "deleted" and not agent.deletes_tickets):
        return None
    found = deleted_of(agent) if name == "deleted" else tickets_of(agent)
    tickets = found.filter(LISTS[name](agent, at))
    wants_spam = filters is not None and "spam" in filters.of("is")
    return tickets.filter(is_spam=False) if name == "search" and not wants_spam else tickets


def order_of(name: str, filters: Filters) -> Sort:
    """The order asked for, or the list's own."""
    if is_sorted(name):
        return filters.sort or Sort.NEXT_BREACH
    return {"snoozed": Sort.BACK_SOONEST, "deleted": Sort.DELETED_LAST}.get(name, Sort.NEWEST)


def is_sorted(name: str) -> bool:
    """True for lists whose order the agent chooses."""
    return name in _SORTED or name.startswith("team-")


def counts(agent: Agent, teams: Sequence[Team], at: datetime) -> dict[str, int]:
    """How many tickets each shown list holds, by name, in one query; each part walks only its own index."""
    names = [*COUNTED, *(f"team-{team.pk}" for team in teams)]
    parts = [Subquery(_count(agent, name, at)) for name in names]
    row = Agent.objects.filter(pk=agent.pk).values_list(*parts).get()
    return dict(zip(names, row, strict=True))


def _count(agent: Agent, name: str, at: datetime) -> QuerySet[Ticket, Any]:
    tickets = tickets_in(agent, name, at)
    if tickets is None:
        raise LookupError(f"There is no list {name}.")
    return tickets.annotate(n=Func(F("pk"), function="COUNT", output_field=IntegerField())).values("n")
