"""One app of Meta's brings what three networks tell of many accounts to one address."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels_adapters.contracts import Payload
from channels_adapters.registry import adapter
from inbox.agents.models import Team
from inbox.channels import actions as channels
from inbox.channels.access import account
from inbox.channels.intake import accept, process
from inbox.channels.models import Channel, Delivery, Envelope, ReceivedEvent
from inbox.channels.news import take_news
from inbox.common.clock import now
from inbox.tickets.conversation import reply
from inbox.tickets.models import Message, Ticket
from tests import cast
from tests.networks import instagram, messenger, whatsapp
from tests.web import Visitor

Body = Mapping[str, Any]
bounded = settings(max_examples=6, deadline=None, database=None, suppress_health_check=list(HealthCheck))


def connected(kind: str, address: str) -> Channel:
    return channels.connect(kind=kind, address=address, name=address, secrets=whatsapp.SECRETS)


def brought(payload: Payload) -> int:
    headers = {"X-Hub-Signature-256": payload.headers["X-Hub-Signature-256"]}
    return Visitor().post("/hooks/meta/", payload.body, content_type="application/json", headers=headers).status_code


def read() -> None:
    for number in Envelope.objects.filter(done_at=None).order_by("id").values_list("id", flat=True):
        process(number)


def talked(of: str) -> list[Body]:
    """Eight events of one account's conversations with two people."""
    told = instagram.told
    return [
        told("message", {"mid": f"{of}-1", "text": "Hello"}, by="bo", to=of),
        told("message", {"mid": f"{of}-2", "text": "Good day"}, by="eve", to=of),
        told("message", {"mid": f"{of}-3", "text": "By hand", "is_echo": True}, by=of, to="bo"),
        told("message_edit", {"mid": f"{of}-1", "text": "Hello!", "num_edit": 1}, by="bo", to=of),
        told("reaction", {"mid": f"{of}-3", "action": "react", "emoji": "\u2764"}, by="bo", to=of),
        told("message", {"mid": f"{of}-2", "is_deleted": True}, by="eve", to=of),
        told("postback", {"mid": f"{of}-4", "title": "Prices?", "payload": "prices"}, by="eve", to=of),
        told("read", {"mid": f"{of}-0"}, by="eve", to=of),
    ]


def commented(of: str) -> list[Body]:
    comment = {"from": {"id": "ida", "username": "ida"}, "media": {"id": "9"}, "text": "Nice"}
    return [
        {"field": "comments", "value": {**comment, "id": f"{of}71"}},
        {"field": "comments", "value": {**comment, "id": f"{of}72", "parent_id": f"{of}71", "from": {"id": of}}},
    ]


@pytest.mark.django_db
def test_thirty_mixed_events_of_three_accounts_in_one_request_all_arrive_each_at_its_own(billing: Team) -> None:
    addresses = ("101", "102", "103")
    for address in addresses:
        connected("instagram", address)
    talks = [instagram.entry(*talked(of), of=of) for of in addresses]
    comments = [instagram.entry(*commented(of), of=of, kind="changes") for of in reversed(addresses)]
    request = instagram.signed(instagram.webhook(*talks, *comments))
    statuses = [brought(request), brought(request)]
    read()
    outcomes = Counter(ReceivedEvent.objects.values_list("channel__address", "kind", "outcome"))
    each = {
        ("InboundMessage", "opened"): 3,
        ("InboundMessage", "joined"): 1,
        ("InboundMessage", "elsewhere"): 2,
        ("MessageEdited", "edited"): 1,
        ("MessageDeleted", "erased"): 1,
        ("MessageReaction", "reacted"): 1,
        ("DeliveryUpdate", "unknown"): 1,
    }
    assert statuses == [200, 200]
    assert outcomes == {(of, *what): count for of in addresses for what, count in each.items()}
    assert set(Message.objects.values_list("ticket__channel__address", "channel__address")) == {
        (of, of) for of in addresses
    }


