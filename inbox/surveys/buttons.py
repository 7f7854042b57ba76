"""Answering in the channel itself: each button carries a token of its own, bound to the invitation and the score.

Only a press by the person who was asked counts: what a button carries can be seen by whoever the network shows it to.
Where a network has no buttons (SMS), a number alone is the answer while the survey is the last thing we said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from channels_adapters.splitting import length
from inbox.common import tokens
from inbox.customers.models import Customer
from inbox.customers.people import one_person, person_of
from inbox.surveys.actions import SurveyClosed, answer
from inbox.surveys.enums import AnswerSource, InvitationState
from inbox.surveys.letters import labels_of
from inbox.surveys.models import Invitation
from inbox.surveys.windows import known_capabilities_of
from inbox.tickets.enums import Direction, MessageKind
from inbox.tickets.models import Message
from inbox.tickets.networks import Connected


class ConnectedRow(Connected, Protocol):
    """A stored channel."""

    pk: int


_MARK = "survey"
_LEFT_US = (InvitationState.SENT, InvitationState.ANSWERED, InvitationState.VOIDED)


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a pressed button answers, and whether that counts."""

    invitation: Invitation
    is_kept: bool


def buttons_of(invitation: Invitation) -> list[tuple[str, str]]:
    """What each button carries, and its label; none where the channel can't hold all scores.

    Where a meaning is longer than the network's buttons, all of them bear their score alone (`are_bare`).
    """
    can, labels = known_capabilities_of(invitation.channel), labels_of(invitation)
    if can is None or len(labels) > can.buttons:
        return []
    if can.button_length and any(length(label, can.text_unit) > can.button_length for _, label in labels):
        labels = [(score, str(score)) for score, _ in labels]
    return [(_payload(invitation, score), label) for score, label in labels]


def are_bare(buttons: Sequence[tuple[str, str]]) -> bool:
    """Whether the buttons don't say what their scores mean."""
    return bool(buttons) and all(label.isdecimal() for _, label in buttons)


def takes_numbers(channel: Connected) -> bool:
    """Whether a channel is a conversation without buttons, in which a number alone can be an answer."""
    can = known_capabilities_of(channel)
    return can is not None and can.threading == "person" and not can.buttons and not can.one_reply_only


def typed(text: str, *, by: Customer, channel: ConnectedRow, at: datetime) -> Pressed | None:
    """Keep the answer that a number is; None where it is none, or we said something else since we asked."""
    score = _number(text)
    if score is None or not takes_numbers(channel):
        return None
    asked = Invitation.objects.filter(
        customer__in=one_person(by), channel=channel.pk, state__in=_LEFT_US, message__isnull=False, sent_at__lte=at
    )
    asked = asked.select_related("ticket", "version", "customer", "channel")
    invitation = asked.order_by("-sent_at").first()
    if invitation is None or invitation.version is None or not _is_last_said(invitation, channel.pk):
        return None
    if not invitation.version.scale_min <= score <= invitation.version.scale_max or not invitation.is_open_at(at):
        return None
    answer(invitation, score, at=at, source=AnswerSource.CHANNEL)
    return Pressed(invitation, is_kept=True)


def _is_last_said(invitation: Invitation, channel: int) -> bool:
    theirs = one_person(invitation.customer)
    said = Message.objects.filter(ticket__customer__in=theirs, direction=Direction.OUT, withdrawn_at=None)
    last = said.filter(channel=channel, kind=MessageKind.MESSAGE).order_by("-id").values_list("id", flat=True).first()
    return last in (invitation.message_id, invitation.reminder_id)


def _number(text: str) -> int | None:
    plain = unicodedata.normalize("NFKC", text).strip().rstrip(".!").strip()
    return int(plain) if re.fullmatch(r"[0-9]{1,2}", plain, re.ASCII) else None


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
