"""The verbs of surveys: asking, reminding, holding back, running campaigns, taking answers in.

Locks are taken in one order, ticket, invitation, customer: decisions hold the ticket already.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from inbox.common.clock import now
from inbox.common.text import one_line, storable
from inbox.customers.models import Customer
from inbox.surveys import loop
from inbox.surveys.asking import cancel, decide, hold_back, reconsider, send_due, suppress_merged
from inbox.surveys.campaigns import run_due
from inbox.surveys.enums import AnswerSource, InvitationState, SurveyKind
from inbox.surveys.models import Answer, Invitation
from inbox.surveys.queries import current_answer
from inbox.surveys.questions import COMMENT_LIMIT, cleaned, questions_of
from inbox.surveys.reminders import remind_due
from inbox.surveys.scores import ease
from inbox.tickets.actions import Refused
from inbox.tickets.changes import change
from inbox.tickets.enums import EventKind

__all__ = [
    "COMMENT_LIMIT",
    "SurveyClosed",
    "answer",
    "cancel",
    "decide",
    "hold_back",
    "reconsider",
    "remind_due",
    "run_due",
    "send_due",
    "stop_surveys",
    "suppress_merged",
]


class SurveyClosed(Refused):
    """The invitation can't be answered any more: its time is over, or the matter goes on."""


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
                    it.record(EventKind.SURVEY_ANSWERED, message=invitation.message, **_told(invitation, given, before))
        if given != before:
            loop.answered(invitation, given, before, at)
    return given


def _told(invitation: Invitation, given: Answer, before: Answer | None) -> dict[str, Any]:
    """What the ticket learns: of an anonymous survey that it was answered, and no more."""
    told = {"invitation": invitation.pk, "cycle": invitation.cycle, "changed": before is not None}
    if invitation.version is None or invitation.version.is_anonymous:
        return told
    return told | {"score": given.score, "ease": given.ease, "comment": one_line(given.comment, 200)}


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
