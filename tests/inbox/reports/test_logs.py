"""Logs of many tickets, read fast, say to `replay` what the events themselves say."""

from __future__ import annotations

from inbox.agents.models import Agent
from inbox.reports.logs import logs
from inbox.sla.actions import replayed
from inbox.sla.events import SILENT
from inbox.tickets.actions import assign, resolve, tag
from inbox.tickets.models import Ticket
from tests.inbox.questions import says
from tests.inbox.reports.stories import Week, on

COLUMNS = (
    "id",
    "kind",
    "occurred_at",
    "author_kind",
    "priority",
    "policy_version_id",
    "agent_id",
    "message_id",
    "customer_id",
    "team_id",
)


def columns(event: object) -> tuple[object, ...]:
    return tuple(getattr(event, name) for name in COLUMNS)


def test_every_ticket_comes_with_its_log_in_order(tickets: Week) -> None:
    read = [(pk, [columns(event) for event in log]) for pk, log in logs(batch=3)]
    assert read == [
        (ticket.pk, [columns(event) for event in ticket.events.exclude(kind__in=SILENT).order_by("occurred_at", "id")])
        for ticket in Ticket.objects.order_by("pk")
    ]


def test_figures_of_a_log_without_silent_events_are_those_of_the_whole(tickets: Week, ada: Agent, carl: Agent) -> None:
    back = tickets.prompt
    says(back, "No, that is not it.", at=on(11, 9))
    assign(back, ada, by=carl, at=on(11, 10))
    tag(back, ["late"], by=ada, at=on(11, 11))
    assign(back, carl, by=ada, at=on(11, 12))
    resolve(back, by=carl, at=on(11, 13))
    assert {pk: replayed(Ticket(pk=pk), log) for pk, log in logs()} == {
        ticket.pk: replayed(ticket) for ticket in Ticket.objects.all()
    }


def test_only_the_tickets_asked_for_are_read(tickets: Week) -> None:
    wanted = Ticket.objects.filter(pk__in=[tickets.late.pk, tickets.spam.pk])
    assert [pk for pk, _ in logs(wanted)] == [tickets.late.pk, tickets.spam.pk]
