"""The verbs of follow-up tasks: opened and withdrawn by what customers answer, taken, done and reopened by people.

The ticket, where there is one, is locked before the task.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.common.text import storable
from inbox.follow_ups.queries import due_after, hours_for, owner_for, team_of, was_answered_since
from inbox.surveys.enums import Sentiment
from inbox.surveys.models import Answer, FollowUpTask, Invitation
from inbox.tickets.access import tickets_of
from inbox.tickets.changes import SYSTEM, Actor, Refused, change
from inbox.tickets.enums import EventKind

OUTCOME_LIMIT = 500


def answered(invitation: Invitation, given: Answer, before: Answer | None, at: datetime) -> None:
    """Follow up an unhappy answer; one that is taken back before anybody worked on it needs nothing more.

    There is one task for an invitation. Nobody learns who gave an anonymous answer, so nobody follows it up.
    """
    version = invitation.version
    if version is None or version.is_anonymous:
        return
    task = FollowUpTask.objects.select_for_update().filter(invitation=invitation).first()
    if given.sentiment == Sentiment.UNHAPPY:
        if task is None or task.is_withdrawn:
            task = task or FollowUpTask()
            task.invitation = invitation
            _open(task, at)
    elif task and task.done_at is None and task.worked_on_at is None and not was_answered_since(task):
        task.invitation = invitation
        _end(task, at, by=None, outcome="")
        _tell(task, EventKind.TASK_DONE, SYSTEM, at, withdrawn=True)


def _open(task: FollowUpTask, at: datetime) -> None:
    owner = owner_for(task.invitation)
    task.owner, task.team_id = owner, team_of(task.invitation)
    _start(task, at)
    _tell(task, EventKind.TASK_OPENED, SYSTEM, at, due_at=task.due_at.isoformat(), owner=owner.name if owner else "")


def _start(task: FollowUpTask, at: datetime) -> None:
    version = task.invitation.version
    within = timedelta(seconds=version.survey.follow_up_within if version else 0)
    task.opened_at, task.due_at = at, due_after(at, within, hours_for(task.invitation.ticket))
    task.done_at = task.done_by = task.worked_on_at = None
    task.outcome = ""
    # Whoever tells of the lateness of the earlier one has lost it.
    task.told_late_at = task.next_attempt_at = task.lease_token = task.lease_until = None
    task.attempts = 0
    task.save()


def _end(task: FollowUpTask, at: datetime, *, by: Agent | None, outcome: str) -> None:
    task.done_at, task.done_by, task.outcome = at, by, outcome
    task.save(update_fields=["done_at", "done_by", "outcome"])


def assign(task: FollowUpTask, agent: Agent | None, *, by: Agent, at: datetime | None = None) -> FollowUpTask:
    """Let `agent` get back to the customer (None: nobody yet). He must answer customers and see the ticket."""
    with _held(task, by) as ticket:
        _must_be_open(task)
        if task.owner_id == (agent.pk if agent else None):
            return task
        if agent and not (agent.is_active and agent.answers_customers):
            raise Refused(_("%(name)s does not answer customers.") % {"name": agent})
        if agent and ticket and not tickets_of(agent).filter(pk=ticket).exists():
            raise Refused(_("%(name)s does not see this ticket.") % {"name": agent})
        task.owner, task.worked_on_at = agent, task.worked_on_at or at or now()
        task.save(update_fields=["owner", "worked_on_at"])
        _tell(task, EventKind.TASK_ASSIGNED, by, at, to=agent.pk if agent else None, name=agent.name if agent else "")
    return task


def finish(task: FollowUpTask, outcome: str, *, by: Agent, at: datetime | None = None) -> FollowUpTask:
    """The customer was got back to; `outcome` says how it went. The same again changes nothing."""
    outcome = storable(outcome).strip()
    with _held(task, by):
        if task.done_at and task.outcome == outcome:
            return task
        _must_be_open(task)
        if not outcome:
            raise Refused(_("Say in a few words how it went."))
        if len(outcome) > OUTCOME_LIMIT:
            raise Refused(_("That is too long: %(limit)s characters at most.") % {"limit": OUTCOME_LIMIT})
        _end(task, at or now(), by=by, outcome=outcome)
        _tell(task, EventKind.TASK_DONE, by, at, outcome=outcome)
    return task


def reopen(task: FollowUpTask, *, by: Agent, at: datetime | None = None) -> FollowUpTask:
    """There is more to do after all: due anew, by the same time to do it."""
    with _held(task, by):
        if task.done_at is None:
            return task
        at = at or now()
        _start(task, at)
        task.worked_on_at = at
        task.save(update_fields=["worked_on_at"])
        _tell(task, EventKind.TASK_OPENED, by, at, due_at=task.due_at.isoformat(), again=True)
    return task


def _must_be_open(task: FollowUpTask) -> None:
    if task.is_withdrawn:
        raise Refused(_("The customer changed the answer: there is nothing to follow up."))
    if task.done_at:
        raise Refused(_("%(name)s has done this already.") % {"name": task.done_by or _("Somebody")})


@contextmanager
def _held(task: FollowUpTask, by: Agent) -> Iterator[int | None]:
    """Lock the ticket (its id is given) and the task, and bring the task up to date."""
    if not by.answers_customers:
        raise Refused(_("Your role does not write to customers."))
    with transaction.atomic():
        ticket = task.invitation.ticket
        if ticket:
            type(ticket).objects.select_for_update().get(pk=ticket.pk)
        invitation = task.invitation
        task.refresh_from_db(from_queryset=FollowUpTask.objects.select_for_update())
        task.invitation = invitation
        yield ticket.pk if ticket else None


def _tell(task: FollowUpTask, kind: EventKind, by: Actor, at: datetime | None, **details: Any) -> None:
    """Record it in the ticket, which may have been merged since; answers about us altogether have no log."""
    ticket = task.invitation.ticket
    if ticket:
        with change(ticket, by=by, at=at, falls_back=False, even_merged=True) as it:
            it.record(kind, {"task": task.pk, **details})
