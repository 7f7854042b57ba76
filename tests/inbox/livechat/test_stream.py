"""The stream of a chat: whoever becomes somebody while it begins hears of his tickets."""

from __future__ import annotations

import asyncio

import pytest

from inbox.channels.models import Channel
from inbox.live.stream import VisitorReader
from inbox.livechat.views.stream import _told
from tests import cast
from tests.inbox.livechat.browsers import Browser


@pytest.fixture
def shop(transactional_db: None, company: None) -> Channel:
    return cast.shop_chat()


async def _first(reader: VisitorReader) -> str:
    told = _told(reader)
    try:
        return await anext(told)
    finally:
        await told.aclose()


def test_first_words_between_the_question_and_the_stream_are_heard_of(shop: Channel) -> None:
    browser = Browser(shop)
    browser.opens()
    visitor = browser.visitor
    # Asked for before he wrote, as nobody.
    reader = VisitorReader(visitor.pk, shop.pk, None)
    assert browser.says("Hello")["status"] == 201
    hello = asyncio.run(_first(reader))
    customer = browser.visitor.identity.customer_id  # type: ignore[union-attr]
    news = {"topic": "ticket", "ticket": 1, "customer": customer, "kinds": ["replied"]}
    assert ("event: hello" in hello, reader.may_see(news)) == (True, True)
