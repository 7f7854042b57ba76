"""WhatsApp through the product: one app's webhook for many numbers, answers, receipts, new numbers, templates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import Any

import pytest

from inbox.agents.models import Team
from inbox.channels import actions as channels
from inbox.channels.actions import retry_delivery
from inbox.channels.delivery import send
from inbox.channels.intake import process
from inbox.channels.models import AccountNews, Channel, Delivery, Envelope
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message, Ticket
from inbox.tickets.recipients import asker_address
from tests import cast
from tests.networks.server import LOST, Reply
from tests.networks.whatsapp import (
    ACCOUNT,
    BUSINESS,
    CUSTOMER,
    NUMBER,
    SECRETS,
    SHOWN_NUMBER,
    USER,
    WhatsApp,
    signed,
    webhook,
    written,
)
from tests.web import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> Iterator[WhatsApp]:
    with WhatsApp() as running:
        yield running


@pytest.fixture
def number(billing: Team) -> Channel:
    return channels.connect(
        kind="whatsapp", address=NUMBER, name="WhatsApp", secrets=SECRETS, settings=dict(ACCOUNT.settings)
    )


def brings(body: dict[str, Any]) -> int:
    """Hand a webhook to the app's address, and take in what was kept of it; how many accounts got it."""
    payload, before = signed(body), Envelope.objects.count()
    headers = {"X-Hub-Signature-256": payload.headers["X-Hub-Signature-256"]}
    answer = Visitor().post("/hooks/meta/", payload.body, content_type="application/json", headers=headers)
    assert answer.status_code == 200
    kept = list(Envelope.objects.order_by("id")[before:])
    for envelope in kept:
        process(envelope.pk)
    return len(kept)


def said(text: str, number: str = "wamid.in1", **more: Any) -> dict[str, Any]:
    return webhook(written({"id": number, "type": "text", "text": {"body": text}, **more}))


def answer(text: str) -> Delivery:
    sent = send(Delivery.objects.get(message=reply(Ticket.objects.get(), text, by=cast.maja(), undo_seconds=0)).pk)
    assert sent
    return sent


def receipt(delivery_id: str, state: str, ref: str = "") -> dict[str, Any]:
    told = {"id": delivery_id, "status": state, "recipient_id": CUSTOMER, "biz_opaque_callback_data": ref}
    return webhook({"statuses": [told]})


def long(parts: int) -> str:
    """A text that leaves as so many messages."""
    return "\n\n".join(f"{number} " + "x" * 4000 for number in range(1, parts + 1))


def test_a_message_is_answered_in_its_window_and_states_never_go_backwards(network: WhatsApp, number: Channel) -> None:
    brings(said("Where is my parcel?"))
    delivery = answer("Tomorrow.")
    for state in ("read", "delivered", "sent"):
        brings(receipt(delivery.external_ids[0], state))
    delivery.refresh_from_db()
    ticket = Ticket.objects.get()
    assert (ticket.subject, network.said, delivery.status) == ("Where is my parcel?", ["Tomorrow."], "read")
    assert network.messages[0]["context"] == {"message_id": "wamid.in1"}


def test_an_answer_whose_confirmation_was_lost_is_settled_by_its_receipt(network: WhatsApp, number: Channel) -> None:
    brings(said("Hello?"))
    network.bad_days.append(Reply(hang_up=True))
    delivery = answer("Hi.")
    unsure = delivery.status
    brings(receipt("wamid.late", "delivered", f"{delivery.client_ref}:1/1"))
    delivery.refresh_from_db()
    assert (unsure, delivery.status, delivery.external_ids) == ("unconfirmed", "delivered", ["wamid.late"])


@pytest.mark.parametrize("states", list(permutations(("sent", "delivered", "read"))))
def test_the_receipt_of_a_part_nothing_was_known_of_lets_the_rest_leave(
    network: WhatsApp, number: Channel, states: Sequence[str]
) -> None:
    brings(said("Hello?"))
    network.bad_days += [Reply(200, {"messages": [{"id": "wamid.out1"}]}, is_done=True), LOST]
    delivery = answer(long(3))
    # Of those that came before it is known that they left, and nothing of those that come after.
    brings(receipt("wamid.out1", "delivered", f"{delivery.client_ref}:1/3"))
    delivery.refresh_from_db()
    unsure = (delivery.status, delivery.external_ids, len(network.messages))
    for state in states:
        brings(receipt("wamid.out2", state, f"{delivery.client_ref}:2/3"))
    delivery.refresh_from_db()
    queued = (delivery.status, delivery.external_ids)
    sent = send(delivery.pk)
    assert sent
    left = (sent.status, len(sent.external_ids), [text[0] for text in network.said])
    assert (unsure, queued) == (("unconfirmed", ["wamid.out1"], 2), ("queued", ["wamid.out1", "wamid.out2"]))
    assert left == ("sent", 3, ["1", "2", "3"])


