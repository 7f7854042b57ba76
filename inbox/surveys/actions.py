"""Deciding on surveys, sending them, taking answers in.

Locks are taken in one order, ticket, invitation, customer: decisions hold the ticket already.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from inbox.common.clock import now
from inbox.common.text import one_line, storable
from inbox.customers.models import Customer
from inbox.surveys import loop
from inbox.surveys.eligibility import plan
from inbox.surveys.enums import DELAYS, AnswerSource, InvitationState, Suppression, SurveyKind, way_of
from inbox.surveys.letters import question_of, subject_of
from inbox.surveys.models import Answer, Invitation, SurveyVersion
from inbox.surveys.queries import current_answer, current_version, due, facts_of, latest_cycle, terms_of
from inbox.surveys.questions import cleaned, questions_of
from inbox.surveys.scores import ease
from inbox.surveys.wording import language_of
from inbox.tickets.actions import Refused
from inbox.tickets.changes import SYSTEM, change
from inbox.tickets.conversation import say_as_survey
from inbox.tickets.enums import AuthorKind, EventKind, State
from inbox.tickets.models import Ticket, TicketEvent

log = logging.getLogger(__name__)
COMMENT_LIMIT = 5000
_AT_ONCE = 200


class SurveyClosed(Refused):
    """The invitation can't be answered any more: its time is over, or the matter goes on."""


