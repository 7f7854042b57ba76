"""Surveys while workers are killed and the bell forgets: everybody is asked once, or told of as unconfirmed."""

from __future__ import annotations

import pytest
import redis
from django.conf import settings

from inbox.agents.models import Agent
from inbox.channels.actions import ring_delivery, ring_direct
from inbox.channels.models import Channel, Delivery, DirectMail
from inbox.common.clock import now
from inbox.surveys.actions import run_due, send_due
from inbox.surveys.models import Campaign, Invitation, Survey
from inbox.tickets.actions import resolve
from inbox.tickets.conversation import reply
from tests.inbox.questions import asks
from tests.product import Product

pytestmark = pytest.mark.process


def settled(support: Channel, ada: Agent) -> Invitation:
    """A customer who is to be asked at once; what he was told has left."""
    ticket = asks(support, 1)
    reply(ticket, "They leave tomorrow.", by=ada, undo_seconds=0)
    Delivery.objects.update(status="sent", sent_at=now(), next_attempt_at=None)
    resolve(ticket, by=ada)
    return Invitation.objects.get()


def subjects(product: Product) -> list[str]:
    return [str(sent["Subject"]) for sent in product.mail_server.mails]


def test_a_flushed_redis_and_two_workers_ask_once(
    support: Channel, ada: Agent, asked_at_once: None, product: Product
) -> None:
    settled(support, ada)
    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    # Both live: neither may take what the other is at for left behind, however slow the machine.
    product.worker(LEASE_SECONDS="120")
    product.worker(LEASE_SECONDS="120")
    product.beat()
    left = Delivery.objects.filter(message__author_kind="survey", status="sent")
    product.until(left.exists, "the survey did not leave")
    assert (subjects(product), Invitation.objects.get().state) == (
        ["How easy was it? About “Question 1”"],
        "sent",
    )


def test_a_worker_killed_between_claim_and_sending_asks_once(
    support: Channel, ada: Agent, asked_at_once: None, product: Product
) -> None:
    invitation = settled(support, ada)
    assert send_due() == 1
    invitation.refresh_from_db()
    dying = product.worker("after_delivery_claim")
    ring_delivery(invitation.message_id)
    assert product.killed(dying)
    product.worker()
    product.beat()
    left = Delivery.objects.filter(message__author_kind="survey", status="sent")
    product.until(left.exists, "the survey did not leave")
    assert subjects(product) == ["How easy was it? About “Question 1”"]


@pytest.mark.parametrize(
    ("fault", "status", "copies"),
    [("after_delivery_claim", "sent", 1), ("after_send", "unconfirmed", 1)],
)
def test_a_worker_killed_around_a_mail_of_a_campaign_never_sends_it_twice(
    support: Channel, asked_at_once: None, product: Product, fault: str, status: str, copies: int
) -> None:
    asks(support, 1)
    Campaign.objects.create(survey=Survey.objects.get(), name="All", channel=support, next_run_at=now())
    asked = (run_due(), run_due(), send_due(), send_due())
    mail = DirectMail.objects.get()
    dying = product.worker(fault)
    ring_direct(mail.pk)
    assert product.killed(dying)
    product.worker()
    product.beat()
    product.until(DirectMail.objects.filter(status=status).exists, "the mail was not settled")
    assert (asked, len(product.mail_server.mails)) == ((1, 0, 1, 0), copies)
