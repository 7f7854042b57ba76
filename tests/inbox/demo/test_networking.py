"""The demo's networks: conversations as they are found there, from which nothing ever leaves."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from inbox.agents.models import Agent
from inbox.channels.delivery import send
from inbox.channels.models import Delivery, OutboxMail
from inbox.common.clock import now
from inbox.customers.models import Identity
from inbox.demo.maker import make
from inbox.demo.plan import plan
from inbox.demo.removal import remove_demo
from inbox.demo.texts.networks import ACCOUNTS, NETWORKS
from inbox.surveys.models import Answer
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message, MessageReaction, Ticket
from inbox.tickets.reply_windows import CLOSING, window_of
from tests.inbox.demo.test_maker import rows

pytestmark = pytest.mark.django_db


def told_of(name: str) -> Ticket:
    return Ticket.objects.get(customer__name=name)


def test_networks_show_what_can_happen_there_and_answers_stay_in_the_outbox(company: None) -> None:
    before, present = rows(), now()
    shortest = min(plan(present, days=30, tickets=60), key=lambda ticket: len(ticket.steps))
    make([shortest], present, chats=0)
    networks = Ticket.objects.exclude(channel__kind__in=("email", "livechat"))
    said = Message.objects.filter(ticket__in=networks)

    windows = [window_of(told_of(name)) for name in ("Freya Lindqvist", "Marek Dvořák", "Aylin Kaya")]
    closing = windows[1].closes_at
    assert [one.way for one in windows] == ["free", "free", "template"]
    assert closing
    assert timedelta() < closing - now() < CLOSING
    assert Counter(networks.values_list("channel__kind", flat=True)) == Counter(
        ACCOUNTS[story.account].kind for story in NETWORKS
    )
    assert (
        set(said.filter(is_public=True).values_list("ticket__channel__kind", flat=True)),
        said.exclude(edited_at=None).count(),
        said.exclude(deleted_at=None).count(),
        said.exclude(unsupported="").count(),
        MessageReaction.objects.count() > 3,
        Identity.objects.exclude(opted_out_at=None).count(),
        list(Delivery.objects.filter(status="failed").values_list("channel__kind", flat=True)),
        Answer.objects.count() <= 2,
    ) == ({"instagram", "messenger"}, 1, 1, 2, True, 1, ["twilio"], True)

    message = reply(told_of("Daria K."), "We do!", by=Agent.objects.get(name="Li Wen"), undo_seconds=0)
    sent = send(Delivery.objects.get(message=message).pk)
    assert (sent and sent.status, OutboxMail.objects.get().message) == ("sent", message)
    # The conversations, the mail and the two chats that are going on.
    assert (remove_demo(), rows()) == (len(NETWORKS) + 3, before)