@pytest.mark.django_db
def test_the_three_networks_of_one_app_do_not_hear_each_other(billing: Team) -> None:
    for kind in ("messenger", "instagram", "whatsapp"):
        connected(kind, "101")
    said = {"id": "wamid.1", "type": "text", "text": {"body": "On WhatsApp"}}
    on_messenger = messenger.told("message", {"mid": "m1", "text": "On Messenger"}, to="101")
    on_instagram = instagram.told("message", {"mid": "m1", "text": "On Instagram"}, to="101")
    requests = (
        messenger.signed(messenger.webhook(messenger.entry(on_messenger, of="101"))),
        instagram.signed(instagram.webhook(instagram.entry(on_instagram, of="101"))),
        whatsapp.signed(whatsapp.webhook(whatsapp.written(said), of="101")),
        messenger.signed(messenger.webhook(messenger.entry(on_messenger, of="102"))),
        messenger.signed(messenger.webhook(messenger.entry(on_messenger, of="101")), secret="not-ours"),
    )
    statuses = [brought(request) for request in requests]
    read()
    assert (statuses, sorted(Message.objects.values_list("channel__kind", "text"))) == (
        [200, 200, 200, 200, 401],
        [("instagram", "On Instagram"), ("messenger", "On Messenger"), ("whatsapp", "On WhatsApp")],
    )


@pytest.mark.django_db(transaction=True)
def test_one_webhook_a_hundred_times_at_once_is_one_message(billing: Team) -> None:
    connected("instagram", instagram.ACCOUNT)
    hello = instagram.told("message", {"mid": "m1", "text": "Hello"})
    request = instagram.signed(instagram.webhook(instagram.entry(hello)))
    together = Barrier(5)

    def bring(_: int) -> list[int]:
        try:
            together.wait()
            statuses = [brought(request) for _ in range(20)]
            read()
            return statuses
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as threads:
        statuses = [status for found in threads.map(bring, range(5)) for status in found]
    assert (statuses, Envelope.objects.count(), Ticket.objects.count(), Message.objects.count()) == (
        [200] * 100,
        1,
        1,
        1,
    )


def page_news(news: str) -> Body:
    until = int((time.time() + 60) * 1000)
    kinds: Mapping[str, tuple[str, object]] = {
        "delivered": ("delivery", {"mids": ["out-1"]}),
        "delivered until": ("delivery", {"watermark": until}),
        "read": ("read", {"mid": "out-1"}),
        "read until": ("read", {"watermark": until}),
    }
    return messenger.webhook(messenger.entry(messenger.told(*kinds[news])))


def number_news(status: str) -> Body:
    told = {"id": "out-1", "status": status, "timestamp": str(int(time.time())), "recipient_id": whatsapp.CUSTOMER}
    return whatsapp.webhook({"statuses": [told]})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "address", "hello", "told", "news", "final"),
    [
        (
            "messenger",
            messenger.PAGE,
            messenger.STORY.inbound,
            page_news,
            ("delivered", "delivered until", "read", "read until"),
            "read",
        ),
        (
            "whatsapp",
            whatsapp.NUMBER,
            whatsapp.STORY.inbound,
            number_news,
            ("sent", "delivered", "read", "played"),
            "read",
        ),
        ("whatsapp", whatsapp.NUMBER, whatsapp.STORY.inbound, number_news, ("sent", "delivered", "failed"), "failed"),
    ],
)
def test_states_told_in_any_order_end_the_same(
    billing: Team,
    kind: str,
    address: str,
    hello: Callable[[str, str], Payload],
    told: Callable[[str], Body],
    news: Sequence[str],
    final: str,
) -> None:
    channel = connected(kind, address)
    process(accept(channel, hello("Hello", "")).envelope_id)
    reply(Ticket.objects.get(), "Good day!", by=cast.maja(), undo_seconds=0)
    Delivery.objects.update(status="sent", sent_at=now(), external_ids=["out-1"])
    payloads = [messenger.signed(told(one)) for one in news]
    events = [event for one in payloads for event in adapter(kind).parse(one, account(channel))]

    @bounded
    @given(order=st.permutations([*events, events[0]]))
    def ends_the_same(order: Sequence[Any]) -> None:
        with transaction.atomic():
            for event in order:
                take_news(channel, event, is_last_try=True)
            status = Delivery.objects.get().status
            transaction.set_rollback(True)
        assert status == final

    assert len(events) >= len(news)
    ends_the_same()
