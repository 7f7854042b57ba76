"""Two beats at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from inbox.channels.models import Channel
from inbox.sla.escalation import On, Step
from inbox.sla.models import Escalation
from inbox.sla.sweep import notice_due
from inbox.tickets.enums import EventKind
from inbox.tickets.models import TicketEvent
from tests.inbox.escalating import ASKED, DUE, MINUTE, escalates
from tests.inbox.questions import asks


@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_notice_and_plan_everything_once(support: Channel) -> None:
    escalates(Step(on=On.BREACHED, notify=("lead",)))
    for number in range(12):
        asks(support, number, at=ASKED)

    def sweeps(_: int) -> int:
        try:
            return notice_due(DUE + MINUTE)[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        counts = list(threads.map(sweeps, range(2)))
    breached = TicketEvent.objects.filter(kind=EventKind.CLOCK_BREACHED).count()
    assert (sum(counts), breached, Escalation.objects.count(), notice_due(DUE + MINUTE)) == (12, 12, 12, (0, 0))
