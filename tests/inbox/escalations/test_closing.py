"""Whoever has a ticket is told before its network's window closes, and the list shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client

from channels_adapters import registry
from inbox.agents.models import Agent, Team
from inbox.channels.models import Channel
from inbox.common.clock import moved_to, now
from inbox.escalations.closing import tell_closing
from inbox.sla.models import Notice
from inbox.tickets.actions import assign
from inbox.tickets.closing import turn_windows
from inbox.tickets.conversation import reply
from inbox.tickets.models import Ticket
from inbox.workspace.bell import said_of
from tests.inbox.channels import pigeons
from tests.web import Visitor

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def loft(billing: Team, monkeypatch: pytest.MonkeyPatch) -> Iterator[Channel]:
    pigeons.installed(monkeypatch)
    yield pigeons.loft()
    registry.adapter.cache_clear()


def row_of(agent: Agent, ticket: Ticket) -> str:
    client: Client = Visitor()
    client.force_login(agent)
    page = client.get("/inbox/open/?sort=window").content.decode()
    return page.partition(f'id="row-{ticket.pk}"')[2].partition("</li>")[0]


def test_the_assignee_is_told_once_of_each_way_that_closes_on_a_customer_who_waits(
    loft: Channel, ada: Agent, carl: Agent
) -> None:
    asked, waits, answered, nobody = (
        pigeons.coos(loft, by=name, at=now() - hours * HOUR)
        for name, hours in (("bo", 1), ("eve", 23), ("kim", 23), ("lou", 23))
    )
    for ticket in (asked, waits, answered):
        assign(ticket, ada, by=carl)
    reply(answered, "Coo.", by=ada)
    told = [tell_closing(), tell_closing()]
    (notice,) = Notice.objects.select_related("event", "ticket")
    Notice.objects.update(seen_at=now())
    with moved_to(now() + 6 * 24 * HOUR):
        turn_windows(now())
        told.append(tell_closing(now()))
    assert (told, notice.agent, notice.ticket, said_of(notice)) == (
        [1, 0, 1],
        ada,
        waits,
        f"Reply window closes soon: {waits.ref} Coo?",
    )
    assert (nobody.assignee, set(Notice.objects.values_list("seen_at", flat=True))) == (None, {None})


def test_a_row_says_that_its_window_closes_within_two_hours(loft: Channel, ada: Agent) -> None:
    soon, later = pigeons.coos(loft, by="bo", at=now() - 23 * HOUR), pigeons.coos(loft, by="eve")
    assert ["reply-window" in row_of(ada, ticket) for ticket in (soon, later)] == [True, False]


@pytest.fixture
def windows_listed(loft: Channel, ada: Agent) -> Callable[[], bool]:
    client: Client = Visitor()
    client.force_login(ada)
    return lambda: "sort=window" in client.get("/inbox/open/").content.decode()


def test_lists_can_be_sorted_by_it_where_a_network_has_windows(windows_listed: Callable[[], bool]) -> None:
    there = windows_listed()
    Channel.objects.all().delete()
    assert (there, windows_listed()) == (True, False)
