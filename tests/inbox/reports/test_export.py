"""Files that open in a spreadsheet and execute nothing there."""

from __future__ import annotations

import csv
import io

import pytest

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.reports import export, queries
from inbox.reports.listing import Wanted, listing
from inbox.reports.scope import Grouping
from inbox.reports.survey_report import response_table
from inbox.reports.survey_scope import SurveyScope
from inbox.tickets.actions import rename
from inbox.tickets.conversation import reply
from tests.inbox.reports.stories import UTC_ZONE, asked, on, scope, week


def read(table: export.Table) -> list[list[str]]:
    """The file as a spreadsheet reads it."""
    return list(csv.reader(io.StringIO("".join(export.csv_lines(table)).removeprefix("\ufeff"))))


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+47 22", "'+47 22"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("plain = text", "plain = text"),
        (-1.5, -1.5),
        (None, ""),
    ],
)
def test_text_that_looks_like_a_formula_is_text(cell: object, safe: object) -> None:
    assert export.safe_cell(cell) == safe


def test_the_tickets_behind_a_number_as_a_file(support: Channel, ada: Agent) -> None:
    ticket = asked(support, on(9, 9), "Bo")
    rename(ticket, '=1+1;"x"', by=ada, at=on(9, 9, 1))
    reply(ticket, "Yes.", by=ada, at=on(9, 10))
    found = listing(scope(), Wanted("met", "first_response"))
    assert found is not None
    assert read(export.tickets_table(found, UTC_ZONE))[1:] == [
        [
            ticket.ref,
            '\'=1+1;"x"',
            "Bo",
            "Nordlys Support",
            "Billing",
            "Ada",
            "2026-03-09T10:00:00+00:00",
            "3600.0",
            "Met",
            "",
        ]
    ]


def test_the_tables_say_what_the_page_says(support: Channel, ada: Agent, carl: Agent) -> None:
    week(support, ada, carl)
    levels = read(export.levels_table(scope()))
    days = read(export.days_table(scope(), "first_response"))
    hours = read(export.hours_table(scope(), "first_response"))
    times = read(export.times_table(scope()))
    groups = read(export.groups_table(scope(), Grouping.AGENT, queries.agent_names()))
    surveys = read(response_table(SurveyScope(scope())))
    assert (levels[1], days[4], hours[1:], times[1][:5], [row[:3] for row in groups[1:]], surveys[1]) == (
        ["First reply", "2", "2", "50.0", "15.0", "85.0", "1", "1", "0", "1", "0", "100.0"],
        ["2026-03-10", "1", "1", "50.0", "9.45", "90.55"],
        [["2", "12", "1"], ["4", "13", "1"]],
        ["First reply", "3", "10800.0", "19440.0", "12000.0"],
        [["Ada", "2", "2"], ["Carl", "1", "1"]],
        ["Sent", "", "0"],
    )
