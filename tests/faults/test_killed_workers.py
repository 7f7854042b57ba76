"""Workers that are killed, and a bell that forgets: nothing is lost and nothing is doubled."""

from __future__ import annotations

import os

import pytest
import redis
from django.conf import settings

from channels_adapters.contracts import Payload
from inbox.agents.models import Agent
from inbox.channels.actions import ring_delivery, ring_intake
from inbox.channels.intake import accept
from inbox.channels.models import Channel, Delivery, Envelope
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message, Ticket
from tests.inbox.mails import arrives, mail
from tests.product import Product

pytestmark = pytest.mark.process


def _settled() -> bool:
    return not Envelope.objects.filter(state="waiting").exists()


@pytest.mark.parametrize("fault", ["after_claim", "after_parse", "before_commit"])
def test_a_worker_killed_while_processing_leaves_exactly_one_message(
    support: Channel, product: Product, fault: str
) -> None:
    envelope_id = accept(support, Payload(body=mail())).envelope_id
    dying = product.worker(fault)
    ring_intake(envelope_id)
    assert product.killed(dying)
    assert Message.objects.count() == 0
    product.worker()
    product.beat()
    product.until(_settled, "the envelope was not taken in")
    assert (Ticket.objects.count(), Message.objects.count(), Envelope.objects.get().attempts) == (1, 1, 2)


def test_a_worker_killed_after_processing_does_not_double_the_message(support: Channel, product: Product) -> None:
    envelope_id = accept(support, Payload(body=mail())).envelope_id
    dying = product.worker("after_process")
    ring_intake(envelope_id)
    assert product.killed(dying)
    product.worker()
    ring_intake(envelope_id)
    product.beat()
    accept(support, Payload(body=mail("Another one.", message_id="<other@larsen.example>")))
    product.until(_settled, "the second envelope was not taken in")
    assert Message.objects.count() == 2


def test_a_flushed_redis_loses_no_mail_and_no_reply(support: Channel, ada: Agent, product: Product) -> None:
    ticket = arrives(support, mail()).ticket
    reply(ticket, "They leave tomorrow.", by=ada, undo_seconds=0)
    ring_intake(accept(support, Payload(body=mail("And my order 7?", message_id="<7@x.example>"))).envelope_id)
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    worker, beat = product.worker(), product.beat()
    product.until(lambda: _settled() and Delivery.objects.get().status == "sent", "the sweep found nothing")
    # Workers step back behind the pages of the same machine.
    usual = os.getpriority(os.PRIO_PROCESS, beat.pid)
    # There is nothing behind 19, should the tests themselves have stepped back.
    assert os.getpriority(os.PRIO_PROCESS, worker.pid) == min(usual + settings.WORKER_NICENESS, 19)
    assert (Message.objects.count(), [sent["To"] for sent in product.mail_server.mails]) == (
        3,
        ["Bo Larsen <bo@larsen.example>"],
    )


def test_a_worker_killed_between_claim_and_sending_sends_the_reply_once(
    support: Channel, ada: Agent, product: Product
) -> None:
    answer = reply(arrives(support, mail()).ticket, "They leave tomorrow.", by=ada, undo_seconds=0)
    dying = product.worker("after_delivery_claim")
    ring_delivery(answer.pk)
    assert product.killed(dying)
    product.worker()
    product.beat()
    product.until(lambda: Delivery.objects.get().status == "sent", "the reply was not sent")
    assert [sent["Message-ID"] for sent in product.mail_server.mails] == [answer.external_id]


@pytest.mark.parametrize(("fault", "copies"), [("after_hand_over", 0), ("after_send", 1)])
def test_a_worker_killed_around_sending_leaves_the_reply_unconfirmed_and_never_sends_twice(
    support: Channel, ada: Agent, product: Product, fault: str, copies: int
) -> None:
    answer = reply(arrives(support, mail()).ticket, "They leave tomorrow.", by=ada, undo_seconds=0)
    dying = product.worker(fault)
    ring_delivery(answer.pk)
    assert product.killed(dying)
    product.worker()
    product.beat()
    product.until(lambda: Delivery.objects.get().status == "unconfirmed", "the reply was not settled")
    assert len(product.mail_server.mails) == copies
