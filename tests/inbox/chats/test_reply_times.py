"""The reply time that a chat promises is what its visitors waited."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from inbox.agents.models import Agent
from inbox.chats.reply_times import ReplyTime, expected_reply, measured
from inbox.common.clock import now
from inbox.sla.calendars import make_calendar
from inbox.sla.opening import OpeningHours
from inbox.tickets.actions import mark_spam, resolve
from inbox.tickets.conversation import reply
from tests import cast
from tests.inbox.questions import asks

#: A Tuesday.
NOON = datetime(2026, 6, 2, 12, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.mark.django_db
def test_it_is_the_median_of_first_replies_in_open_hours_and_nothing_below_ten(maja: Agent, ada: Agent) -> None:
    chat = cast.shop_chat()
    chat.widget.calendar = make_calendar(
        "Noons", OpeningHours("UTC", {"1": [["10:00", "14:00"]]}), by=maja, at=NOON - 9 * DAY
    )
    # A week ago nobody answered before closing: what was asked at a quarter to two was answered a week later.
    for number, (asked, waited) in enumerate(
        [
            *((NOON, MINUTE * minutes) for minutes in range(1, 9)),
            (NOON - 7 * DAY + 105 * MINUTE, 7 * DAY - 100 * MINUTE),
        ]
    ):
        reply(asks(chat, number, at=asked), "Hello", by=ada, at=asked + waited)
    # Neither at night, nor elsewhere, nor spam, nor resolved without a word.
    for number, asked in enumerate([NOON - 20 * 60 * MINUTE, NOON - 6 * DAY], 20):
        reply(asks(chat, number, at=asked), "Hello", by=ada, at=asked + MINUTE)
    reply(asks(cast.support(), 30, at=NOON), "Hello", by=ada, at=NOON + MINUTE)
    mark_spam(reply(asks(chat, 31, at=NOON), "Hello", by=ada, at=NOON + MINUTE).ticket, by=ada, at=NOON + MINUTE)
    resolve(asks(chat, 32, at=NOON), by=ada, at=NOON + MINUTE)
    assert measured(chat.widget, NOON + 60 * MINUTE) is None
    reply(asks(chat, 40, at=NOON), "Hello", by=ada, at=NOON + 30 * MINUTE)
    assert measured(chat.widget, NOON + 60 * MINUTE) == ReplyTime(5.5 * 60, 10)
    assert measured(chat.widget, NOON + 15 * DAY) is None


@pytest.mark.django_db
def test_it_is_kept_for_a_while(ada: Agent) -> None:
    chat = cast.shop_chat()
    cache.delete(f"chat-reply-time:{chat.pk}:None")
    start = now() - DAY
    for number in range(10):
        reply(asks(chat, number, at=start), "Hello", by=ada, at=start + 38 * MINUTE / 60)
    first = expected_reply(chat.widget)
    reply(asks(chat, 10, at=start), "Hello", by=ada, at=start + 99 * MINUTE)
    assert (first, expected_reply(chat.widget), str(first)) == (ReplyTime(38, 10), first, "under a minute")


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0.9, "under a minute"),
        (1, "about 1 minute"),
        (9.4, "about 9 minutes"),
        (12, "about 10 minutes"),
        (56, "about 55 minutes"),
        (58, "about 1 hour"),
        (80, "about 1 hour"),
        (150, "about 2 hours"),
        (3000, "about 50 hours"),
    ],
)
def test_it_is_told_as_people_would(minutes: float, words: str) -> None:
    assert str(ReplyTime(minutes * 60, 12)) == words