@pytest.mark.parametrize("states", list(permutations(("sent", "failed", "delivered"))))
def test_a_lost_answer_and_receipts_in_any_order_end_the_same(
    network: WhatsApp, number: Channel, states: Sequence[str]
) -> None:
    brings(said("Hello?"))
    network.bad_days.append(LOST)
    delivery = answer("Hi.")
    for state in states:
        brings(receipt("wamid.late", state, f"{delivery.client_ref}:1/1"))
    delivery.refresh_from_db()
    assert (delivery.status, delivery.external_ids) == ("failed", ["wamid.late"])


def test_what_is_to_leave_again_is_not_settled_by_what_was_told_of_the_attempt_before(
    network: WhatsApp, number: Channel
) -> None:
    brings(said("Hello?"))
    delivery = answer("Hi.")
    brings(receipt(delivery.external_ids[0], "failed", f"{delivery.client_ref}:1/1"))
    again = retry_delivery(Delivery.objects.get(), by=cast.maja())
    brings(receipt("wamid.out1", "sent", f"{delivery.client_ref}:1/1"))
    again.refresh_from_db()
    sent = send(again.pk)
    assert sent
    assert (again.status, sent.status, network.said) == ("queued", "sent", ["Hi.", "Hi."])


def test_what_the_network_took_and_could_not_deliver_leaves_again_when_an_agent_says_so(
    network: WhatsApp, number: Channel
) -> None:
    brings(said("Hello?"))
    delivery = answer("Hi.")
    brings(receipt(delivery.external_ids[0], "failed"))
    delivery.refresh_from_db()
    failed = delivery.status
    sent = send(retry_delivery(delivery, by=cast.maja()).pk)
    assert sent
    assert (failed, sent.status, sent.external_ids, network.said) == ("failed", "sent", ["wamid.out2"], ["Hi.", "Hi."])


def test_who_has_no_number_is_answered_by_his_id(network: WhatsApp, number: Channel) -> None:
    message = {"id": "wamid.in1", "type": "text", "text": {"body": "Hi"}, "from_user_id": USER}
    brings(webhook({"messages": [message], "contacts": [{"user_id": USER, "profile": {"username": "bo"}}]}))
    answer("Hello.")
    brings(said("It is me", "wamid.in2"))
    assert [one.get("recipient") for one in network.messages] == [USER]
    assert Ticket.objects.count() == 1


def test_a_new_number_is_where_he_is_answered(network: WhatsApp, number: Channel) -> None:
    brings(said("Hi"))
    notice = {"id": "wamid.s", "from": CUSTOMER, "type": "system"}
    brings(webhook({"messages": [notice | {"system": {"type": "user_changed_number", "wa_id": "4599"}}]}))
    where = asker_address(Ticket.objects.get())
    answer("Got it.")
    assert (where and where.value, network.messages[0]["to"]) == ("+4599", "4599")


def test_what_was_answered_on_the_phone_joins_and_what_was_taken_back_is_erased(
    network: WhatsApp, number: Channel
) -> None:
    brings(said("My password is raven"))
    echo = {"id": "wamid.e", "from": SHOWN_NUMBER, "to": CUSTOMER, "type": "text", "text": {"body": "Never tell us!"}}
    brings(webhook({"message_echoes": [echo]}, field="smb_message_echoes"))
    taken_back = {"id": "wamid.r", "type": "revoke", "revoke": {"original_message_id": "wamid.in1"}}
    brings(webhook(written(taken_back)))
    texts = list(Message.objects.order_by("id").values_list("text", "direction"))
    assert texts == [("", "in"), ("Never tell us!", "out")]


def test_news_of_a_business_account_reach_its_numbers_and_no_others(network: WhatsApp, number: Channel) -> None:
    for address, business in (("555", BUSINESS), ("777", "another")):
        channels.connect(
            kind="whatsapp", address=address, name=address, secrets=SECRETS, settings={"waba_id": business}
        )
    value = {"event": "APPROVED", "message_template_name": "order", "message_template_language": "en"}
    change = {"field": "message_template_status_update", "value": value}
    body = {"object": "whatsapp_business_account", "entry": [{"id": BUSINESS, "time": 1, "changes": [change]}]}
    assert brings(body) == 2
    news = AccountNews.objects.order_by("channel").values_list("channel__address", "name", "details")
    assert list(news) == [(NUMBER, "template_approved", "order (en)"), ("555", "template_approved", "order (en)")]
