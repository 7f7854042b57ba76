"""What the sweep notices: each breach and warning once, at its own instant, however late."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.common.clock import now
from inbox.sla.escalation import On, Step
from inbox.sla.models import Clock, Escalation
from inbox.sla.sweep import notice_due
from inbox.tickets.actions import prioritize, set_state
from inbox.tickets.conversation import reply
from inbox.tickets.enums import EventKind, Priority, State
from inbox.tickets.models import Ticket, TicketEvent
from tests.inbox.escalating import ASKED, DUE, MINUTE, WARNED, escalates
from tests.inbox.questions import asks, says
from tests.inbox.reports.stories import on

SECOND = timedelta(seconds=1)
TELL = Step(on=On.BREACHED, notify=("lead",))


def noticed(ticket: Ticket) -> list[tuple[str, str, datetime]]:
    """What its log says of its clocks: what, of which target, when."""
    events = ticket.events.filter(kind__in=(EventKind.CLOCK_WARNED, EventKind.CLOCK_BREACHED))
    return [(event.kind, event.details["target"], event.occurred_at) for event in events.order_by("id")]


def planned() -> list[tuple[str, int, datetime]]:
    """Of which target, which step, when."""
    rows = Escalation.objects.order_by("act_at", "step")
    return [(row.clock.target, row.step, row.act_at) for row in rows.select_related("clock")]


def test_a_warning_and_a_breach_are_recorded_once_at_their_own_instants(support: Channel) -> None:
    ticket = asks(support, 1, at=ASKED)
    counts = [notice_due(at) for at in (WARNED, WARNED + SECOND, DUE, DUE + SECOND, DUE + MINUTE)]
    assert (counts, noticed(ticket)) == (
        [(0, 0), (0, 1), (0, 0), (1, 0), (0, 0)],
        [("clock_warned", "first_response", WARNED), ("clock_breached", "first_response", DUE)],
    )


def test_the_policy_s_steps_are_planned_with_what_they_follow(support: Channel) -> None:
    later = Step(on=On.BREACHED, target=None, after=30 * MINUTE, priority="urgent")
    escalates(Step(on=On.WARNED, notify=("assignee",)), TELL, later)
    asks(support, 1, at=ASKED)
    notice_due(WARNED + SECOND)
    warned = planned()
    notice_due(DUE + SECOND)
    notice_due(DUE + SECOND)
    assert (warned, planned()[1:]) == (
        [("first_response", 0, WARNED)],
        [("first_response", 1, DUE), ("first_response", 2, DUE + 30 * MINUTE)],
    )


def test_after_three_days_without_a_sweep_each_step_is_planned_once_and_no_warning_follows_a_breach(
    support: Channel,
) -> None:
    escalates(Step(on=On.WARNED, notify=("assignee",)), TELL)
    ticket = asks(support, 1, at=ASKED)
    notice_due(DUE + timedelta(days=2))
    notice_due(DUE + timedelta(days=2, seconds=12))
    assert (noticed(ticket)[:2], planned()) == (
        [("clock_breached", "first_response", DUE), ("clock_warned", "first_response", WARNED)],
        [("first_response", 1, DUE), ("resolution", 0, on(11, 11, 15))],
    )


def test_a_clock_that_pauses_after_its_breach_is_not_noticed_again(support: Channel, ada: Agent) -> None:
    escalates(Step(on=On.WARNED, notify=("assignee",)), TELL)
    ticket = asks(support, 1, at=ASKED)
    reply(ticket, "We look into it.", by=ada, at=ASKED + MINUTE)
    set_state(ticket, State.OPEN, by=ada, at=ASKED + 2 * MINUTE)
    late = on(13, 10)
    first = notice_due(late)
    set_state(ticket, State.PENDING, by=ada, at=late)
    says(ticket, "Here is the number.", at=late + MINUTE)
    assert (first, notice_due(late + 2 * MINUTE), [target for target, *_ in planned()]) == (
        (1, 1),
        (0, 0),
        ["resolution"],
    )


def test_what_was_warned_of_before_a_pause_is_not_warned_of_after_it(support: Channel, ada: Agent) -> None:
    ticket = asks(support, 1, at=ASKED)
    reply(ticket, "We look into it.", by=ada, at=ASKED + MINUTE)
    set_state(ticket, State.OPEN, by=ada, at=ASKED + 2 * MINUTE)
    warning = Clock.objects.get(target="resolution").warn_at
    assert warning
    first = notice_due(warning + MINUTE)
    set_state(ticket, State.PENDING, by=ada, at=warning + MINUTE)
    says(ticket, "Here is the number.", at=warning + 2 * MINUTE)
    assert (first, notice_due(warning + 3 * MINUTE)) == ((0, 1), (0, 0))


def test_a_new_deadline_is_warned_of_anew(support: Channel, ada: Agent) -> None:
    escalates(Step(on=On.WARNED, notify=("assignee",)))
    ticket = asks(support, 1, at=ASKED)
    notice_due(WARNED + SECOND)
    prioritize(ticket, Priority.LOW, by=ada, at=WARNED + MINUTE)
    notice_due(on(9, 15) + SECOND)
    assert [act_at for _, _, act_at in planned()] == [WARNED, on(9, 15)]


def test_noticing_locks_and_asks_only_about_what_is_due(
    support: Channel, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for number in range(5):
        asks(support, number, at=ASKED)
    asks(support, 9, at=ASKED - 120 * MINUTE)
    with django_assert_max_num_queries(2):
        notice_due(ASKED)


def test_a_sweep_on_time_and_one_three_days_late_write_the_same_log(support: Channel) -> None:
    def log(ticket: Ticket) -> list[tuple[str, datetime]]:
        return list(
            TicketEvent.objects.filter(ticket=ticket).order_by("occurred_at", "kind").values_list("kind", "occurred_at")
        )

    prompt = asks(support, 1, at=ASKED)
    for at in (WARNED + SECOND, DUE + SECOND):
        notice_due(at)
    on_time = log(prompt)
    late = asks(support, 2, at=ASKED)
    notice_due(DUE + timedelta(days=3))
    kinds = [(kind, at) for kind, at in log(late) if at <= DUE]
    assert kinds == on_time


def test_what_was_answered_too_late_between_two_sweeps_is_recorded_all_the_same(support: Channel, ada: Agent) -> None:
    escalates(TELL)
    ticket = asks(support, 1, at=ASKED)
    reply(ticket, "Sorry.", by=ada, at=DUE + SECOND)
    sweeps = notice_due(DUE + MINUTE)
    assert (noticed(ticket), sweeps, planned()) == ([("clock_breached", "first_response", DUE)], (0, 0), [])


def test_what_a_sweep_noticed_is_not_recorded_again_when_it_stops(support: Channel, ada: Agent) -> None:
    ticket = asks(support, 1, at=ASKED)
    notice_due(DUE + SECOND)
    reply(ticket, "Sorry.", by=ada, at=DUE + MINUTE)
    assert [kind for kind, *_ in noticed(ticket)].count("clock_breached") == 1


def test_the_present_is_asked_where_no_instant_is_given(support: Channel) -> None:
    asks(support, 1, at=now() - timedelta(days=30))
    assert notice_due() == (2, 2)
