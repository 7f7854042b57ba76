"""What several processes do at the same time, in transactions of their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from channels_adapters.contracts import Payload
from inbox.channels.intake import accept, process
from inbox.channels.models import Channel, Envelope
from inbox.tickets.models import Message, Ticket
from tests.inbox.mails import mail


@pytest.mark.django_db(transaction=True)
def test_the_same_mail_at_once_is_one_message(support: Channel) -> None:
    def arrive(_: int) -> None:
        try:
            process(accept(support, Payload(body=mail())).envelope_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(arrive, range(16)))
    assert (Envelope.objects.count(), Ticket.objects.count(), Message.objects.count()) == (1, 1, 1)
