"""Visitors who may be customers we know: compared once they say something that others can be told by."""

from __future__ import annotations

import pytest

from inbox.channels.models import Channel
from inbox.customers.likeness_models import CustomerLikeness
from inbox.tickets.likenesses import look, waiting
from tests import cast
from tests.inbox.livechat.browsers import Browser
from tests.inbox.questions import asks

pytestmark = pytest.mark.django_db


def test_who_says_nothing_of_himself_is_compared_with_nobody_until_he_does(support: Channel) -> None:
    asks(support, 1, name="Bo Beet")
    assert waiting() == []
    browser = Browser(cast.shop_chat())
    browser.opens()
    browser.says("Do you have it in blue?")
    before = waiting()
    browser.says("I am c1@x.example")
    assert (before, [look(pk) for pk in waiting()]) == ([], [1])
    assert [[one["sign"], one["value"]] for one in CustomerLikeness.objects.get().evidence] == [
        ["wrote", "c1@x.example"]
    ]
