"""Sample accounts of networks: they look like real ones, and nothing ever leaves by them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels_adapters.contracts import SendError
from inbox.agents.models import Team
from inbox.channels import expiry, message_templates
from inbox.channels.actions import connect
from inbox.channels.credentials import fresh_account
from inbox.channels.delivery import send
from inbox.channels.models import Channel, Delivery, OutboxMail
from inbox.common.clock import now
from inbox.customers.actions import recognize
from inbox.tickets.actions import open_ticket
from inbox.tickets.conversation import reply
from inbox.tickets.models import Ticket
from inbox.tickets.sending import FilledTemplate, Sending
from tests import cast
from tests.inbox.questions import says
from tests.networks import whatsapp

pytestmark = pytest.mark.django_db


@pytest.fixture
def sample(billing: Team) -> Channel:
    """A number that nobody has, with secrets that would open it."""
    secrets = dict(whatsapp.ACCOUNT.secrets)
    return connect(
        kind="whatsapp", address="1", name="Nordlys", settings={"sample": True}, secrets=secrets, team=billing
    )


def asked(sample: Channel, *, hours_ago: float = 0) -> Ticket:
    at = now() - timedelta(hours=hours_ago)
    who = recognize([("phone", "", "+4551234567", True)], name="Bo Larsen", at=at)
    opened = open_ticket(
        customer=who.customer, identity=who, channel_id=sample.pk, subject="Shoes", by=who.customer, at=at
    )
    says(opened, "Where are my shoes?", at=at)
    return opened


def test_what_is_answered_stays_in_the_outbox_and_counts_as_sent(sample: Channel) -> None:
    ticket = asked(sample)
    message = reply(ticket, "It arrives today.", by=cast.maja(), undo_seconds=0, buttons=["Thanks"])
    delivery = send(Delivery.objects.get(message=message).pk)
    kept = OutboxMail.objects.get()
    assert isinstance(delivery, Delivery)
    assert (delivery.status, delivery.reason, kept.message, kept.recipients) == (
        "sent",
        "It is in the outbox: this account is a sample, from which nothing leaves.",
        message,
        ["Bo Larsen"],
    )
    assert b"It arrives today.\r\n\r\n[ Thanks ]" in bytes(kept.body)


def test_nobody_is_asked_for_anything_in_its_name(sample: Channel) -> None:
    with pytest.raises(SendError, match="a sample"):
        fresh_account(sample)
    with pytest.raises(SendError, match="a sample"):
        message_templates.sync_templates(sample)
    assert (message_templates.channels_with_templates(), expiry.waiting()) == ([], [])


def test_a_template_stays_there_too(sample: Channel) -> None:
    ticket = asked(sample, hours_ago=30)
    sending = Sending(template=FilledTemplate("order_update", "en", ("Bo",)))
    message = reply(ticket, "Hello Bo", by=cast.maja(), undo_seconds=0, sending=sending)
    delivery = send(Delivery.objects.get(message=message).pk)
    assert (delivery and delivery.status, OutboxMail.objects.count()) == ("sent", 1)
