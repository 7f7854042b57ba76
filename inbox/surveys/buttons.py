"""Answering in the channel itself: each button carries a token of its own, bound to the invitation and the score.

Only a press by the person who was asked counts: what a button carries can be seen by whoever the network shows it to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from inbox.common import tokens
from inbox.customers.models import Customer
from inbox.customers.people import person_of
from inbox.surveys.actions import SurveyClosed, answer
from inbox.surveys.enums import AnswerSource, InvitationState
from inbox.surveys.letters import labels_of
from inbox.surveys.models import Invitation
from inbox.surveys.windows import known_capabilities_of

_MARK = "survey"
_LEFT_US = (InvitationState.SENT, InvitationState.ANSWERED, InvitationState.VOIDED)


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a pressed button answers, and whether that counts."""

    invitation: Invitation
    is_kept: bool


def buttons_of(invitation: Invitation) -> list[tuple[str, str]]:
    """What each button carries, and its label; none where the channel can't hold all scores."""
    can, labels = known_capabilities_of(invitation.channel), labels_of(invitation)
    if can is None or len(labels) > can.buttons:
        return []
    return [(_payload(invitation, score), label) for score, label in labels]


def is_survey_button(payload: str) -> bool:
    """Whether a button of a survey of ours carries this, whoever pressed it."""
    return _read(payload) is not None


def press(payload: str, *, by: Customer, at: datetime) -> Pressed | None:
    """Keep the answer that a pressed button stands for; None when it is no button of ours, or another person's.

    A survey that is closed stays as it is.
    """
    carried = _read(payload)
    if carried is None:
        return None
    number, score = carried
    invitation = Invitation.objects.select_related("ticket", "version", "customer", "channel").filter(pk=number).first()
    if invitation is None or invitation.state not in _LEFT_US:
        return None
    if person_of(by).pk != person_of(invitation.customer).pk:
        return None
    try:
        answer(invitation, score, at=at, source=AnswerSource.CHANNEL)
    except SurveyClosed:
        return Pressed(invitation, is_kept=False)
    return Pressed(invitation, is_kept=True)


def _read(payload: str) -> tuple[int, int] | None:
    """The invitation's number and the score that a button of ours carries."""
    mark, _, rest = payload.partition(".")
    token, _, score = rest.partition(".")
    number = tokens.claimed(token) if mark == _MARK else None
    if number is None or not score.isascii() or not score.isdecimal() or len(score) > 3:
        return None
    if number >= 2**63 or tokens.unsign(_purpose(int(score)), token) != number:
        return None
    return number, int(score)


def _payload(invitation: Invitation, score: int) -> str:
    return f"{_MARK}.{tokens.sign(_purpose(score), invitation.pk)}.{score}"


def _purpose(score: int) -> str:
    return f"survey button {score}"
