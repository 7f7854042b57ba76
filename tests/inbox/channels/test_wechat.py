"""A WeChat account through the product: its address is tested, people write, and are answered while that is allowed."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from channels_adapters.contracts import Payload
from inbox.agents.models import Team
from inbox.channels import actions as channels
from inbox.channels.access import hook_address
from inbox.channels.delivery import send
from inbox.channels.intake import process
from inbox.channels.models import Channel, Delivery, Envelope
from inbox.customers.models import Identity
from inbox.tickets.conversation import reply
from inbox.tickets.models import Attachment, Ticket
from tests import cast
from tests.networks.wechat import APP, CUSTOMER, KEY, OURS, SECRET, TOKEN, WeChat, plain, pushed, safe
from tests.web import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def network() -> Iterator[WeChat]:
    with WeChat() as running:
        yield running


def connected(mode: str) -> Channel:
    return channels.connect(
        kind="wechat",
        address=OURS,
        name="WeChat",
        settings={"app_id": APP, "mode": mode},
        secrets={"app_secret": SECRET, "token": TOKEN, "encoding_aes_key": KEY},
    )


def brings(payload: Payload) -> int:
    path = "/hooks/" + payload.url.partition("/hooks/")[2]
    answer = Visitor().post(path, payload.body, content_type="text/xml")
    if answer.status_code == 200:
        assert answer.content == b"success"
        process(Envelope.objects.latest("id").pk)
    return answer.status_code


def test_a_picture_and_a_text_are_answered_until_the_person_leaves(network: WeChat, billing: Team) -> None:
    account = connected("safe")
    url = hook_address(account)
    at = int(time.time())
    brings(safe(pushed("text", at=at, Content="我的包裹在哪里？"), url))
    brings(safe(pushed("image", 2, at=at, MediaId="MEDIA-IN"), url))
    ticket = Ticket.objects.get()
    delivery = send(Delivery.objects.get(message=reply(ticket, "明天到。", by=cast.maja(), undo_seconds=0)).pk)
    assert delivery
    brings(safe(pushed("event", Event="unsubscribe"), url))
    assert (ticket.subject, Attachment.objects.count(), delivery.status, network.said()) == (
        "我的包裹在哪里？", 1, "sent", ["明天到。"],
    )  # fmt: skip
    assert Identity.objects.get(value=CUSTOMER).blocked_at is not None


def test_a_push_proves_itself_and_in_plain_mode_only_once(network: WeChat, billing: Team) -> None:
    account = connected("plain")
    url = hook_address(account)
    first = plain(pushed("text", Content="Hello"), url)
    forged = Payload(pushed("text", 2, Content="Forged"), first.headers, first.url)
    statuses = [brings(one) for one in (first, first, forged, plain(first.body, url, token="another"))]
    tested = Visitor().get("/hooks/" + first.url.partition("/hooks/")[2] + "&echostr=7")
    assert (statuses, tested.content) == ([200, 200, 200, 401], b"7")
    assert [ticket.subject for ticket in Ticket.objects.all()] == ["Hello"]
    assert Envelope.objects.count() == 1
