"""The sweep comes late: whatever is read from the log is what it was."""

from __future__ import annotations

from inbox.live.announce import bell
from inbox.reports import queries
from inbox.reports.report import service_levels
from inbox.reports.scope import Grouping
from inbox.reports.verify import differences
from inbox.sla.actions import replayed
from inbox.sla.sweep import notice_due
from inbox.tickets.models import Ticket
from tests.inbox.reports.stories import Week, on, scope


def test_three_days_without_a_sweep_leave_the_reports_and_the_replay_as_they_were(tickets: Week) -> None:
    asked_at = on(16, 12)

    def figures() -> object:
        everything = [replayed(ticket, until=asked_at) for ticket in Ticket.objects.order_by("pk")]
        reports = [
            service_levels(scope(), target, Grouping.TEAM, queries.team_names())
            for target in ("first_response", "next_response", "resolution")
        ]
        return everything, reports

    before = figures()
    bell().flushdb()
    counts = notice_due(asked_at)
    assert (figures(), list(differences()), min(counts) > 0) == (before, [], True)
