"""A Facebook page through the product: messages, comments below posts, private answers to them, receipts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from inbox.agents.models import Team
from inbox.channels import actions as channels
from inbox.channels.delivery import send
from inbox.channels.intake import process
from inbox.channels.models import Channel, Delivery, Envelope
from inbox.customers.models import Identity
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message, Ticket
from inbox.tickets.sending import Sending
from tests import cast
from tests.networks.messenger import (
    CUSTOMER,
    PAGE,
    Messenger,
    account,
    below,
    entry,
    signed,
    told,
    webhook,
)
from tests.web import Visitor

pytestmark = pytest.mark.django_db
COMMENT = "122131676912594941_1"


@pytest.fixture
def network() -> Iterator[Messenger]:
    with Messenger() as running:
        running.comments[COMMENT] = ""
        yield running


@pytest.fixture
def page(billing: Team) -> Channel:
    return channels.connect(kind="messenger", address=PAGE, name="Nordlys", secrets=dict(account().secrets))


def brings(*entries: dict[str, Any]) -> None:
    payload = signed(webhook(*entries), "/hooks/meta/")
    headers = {"X-Hub-Signature-256": payload.headers["X-Hub-Signature-256"]}
    answer = Visitor().post(payload.url, payload.body, content_type="application/json", headers=headers)
    assert answer.status_code == 200
    process(Envelope.objects.latest("id").pk)


def answered(ticket: Ticket, text: str, sending: Sending | None = None) -> Delivery:
    chosen = {"sending": sending} if sending else {}
    message = reply(ticket, text, by=cast.maja(), undo_seconds=0, **chosen)
    delivery = send(Delivery.objects.get(message=message).pk)
    assert isinstance(delivery, Delivery)
    return delivery


def test_a_message_is_answered_and_the_answer_is_seen_to_be_read(network: Messenger, page: Channel) -> None:
    brings(entry(told("message", {"mid": "m_1", "text": "Where is my parcel?"})))
    delivery = answered(Ticket.objects.get(), "Tomorrow.")
    brings(entry(told("delivery", {"mids": list(delivery.external_ids)}), told("read", {"watermark": 4102444800000})))
    delivery.refresh_from_db()
    assert (network.said, delivery.status) == (["Tomorrow."], "read")


def test_an_answer_in_the_app_of_the_page_is_seen_and_ours_is_not_seen_twice(network: Messenger, page: Channel) -> None:
    brings(entry(told("message", {"mid": "m_1", "text": "Where is my parcel?"})))
    delivery = answered(Ticket.objects.get(), "Tomorrow.")
    for mid, text in ((delivery.external_ids[0], "Tomorrow."), ("m_2", "At nine.")):
        brings(entry(told("message", {"mid": mid, "text": text, "is_echo": True}, by=PAGE, to=CUSTOMER)))
    said = Message.objects.order_by("id").values_list("text", "direction", "external_id")
    assert [one[:2] for one in said] == [("Where is my parcel?", "in"), ("Tomorrow.", "out"), ("At nine.", "out")]


def test_a_comment_is_answered_before_all_eyes_and_its_author_in_private(network: Messenger, page: Channel) -> None:
    brings(entry(below(), kind="changes"))
    ticket = Ticket.objects.get()
    answered(ticket, "It is.")
    answered(ticket, "We write you.", Sending(is_private=True))
    brings(entry(told("message", {"mid": "m_1", "text": "Thank you"}), of=PAGE))
    asked, public, private, thanks = Message.objects.order_by("id")
    assert [one.is_public for one in (asked, public, private, thanks)] == [True, True, False, False]
    assert [where for where, _ in network.replies] == [COMMENT]
    assert network.messages[0]["recipient"] == {"comment_id": COMMENT}
    assert (thanks.ticket, Identity.objects.get(value=CUSTOMER).customer) == (ticket, ticket.customer)


def test_what_others_write_below_a_comment_belongs_to_it_and_what_is_taken_away_goes(
    network: Messenger, page: Channel
) -> None:
    other = {"parent_id": COMMENT, "from": {"id": "78", "name": "Eve"}, "message": "I ask, too"}
    brings(entry(below(), below("122131676912594941_2", **other), kind="changes"))
    brings(
        entry(
            below("122131676912594941_3", message="Elsewhere", **{"from": {"id": "79", "name": "Ada"}}), kind="changes"
        )
    )
    brings(entry(below(verb="edited", message="Is it, really?"), kind="changes"))
    brings(entry(below("122131676912594941_2", verb="remove", message=None), kind="changes"))
    said = Message.objects.order_by("id").values_list("text", "ticket__subject", "deleted_at")
    assert [(*one[:2], one[2] is None) for one in said] == [
        ("Is it, really?", "Is it in stock?", True),
        ("", "Is it in stock?", False),
        ("Elsewhere", "Elsewhere", True),
    ]
