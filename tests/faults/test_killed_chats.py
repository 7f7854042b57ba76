"""A web process that is killed while a visitor's message is on its way in: sent again, it is one message."""

from __future__ import annotations

import uuid

import httpx
import pytest

from inbox.agents.models import Team
from inbox.channels.models import Envelope
from inbox.chats.frame_tickets import frame_ticket
from inbox.tickets.models import Message
from tests import cast
from tests.product import Product

pytestmark = pytest.mark.process


@pytest.mark.parametrize("fault", ["after_accept", "before_commit"])
def test_a_message_sent_again_after_a_crash_is_one_message(billing: Team, product: Product, fault: str) -> None:
    shop, said = cast.shop_chat(), {"id": uuid.uuid4().hex, "text": "Where is my parcel?"}
    key, begin = shop.address, {"frame_ticket": frame_ticket(shop.widget), "page": {"url": "https://shop.example/"}}
    dying, address = product.web(fault)
    session = httpx.post(f"{address}/chat/{key}/session/", verify=False, json=begin, timeout=60).json()
    token = {"Authorization": f"Bearer {session['token']}"}
    with pytest.raises(httpx.HTTPError):
        httpx.post(f"{address}/chat/{key}/messages/", verify=False, json=said, headers=token, timeout=60)
    assert product.killed(dying)
    assert (Envelope.objects.count(), Message.objects.count()) == (1, 0)
    _, address = product.web()

    def answered() -> int:
        return httpx.post(
            f"{address}/chat/{key}/messages/", verify=False, json=said, headers=token, timeout=60
        ).status_code

    # What a dead process held is free again after its lease.
    product.until(lambda: answered() == 201, "the message was not taken in")
    texts = list(Message.objects.values_list("text", flat=True))
    assert (Envelope.objects.count(), texts) == (1, ["Where is my parcel?"])