def decide(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """Decide whether the customer is asked about the cycle that just ended: one invitation, with its time or reason.

    Resolved again after an agent reopened it, a cycle that was not asked about yet is decided on anew.
    """
    at = events[-1].occurred_at
    cycle = latest_cycle(ticket)
    invitation = Invitation.objects.select_for_update().filter(ticket=ticket, cycle=cycle.number).first()
    if invitation and (invitation.state not in _OPEN_TO_DECISION or invitation.decided_at >= at):
        return
    version = current_version()
    terms = terms_of(version.survey if version else None)
    earliest = at + _delay(version, ticket)
    decision = plan(facts_of(ticket, cycle, earliest, terms.throttle), terms, earliest)
    invitation = invitation or Invitation(ticket=ticket, cycle=cycle.number)
    invitation.customer, invitation.channel = ticket.customer, ticket.channel
    invitation.version, invitation.decided_at = version, at
    invitation.language = language_of(ticket.language, ticket.customer.language, ticket.channel.language)
    invitation.agent_id, invitation.team_id = cycle.agent_id, cycle.team_id
    if isinstance(decision, Suppression):
        _suppress(ticket, invitation, decision, at)
        return
    invitation.state, invitation.suppressed_because, invitation.send_at = InvitationState.SCHEDULED, "", decision
    invitation.save()
    with change(ticket, by=SYSTEM, at=at) as it:
        it.record(
            EventKind.SURVEY_SCHEDULED, invitation=invitation.pk, cycle=cycle.number, send_at=decision.isoformat()
        )


_OPEN_TO_DECISION = (InvitationState.CANCELLED, InvitationState.SUPPRESSED)


def cancel(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """The matter goes on: what was scheduled is cancelled, what was sent and not answered is void."""
    at = events[-1].occurred_at
    asked = Invitation.objects.select_for_update().filter(
        ticket=ticket, state__in=(InvitationState.SCHEDULED, InvitationState.SENT)
    )
    for invitation in asked.order_by("id"):
        _cancel(ticket, invitation, at)


def _cancel(ticket: Ticket, invitation: Invitation, at: datetime) -> None:
    was_sent = invitation.state == InvitationState.SENT
    invitation.state = InvitationState.VOIDED if was_sent else InvitationState.CANCELLED
    invitation.send_at = None
    invitation.save(update_fields=["state", "send_at"])
    with change(ticket, by=SYSTEM, at=at) as it:
        it.record(
            EventKind.SURVEY_CANCELLED, invitation=invitation.pk, cycle=invitation.cycle, state=str(invitation.state)
        )


def suppress_merged(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """The matter goes on in another ticket: who was to be asked about this one is not."""
    at = events[-1].occurred_at
    scheduled = Invitation.objects.select_for_update().filter(ticket=ticket, state=InvitationState.SCHEDULED)
    for invitation in scheduled.order_by("id"):
        _suppress(ticket, invitation, Suppression.MERGED, at)


def _suppress(ticket: Ticket, invitation: Invitation, reason: Suppression, at: datetime) -> None:
    is_news = (invitation.state, invitation.suppressed_because) != (InvitationState.SUPPRESSED, reason)
    invitation.state, invitation.suppressed_because, invitation.send_at = InvitationState.SUPPRESSED, reason, None
    invitation.save()
    if is_news:
        with change(ticket, by=SYSTEM, at=at) as it:
            it.record(EventKind.SURVEY_SUPPRESSED, invitation=invitation.pk, cycle=invitation.cycle, reason=str(reason))


def _delay(version: SurveyVersion | None, ticket: Ticket) -> timedelta:
    if settings.SURVEY_DELAY_SECONDS is not None:
        return timedelta(seconds=settings.SURVEY_DELAY_SECONDS)
    way = way_of(ticket.channel.kind)
    return timedelta(seconds=version.survey.delays.get(way, DELAYS[way]) if version else 0)


def send_due(at: datetime | None = None) -> int:
    """Send the invitations whose time has come; how many left. Two sweeps at once send each one once.

    What spoke against asking when the ticket was resolved is looked at again, for it may have come since.
    """
    at = at or now()
    sent = 0
    for invitation_id, ticket_id in due(at).values_list("id", "ticket_id")[:_AT_ONCE]:
        try:
            sent += _send(invitation_id, ticket_id, at)
        except Exception:
            # It stays due and is named at every sweep; the others do not wait for it.
            log.exception("surveys: invitation %s could not be sent", invitation_id)
    return sent


def _send(invitation_id: int, ticket_id: int, at: datetime) -> bool:
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update(skip_locked=True).filter(pk=ticket_id).first()
        invitation = due(at).select_for_update(skip_locked=True).filter(pk=invitation_id).first()
        if ticket is None or invitation is None:
            return False
        if ticket.state not in (State.RESOLVED, State.CLOSED):
            _cancel(ticket, invitation, at)
            return False
        # Two tickets of one customer may be due at the same time: the second must see the first.
        Customer.objects.select_for_update(no_key=True).get(pk=invitation.customer_id)
        version = invitation.version or current_version()
        terms = terms_of(version.survey if version else None)
        decision = plan(facts_of(ticket, latest_cycle(ticket), at, terms.throttle), terms, at)
        if isinstance(decision, Suppression):
            _suppress(ticket, invitation, decision, at)
        elif decision > at:
            invitation.send_at = decision
            invitation.save(update_fields=["send_at"])
        elif version is not None:
            _ask(ticket, invitation, version, at)
            return True
        return False


def _ask(ticket: Ticket, invitation: Invitation, version: SurveyVersion, at: datetime) -> None:
    with change(ticket, by=SYSTEM, at=at) as it:
        invitation.version = version
        message = say_as_survey(it, question_of(invitation), subject=subject_of(invitation))
        message.language = invitation.language
        message.save(update_fields=["language"])
        invitation.state, invitation.message = InvitationState.SENT, message
        invitation.sent_at, invitation.send_at = at, None
        invitation.expires_at = at + timedelta(days=version.survey.valid_days)
        invitation.save()
        it.record(
            EventKind.SURVEY_SENT,
            message=message,
            author_kind=AuthorKind.SURVEY,
            invitation=invitation.pk,
            cycle=invitation.cycle,
        )


def answer(
    invitation: Invitation,
    score: int,
    comment: str | None = None,
    language: str = "",
    at: datetime | None = None,
    *,
    said: Mapping[str, Sequence[str]] | None = None,
    source: AnswerSource = AnswerSource.PAGE,
) -> Answer:
    """Keep the customer's answer: the last one counts, all are kept, and the same one twice is one.

    Without `comment` or without `said` (answers to follow-up questions, as a form sends them) the earlier ones stay.
    Raises `SurveyClosed`, `Refused` for a score off the scale or a comment longer than `COMMENT_LIMIT`, and
    `InvalidAnswers`.
    """
    at = at or now()
    kept = functools.partial(_keep, invitation, score, comment, said, language, source, at)
    ticket = invitation.ticket
    with transaction.atomic():
        if ticket is None:
            given, before = kept()
        else:
            with change(ticket, by=invitation.customer, at=at, falls_back=False) as it:
                given, before = kept()
                if given != before:
                    it.record(
                        EventKind.SURVEY_ANSWERED,
                        invitation=invitation.pk,
                        cycle=invitation.cycle,
                        score=score,
                        ease=given.ease,
                        comment=one_line(given.comment, 200),
                        changed=before is not None,
                    )
        if given != before:
            loop.answered(invitation, given, before, at)
    return given


def _keep(
    invitation: Invitation,
    score: int,
    comment: str | None,
    said: Mapping[str, Sequence[str]] | None,
    language: str,
    source: AnswerSource,
    at: datetime,
) -> tuple[Answer, Answer | None]:
    """The answer that counts now, and the one that counted before; the same one when nothing is new."""
    invitation.refresh_from_db(from_queryset=Invitation.objects.select_for_update())
    version = invitation.version
    if version is None or not invitation.is_open_at(at):
        raise SurveyClosed("This survey is closed.")
    if not version.scale.holds(score):
        raise Refused("There is no such answer.")
    before = current_answer(invitation)
    words = before.comment if before and comment is None else _cleaned(comment or "")
    if len(words) > COMMENT_LIMIT:
        raise Refused("The comment is too long.")
    asked = questions_of(version.follow_ups)
    if said is None:
        # An earlier answer to what is not asked at the new score goes.
        is_asked = {question.id for question in asked if question.is_for(score)}
        details = {name: value for name, value in (before.said if before else {}).items() if name in is_asked}
    else:
        details = cleaned(asked, score, said)
    if before and (before.score, before.comment, before.said) == (score, words, details):
        return before, before
    invitation.answers.filter(is_current=True).update(is_current=False)
    is_effort = version.survey.kind == SurveyKind.CES
    given = Answer.objects.create(
        invitation=invitation,
        score=score,
        comment=words,
        said=details,
        language=language or invitation.language,
        answered_at=at,
        ease=ease(score, version.scale_min, version.scale_max, version.low_is_good) if is_effort else None,
        sentiment=version.sentiment(score),
        source=source,
    )
    invitation.state = InvitationState.ANSWERED
    invitation.save(update_fields=["state"])
    return given, before


def _cleaned(comment: str) -> str:
    return storable(comment.replace("\r\n", "\n")).strip()


def stop_surveys(customer: Customer, *, at: datetime | None = None) -> Customer:
    """The customer wants no surveys any more; what is scheduled for him will not be sent."""
    with transaction.atomic():
        customer.refresh_from_db(from_queryset=Customer.objects.select_for_update(no_key=True))
        if customer.survey_opt_out_at is None:
            customer.survey_opt_out_at = at or now()
            customer.save(update_fields=["survey_opt_out_at"])
    return customer
