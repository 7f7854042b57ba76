"""Which chats wait for somebody of us, in which order, and how many each agent has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce

from inbox.agents.enums import Role
from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.common.prepared import Given, prepared
from inbox.live.presence import Presence, presence
from inbox.tickets.enums import State
from inbox.tickets.models import ACTIVE, Ticket

#: A chat that waits for its visitor counts for so long after its last message.
LINGERS = timedelta(minutes=15)
_OURS_TO_ANSWER = (State.NEW, State.OPEN)
_ANSWERING = (Role.ADMIN, Role.LEAD, Role.AGENT)


@dataclass(frozen=True, slots=True)
class Place:
    """A chat's place in the queue: how many come `before` it, and whether anybody is here to take them."""

    before: int
    is_somebody_here: bool


def unanswered_chats() -> QuerySet[Ticket]:
    """The chats whose visitors wait for one of us, where chats are given out; not those the bot still talks in."""
    return Ticket.objects.filter(
        ACTIVE,
        Q(flow_run=None) | Q(flow_run__ended_at__isnull=False),
        channel__kind="livechat",
        channel__widget__assigns=True,
        state__in=_OURS_TO_ANSWER,
        waiting_since__isnull=False,
    )


def queued_chats() -> QuerySet[Ticket]:
    """Those of them that nobody has, in the order in which they are given out."""
    return unanswered_chats().filter(assignee=None).order_by("waiting_since", "id")


def open_chats(agent_ids: Iterable[int], at: datetime) -> Mapping[int, int]:
    """How many chats each of these agents has at once; who has none is left out."""
    is_open = Q(state__in=_OURS_TO_ANSWER) | Q(state=State.PENDING, last_message_at__gt=at - LINGERS)
    mine = Ticket.objects.filter(ACTIVE, is_open, channel__kind="livechat", assignee__in=list(agent_ids))
    return dict(mine.order_by().values_list("assignee").annotate(Count("id")))


def taking_chats(team_id: int | None, here: Presence, at: datetime) -> QuerySet[Agent]:
    """Who is here and takes chats of this team; without a team: of all."""
    found = Agent.objects.filter(is_active=True, role__in=_ANSWERING, takes_chats=True, pk__in=here.here(at))
    return found.filter(memberships__team=team_id) if team_id else found


def free_agents(team_id: int | None, here: Presence, at: datetime) -> list[Agent]:
    """Who of them has fewer chats than he takes: first who has the fewest, then who was given none for longest."""
    agents = list(taking_chats(team_id, here, at).order_by(F("chat_given_at").asc(nulls_first=True), "id"))
    has = open_chats([agent.pk for agent in agents], at)
    free = [agent for agent in agents if has.get(agent.pk, 0) < agent.most_chats]
    return sorted(free, key=lambda agent: has.get(agent.pk, 0))


def is_anybody_free(team_id: int | None, at: datetime | None = None) -> bool:
    """Whether a chat of this team would be given to somebody at once."""
    return bool(free_agents(team_id, presence(), at or now()))


def place_of(ticket: Ticket, at: datetime | None = None) -> Place | None:
    """The ticket's place among the chats of its team that wait to be given to somebody; None when it does not."""
    if ticket.assignee_id or ticket.waiting_since is None:
        return None
    found = _place.first(ticket.team_id or 0, ticket.pk, ticket.waiting_since)
    if found is None or not found[1]:
        return None
    return Place(found[2], taking_chats(ticket.team_id, presence(), at or now()).exists())


@prepared
def _place(team: Given, ticket: Given, waiting_since: Given) -> QuerySet[Ticket, tuple[None, int, int]]:
    """Whether the ticket itself is in its team's queue, and how many are before it; no row for an empty queue."""
    itself = Q(pk=ticket)
    earlier = Q(waiting_since__lt=waiting_since) | Q(waiting_since=waiting_since, id__lt=ticket)
    queue = queued_chats().annotate(of=Coalesce("team_id", 0)).filter(itself | earlier, of=team).order_by()
    # Nobody has any of them: they are one group.
    return queue.values_list("assignee").annotate(itself=Count("pk", filter=itself), before=Count("pk", filter=~itself))
