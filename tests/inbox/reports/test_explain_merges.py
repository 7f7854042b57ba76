"""Figures of tickets that were merged, taken out again and split are explained to the second like any other."""

from __future__ import annotations

from itertools import pairwise

import pytest

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.reports.explain import explain_run, explain_ticket
from inbox.reports.rows import TICKET_FIGURES
from inbox.sla.models import Clock, TicketFigures
from inbox.tickets.conversation import reply
from inbox.tickets.enums import State
from inbox.tickets.merging import merge, unmerge
from inbox.tickets.models import Ticket
from inbox.tickets.splitting import split
from tests.inbox.questions import says
from tests.inbox.reports.stories import NOW, asked, on


@pytest.fixture
def tickets(support: Channel, ada: Agent) -> list[Ticket]:
    """A source that was merged for a day, a target that answered for both, and what was split off it."""
    source, target = asked(support, on(3, 9), "Bo"), asked(support, on(3, 12), "Mia")
    reply(target, "Which size?", by=ada, at=on(3, 13))
    merge(source, target, by=ada, at=on(3, 14))
    reply(target, "Both are on their way.", by=ada, at=on(3, 15))
    unmerge(source, by=ada, at=on(4, 14))
    beside = says(target, "And where is my invoice?", at=on(5, 10))
    new = split(beside, by=ada, at=on(5, 11))
    for number, ticket in enumerate((source, target, new)):
        reply(ticket, "Here it is.", by=ada, at=on(6, 10 + number), then=State.RESOLVED)
    return [source, target, new]


def test_the_parts_of_every_run_lie_side_by_side_and_add_up(tickets: list[Ticket]) -> None:
    clocks = list(Clock.objects.order_by("ticket", "target", "number").select_related("ticket"))
    explained = [explain_run(clock.ticket, clock.target, NOW, number=clock.number) for clock in clocks]
    assert [(one.elapsed, one.business, one.used) for one in explained] == [
        (clock.elapsed_seconds, clock.business_seconds, clock.used_seconds) for clock in clocks
    ]
    assert all(left.end == right.start for one in explained for left, right in pairwise(one.parts))
    assert [(clock.ticket, clock.started_at) for clock in clocks if clock.started_by.kind == "merged_in"] == [
        (tickets[1], on(3, 9))
    ]


def test_so_do_those_of_every_ticket(tickets: list[Ticket]) -> None:
    for ticket in tickets:
        stored = TicketFigures.objects.get(pk=ticket.pk)
        sums = {name: explain_ticket(ticket, name, NOW).elapsed for name in TICKET_FIGURES}
        assert sums == {name: getattr(stored, figure.elapsed) for name, figure in TICKET_FIGURES.items()}
