"""Statistics over stories that each test tells itself."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.reports import queries
from inbox.reports.figures import Share
from inbox.reports.periods import last_days
from inbox.reports.queries import Cycles
from inbox.reports.report import service_levels
from inbox.reports.scope import Grouping
from inbox.sla.actions import replayed
from inbox.tickets.actions import resolve
from inbox.tickets.conversation import reply, withdraw
from inbox.tickets.enums import State
from inbox.tickets.models import Message, Ticket
from tests.inbox.questions import says
from tests.inbox.reports.stories import UTC_ZONE, asked, on, scope, week


def test_a_missed_target_stays_on_the_day_it_passed(support: Channel, ada: Agent) -> None:
    ticket = asked(support, on(5, 9), "Bo")
    friday = scope(period=last_days(1, date(2026, 3, 5), UTC_ZONE))
    before = queries.levels(friday)["first_response"].share
    reply(ticket, "A week late.", by=ada, at=on(12, 9))
    after = queries.levels(friday)["first_response"].share
    later = queries.levels(scope(period=last_days(1, date(2026, 3, 12), UTC_ZONE)))["first_response"]
    assert (before, after, later.share, later.durations.n) == (Share(0, 1), Share(0, 1), Share(0, 0), 1)


def test_a_target_is_met_at_its_due_second_and_missed_one_later(support: Channel, ada: Agent) -> None:
    reply(asked(support, on(9, 9), "Bo"), "Just in time.", by=ada, at=on(9, 13))
    reply(asked(support, on(9, 9), "Kay"), "Just too late.", by=ada, at=on(9, 13, 0, 1))
    assert queries.levels(scope())["first_response"].share == Share(1, 2)


def test_one_reply_and_reopenings_are_those_of_the_replayed_cycles(support: Channel, ada: Agent, carl: Agent) -> None:
    once = asked(support, on(9, 9), "Bo")
    resolve_with(once, ada, on(9, 10))
    back = asked(support, on(9, 9), "Kay")
    resolve_with(back, ada, on(9, 10))
    says(back, "No, that is not it.", at=on(10, 9))
    resolve_with(back, carl, on(10, 10))
    twice = asked(support, on(9, 9), "Mia")
    reply(twice, "One moment.", by=ada, at=on(9, 10))
    resolve_with(twice, ada, on(9, 11))
    regretted = asked(support, on(9, 9), "Liv")
    wrong = resolve_with(regretted, ada, on(9, 10))
    withdraw(wrong, by=ada, at=on(9, 10, 0, 5))
    resolve_with(regretted, ada, on(9, 11))
    silent = asked(support, on(9, 9), "Ole")
    resolve(silent, by=ada, at=on(9, 10))
    facts = [
        cycle
        for ticket in (once, back, twice, regretted, silent)
        for cycle in replayed(ticket).cycle_facts
        if cycle.resolved_at
    ]
    found = queries.cycles(scope())
    assert found == Cycles(
        one_reply=Share(sum(cycle.one_reply for cycle in facts), len(facts)),
        reopened=Share(sum(cycle.reopened_within_7_days for cycle in facts), len(facts)),
        provisional=5,
    )
    assert found == Cycles(Share(4, 6), Share(1, 6), 5)


def resolve_with(ticket: Ticket, agent: Agent, at: datetime) -> Message:
    """A reply that resolves."""
    return reply(ticket, "Here you are.", by=agent, at=at, then=State.RESOLVED)


def test_a_reopening_after_more_than_seven_days_does_not_count(support: Channel, ada: Agent) -> None:
    ticket = asked(support, on(2, 9), "Bo")
    resolve_with(ticket, ada, on(2, 10))
    says(ticket, "It broke again.", at=on(9, 10, 0, 1))
    question = scope(period=last_days(7, date(2026, 3, 6), UTC_ZONE))
    assert queries.cycles(question) == Cycles(Share(1, 1), Share(0, 1), 0)


def test_a_report_asks_as_often_with_one_ticket_as_with_many(support: Channel, ada: Agent, carl: Agent) -> None:
    def asks() -> list[int]:
        counts = []
        for by in Grouping:
            with CaptureQueriesContext(connection) as caught:
                service_levels(scope(), "first_response", by, queries.agent_names())
            counts.append(len(caught))
        return counts

    reply(asked(support, on(9, 9), "Bo"), "Yes.", by=ada, at=on(9, 10))
    few = asks()
    week(support, ada, carl)
    assert (few, max(few)) == (asks(), 17)
