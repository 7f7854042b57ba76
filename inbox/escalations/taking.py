"""Taking a step: once, by whoever claims it. First what is ours, in one transaction; then mails and calls, until taken.

What is left to do outside stands in the row's `outcome` and is crossed off one by one, so that another try repeats
nothing that was done.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from channels_adapters.contracts import Fault, SendError
from inbox.agents.models import Agent, Team
from inbox.common import faults, work
from inbox.common.clock import now
from inbox.escalations import hooks, letters
from inbox.escalations.recipients import people
from inbox.live.announce import announce
from inbox.sla.escalation import On, Step
from inbox.sla.models import Clock, Escalation, Notice
from inbox.sla.sweep import steps_of
from inbox.tickets.actions import Refused, assign, move_to_team, prioritize
from inbox.tickets.changes import SYSTEM, change
from inbox.tickets.enums import EventKind, Priority
from inbox.tickets.models import Ticket

log = logging.getLogger(__name__)
#: With the waits between them, these many attempts take about a day.
MOST_ATTEMPTS = 30
#: What a person may mend meanwhile.
_MENDED = (Fault.AUTH, Fault.NOT_ALLOWED)
_TO_DO = Escalation.objects.filter(done_at=None, act_at__lte=Now())
_AT_ONCE = 200
_LADDER = tuple(Priority)


class _LeaseLost(Exception):
    """Somebody else is at it: what was begun here is undone or left to him."""


def waiting() -> list[int]:
    """Ids of steps whose time has come and that nobody takes at the moment."""
    return list(work.due(_TO_DO).order_by("act_at", "id").values_list("id", flat=True)[:_AT_ONCE])


def take(escalation_id: int) -> Escalation | None:
    """Take one step, or go on with it. None when it is done, not its turn, or somebody else is at it."""
    escalation = work.claim(_TO_DO, escalation_id)
    if escalation is None:
        return None
    faults.point("after_escalation_claim")
    if escalation.attempts > MOST_ATTEMPTS:
        return _end(escalation, escalation.error or "It ended before it was done, each time.")
    step = steps_of(escalation.policy_version_id)[escalation.step]
    try:
        if "taken_at" not in escalation.outcome and not _taken(escalation, step):
            return escalation
        faults.point("after_escalation")
        return _told_outside(escalation, step)
    except _LeaseLost:
        log.warning("escalations: the lease of %s was lost", escalation.pk)
        return None


def _taken(escalation: Escalation, step: Step) -> bool:
    """Change the ticket, tell people in the workspace and record it; False when there is no reason any more."""
    at = now()
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().filter(pk=escalation.ticket_id).first()
        clock = Clock.objects.filter(pk=escalation.clock_id).first()
        if ticket is None or clock is None:
            # They went, and the row with them.
            return False
        if reason := _void(escalation, step, clock, at):
            escalation.outcome = {"void": reason}
            _end(escalation, "")
            return False
        done, failed = _changed(ticket, step, at)
        told = people(step, ticket)
        Notice.objects.bulk_create(
            (
                Notice(
                    agent=agent,
                    ticket=ticket,
                    escalation=escalation,
                    target=clock.target,
                    is_breach=step.on == On.BREACHED,
                    due_at=escalation.due_at,
                    created_at=at,
                )
                for agent in told
            ),
            ignore_conflicts=True,
        )
        with change(ticket, by=SYSTEM, at=at) as it:
            it.record(EventKind.ESCALATED, _details(escalation, step, clock, done, told))
        escalation.outcome = {
            **done,
            "taken_at": at.isoformat(),
            "target": clock.target,
            "told": [agent.pk for agent in told],
            "to_mail": [agent.pk for agent in told] if step.by_mail else [],
            "to_call": step.webhook,
            "failed": failed,
            "refused": {},
        }
        _keep(escalation)
        transaction.on_commit(partial(announce, "notice", {"agents": [agent.pk for agent in told]}))
    return True


def _void(escalation: Escalation, step: Step, clock: Clock, at: datetime) -> str:
    """Why a step is not taken: the clock stopped, it has another deadline, or what it warns of has happened."""
    if clock.stopped_at is not None:
        return "stopped"
    if (clock.breached_at or clock.due_at) != escalation.due_at:
        return "another deadline"
    return "overtaken" if step.on == On.WARNED and at > escalation.due_at else ""


def _changed(ticket: Ticket, step: Step, at: datetime) -> tuple[dict[str, Any], list[str]]:
    """Raise the priority and hand the ticket on; what was done, and sentences about what could not be."""
    done: dict[str, Any] = {}
    failed: list[str] = []
    wanted = Priority(step.priority) if step.priority else None
    if wanted and _LADDER.index(wanted) > _LADDER.index(Priority(ticket.priority)):
        prioritize(ticket, wanted, by=SYSTEM, at=at)
        done["priority"] = str(wanted)
    if step.team_id and step.team_id != ticket.team_id:
        team = Team.objects.filter(pk=step.team_id).first()
        if team:
            move_to_team(ticket, team, by=SYSTEM, at=at)
            done["team"] = team.name
        else:
            failed.append("The team it should be handed to is gone.")
    if step.agent_id and step.agent_id != ticket.assignee_id:
        agent = Agent.objects.filter(pk=step.agent_id).first()
        try:
            assign(ticket, _present(agent), by=SYSTEM, at=at)
            done["assignee"] = str(agent)
        except (Refused, LookupError) as refused:
            failed.append(str(refused))
    return done, failed


def _present(agent: Agent | None) -> Agent:
    if agent is None or not agent.is_active:
        raise LookupError("Whom it should be assigned to is no longer here.")
    return agent


def _details(
    escalation: Escalation, step: Step, clock: Clock, done: dict[str, Any], told: Sequence[Agent]
) -> dict[str, Any]:
    return {
        **done,
        "escalation": escalation.pk,
        "target": clock.target,
        "on": str(step.on),
        "due_at": escalation.due_at.isoformat(),
        "told": [agent.name for agent in told],
        "by_mail": step.by_mail and bool(told),
        "webhook": step.webhook.split("/")[2] if step.webhook else "",
    }


def _told_outside(escalation: Escalation, step: Step) -> Escalation:
    """Send the mails and make the call that are left; what fails for now comes round again."""
    ticket = Ticket.objects.select_related("customer", "channel", "team", "assignee").get(pk=escalation.ticket_id)
    done, later = escalation.outcome, list[str]()
    for agent in Agent.objects.filter(pk__in=_left(done), is_active=True).order_by("pk"):
        try:
            letters.send(escalation, step, ticket, agent)
            done["to_mail"].remove(agent.pk)
        except (SendError, LookupError, ValueError) as problem:
            sentence = f"{agent.email}: {problem}"
            if isinstance(problem, SendError) and not (problem.fault.retryable or problem.fault in _MENDED):
                done["refused"][str(agent.pk)] = sentence
            else:
                later.append(sentence)
        _keep(escalation)
    if (address := done["to_call"]) and "call" not in done["refused"]:
        try:
            body = hooks.body_of(escalation, step, ticket)
            hooks.call(address, f"escalation_{escalation.pk}", body, int(now().timestamp()))
            done["to_call"] = ""
        except hooks.Unanswered as problem:
            sentence = f"{address}: {problem}"
            if problem.is_final:
                done["refused"]["call"] = sentence
            else:
                later.append(sentence)
    error = "\n".join([*done["failed"], *done["refused"].values(), *later])
    if not later or escalation.attempts >= MOST_ATTEMPTS:
        return _end(escalation, error)
    wait = Now() + work.backoff(escalation.attempts)
    if not work.finish(escalation, outcome=done, error=error, next_attempt_at=wait):
        raise _LeaseLost
    escalation.refresh_from_db()
    return escalation


def _left(done: dict[str, Any]) -> list[int]:
    """The ids of those whose mail has neither left nor been refused for good."""
    return [agent_id for agent_id in done["to_mail"] if str(agent_id) not in done["refused"]]


def _keep(escalation: Escalation) -> None:
    """Store what is done so far. Raises `_LeaseLost`, so that what belongs to it is not stored either."""
    held = Escalation.objects.filter(pk=escalation.pk, lease_token=escalation.lease_token)
    if not held.update(outcome=escalation.outcome):
        raise _LeaseLost


def _end(escalation: Escalation, error: str) -> Escalation:
    values = {"outcome": escalation.outcome, "error": error, "next_attempt_at": None, "done_at": Now()}
    if not work.finish(escalation, **values):
        raise _LeaseLost
    escalation.refresh_from_db()
    return escalation
