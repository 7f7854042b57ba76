"""The pages of follow-ups: who sees what, in which order, and what can be done there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from inbox.agents.models import Agent
from inbox.follow_ups.actions import assign, finish
from inbox.follow_ups.lateness import tell_late
from inbox.surveys.actions import answer
from inbox.surveys.models import FollowUpTask
from tests import cast
from tests.inbox.follow_ups.stories import ASKED, asked_altogether, invited, unhappy
from tests.inbox.surveys.stories import DAY
from tests.inbox.workspace.pages import text_of

Screen = Callable[[Agent], Client]


@pytest.fixture(scope="module")
def told_once(company_once: bool) -> None:
    """Three unhappy customers: one is Ada's, one nobody's, and one is done."""
    first, second = unhappy(1, "The label\nmust be printed."), unhappy(2, at=ASKED - DAY / 24)
    third = unhappy(3)
    assign(first, cast.ada(), by=cast.ada())
    finish(third, "Sent a label by post.", by=cast.carl())
    assert second.due_at < first.due_at


@pytest.fixture
def tasks(told_once: None, company: None) -> list[FollowUpTask]:
    return list(FollowUpTask.objects.select_related("invitation__ticket").order_by("id"))


def listed(client: Client, query: str) -> list[str]:
    """The customers of the list, from top to bottom."""
    page = client.get(f"/follow-ups/?{query}")
    return [row.task.invitation.customer.name for row in page.context["rows"]]


def test_each_list_has_its_tasks_what_is_due_first_at_its_top(screen: Screen, tasks: list[FollowUpTask]) -> None:
    ada, wen, maja = screen(cast.ada()), screen(cast.wen()), screen(cast.maja())
    assert (
        [listed(ada, query) for query in ("", "whose=team", "whose=all&standing=late", "whose=team&standing=done")],
        listed(wen, "whose=all"),
        [listed(maja, query) for query in ("", "whose=all")],
    ) == (
        [["Bo 1"], ["Bo 2", "Bo 1"], ["Bo 2", "Bo 1"], ["Bo 3"]],
        [],
        [[], ["Bo 2", "Bo 1"]],
    )


def test_a_task_says_what_was_answered_about_what_and_how_late_it_is(screen: Screen, tasks: list[FollowUpTask]) -> None:
    page = text_of(screen(cast.ada()).get("/follow-ups/"))
    wanted = ("Bo 1", "1/5 very difficult", "ease 0", "The label must be printed.", "over", "T-", "Ada")
    assert [words in page for words in wanted] == [True] * len(wanted)


def test_the_rail_counts_ones_own_and_says_how_many_are_late(screen: Screen, tasks: list[FollowUpTask]) -> None:
    said = [text_of(screen(agent).get("/profile/")) for agent in (cast.ada(), cast.carl())]
    assert ["1 open, 1 late" in page for page in said] == [True, False]


def test_a_list_asks_the_database_as_often_with_one_row_as_with_three(
    screen: Screen, tasks: list[FollowUpTask]
) -> None:
    client, counts = screen(cast.maja()), []
    for query in ("whose=all&standing=done", "whose=all&standing=open"):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/follow-ups/?{query}")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_it_is_taken_done_and_reopened_on_the_page(screen: Screen, tasks: list[FollowUpTask]) -> None:
    client, task = screen(cast.carl()), tasks[1]
    back = {"next": "/follow-ups/?whose=team"}
    answers = [
        client.post(f"/follow-ups/{task.pk}/owner/", {"owner": cast.carl().pk, **back}),
        client.post(f"/follow-ups/{task.pk}/outcome/", {"outcome": "", **back}),
        client.post(f"/follow-ups/{task.pk}/outcome/", {"outcome": "Called her.", **back}),
    ]
    page = text_of(client.get("/follow-ups/?whose=team"))
    task.refresh_from_db()
    done = task.owner, task.outcome
    client.post(f"/follow-ups/{task.pk}/outcome/", {"method": "delete"})
    task.refresh_from_db()
    assert (
        {answer.headers["Location"] for answer in answers},
        [words in page for words in ("Carl follows up.", "Say in a few words how it went.", "Followed up. Well done.")],
        done,
        task.done_at,
    ) == ({"/follow-ups/?whose=team"}, [True] * 3, (cast.carl(), "Called her."), None)


def test_a_place_outside_is_not_gone_back_to(screen: Screen, tasks: list[FollowUpTask]) -> None:
    sent = {"owner": "me", "next": "https://evil.example/"}
    answer = screen(cast.carl()).post(f"/follow-ups/{tasks[1].pk}/owner/", sent)
    assert answer.headers["Location"] == "/follow-ups/"


def test_the_ticket_shows_the_answer_and_the_task_and_tells_of_both(screen: Screen, tasks: list[FollowUpTask]) -> None:
    task = tasks[0]
    ticket = task.invitation.ticket
    assert ticket is not None
    client = screen(cast.ada())
    changed = client.post(f"/follow-ups/{task.pk}/outcome/", {"outcome": "Called."}, headers={"HX-Request": "true"})
    page = text_of(client.get(f"/tickets/{ticket.pk}/parts/"))
    wanted = (
        "Answers about this ticket",
        "1/5 very difficult",
        "Last answer",
        "ease of 100, 1 answer",
        "follow-up that nobody has yet, due",
        "handed the follow-up to Ada",
        "followed up: “Called.”",
        "Reopen",
    )
    assert (changed.status_code, [words for words in wanted if words not in page]) == (204, [])


def test_who_only_reads_sees_the_task_without_its_verbs(screen: Screen, tasks: list[FollowUpTask]) -> None:
    page = text_of(screen(cast.otto()).get("/follow-ups/?whose=all"))
    assert ("Bo 1" in page, "Hand over" in page, "Mark as done" in page) == (True, False, False)


def test_an_answer_about_no_ticket_shows_where_the_customer_writes(screen: Screen, company: None) -> None:
    answer(asked_altogether(invited(number=7)), 1, at=ASKED)
    task = FollowUpTask.objects.get(invitation__ticket=None)
    page = text_of(screen(cast.maja()).get(f"/follow-ups/{task.pk}/"))
    wanted = ("Was unhappy, and not about a ticket.", "bo7@larsen.example", "Return of order 0988", "about no ticket")
    assert [words for words in wanted if words not in page] == []


def test_an_anonymous_answer_only_says_that_it_was_given(screen: Screen, company: None) -> None:
    invitation = invited(number=8)
    type(invitation.version).objects.update(is_anonymous=True)
    invitation.refresh_from_db()
    answer(invitation, 1, "Bo was here.", at=ASKED)
    ada = screen(cast.ada())
    side = text_of(ada.get(f"/tickets/{invitation.ticket_id}/parts/")).partition("Answers about this ticket")[2]
    feedback = text_of(ada.get("/feedback/"))
    assert (
        "Answered anonymously." in side,
        "Bo was here." in side,
        "very difficult" in side,
        "Bo was here." in feedback,
    ) == (True, False, False, False)


def test_a_late_one_is_on_the_bell(screen: Screen, tasks: list[FollowUpTask]) -> None:
    tell_late()
    page = text_of(screen(cast.ada()).get("/notices/"))
    assert "Follow-up late" in page


def test_my_feedback_has_my_answers_only_and_scores_of_the_last_ninety_days(
    screen: Screen, tasks: list[FollowUpTask]
) -> None:
    page = text_of(screen(cast.ada()).get("/feedback/"))
    others = text_of(screen(cast.carl()).get("/feedback/"))
    assert (
        [
            words in page
            for words in ("My feedback", "The label must be printed.", "not enough data: 0 answers", "Bo 3")
        ],
        "No answers yet" in others,
    ) == ([True] * 4, True)
