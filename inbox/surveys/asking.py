"""Whom to ask: deciding when a ticket is resolved, taking it back when the matter goes on, sending when it is time.

Locks are taken in one order, ticket, invitation, customer: decisions hold the ticket already.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.common.text import one_line, storable
from inbox.customers.models import Customer
from inbox.customers.people import person_of
from inbox.surveys.campaigns import campaign_facts
from inbox.surveys.eligibility import plan, reminder
from inbox.surveys.enums import DELAYS, InvitationState, Suppression, way_of
from inbox.surveys.letters import question_of, subject_of
from inbox.surveys.models import Invitation, SurveyVersion
from inbox.surveys.postbox import post
from inbox.surveys.presence import is_there
from inbox.surveys.queries import (
    current_version,
    cycle_key,
    due,
    facts_of,
    latest_cycle,
    latest_version,
    terms_of,
    zone_of,
)
from inbox.surveys.wording import language_of
from inbox.tickets.actions import Refused
from inbox.tickets.changes import SYSTEM, Actor, change
from inbox.tickets.conversation import say_as_survey
from inbox.tickets.enums import AuthorKind, EventKind, State
from inbox.tickets.models import Ticket, TicketEvent

log = logging.getLogger(__name__)
AT_ONCE = 200
SETTLED = (State.RESOLVED, State.CLOSED)
#: What a ticket was, and is no longer: its cycle is looked at again.
_MENDED = (Suppression.SPAM, Suppression.MERGED, Suppression.DELETED)


def decide(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """Decide whether the customer is asked about the cycle that just ended: one invitation, with its time or reason.

    Resolved again after an agent reopened it, a cycle that was not asked about yet is decided on anew; not one that
    somebody held back.
    """
    at = events[-1].occurred_at
    cycle = latest_cycle(ticket)
    invitation = Invitation.objects.select_for_update().filter(ticket=ticket, cycle=cycle.number).first()
    if invitation and (not _is_open_to_decision(invitation) or invitation.decided_at >= at):
        return
    version = current_version(cycle_key(ticket, cycle))
    terms = terms_of(version.survey if version else None)
    earliest = at + _delay(version, ticket, at)
    decision = plan(facts_of(ticket, cycle, earliest, terms.throttle), terms, earliest, at)
    invitation = invitation or Invitation(ticket=ticket, cycle=cycle.number)
    invitation.customer, invitation.channel = ticket.customer, ticket.channel
    invitation.version, invitation.decided_at = version, at
    invitation.language = language_of(ticket.language, ticket.customer.language, ticket.channel.language)
    invitation.agent_id, invitation.team_id = cycle.agent_id, cycle.team_id
    if isinstance(decision, Suppression):
        suppress(invitation, decision, at)
        return
    invitation.state, invitation.suppressed_because, invitation.send_at = InvitationState.SCHEDULED, "", decision
    invitation.save()
    with change(ticket, by=SYSTEM, at=at) as it:
        it.record(
            EventKind.SURVEY_SCHEDULED, invitation=invitation.pk, cycle=cycle.number, send_at=decision.isoformat()
        )


def _is_open_to_decision(invitation: Invitation) -> bool:
    if invitation.suppressed_because == Suppression.BY_AGENT:
        return False
    return invitation.state in (InvitationState.CANCELLED, InvitationState.SUPPRESSED)


def reconsider(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """A resolved ticket is no spam after all, or there again: what was left out for that is decided on anew.

    Otherwise an agent could spare himself a question by two clicks.
    """
    left_out = ticket.invitations.filter(suppressed_because__in=_MENDED, cycle=latest_cycle(ticket).number)
    if ticket.state in SETTLED and left_out.exists():
        decide(ticket, events)


def cancel(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """The matter goes on, or is none: what was scheduled is cancelled, what was sent and not answered is void."""
    at = events[-1].occurred_at
    asked = Invitation.objects.select_for_update().filter(
        ticket=ticket, state__in=(InvitationState.SCHEDULED, InvitationState.SENT)
    )
    reason = Suppression.SPAM if ticket.is_spam else Suppression.DELETED if ticket.deleted_at else None
    for invitation in asked.order_by("id"):
        if reason and invitation.state == InvitationState.SCHEDULED:
            suppress(invitation, reason, at)
        else:
            _cancel(ticket, invitation, at)


def _cancel(ticket: Ticket, invitation: Invitation, at: datetime) -> None:
    was_sent = invitation.state == InvitationState.SENT
    invitation.state = InvitationState.VOIDED if was_sent else InvitationState.CANCELLED
    invitation.send_at = invitation.remind_at = None
    invitation.save(update_fields=["state", "send_at", "remind_at"])
    with change(ticket, by=SYSTEM, at=at) as it:
        it.record(
            EventKind.SURVEY_CANCELLED,
            message=invitation.message,
            invitation=invitation.pk,
            cycle=invitation.cycle,
            state=str(invitation.state),
        )


def suppress_merged(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """The matter goes on in another ticket: who was to be asked about this one is not."""
    at = events[-1].occurred_at
    scheduled = Invitation.objects.select_for_update().filter(ticket=ticket, state=InvitationState.SCHEDULED)
    for invitation in scheduled.order_by("id"):
        suppress(invitation, Suppression.MERGED, at)


def hold_back(invitation: Invitation, *, by: Agent, note: str, at: datetime | None = None) -> Invitation:
    """Do not ask after all, for a reason that is kept and counted. Raises `Refused`.

    Only admins and leads can, and nobody can have somebody asked: whom to ask is not for those who are judged by it.
    """
    words = one_line(storable(note), 200)
    if not (by.sees_all and by.answers_customers):
        raise Refused(_("Only admins and leads hold a survey back."))
    if not words:
        raise Refused(_("Say why this customer is not to be asked."))
    with transaction.atomic():
        if invitation.ticket is not None:
            Ticket.objects.select_for_update().get(pk=invitation.ticket.pk)
        invitation.refresh_from_db(from_queryset=Invitation.objects.select_for_update())
        if invitation.suppressed_because == Suppression.BY_AGENT:
            return invitation
        if invitation.state != InvitationState.SCHEDULED:
            raise Refused(_("This survey is not waiting to be sent."))
        invitation.suppressed_by, invitation.suppressed_note = by, words
        suppress(invitation, Suppression.BY_AGENT, at or now(), by=by, note=words)
    return invitation


def suppress(invitation: Invitation, reason: Suppression, at: datetime, *, by: Actor = SYSTEM, **more: str) -> None:
    """Keep that a customer is not asked, and why."""
    is_news = (invitation.state, invitation.suppressed_because) != (InvitationState.SUPPRESSED, reason)
    invitation.state, invitation.suppressed_because, invitation.send_at = InvitationState.SUPPRESSED, reason, None
    invitation.save()
    if is_news and invitation.ticket is not None:
        with change(invitation.ticket, by=by, at=at, even_merged=True) as it:
            it.record(
                EventKind.SURVEY_SUPPRESSED,
                more,
                invitation=invitation.pk,
                cycle=invitation.cycle,
                reason=str(reason),
            )


def _delay(version: SurveyVersion | None, ticket: Ticket, at: datetime) -> timedelta:
    if settings.SURVEY_DELAY_SECONDS is not None:
        return timedelta(seconds=settings.SURVEY_DELAY_SECONDS)
    if is_there(ticket, at):
        return timedelta(0)
    way = way_of(ticket.channel.kind)
    return timedelta(seconds=version.survey.delays.get(way, DELAYS[way]) if version else 0)


def send_due(at: datetime | None = None) -> int:
    """Send the invitations whose time has come; how many left. Two sweeps at once send each one once.

    What spoke against asking when it was decided is looked at again, for it may have come since.
    """
    at = at or now()
    sent = 0
    for invitation_id, ticket_id in due(at).values_list("id", "ticket_id")[:AT_ONCE]:
        try:
            sent += _send(invitation_id, ticket_id, at)
        except Exception:
            # It stays due and is named at every sweep; the others do not wait for it.
            log.exception("surveys: invitation %s could not be sent", invitation_id)
    return sent


def _send(invitation_id: int, ticket_id: int | None, at: datetime) -> bool:
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update(skip_locked=True).filter(pk=ticket_id).first() if ticket_id else None
        invitation = due(at).select_for_update(skip_locked=True, of=("self",)).filter(pk=invitation_id).first()
        if invitation is None or (ticket is None and ticket_id):
            return False
        if ticket and ticket.state not in SETTLED:
            _cancel(ticket, invitation, at)
            return False
        # Two invitations of one person may be due at the same time: the second must see the first.
        Customer.objects.select_for_update(no_key=True).get(pk=person_of(invitation.customer).pk)
        if ticket:
            invitation.ticket = ticket
        survey = invitation.version.survey if invitation.version else None
        version = latest_version(survey.pk) if survey else None
        terms = terms_of(survey)
        facts = (
            facts_of(ticket, latest_cycle(ticket), at, terms.throttle)
            if ticket
            else campaign_facts([invitation], at, terms.throttle)[invitation.customer_id]
        )
        decision = plan(facts, terms, at)
        if isinstance(decision, Suppression):
            suppress(invitation, decision, at)
        elif decision > at:
            invitation.send_at = decision
            invitation.save(update_fields=["send_at"])
        elif version is not None:
            _ask(invitation, version, at)
            return True
        return False


def _ask(invitation: Invitation, version: SurveyVersion, at: datetime) -> None:
    survey = version.survey
    invitation.version, invitation.state = version, InvitationState.SENT
    invitation.sent_at, invitation.send_at = at, None
    invitation.expires_at = at + timedelta(days=survey.valid_days)
    invitation.remind_at = reminder(
        at, survey.reminder_days, invitation.expires_at, zone_of(invitation.customer), terms_of(survey)
    )
    if invitation.ticket is None:
        invitation.save()
        post(invitation)
        return
    with change(invitation.ticket, by=SYSTEM, at=at) as it:
        message = say_as_survey(it, question_of(invitation), subject=subject_of(invitation))
        message.language = invitation.language
        message.save(update_fields=["language"])
        invitation.message = message
        invitation.save()
        it.record(
            EventKind.SURVEY_SENT,
            message=message,
            author_kind=AuthorKind.SURVEY,
            invitation=invitation.pk,
            cycle=invitation.cycle,
        )
