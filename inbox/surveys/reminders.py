"""Reminding once who was asked and has not answered: the same link, by the same way. Off unless a survey says so."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from inbox.common.clock import now
from inbox.customers.people import one_person
from inbox.surveys.asking import AT_ONCE, SETTLED
from inbox.surveys.eligibility import LAST_REMINDER, first_loud
from inbox.surveys.letters import question_of, reminder_subject_of
from inbox.surveys.models import Invitation
from inbox.surveys.postbox import post
from inbox.surveys.queries import has_missed, is_reached, standing_of, terms_of, to_remind, zone_of
from inbox.surveys.windows import window_of
from inbox.tickets.changes import SYSTEM, change
from inbox.tickets.conversation import say_as_survey
from inbox.tickets.enums import AuthorKind, EventKind
from inbox.tickets.models import Ticket

log = logging.getLogger(__name__)


def remind_due(at: datetime | None = None) -> int:
    """Remind those whose time has come; how many. Two sweeps at once remind each once."""
    at = at or now()
    reminded = 0
    for invitation_id, ticket_id in to_remind(at).values_list("id", "ticket_id")[:AT_ONCE]:
        try:
            reminded += _remind(invitation_id, ticket_id, at)
        except Exception:
            log.exception("surveys: of invitation %s nobody could be reminded", invitation_id)
    return reminded


def _remind(invitation_id: int, ticket_id: int | None, at: datetime) -> bool:
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update(skip_locked=True).filter(pk=ticket_id).first() if ticket_id else None
        invitation = to_remind(at).select_for_update(skip_locked=True, of=("self",)).filter(pk=invitation_id).first()
        if invitation is None or (ticket is None and ticket_id):
            return False
        invitation.ticket, invitation.remind_at = ticket, None
        may = _may_be_reminded(invitation, ticket, at)
        survey = invitation.version.survey if invitation.version else None
        if may and (loud := first_loud(at, zone_of(invitation.customer), terms_of(survey))) > at:
            invitation.remind_at, may = loud, False
        if may:
            invitation.reminded_at = at
            _say(invitation, at)
        invitation.save(update_fields=["remind_at", "reminded_at", "reminder"])
        return may


def _may_be_reminded(invitation: Invitation, ticket: Ticket | None, at: datetime) -> bool:
    standing = standing_of(one_person(invitation.customer))
    is_late = invitation.expires_at is None or at > invitation.expires_at - LAST_REMINDER
    if is_late or standing["opted_out"] or standing["erased"] or has_missed(invitation):
        return False
    if ticket is None:
        return True
    closes_at = window_of(ticket)
    is_gone = ticket.is_spam or ticket.merged_into_id is not None or ticket.deleted_at is not None
    if is_gone or not is_reached(ticket, set(ticket.customer.identities.values_list("kind", flat=True))):
        return False
    return ticket.state in SETTLED and (closes_at is None or at <= closes_at)


def _say(invitation: Invitation, at: datetime) -> None:
    if invitation.ticket is None:
        post(invitation, is_reminder=True)
        return
    with change(invitation.ticket, by=SYSTEM, at=at) as it:
        message = say_as_survey(it, question_of(invitation), subject=reminder_subject_of(invitation))
        message.language = invitation.language
        message.save(update_fields=["language"])
        invitation.reminder = message
        invitation.save(update_fields=["reminder"])
        it.record(
            EventKind.SURVEY_REMINDED,
            message=message,
            author_kind=AuthorKind.SURVEY,
            invitation=invitation.pk,
            cycle=invitation.cycle,
        )
