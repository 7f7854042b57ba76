"""Handing a ticket over with a word on why: whose it is and what they should know, in one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from inbox.agents.models import Agent, Team
from inbox.tickets.actions import Refused, assign, move_to_team
from inbox.tickets.conversation import note
from inbox.tickets.models import Ticket


def hand_over(
    ticket: Ticket, to: Agent | Team, *, note_text: str = "", by: Agent, at: datetime | None = None
) -> Ticket:
    """The ticket is a colleague's, or a team's and nobody's there; the note stands before that. Raises `Refused`."""
    if to == by:
        raise Refused(_("It is yours already to take: assign it to yourself."))
    with transaction.atomic():
        if note_text.strip():
            note(ticket, note_text, by=by, at=at)
        if isinstance(to, Team):
            move_to_team(ticket, to, by=by, at=at)
            assign(ticket, None, by=by, at=at)
        else:
            assign(ticket, to, by=by, at=at)
    return ticket
