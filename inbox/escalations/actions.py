"""The verbs of notices and escalations."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.live.announce import announce
from inbox.sla.models import Escalation, Notice
from inbox.tickets.actions import Refused
from inbox.tickets.models import Ticket


def see(agent: Agent, *, ticket: Ticket | None = None, at: datetime | None = None) -> int:
    """Take note that the agent has seen his notices, those of one ticket or all; how many were new to him."""
    unseen = Notice.objects.filter(agent=agent, seen_at=None)
    count = (unseen.filter(ticket=ticket) if ticket else unseen).update(seen_at=at or now())
    if count:
        # His other pages count too.
        announce("notice", {"agents": [agent.pk]})
    return count


def can_be_tried_again(escalation: Escalation) -> bool:
    """True for one that was given up with a mail or a call not made."""
    left = escalation.outcome.get("to_mail") or escalation.outcome.get("to_call")
    return bool(escalation.done_at and escalation.error and left)


def try_again(escalation: Escalation) -> Escalation:
    """Let the mails and the call that failed be tried anew, as often as the first time. Raises `Refused`."""
    with transaction.atomic():
        stored = Escalation.objects.select_for_update().get(pk=escalation.pk)
        if not can_be_tried_again(stored):
            raise Refused(_("There is nothing to try again."))
        stored.outcome = {**stored.outcome, "refused": {}}
        stored.done_at = stored.next_attempt_at = None
        stored.attempts = 0
        stored.save(update_fields=["outcome", "done_at", "next_attempt_at", "attempts"])
    return stored
