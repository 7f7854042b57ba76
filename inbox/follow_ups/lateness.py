"""Telling of a follow-up that is late, once: a notice in the workspace, and a mail. A unit of work, taken with a lease.

Its owner is told; of one that nobody has, those who administer the installation. An answer about us altogether has no
ticket that a notice could stand at: there is the mail, and the count in the navigation.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial

from django.db import transaction
from django.db.models.functions import Now

from channels_adapters.contracts import SendError
from inbox.agents.enums import Role
from inbox.agents.models import Agent
from inbox.common import faults, work
from inbox.follow_ups import letters
from inbox.follow_ups.queries import tasks_of
from inbox.live.announce import announce
from inbox.sla.models import Notice
from inbox.surveys.models import FollowUpTask
from inbox.tickets.changes import SYSTEM, change
from inbox.tickets.enums import EventKind

log = logging.getLogger(__name__)
#: With the waits between them, these many attempts take about half a day.
MOST_ATTEMPTS = 20
_LATE = FollowUpTask.objects.filter(done_at=None, told_late_at=None, due_at__lt=Now())
_AT_ONCE = 200


def tell_late() -> int:
    """Tell of every task that is late and not told of; how many. Two sweeps at once tell of each one once."""
    ids = list(work.due(_LATE).order_by("due_at", "id").values_list("id", flat=True)[:_AT_ONCE])
    return sum(_told(task_id) for task_id in ids)


def _told(task_id: int) -> bool:
    task = work.claim(_LATE, task_id)
    if task is None:
        return False
    faults.point("after_follow_up_claim")
    people = told_of(task)
    _note(task, people)
    faults.point("after_follow_up_notice")
    problem = _mailed(task, people)
    if problem and task.attempts < MOST_ATTEMPTS:
        log.warning("follow-ups: the mail about %s did not leave: %s", task.pk, problem)
        return work.finish(task, next_attempt_at=Now() + work.backoff(task.attempts))
    if problem:
        log.error("follow-ups: the mail about %s was given up: %s", task.pk, problem)
    return work.finish(task, told_late_at=Now(), next_attempt_at=None)


def told_of(task: FollowUpTask) -> list[Agent]:
    """Who hears of it: who is active and may see it."""
    active = Agent.objects.filter(is_active=True).order_by("pk")
    found = active.filter(pk=task.owner_id) if task.owner_id else active.filter(role=Role.ADMIN)
    return [agent for agent in found if tasks_of(agent).filter(pk=task.pk).exists()]


def _note(task: FollowUpTask, people: Sequence[Agent]) -> None:
    """Record it in the ticket and give the notices, unless an earlier attempt did."""
    ticket = task.invitation.ticket
    if ticket is None:
        return
    due_at = task.due_at.isoformat()
    told = {"task": task.pk, "due_at": due_at}
    with transaction.atomic():
        with change(ticket, by=SYSTEM, falls_back=False) as it:
            if ticket.events.filter(kind=EventKind.TASK_LATE, details__contains=told).exists():
                return
            event = it.record(EventKind.TASK_LATE, {**told, "told": [agent.name for agent in people]})
        Notice.objects.bulk_create(
            Notice(
                agent=agent,
                ticket=ticket,
                event=event,
                is_breach=True,
                due_at=task.due_at,
                created_at=event.recorded_at,
            )
            for agent in people
        )
        transaction.on_commit(partial(announce, "notice", {"agents": [agent.pk for agent in people]}))


def _mailed(task: FollowUpTask, people: Sequence[Agent]) -> str:
    """Why a mail did not leave; "" when all did. One that left has the same Message-ID at another attempt."""
    problem = ""
    for agent in people:
        try:
            letters.send(task, agent)
        except SendError as error:
            problem = problem or (str(error) if error.fault.retryable else "")
            if not error.fault.retryable:
                log.error("follow-ups: no mail about %s to %s: %s", task.pk, agent.email, error)
        except (LookupError, ValueError) as error:
            problem = problem or str(error)
    return problem
