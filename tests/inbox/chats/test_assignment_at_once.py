"""Two who give out chats at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from inbox.agents.models import Agent
from inbox.chats.assignment import give_waiting, go_available
from inbox.chats.waiting import open_chats
from inbox.live.announce import bell
from inbox.live.presence import KEY, note_here
from inbox.tickets.enums import EventKind
from inbox.tickets.models import TicketEvent
from tests import cast
from tests.inbox.questions import asks

NOW = datetime(2026, 6, 2, 12, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_give_each_chat_once_and_nobody_too_many(company: None) -> None:
    bell().delete(KEY)
    chat, agents = cast.shop_chat(), [cast.ada(), cast.carl()]
    Agent.objects.update(most_chats=3)
    for agent in agents:
        note_here(agent.pk, NOW)
        go_available(agent)
    for number in range(8):
        asks(chat, number, at=NOW - timedelta(seconds=10 - number))

    def sweeps(_: int) -> int:
        try:
            return give_waiting(NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        counts = list(threads.map(sweeps, range(2)))
    has = open_chats([agent.pk for agent in agents], NOW)
    assigned = TicketEvent.objects.filter(kind=EventKind.ASSIGNED).count()
    assert (sum(counts), assigned, sorted(has.values())) == (6, 6, [3, 3])
    bell().delete(KEY)
