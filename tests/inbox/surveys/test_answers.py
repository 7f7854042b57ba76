"""Answers: the last one counts, all are kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inbox.agents.models import Agent
from inbox.customers.models import Customer
from inbox.surveys.actions import SurveyClosed, answer, send_due, stop_surveys
from inbox.surveys.models import Answer, Invitation, SurveyVersion
from inbox.surveys.questions import COMMENT_LIMIT
from inbox.tickets.actions import Refused, reopen
from inbox.tickets.models import TicketEvent
from tests import cast
from tests.inbox.surveys.stories import DAY, HOUR, NOON, settled

SENT = NOON + 2 * DAY


@pytest.fixture(scope="module")
def invited_once(company_once: bool) -> None:
    settled(cast.support(), cast.ada())
    send_due(SENT)


@pytest.fixture
def invitation(invited_once: None, company: None) -> Invitation:
    return Invitation.objects.get()


def kept() -> list[tuple[int, str, bool]]:
    return list(Answer.objects.order_by("id").values_list("score", "comment", "is_current"))


def test_an_answer_is_kept_with_its_ease_and_tells_the_ticket(invitation: Invitation) -> None:
    given = answer(invitation, 4, "The label\r\ncame as a PDF.", "ru", SENT + HOUR)
    event = TicketEvent.objects.get(kind="survey_answered")
    assert (
        (given.score, given.ease, given.comment, given.language, given.answered_at),
        (event.customer, event.occurred_at, event.details),
        Invitation.objects.get().state,
    ) == (
        (4, 75.0, "The label\ncame as a PDF.", "ru", SENT + HOUR),
        (
            invitation.customer,
            SENT + HOUR,
            {
                "invitation": invitation.pk,
                "cycle": 1,
                "score": 4,
                "ease": 75.0,
                "comment": "The label came as a PDF.",
                "changed": False,
            },
        ),
        "answered",
    )


def test_of_an_anonymous_answer_the_ticket_learns_only_that_it_was_given(invitation: Invitation) -> None:
    SurveyVersion.objects.update(is_anonymous=True)
    answer(invitation, 1, "The label.", at=SENT + HOUR)
    event = TicketEvent.objects.get(kind="survey_answered")
    assert (event.details, kept()) == (
        {"invitation": invitation.pk, "cycle": 1, "changed": False},
        [(1, "The label.", True)],
    )


def test_the_same_answer_twice_is_one(invitation: Invitation) -> None:
    first = answer(invitation, 4, "Fine.", at=SENT + HOUR)
    again = answer(invitation, 4, " Fine. ", at=SENT + 2 * HOUR)
    assert (again.pk, kept(), TicketEvent.objects.filter(kind="survey_answered").count()) == (
        first.pk,
        [(4, "Fine.", True)],
        1,
    )


def test_the_comment_adds_to_the_score_and_a_new_score_keeps_the_comment(invitation: Invitation) -> None:
    answer(invitation, 4, at=SENT + HOUR)
    answer(invitation, 4, "The label.", at=SENT + 2 * HOUR)
    answer(invitation, 2, at=SENT + 3 * HOUR)
    answer(invitation, 2, "", at=SENT + 4 * HOUR)
    assert kept() == [(4, "", False), (4, "The label.", False), (2, "The label.", False), (2, "", True)]


@pytest.mark.parametrize(("score", "comment"), [(0, ""), (6, ""), (3, "x" * (COMMENT_LIMIT + 1))])
def test_what_was_not_asked_is_refused_and_changes_nothing(invitation: Invitation, score: int, comment: str) -> None:
    with pytest.raises(Refused):
        answer(invitation, score, comment, at=SENT + HOUR)
    assert (kept(), TicketEvent.objects.filter(kind="survey_answered").count()) == ([], 0)


def test_an_answer_can_be_given_for_fourteen_days_and_no_second_longer(invitation: Invitation) -> None:
    answer(invitation, 5, at=SENT + 14 * DAY)
    with pytest.raises(SurveyClosed):
        answer(invitation, 1, at=SENT + 14 * DAY + timedelta(seconds=1))
    assert kept() == [(5, "", True)]


def test_a_voided_question_takes_no_answer(invitation: Invitation, ada: Agent) -> None:
    reopen(invitation.ticket, by=ada, at=SENT + HOUR)
    with pytest.raises(SurveyClosed):
        answer(invitation, 5, at=SENT + 2 * HOUR)
    assert kept() == []


def test_stopping_surveys_twice_keeps_the_first_instant(invitation: Invitation) -> None:
    stop_surveys(invitation.customer, at=SENT)
    stop_surveys(invitation.customer, at=SENT + DAY)
    assert Customer.objects.get().survey_opt_out_at == SENT
