"""Two workers at the same step."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.escalations.taking import take, waiting
from inbox.sla.escalation import On, Step
from inbox.sla.models import Notice
from inbox.sla.sweep import notice_due
from inbox.tickets.enums import EventKind
from inbox.tickets.models import TicketEvent
from tests.inbox.escalating import ASKED, DUE, MINUTE, escalates
from tests.inbox.questions import asks


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_take_each_step_once(support: Channel, ada: Agent) -> None:
    escalates(Step(on=On.BREACHED, notify=(f"agent:{ada.pk}",), priority="high"))
    for number in range(6):
        asks(support, number, at=ASKED)
    notice_due(DUE + MINUTE)

    def works(_: int) -> int:
        try:
            return sum(take(one) is not None for one in waiting())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        counts = list(threads.map(works, range(2)))
    escalated = TicketEvent.objects.filter(kind=EventKind.ESCALATED).count()
    assert (sum(counts), escalated, Notice.objects.count(), waiting()) == (6, 6, 6, [])
