"""Merging tickets and taking it back: who waits, who takes part, what is said where."""

from datetime import UTC, datetime, timedelta

import pytest

from inbox.reports.verify import differences
from inbox.sla.actions import replayed
from inbox.tickets import actions
from inbox.tickets.conversation import reply
from inbox.tickets.enums import EventKind, State
from inbox.tickets.merging import merge, unmerge
from inbox.tickets.models import Ticket
from tests.inbox.questions import asks, says

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def older(support):
    """T-9: asked at nine."""
    return asks(support, 1, at=MONDAY)


@pytest.fixture
def newer(support):
    """T-12: the same customer asked again at ten."""
    return asks(support, 1, at=MONDAY + HOUR)


def waiting(ticket):
    """The runs that wait for an answer: target, since when."""
    ticket = Ticket.objects.get(pk=ticket.pk)
    runs = [run for run in replayed(ticket).runs if run.stopped_at is None and run.target != "resolution"]
    assert ticket.waiting_since == min((run.started_at for run in runs), default=None)
    assert list(differences()) == []
    return [(run.target.value, run.number, run.started_at) for run in runs]


def kinds(ticket, since=0):
    return [event.kind for event in ticket.events.order_by("id") if event.pk > since]


def test_the_source_is_closed_and_the_target_waits_for_its_customer(older, newer, ada):
    merge(older, newer, by=ada, at=MONDAY + 2 * HOUR)
    assert (older.state, older.merged_into, newer.state) == ("closed", newer, "new")
    assert waiting(newer) == [("first_response", 1, MONDAY)]
    assert waiting(older) == []


def test_undone_both_are_as_they_were(older, newer, ada):
    merge(older, newer, by=ada, at=MONDAY + 2 * HOUR)
    unmerge(older, by=ada, at=MONDAY + 3 * HOUR)
    assert (older.state, older.merged_into, older.resolved_at, newer.state) == ("new", None, None, "new")
    assert (waiting(older), waiting(newer)) == (
        [("first_response", 1, MONDAY)],
        [("first_response", 1, MONDAY + HOUR)],
    )
