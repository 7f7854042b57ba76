"""The question after a chat, in the chat: asked while its visitor is there, answered where it stands.

Whom to ask, when and how often is for the surveys' rules alone; only the wait goes for who is still in front of it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from inbox.chats.models import Visitor
from inbox.chats.queries import said_to
from inbox.chats.whereabouts import is_there
from inbox.common.clock import now
from inbox.customers.people import person_of
from inbox.surveys.access import survey_url
from inbox.surveys.actions import answer
from inbox.surveys.buttons import buttons_of
from inbox.surveys.enums import AnswerSource
from inbox.surveys.letters import intro_of
from inbox.surveys.models import Invitation, SurveyVersion
from inbox.surveys.queries import current_answer, invitation_of
from inbox.surveys.showing import wording_in
from inbox.tickets.actions import Refused
from inbox.tickets.enums import AuthorKind, EventKind
from inbox.tickets.models import Message, Ticket, TicketEvent

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """One score of a scale: what its button carries, its meaning ("" without one)."""

    id: str
    score: int
    meaning: str


@dataclass(frozen=True, slots=True)
class Question:
    """A survey as it stands in a chat. `answered` is the score given; `more` the page with its further questions."""

    message: int
    intro: str
    question: str
    scale: tuple[Step, ...]
    answered: int | None
    comment: str
    asks_comment: str
    thanks: str
    privacy: str
    is_open: bool
    more: str


def is_in_front(ticket: Ticket, at: datetime) -> bool:
    """Whether a chat's visitor is there to be asked: he has a page open, or has just said himself that it is over."""
    if ticket.channel.kind != "livechat":
        return False
    ended = ticket.events.filter(kind=EventKind.CHAT_ENDED, occurred_at__gte=ticket.last_message_at)
    return ended.exists() or is_there(ticket, at)


def hurry(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """Have a survey sent now that is due the moment it is decided on; without the bell the sweep sends it."""
    due = [datetime.fromisoformat(str(one.details["send_at"])) for one in events if one.details.get("send_at")]
    if ticket.channel.kind == "livechat" and due and min(due) <= now():
        transaction.on_commit(_ring)


def _ring() -> None:
    try:
        current_app.send_task("inbox.surveys.tasks.sweep", retry=False)
    except (OperationalError, OSError) as error:
        log.warning("chats: no bell for a survey, the sweep will send it: %s", error)


def question_in(message: Message, *, at: datetime | None = None) -> Question | None:
    """What a survey's message asks, and what was answered; None where its survey is gone."""
    try:
        invitation = invitation_of(message)
    except LookupError:
        return None
    version = invitation.version
    return _question(message, invitation, version, at or now()) if version else None


def _question(message: Message, invitation: Invitation, version: SurveyVersion, at: datetime) -> Question:
    language, given = invitation.language, current_answer(invitation)
    meanings, is_open = dict(version.choices(language)), invitation.is_open_at(at)
    buttons = list(zip(buttons_of(invitation), version.choices(language), strict=False))
    has_page = bool(version.follow_ups) or not buttons
    wording = wording_in(version, language)
    brand = invitation.channel.brand or invitation.channel.name
    return Question(
        message=message.pk,
        intro=intro_of(invitation),
        question=version.text("question", language),
        scale=tuple(
            sorted((Step(button, score, meanings[score]) for (button, _), (score, _) in buttons), key=_by_score)
        ),
        answered=given.score if given else None,
        comment=given.comment if given else "",
        asks_comment=version.text("comment", language),
        thanks=version.text("thanks", language),
        privacy=wording.anonymous.replace("{brand}", brand) if version.is_anonymous else "",
        is_open=is_open,
        more=survey_url(invitation, given.score if given else None) if is_open and has_page else "",
    )


def _by_score(step: Step) -> int:
    return step.score


def comment(
    visitor: Visitor, number: int, text: str | None, *, score: int | None = None, at: datetime | None = None
) -> Question | None:
    """Add words to the visitor's answer to the survey in message `number`; with `score`, which is then his answer.

    None where he is shown no such question. Raises `SurveyClosed`, and `Refused` without a score or for one off the
    scale, and for what is too long.
    """
    message = Message.objects.filter(pk=number, author_kind=AuthorKind.SURVEY).select_related("ticket").first()
    if message is None or not said_to(visitor, message.ticket).filter(pk=number).exists():
        return None
    invitation = invitation_of(message)
    owner = visitor.identity.customer if visitor.identity else None
    if owner is None or person_of(owner).pk != person_of(invitation.customer).pk:
        return None
    given = current_answer(invitation)
    chosen = score if score is not None else given.score if given else None
    if chosen is None:
        raise Refused("There is no such answer.")
    answer(invitation, chosen, text, at=at, source=AnswerSource.CHANNEL)
    return question_in(message, at=at)
