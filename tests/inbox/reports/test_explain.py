"""Every figure is the sum of its explained parts, which lie side by side without a gap."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.reports.explain import Explanation, explain_run, explain_ticket
from inbox.reports.rows import TICKET_FIGURES
from inbox.sla.models import BusinessCalendar, CalendarVersion, Clock, TicketFigures
from inbox.tickets.actions import mark_spam, prioritize, set_state, unmark_spam
from inbox.tickets.conversation import reply, withdraw
from inbox.tickets.enums import Priority, State
from inbox.tickets.models import Ticket
from tests.inbox.questions import says
from tests.inbox.reports.stories import NOW, asked, on

HOUR = 3600


@pytest.fixture
def long_story(support: Channel, ada: Agent, carl: Agent) -> Ticket:
    """Over two weeks: waits, a hold, a change of priority and of the hours, a reply taken back, a reopening."""
    ticket = asked(support, on(2, 16), "Bo")
    reply(ticket, "Which size?", by=ada, at=on(3, 9))
    says(ticket, "Forty-two.", at=on(4, 19))
    prioritize(ticket, Priority.HIGH, by=ada, at=on(5, 8, 30))
    set_state(ticket, State.ON_HOLD, by=carl, at=on(5, 9))
    CalendarVersion.objects.create(
        calendar=BusinessCalendar.objects.get(),
        in_force_from=datetime(2026, 3, 5, 12, tzinfo=UTC),
        time_zone="UTC",
        weekly={str(day): [["09:00", "12:00"], ["13:00", "16:00"]] for day in range(5)},
    )
    wrong = reply(ticket, "Done.", by=carl, at=on(6, 14), then=State.RESOLVED)
    withdraw(wrong, by=carl, at=on(6, 14, 0, 6))
    reply(ticket, "It is on its way.", by=carl, at=on(6, 15), then=State.RESOLVED)
    says(ticket, "It is the wrong one.", at=on(9, 10))
    reply(ticket, "Sorry, the right one follows.", by=carl, at=on(10, 12), then=State.RESOLVED)
    return ticket


def whole(explanation: Explanation | None) -> Explanation:
    """The explanation, after a look that its parts touch."""
    assert explanation is not None
    assert all(left.end == right.start for left, right in pairwise(explanation.parts))
    return explanation


def test_the_parts_of_every_run_add_up_to_its_stored_figures(long_story: Ticket) -> None:
    clocks = Clock.objects.filter(ticket=long_story).order_by("target", "number")
    sums = [
        (found.elapsed, found.business, found.used)
        for clock in clocks
        for found in [whole(explain_run(long_story, clock.target, NOW, number=clock.number))]
    ]
    assert len(sums) == 5
    assert sums == [(clock.elapsed_seconds, clock.business_seconds, clock.used_seconds) for clock in clocks]


def test_the_parts_of_a_tickets_figures_add_up_to_them(long_story: Ticket) -> None:
    figures = TicketFigures.objects.get(ticket=long_story)
    found = {name: whole(explain_ticket(long_story, name, NOW)) for name in TICKET_FIGURES}
    stored = {
        name: (getattr(figures, columns.elapsed), getattr(figures, columns.business))
        for name, columns in TICKET_FIGURES.items()
    }
    waits = ("requester_wait", "agent_wait")
    assert {
        name: (each.elapsed, each.elapsed if name in waits else each.business) for name, each in found.items()
    } == stored


def test_a_run_over_night_tells_what_starts_and_stops_each_part(support: Channel, ada: Agent) -> None:
    ticket = asked(support, on(9, 16), "Kay")
    reply(ticket, "Tomorrow.", by=ada, at=on(10, 10))
    found = whole(explain_run(ticket, "first_response", NOW, cycle=1))
    assert [
        (
            part.seconds / HOUR,
            part.reason,
            part.in_business,
            part.started_by and part.started_by.kind,
            part.stopped_by and part.stopped_by.kind,
        )
        for part in found.parts
    ] == [
        (1.0, "open", True, "received", None),
        (15.0, "closed hours", False, None, None),
        (2.0, "open", True, None, "replied"),
    ]


def test_a_running_clock_is_explained_up_to_now(support: Channel) -> None:
    ticket = asked(support, on(13, 11), "Nora")
    found = whole(explain_run(ticket, "first_response", NOW))
    assert (found.is_over, found.stored_business, found.business) == (False, None, HOUR)


def test_there_is_no_explanation_of_what_does_not_exist(support: Channel) -> None:
    ticket = asked(support, on(13, 11), "Nora")
    assert (
        explain_run(ticket, "next_response", NOW),
        explain_run(ticket, "first_response", NOW, number=7),
        explain_ticket(ticket, "resolution_time", NOW),
        explain_ticket(ticket, "agent_wait", NOW),
    ) == (None, None, None, None)


def test_a_run_is_cut_where_its_target_passed(support: Channel, ada: Agent) -> None:
    ticket = asked(support, on(10, 8), "Mia")
    reply(ticket, "Sorry for the wait.", by=ada, at=on(10, 14))
    found = whole(explain_run(ticket, "first_response", NOW))
    assert [(part.seconds / HOUR, part.begins_with, part.ends_with, part.is_late) for part in found.parts] == [
        (4.0, "event", "target", False),
        (2.0, "target", "event", True),
    ]
    assert (found.warned_at, found.due_at) == (on(10, 11), on(10, 12))


def test_of_an_answer_in_time_is_told_until_when_there_was_time(support: Channel, ada: Agent) -> None:
    ticket = asked(support, on(9, 16), "Kay")
    reply(ticket, "Tomorrow.", by=ada, at=on(10, 10))
    found = whole(explain_run(ticket, "first_response", NOW))
    assert (found.warned_at, found.due_at) == (on(10, 10), on(10, 11))


def runs(ticket: Ticket) -> list[tuple[str, str, float, float]]:
    """Of each stored clock: its target, why it was waived, the counted hours of its parts, and those it has stored."""
    return [
        (clock.target, clock.waived_because, found.used / HOUR, clock.used_seconds / HOUR)
        for clock in ticket.clocks.order_by("target", "number")
        for found in [whole(explain_run(ticket, clock.target, NOW, number=clock.number))]
    ]


def test_clocks_of_spam_are_explained_up_to_when_it_was_marked(support: Channel, ada: Agent) -> None:
    ticket = asked(support, on(10, 8), "Win")
    mark_spam(ticket, by=ada, at=on(10, 10))
    assert runs(ticket) == [("first_response", "spam", 2.0, 2.0), ("resolution", "spam", 2.0, 2.0)]


def test_clocks_of_what_was_no_spam_are_explained_as_if_nothing_had_been(support: Channel, ada: Agent) -> None:
    ticket = asked(support, on(10, 8), "Win")
    mark_spam(ticket, by=ada, at=on(10, 9))
    unmark_spam(ticket, by=ada, at=on(10, 11))
    reply(ticket, "Sorry, you were taken for another.", by=ada, at=on(10, 11, 30), then=State.RESOLVED)
    assert runs(ticket) == [("first_response", "", 3.5, 3.5), ("resolution", "", 3.5, 3.5)]


def test_each_cycle_of_a_reopened_ticket_is_explained_by_itself(support: Channel, ada: Agent) -> None:
    ticket = asked(support, on(9, 9), "Bo")
    reply(ticket, "Done.", by=ada, at=on(9, 10), then=State.RESOLVED)
    says(ticket, "It is not.", at=on(10, 9))
    reply(ticket, "Now it is.", by=ada, at=on(10, 11), then=State.RESOLVED)
    assert runs(ticket) == [
        ("first_response", "", 1.0, 1.0),
        ("first_response", "", 2.0, 2.0),
        ("resolution", "", 1.0, 1.0),
        ("resolution", "", 2.0, 2.0),
    ]
