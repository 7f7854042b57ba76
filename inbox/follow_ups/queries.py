"""Follow-up tasks as those see them who may, and who should get back to a customer by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from inbox.agents.enums import Role
from inbox.agents.models import Agent
from inbox.sla import access as terms
from inbox.sla.actions import hours_of
from inbox.sla.hours import Hours, NeverOpen
from inbox.surveys.models import Answer, FollowUpTask, Invitation
from inbox.tickets.access import tickets_of
from inbox.tickets.enums import AuthorKind, EventKind
from inbox.tickets.models import Ticket, TicketEvent

#: Whose tasks are listed, and how far they are.
WHOSE = ("mine", "team", "all")
STANDING = ("open", "late", "done")


def tasks_of(agent: Agent) -> QuerySet[FollowUpTask]:
    """The tasks the agent may see: those of tickets he sees, and of answers without a ticket his own and his teams'."""
    about_us = Q(invitation__ticket=None)
    if not agent.sees_all:
        about_us &= Q(owner=agent) | Q(team__in=agent.team_ids)
    return FollowUpTask.objects.filter(about_us | Q(invitation__ticket__in=tickets_of(agent)))


def listed(agent: Agent, whose: str, standing: str, at: datetime) -> QuerySet[FollowUpTask]:
    """The tasks of a list, what is due first at its top; of those done the last one."""
    found = _of_whom(tasks_of(agent), agent, whose).filter(_STANDING[standing](at))
    order = ("-done_at", "-id") if standing == "done" else ("due_at", "id")
    beside = ("owner", "team", "done_by", "invitation__customer", "invitation__version__survey", "invitation__ticket")
    return found.select_related(*beside).order_by(*order)


def _of_whom(tasks: QuerySet[FollowUpTask], agent: Agent, whose: str) -> QuerySet[FollowUpTask]:
    if whose == "mine":
        return tasks.filter(owner=agent)
    return tasks.filter(team__in=agent.team_ids) if whose == "team" else tasks


_STANDING = {
    "open": lambda at: Q(done_at=None),
    "late": lambda at: Q(done_at=None, due_at__lt=at),
    "done": lambda at: Q(done_at__isnull=False),
}


@dataclass(frozen=True, slots=True)
class Load:
    """How many tasks are open, and how many of them late."""

    open: int
    late: int


def load_of(agent: Agent, at: datetime) -> Load:
    """The agent's own tasks."""
    counts = (
        tasks_of(agent)
        .filter(owner=agent, done_at=None)
        .aggregate(open=Count("id"), late=Count("id", filter=Q(due_at__lt=at)))
    )
    return Load(counts["open"], counts["late"])


def loads(agent: Agent, at: datetime) -> dict[str, Load]:
    """How many tasks each list has."""
    asked = {}
    for whose, is_in in (("mine", Q(owner=agent)), ("team", Q(team__in=agent.team_ids)), ("all", Q())):
        asked[f"{whose}_open"] = Count("id", filter=is_in)
        asked[f"{whose}_late"] = Count("id", filter=is_in & Q(due_at__lt=at))
    counts = tasks_of(agent).filter(done_at=None).aggregate(**asked)
    return {whose: Load(counts[f"{whose}_open"], counts[f"{whose}_late"]) for whose in WHOSE}


def answers_by_invitation(invitation_ids: list[int]) -> dict[int, Answer]:
    """The answer that counts, of each invitation."""
    current = Answer.objects.filter(is_current=True, invitation__in=invitation_ids)
    return {answer.invitation_id: answer for answer in current}


def owner_for(invitation: Invitation) -> Agent | None:
    """Who gets back to the customer: of the team's leads the one with the fewest open tasks; None without a lead."""
    team_id = team_of(invitation)
    if team_id is None:
        return None
    answering = (Role.ADMIN, Role.LEAD, Role.AGENT)
    leads = Agent.objects.filter(
        memberships__team=team_id, memberships__leads=True, is_active=True, role__in=answering
    ).distinct()
    tasks = Count("follow_up_tasks", filter=Q(follow_up_tasks__done_at=None), distinct=True)
    return leads.annotate(tasks=tasks).order_by("tasks", "pk").first()


def team_of(invitation: Invitation) -> int | None:
    """The team that is scored for the cycle, else the one that has the ticket now."""
    return invitation.team_id or (invitation.ticket.team_id if invitation.ticket else None)


def hours_for(ticket: Ticket | None) -> Hours:
    """The opening hours by which a task counts: those of the ticket's policy, else the company's own."""
    if ticket is None:
        return terms.default_hours()
    return hours_of(ticket.events.filter(policy_version__isnull=False))


def due_after(at: datetime, within: timedelta, hours: Hours) -> datetime:
    """When an amount of open time is over; calendar time where it never opens again."""
    try:
        return hours.add(at, within)
    except NeverOpen:
        return at + within


def was_answered_since(task: FollowUpTask) -> bool:
    """True when a person wrote to the customer, called him, or left a note in the ticket since the task was opened."""
    deeds = TicketEvent.objects.filter(
        Q(kind=EventKind.REPLIED, author_kind=AuthorKind.HUMAN) | Q(kind__in=(EventKind.CALLED, EventKind.NOTED)),
        ticket=OuterRef("invitation__ticket"),
        occurred_at__gt=task.opened_at,
    )
    return FollowUpTask.objects.filter(Exists(deeds), pk=task.pk).exists()


def owners_for(task: FollowUpTask) -> list[Agent]:
    """Who can take a task: whoever answers customers and sees its ticket."""
    able = Agent.objects.filter(is_active=True, role__in=(Role.ADMIN, Role.LEAD, Role.AGENT)).order_by("name")
    ticket_id = task.invitation.ticket_id
    if ticket_id is None:
        return list(able)
    return [agent for agent in able if agent.sees_all or tickets_of(agent).filter(pk=ticket_id).exists()]
