"""What was in quarantine and can be read after all; what an import could not read."""

from __future__ import annotations

import pytest

from channels_adapters.contracts import Payload
from inbox.channels.intake import accept, process
from inbox.channels.models import Channel, Envelope, MailImport
from inbox.channels.quarantine import read_again
from inbox.common.clock import now
from inbox.sla.models import Clock
from inbox.tickets.models import Ticket
from tests.inbox.mails import arrives, mail

pytestmark = pytest.mark.django_db


def test_a_mail_that_is_read_after_all_closes_the_ticket_that_stood_for_it(support: Channel) -> None:
    envelope = arrives(support, b"")
    stood_for_it = envelope.ticket
    # As if the reader had learned to read it.
    Envelope.objects.filter(pk=envelope.pk).update(body=mail())
    read_again(Envelope.objects.filter(pk=envelope.pk))
    process(envelope.pk)
    states = {ticket.subject: ticket.state for ticket in Ticket.objects.all()}
    assert (states, stood_for_it.events.last().details["became"]) == (
        {stood_for_it.subject: "closed", "Where are my shoes?": "new"},
        Ticket.objects.get(subject="Where are my shoes?").pk,
    )


def test_what_an_import_can_not_read_is_kept_as_history(support: Channel) -> None:
    job = MailImport.objects.create(channel=support, filename="old.mbox", blob="0" * 64, size=1, created_at=now())
    accepted = accept(support, Payload(body=b""), mail_import=job)
    process(accepted.envelope_id)
    ticket = Ticket.objects.get()
    assert (ticket.state, Clock.objects.count(), ticket.messages.get().unsupported) == (
        "closed",
        0,
        "The mail is empty.",
    )
