"""What a visitor is told while nobody has his chat."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from inbox.agents.models import Agent
from inbox.chats.assignment import give_waiting, go_available
from inbox.chats.places import tell_places
from inbox.common.clock import now
from inbox.live.announce import bell
from inbox.live.presence import KEY, note_here
from inbox.tickets.models import Ticket
from tests import cast
from tests.inbox.livechat.browsers import Browser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    bell().delete(KEY, "inbox:chat-places")
    yield
    bell().delete(KEY, "inbox:chat-places")


def asks(text: str) -> Browser:
    browser = Browser(cast.shop_chat())
    browser.opens()
    browser.says(text)
    return browser


def test_who_waits_is_told_his_place_as_long_as_it_is_true(ada: Agent) -> None:
    Agent.objects.update(most_chats=1)
    browsers = [asks(text) for text in ("One", "Two", "Three")]
    nobody = "Nobody is free to chat at the moment. Your message is kept, and will be answered."
    told = [[one.sees()["queue"] for one in browsers]]
    counts = [tell_places(), tell_places()]
    note_here(ada.pk, now())
    go_available(ada)
    counts += [tell_places(), tell_places()]
    told.append([one.sees()["queue"] for one in browsers])
    give_waiting()
    counts += [tell_places(), tell_places()]
    told.append([one.sees()["queue"] for one in browsers])
    assert told == [
        [nobody] * 3,
        ["You are next.", "1 person is before you.", "2 people are before you."],
        ["", "You are next.", "1 person is before you."],
    ]
    # Once for everybody, once when somebody came, once for those who moved up: who has been given to somebody knows.
    assert counts == [3, 0, 3, 0, 2, 0]
    assert Ticket.objects.get(assignee=ada).snippet == "One"
