"""Two beats at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.common.clock import now
from inbox.sla.models import Notice
from inbox.tickets.enums import EventKind
from inbox.tickets.models import Ticket, TicketEvent
from inbox.tickets.snoozing import snooze, wake_due
from tests.inbox.questions import asks


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_wake_each_ticket_once(support: Channel, ada: Agent) -> None:
    for number in range(12):
        snooze(asks(support, number), now() + timedelta(hours=1), by=ada)

    def sweeps(_: int) -> int:
        try:
            return wake_due(now() + timedelta(hours=2))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        counts = list(threads.map(sweeps, range(2)))
    woken = TicketEvent.objects.filter(kind=EventKind.UNSNOOZED).count()
    asleep = Ticket.objects.exclude(snoozed_until=None).count()
    assert (sum(counts), woken, asleep, Notice.objects.count()) == (12, 12, 0, 12)
