"""Chats are given to who is here, takes chats and has the fewest; and taken back from who is gone.

Each is one event of the ticket that says why. All giving out happens under one lock, so that two who do it at the same
time count the same chats.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from celery import current_app
from django.db import connection, transaction
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from inbox.agents.models import Agent
from inbox.chats.hours import hours_of
from inbox.chats.waiting import free_agents, queued_chats, unanswered_chats
from inbox.common.clock import now
from inbox.live.presence import presence
from inbox.tickets.actions import Refused, assign
from inbox.tickets.changes import SYSTEM
from inbox.tickets.enums import EventKind
from inbox.tickets.models import Message, Ticket, TicketEvent

#: An unanswered chat is taken back from who has been gone for so long.
GONE = timedelta(minutes=3)
#: Who gave a chat back himself is not given the same one again for so long.
DECLINED = timedelta(minutes=10)
_LOCK = 20261122
_AT_ONCE = 200
log = logging.getLogger(__name__)


def go_available(agent: Agent) -> Agent:
    """New chats are given to the agent from now on, the next one soon. Raises `Refused`."""
    if not agent.answers_customers:
        raise Refused(_("Your role does not write to customers."))
    if _take_chats(agent, True):
        transaction.on_commit(ring_waiting)
    return agent


def go_away(agent: Agent) -> Agent:
    """No new chats for the agent; those he has stay his while he is here."""
    _take_chats(agent, False)
    return agent


def _take_chats(agent: Agent, takes: bool) -> bool:
    changed = Agent.objects.filter(pk=agent.pk).exclude(takes_chats=takes).update(takes_chats=takes)
    agent.takes_chats = takes
    return bool(changed)


def ring_waiting(ticket_id: int = 0) -> None:
    """Have the chat given to somebody now, or without one those that wait; without the bell the sweep does it."""
    task, row = ("inbox.chats.tasks.give", (ticket_id,)) if ticket_id else ("inbox.chats.tasks.give_waiting", ())
    try:
        current_app.send_task(task, row, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("chats: no bell for %s, the sweep will find it: %s", task, error)


def wants_somebody(message: Message) -> bool:
    """Whether what a visitor just said may be a reason to give his chat to somebody."""
    ticket = message.ticket
    if ticket.assignee_id is None:
        return True
    return ticket.events.filter(kind=EventKind.REOPENED, occurred_at__gte=message.occurred_at).exists()


def give_waiting(at: datetime | None = None) -> int:
    """Give out the chats that wait, who waits longest first; how many. Two sweeps at once give each of them once."""
    at = at or now()
    full: set[int | None] = set()
    given = 0
    for ticket_id, team_id in queued_chats().values_list("id", "team_id")[:_AT_ONCE]:
        if team_id not in full and give(ticket_id, at):
            given += 1
        elif team_id not in full and not free_agents(team_id, presence(), at):
            full.add(team_id)
    return given


def give(ticket_id: int, at: datetime | None = None) -> Agent | None:
    """Give a chat that waits, and that nobody has, to who is free; None when it does not or nobody is.

    Where the one who has it takes no chats now, or is not here, as it is reopened, it is given to another.
    """
    at = at or now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        ticket = unanswered_chats().select_for_update(of=("self",)).filter(pk=ticket_id).first()
        if ticket is None or (ticket.assignee and not _came_back_to_nobody(ticket, ticket.assignee, at)):
            return None
        declined = _declined(ticket, at)
        free = free_agents(ticket.team_id, presence(), at)
        agent = next((one for one in free if one.pk not in (declined, ticket.assignee_id)), None)
        if agent:
            assign(ticket, agent, by=SYSTEM, at=at, why="free", before=str(ticket.assignee or ""))
            Agent.objects.filter(pk=agent.pk).update(chat_given_at=at)
        elif ticket.assignee:
            assign(ticket, None, by=SYSTEM, at=at, why="away", before=str(ticket.assignee))
    return agent


def _came_back_to_nobody(ticket: Ticket, assignee: Agent, at: datetime) -> bool:
    """Whether the chat was reopened while the one who has it is away, in hours in which others are there."""
    is_away = not (assignee.is_active and assignee.takes_chats and presence().is_here(assignee.pk, at))
    if not is_away or not hours_of(ticket.channel.widget, at).is_open:
        return False
    told = ticket.events.filter(kind__in=(EventKind.REOPENED, EventKind.ASSIGNED, EventKind.REPLIED))
    last = told.order_by("-occurred_at", "-id").first()
    return last is not None and last.kind == EventKind.REOPENED and last.customer_id is not None


def _declined(ticket: Ticket, at: datetime) -> int | None:
    """The agent who lately gave this chat back himself."""
    handed = ticket.events.filter(kind=EventKind.ASSIGNED, occurred_at__gt=at - DECLINED)
    last: TicketEvent | None = handed.order_by("-occurred_at", "-id").first()
    return last.details.get("from") if last and last.agent_id and not last.details.get("to") else None


def take_back_from_gone(at: datetime | None = None) -> int:
    """Put chats back into the queue whose visitors wait for somebody who is gone; how many.

    Outside the hours nobody is expected, and they stay whose they are.
    """
    at = at or now()
    here = presence()
    waiting = unanswered_chats().filter(assignee__isnull=False, waiting_since__lte=at - GONE)
    rows = waiting.order_by("waiting_since", "id").values_list("id", "assignee_id")[:_AT_ONCE]
    return sum(_take_back(ticket_id, at) for ticket_id, agent_id in rows if here.gone_for(agent_id, at) >= GONE)


def _take_back(ticket_id: int, at: datetime) -> bool:
    with transaction.atomic():
        waiting = unanswered_chats().filter(pk=ticket_id, assignee__isnull=False, waiting_since__lte=at - GONE)
        ticket = waiting.select_for_update(skip_locked=True, of=("self",)).first()
        if ticket is None or ticket.assignee is None or presence().gone_for(ticket.assignee_id or 0, at) < GONE:
            return False
        if not hours_of(ticket.channel.widget, at).is_open:
            return False
        assign(ticket, None, by=SYSTEM, at=at, why="gone", before=str(ticket.assignee))
    return True
