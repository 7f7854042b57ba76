"""An unhappy answer is followed up: by whom, by when, and until it is done."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from inbox.agents.models import Agent
from inbox.follow_ups.actions import assign, finish, reopen
from inbox.follow_ups.queries import load_of, tasks_of
from inbox.surveys.actions import answer
from inbox.surveys.models import FollowUpTask
from inbox.tickets.changes import Refused
from inbox.tickets.conversation import note, reply
from inbox.tickets.models import TicketEvent
from tests import cast
from tests.inbox.follow_ups.stories import ASKED, MINUTE, asked_altogether, invited, leader, unhappy
from tests.inbox.surveys.stories import DAY, HOUR


def told(task: FollowUpTask) -> list[tuple[str, dict]]:
    """What the ticket's log says of a task."""
    events = TicketEvent.objects.filter(ticket=task.invitation.ticket, kind__startswith="task_").order_by("id")
    return [(event.kind, {key: value for key, value in event.details.items() if key != "task"}) for event in events]


def test_an_unhappy_answer_is_the_team_leads_within_eight_open_hours(company: None) -> None:
    lena = leader("Lena", cast.billing())
    task = unhappy(comment="The label must be printed.")
    # Thursday at noon; open from eight to five: five hours are left of it, three are Friday's.
    due = datetime(2026, 3, 6, 11, tzinfo=UTC)
    assert (task.owner, task.team, task.opened_at, task.due_at, task.done_at, told(task)) == (
        lena,
        cast.billing(),
        ASKED,
        due,
        None,
        [("task_opened", {"due_at": due.isoformat(), "owner": "Lena"})],
    )


def test_of_several_leads_it_is_the_one_with_the_fewest_open_tasks_and_without_any_nobodys(company: None) -> None:
    lena, lars = leader("Lena", cast.billing()), leader("Lars", cast.billing())
    owners = [unhappy(number).owner for number in (1, 2, 3)]
    Agent.objects.filter(pk__in=(lena.pk, lars.pk)).update(is_active=False)
    assert [*owners, unhappy(4).owner] == [lena, lars, lena, None]


def test_a_happy_answer_a_neutral_one_and_an_anonymous_one_are_not_followed_up(company: None) -> None:
    answer(invited(number=1), 5, at=ASKED)
    second = invited(number=2)
    answer(second, 3, at=ASKED)
    answer(asked_altogether(second, is_anonymous=True), 1, at=ASKED)
    assert FollowUpTask.objects.count() == 0


def test_an_answer_about_us_altogether_is_followed_up_as_well(company: None) -> None:
    answer(asked_altogether(invited()), 1, at=ASKED)
    task = FollowUpTask.objects.get()
    assert (task.owner, task.team, task.invitation.ticket, task.due_at) == (
        None,
        None,
        None,
        datetime(2026, 3, 6, 11, tzinfo=UTC),
    )


def test_a_changed_mind_withdraws_the_task_and_changed_again_opens_the_same_one(company: None) -> None:
    task = unhappy()
    invitation = task.invitation
    answer(invitation, 5, at=ASKED + MINUTE)
    task.refresh_from_db()
    withdrawn = task.is_withdrawn, task.done_at
    answer(invitation, 2, at=ASKED + HOUR)
    again = FollowUpTask.objects.get()
    assert (withdrawn, again.pk, again.done_at, again.opened_at, [kind for kind, _ in told(task)]) == (
        (True, ASKED + MINUTE),
        task.pk,
        None,
        ASKED + HOUR,
        ["task_opened", "task_done", "task_opened"],
    )


@pytest.mark.parametrize("deed", ["reply", "note", "assign"])
def test_what_somebody_works_on_is_not_withdrawn(company: None, deed: str) -> None:
    task, ada = unhappy(), cast.ada()
    ticket = task.invitation.ticket
    assert ticket is not None
    if deed == "reply":
        reply(ticket, "I am sorry.", by=ada, at=ASKED + MINUTE)
    elif deed == "note":
        note(ticket, "I'll call him.", by=ada, at=ASKED + MINUTE)
    else:
        assign(task, ada, by=ada, at=ASKED + MINUTE)
    answer(task.invitation, 5, at=ASKED + HOUR)
    assert FollowUpTask.objects.get().done_at is None


def test_it_is_handed_over_done_with_a_word_and_reopened_with_as_much_time(company: None) -> None:
    task, ada = unhappy(), cast.ada()
    assign(task, ada, by=ada, at=ASKED + HOUR)
    assign(task, ada, by=ada, at=ASKED + HOUR)
    finish(task, " Sent him a label. ", by=ada, at=ASKED + 2 * HOUR)
    finish(task, "Sent him a label.", by=ada, at=ASKED + 3 * HOUR)
    done = FollowUpTask.objects.get()
    reopen(task, by=ada, at=ASKED + DAY)
    again = FollowUpTask.objects.get()
    assert (
        (done.owner, done.done_at, done.done_by, done.outcome),
        (again.owner, again.done_at, again.outcome, again.due_at),
        told(task)[1:],
    ) == (
        (ada, ASKED + 2 * HOUR, ada, "Sent him a label."),
        (ada, None, "", datetime(2026, 3, 9, 11, tzinfo=UTC)),
        [
            ("task_assigned", {"to": ada.pk, "name": "Ada"}),
            ("task_done", {"outcome": "Sent him a label."}),
            ("task_opened", {"due_at": "2026-03-09T11:00:00+00:00", "again": True}),
        ],
    )


def test_what_cannot_be_is_refused_and_changes_nothing(company: None) -> None:
    task, ada = unhappy(), cast.ada()
    refused = []
    for verb in (
        lambda: finish(task, "  ", by=ada),
        lambda: finish(task, "x" * 501, by=ada),
        lambda: finish(task, "Done.", by=cast.otto()),
        lambda: assign(task, cast.lin(), by=ada),
        lambda: assign(task, cast.wen(), by=ada),
    ):
        try:
            verb()
        except Refused as refusal:
            refused.append(str(refusal))
    task.refresh_from_db()
    assert (refused, task.owner, task.done_at, len(told(task))) == (
        [
            "Say in a few words how it went.",
            "That is too long: 500 characters at most.",
            "Your role does not write to customers.",
            "Lin does not answer customers.",
            "Wen does not see this ticket.",
        ],
        None,
        None,
        1,
    )


def test_a_second_who_is_done_with_it_hears_who_was_first(company: None) -> None:
    task = unhappy()
    finish(task, "Called.", by=cast.ada())
    with pytest.raises(Refused, match=r"Ada has done this already\."):
        finish(FollowUpTask.objects.get(), "Wrote.", by=cast.carl())


def test_everybody_sees_the_tasks_of_the_tickets_he_sees_and_counts_his_own(company: None) -> None:
    task = unhappy()
    altogether = asked_altogether(task.invitation)
    answer(altogether, 1, at=ASKED)
    assign(task, cast.ada(), by=cast.maja())
    of_us = FollowUpTask.objects.get(invitation=altogether)
    seen = {
        name: set(tasks_of(agent).values_list("pk", flat=True))
        for name, agent in {"ada": cast.ada(), "carl": cast.carl(), "wen": cast.wen(), "maja": cast.maja()}.items()
    }
    late = load_of(cast.ada(), ASKED + 30 * DAY)
    assert (seen, (late.open, late.late), load_of(cast.ada(), ASKED + timedelta(hours=1)).late) == (
        {"ada": {task.pk}, "carl": {task.pk}, "wen": set(), "maja": {task.pk, of_us.pk}},
        (1, 1),
        0,
    )
