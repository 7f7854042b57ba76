"""Several mails of one person at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from inbox.channels.models import Channel
from inbox.tickets.models import Message, Ticket
from tests.inbox.mails import arrives, mail


@pytest.mark.django_db(transaction=True)
def test_whoever_opens_four_tickets_at_once_is_told_once(support: Channel) -> None:
    Channel.objects.update(acknowledges=True)
    channel = Channel.objects.get()

    def arrive(number: int) -> None:
        try:
            arrives(channel, mail(message_id=f"<{number}@larsen.example>", subject=f"Question {number}"))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(arrive, range(4)))
    assert (Ticket.objects.count(), Message.objects.filter(author_kind="rule").count()) == (4, 1)
