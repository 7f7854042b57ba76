"""What we sent comes back with our mark: it settles what may have left or not, and is never a second message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from typing import Any

import pytest
from django.db import connection, transaction

from inbox.agents.models import Team
from inbox.channels import actions as channels
from inbox.channels.actions import retry_delivery
from inbox.channels.delivery import send
from inbox.channels.intake import accept, process
from inbox.channels.models import Channel, Delivery, Envelope, Receipt, ReceivedEvent
from inbox.common.clock import now
from inbox.customers.models import Identity
from inbox.tickets.conversation import reply
from inbox.tickets.files import store
from inbox.tickets.models import Message, Ticket, TicketEvent
from inbox.tickets.sending import Sending
from tests import cast
from tests.networks import instagram, messenger
from tests.networks.server import LOST, Reply

pytestmark = pytest.mark.django_db
NETWORKS = {"messenger": messenger, "instagram": instagram}
PICTURE = b"\x89PNG\r\n\x1a\n picture"


@pytest.fixture(params=list(NETWORKS))
def network(request: pytest.FixtureRequest, billing: Team) -> Iterator[Any]:
    """The fake of a network at which our account is connected, and a customer who asks something."""
    module = NETWORKS[request.param]
    ours = module.account()
    settings, secrets = dict(ours.settings), dict(ours.secrets)
    channels.connect(kind=ours.kind, address=ours.address, name="Nordlys", settings=settings, secrets=secrets)
    with module.STORY.fake() as fake:
        process(accept(Channel.objects.get(), module.STORY.inbound("Where is my parcel?", "")).envelope_id)
        yield fake


def comes_back(*echoes: dict[str, Any]) -> None:
    """The network brings echoes, all in one request."""
    channel = Channel.objects.get()
    module = NETWORKS[channel.kind]
    envelope = accept(channel, module.signed(module.webhook(module.entry(*echoes)))).envelope_id
    process(envelope)


def answered(text: str, files: Sequence[Any] = ()) -> Delivery:
    message = reply(Ticket.objects.get(), text, by=cast.maja(), files=files, undo_seconds=0)
    return sent(Delivery.objects.get(message=message))


def sent(delivery: Delivery) -> Delivery:
    Delivery.objects.filter(pk=delivery.pk).update(next_attempt_at=None)
    found = send(delivery.pk)
    assert found
    return found


def long(parts: int) -> str:
    """A text that leaves as so many messages."""
    return "\n\n".join(f"{number} " + "x" * 990 for number in range(1, parts + 1))


def state() -> tuple[Any, ...]:
    """All that can be seen of the one delivery, but for instants."""
    delivery = Delivery.objects.get()
    told = TicketEvent.objects.filter(kind="delivery_settled").order_by("id").values_list("details__status", flat=True)
    receipts = list(Receipt.objects.values_list("status", flat=True))
    outcome = (delivery.status, delivery.external_ids, delivery.fault, delivery.reason, receipts, delivery.lease_token)
    return (*outcome, delivery.next_attempt_at, list(told), Message.objects.filter(direction="out").count())


def test_the_echo_of_a_reply_whose_answer_was_lost_says_that_it_was_sent(network: Any) -> None:
    network.bad_days = [LOST]
    unsure = answered("Tomorrow.").status
    (echo,) = network.echoes
    for _ in range(2):
        comes_back(echo)
    mid = echo["message"]["mid"]
    settled = ("sent", [mid], "", "", ["sent"], None, None, ["unconfirmed", "sent"], 1)
    assert (unsure, state(), network.said) == ("unconfirmed", settled, ["Tomorrow."])
    assert list(ReceivedEvent.objects.filter(event_id=f"message:{mid}").values_list("outcome", "message__text")) == [
        ("echo", "Tomorrow.")
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("answer", [None, LOST])
def test_an_echo_that_comes_before_the_call_returns_settles_it_as_well(network: Any, answer: Reply | None) -> None:
    def its_echo_comes() -> None:
        try:
            comes_back(*network.echoes)
        finally:
            connection.close()

    network.bad_days, network.meanwhile = [answer] if answer else [], [its_echo_comes]
    delivery = answered("Tomorrow.")
    assert state() == ("sent", [network.echoes[0]["message"]["mid"]], "", "", ["sent"], None, None, ["sent"], 1)
    assert (delivery.status, Envelope.objects.filter(done_at=None).count()) == ("sent", 0)


@pytest.mark.django_db(transaction=True)
def test_echoes_of_all_parts_at_once_and_twice_end_the_same(network: Any) -> None:
    network.bad_days = [Reply(200, {"recipient_id": "1", "message_id": "first"}, is_done=True), LOST]
    picture = store(PICTURE, filename="a.png", content_type="image/png")
    answered("See the picture.", [picture])

    def comes(number: int) -> None:
        try:
            comes_back(network.echoes[number % 2] | {"timestamp": messenger.AT + number})
        finally:
            connection.close()

    network.echoes[0]["message"]["mid"] = "first"
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(comes, range(8)))
    mids = [echo["message"]["mid"] for echo in network.echoes]
    assert state() == ("sent", mids, "", "", ["sent"], None, None, ["unconfirmed", "sent"], 1)
    # Nobody asks the network for the picture that we sent it.
    assert [asked.method for asked in network.journal] == ["POST", "POST"]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_parts_of_a_reply_may_come_back_in_any_order(network: Any, order: Sequence[int]) -> None:
    text = long(6 if Channel.objects.get().kind == "messenger" else 3)
    message = reply(Ticket.objects.get(), text, by=cast.maja(), undo_seconds=0)
    # A worker hands all of it over and ends before it can say so.
    delivery = Delivery.objects.get(message=message)
    with transaction.atomic():
        send(delivery.pk)
        transaction.set_rollback(True)
    Delivery.objects.update(status="sending", handed_over_at=now(), deaths=1)
    for number in order:
        comes_back(network.echoes[number])
    assert state()[:2] == ("sent", [echo["message"]["mid"] for echo in network.echoes])
    assert (len(network.messages), state()[-2:]) == (3, (["sent"], 1))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_early", [False, True])
def test_what_comes_after_the_part_that_came_back_leaves_and_nothing_leaves_twice(network: Any, is_early: bool) -> None:
    def second_comes() -> None:
        try:
            comes_back(network.echoes[1])
        finally:
            connection.close()

    whole = long(6 if Channel.objects.get().kind == "messenger" else 3)
    network.bad_days = [Reply(200, {"recipient_id": "1", "message_id": "m1"}, is_done=True), LOST]
    network.meanwhile = [lambda: None, second_comes] if is_early else []
    delivery = answered(whole)
    comes_back(network.echoes[1] | {"timestamp": messenger.AT})
    before = Delivery.objects.get().status
    again = sent(delivery)
    mids = ["m1", *(echo["message"]["mid"] for echo in network.echoes[1:])]
    assert (delivery.status, before) == ("queued" if is_early else "unconfirmed", "queued")
    assert (again.status, again.external_ids, len(network.messages)) == ("sent", mids, 3)
    assert "".join("".join(network.said).split()) == "".join(whole.split())


def test_a_receipt_for_the_first_part_does_not_hide_that_the_rest_is_still_to_leave(network: Any) -> None:
    whole = long(6 if Channel.objects.get().kind == "messenger" else 3)
    network.bad_days = [Reply(200, {"recipient_id": "1", "message_id": "m1"}, is_done=True), LOST]
    delivery = answered(whole)
    comes_back(network.echoes[1])
    kind = {"messenger": "delivery", "instagram": "read"}[delivery.channel.kind]
    told = {"messenger": {"mids": ["m1"]}, "instagram": {"mid": "m1"}}[delivery.channel.kind]
    comes_back(NETWORKS[delivery.channel.kind].told(kind, told))
    waiting = Delivery.objects.get().status
    assert (waiting, sent(delivery).status, len(network.messages)) == ("queued", "sent", 3)


def test_what_an_agent_sent_again_is_no_further_message_when_both_come_back(network: Any) -> None:
    network.bad_days = [LOST]
    delivery = answered("Tomorrow.")
    sent(retry_delivery(delivery, by=cast.maja()))
    comes_back(*network.echoes)
    comes_back(network.echoes[0] | {"timestamp": messenger.AT})
    mids = {echo["message"]["mid"] for echo in network.echoes}
    assert (state()[0], set(state()[1]), state()[-1]) == ("sent", mids, 1)


def test_one_that_comes_back_before_an_agent_sends_it_again_is_not_sent_again(network: Any) -> None:
    network.bad_days = [LOST]
    delivery = retry_delivery(answered("Tomorrow."), by=cast.maja())
    comes_back(*network.echoes)
    assert (send(delivery.pk), state()[0], network.said) == (None, "sent", ["Tomorrow."])


def test_what_is_written_in_the_app_is_a_message_of_ours_whatever_it_carries(network: Any) -> None:
    network.bad_days = [LOST]
    answered("Tomorrow.")
    (ours,) = network.echoes
    strange = "0b6a3a1c-6df5-4e0c-9d33-0f1c8f5a0a51:1/1"
    by_hand = [
        ours | {"message": {"mid": f"hand{number}", "text": f"By hand {number}", "is_echo": True, **carried}}
        for number, carried in enumerate(({}, {"metadata": "campaign 7"}, {"metadata": strange}))
    ]
    comes_back(ours)
    comes_back(*by_hand)
    said = list(Message.objects.filter(direction="out").order_by("id").values_list("text", flat=True))
    assert said == ["Tomorrow.", "By hand 0", "By hand 1", "By hand 2"]


def test_a_customer_cant_say_that_something_was_sent(network: Any) -> None:
    network.bad_days = [LOST]
    answered("Tomorrow.")
    (ours,) = network.echoes
    turned = {**ours, "sender": ours["recipient"], "recipient": ours["sender"]}
    comes_back(turned | {"message": {**ours["message"], "mid": "his", "is_echo": False}})
    assert (Delivery.objects.get().status, Message.objects.filter(direction="in").count()) == ("unconfirmed", 2)


def test_an_echo_that_comes_again_for_what_is_long_settled_leaves_it_read(network: Any) -> None:
    delivery = answered("Tomorrow.")
    Delivery.objects.update(status="read")
    Receipt.objects.update(status="read")
    comes_back(*network.echoes)
    assert (delivery.status, state()[0], state()[4], state()[-1]) == ("sent", "read", ["read"], 1)


def test_who_was_answered_below_his_comment_is_known_by_the_echo(billing: Team) -> None:
    ours = messenger.account()
    page = channels.connect(kind="messenger", address=ours.address, name="Nordlys", secrets=dict(ours.secrets))
    with messenger.Messenger() as network:
        network.comments["122131676912594941_1"] = ""
        asked = messenger.entry(messenger.below(), kind="changes")
        process(accept(page, messenger.signed(messenger.webhook(asked))).envelope_id)
        network.bad_days = [LOST]
        message = reply(
            Ticket.objects.get(), "We write you.", by=cast.maja(), undo_seconds=0, sending=Sending(is_private=True)
        )
        unsure = sent(Delivery.objects.get(message=message))
        comes_back(*network.echoes)
        comes_back(messenger.told("message", {"mid": "m_1", "text": "Thank you"}))
    assert (unsure.status, Delivery.objects.get().status) == ("unconfirmed", "sent")
    assert (Ticket.objects.count(), Identity.objects.get(value=messenger.CUSTOMER).customer) == (
        1,
        Ticket.objects.get().customer,
    )
