"""What follows from an answer hears of it once, after the ticket did."""

from __future__ import annotations

from datetime import datetime

import pytest

from inbox.surveys import loop
from inbox.surveys.actions import answer, send_due
from inbox.surveys.models import Answer, Invitation
from inbox.tickets.models import TicketEvent
from tests import cast
from tests.inbox.surveys.stories import DAY, HOUR, NOON, settled

SENT = NOON + 2 * DAY
Heard = list[tuple[int, int | None, datetime, str]]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """What a follower was told: the score, the one before, when, and the ticket's last event by then."""
    told: Heard = []

    def follow(invitation: Invitation, given: Answer, before: Answer | None, at: datetime) -> None:
        last = TicketEvent.objects.filter(ticket=invitation.ticket).latest("id")
        told.append((given.score, before.score if before else None, at, last.kind))

    monkeypatch.setattr(loop, "_followers", [])
    loop.subscribe(follow)
    loop.subscribe(follow)
    return told


def test_a_follower_hears_of_each_new_answer_once_and_after_the_ticket(company: None, heard: Heard) -> None:
    settled(cast.support(), cast.ada())
    send_due(SENT)
    invitation = Invitation.objects.get()
    for hours, score in enumerate((2, 2, 4)):
        answer(invitation, score, at=SENT + hours * HOUR)
    assert heard == [(2, None, SENT, "survey_answered"), (4, 2, SENT + 2 * HOUR, "survey_answered")]
