"""Several sweeps at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from inbox.channels.mail_models import TicketMail
from inbox.chats.letters import write_due
from inbox.chats.models import Visitor
from inbox.common.clock import now
from inbox.tickets.conversation import reply
from inbox.tickets.models import Ticket
from tests import cast
from tests.inbox.livechat.browsers import Browser


@pytest.mark.django_db(transaction=True)
def test_what_a_visitor_has_not_seen_is_mailed_once_by_however_many_sweeps(company: None) -> None:
    cast.support()
    browser = Browser(cast.shop_chat())
    browser.opens()
    browser.says("Where is my parcel?")
    browser.post("steps", left=True)
    Visitor.objects.update(claimed_email="bo@larsen.example")
    for text in ("On its way.", "It comes tomorrow."):
        reply(Ticket.objects.get(), text, by=cast.ada())
    later = now() + timedelta(minutes=10)

    def sweep(_: int) -> None:
        try:
            write_due(later)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(sweep, range(12)))
    assert [mail.mailed.count() for mail in TicketMail.objects.all()] == [2]
