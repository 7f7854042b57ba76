"""The report pages about what each test tells itself: filters, days, counts and how numbers are printed."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.reports.figures import Share
from inbox.tickets.conversation import reply
from inbox.workspace.templatetags.report import exactly, percent, spent
from tests.inbox.reports.stories import asked, on, week
from tests.inbox.workspace.pages import part, text_of
from tests.inbox.workspace.reading import LEVELS, Reader


def test_without_any_tickets_nothing_is_zero_percent(reader: Reader, support: Channel) -> None:
    page = text_of(reader.get(LEVELS))
    assert ("0 %" in page.replace("100 %", ""), reader.card("level-first_response").partition(" What")[0]) == (
        True,
        "First reply within target – nothing decided Nothing to compare with in the period before.",
    )


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("period=custom", "Say from which day."),
        ("period=custom&first=2026-03-09&last=2026-03-01", "The last day lies before the first."),
        ("period=custom&first=2020-03-09&last=2026-03-01", "At most 366 days."),
        ("period=custom&first=soon", "Enter a valid date."),
        ("period=8", "Select a valid choice."),
        ("team=999999", "Select a valid choice."),
        ("agent=%00", "Select a valid choice."),
        ("goal=200", "Ensure this value is less than or equal to 100."),
        ("cohort=lost&basis=lunar&target=moon&by=mood&day=x&weekday=9&hour=99", "Select a valid choice."),
    ],
)
def test_a_filter_that_makes_no_sense_is_told_beside_its_field(
    reader: Reader, support: Channel, query: str, error: str
) -> None:
    response = reader.get(f"/reports/?{query}")
    assert (response.status_code, error in text_of(response)) == (200, True)


def test_a_day_belongs_to_the_readers_own_zone(support: Channel, maja: Agent, reader: Reader) -> None:
    maja.time_zone = "Pacific/Auckland"
    maja.save()
    asked(support, on(9, 9), "Bo")
    table = text_of(part(reader.get(LEVELS), 'id="by-day-table">', "</details>"))
    # Missed on Monday at 13:00 UTC, which is Tuesday, 2:00, in Auckland.
    assert "Mon 9 Mar 0 0 – Tue 10 Mar 0 1 0 %" in table


def test_the_pages_ask_as_often_with_few_tickets_as_with_many(
    reader: Reader, support: Channel, ada: Agent, carl: Agent
) -> None:
    pages = [LEVELS, "/reports/tickets/?figure=judged&period=7"]

    def asks() -> list[int]:
        counts = []
        for page in pages:
            with CaptureQueriesContext(connection) as caught:
                assert reader.get(page).status_code == 200
            counts.append(len(caught))
        return counts

    reply(asked(support, on(9, 9), "Zoe"), "Yes.", by=ada, at=on(9, 10))
    few = asks()
    week(support, ada, carl)
    assert asks() == few


@pytest.mark.parametrize(
    ("share", "printed"),
    [
        (Share(0, 7), "0 %"),
        (Share(7, 7), "100 %"),
        (Share(2999, 3000), "99.9 %"),
        (Share(1, 3000), "0.1 %"),
        (Share(2, 3), "66.7 %"),
        (Share(0, 0), "–"),
    ],
)
def test_only_all_is_a_hundred_percent_and_only_none_is_zero(share: Share, printed: str) -> None:
    assert percent(share).replace("\u00a0", " ") == printed


def test_business_hours_are_never_put_together_to_days() -> None:
    assert (spent(27 * 3600.0, "business"), spent(27 * 3600.0, "elapsed"), exactly(3661.5)) == (
        "27 h",
        "1 d 3 h",
        "1:01:01.5",
    )


def test_the_rail_leads_to_the_reports(reader: Reader, support: Channel) -> None:
    assert f'href="{reverse("workspace:reports")}"' in reader.get("/profile/").content.decode()
