"""Speaking first, by rule: to whom it fits, once, and what becomes of an answer."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from inbox.channels.models import Channel
from inbox.chats.models import Visitor
from inbox.chats.rule_conditions import Situation, cart_of, fits, seconds_left
from inbox.chats.rule_enums import PageMatch, RuleWhen
from inbox.chats.rule_models import ChatRule, ChatRuleShown, ChatRuleText
from inbox.chats.rules import heed
from inbox.common.clock import now
from inbox.livechat.views.sessions import BEAT
from inbox.tickets.actions import resolve
from inbox.tickets.models import Ticket
from tests import cast
from tests.inbox.livechat.browsers import Browser

_HERE = Situation("https://shop.example/cart", 25, Decimal(120), 2, "en", time(12), is_open=True, is_staffed=False)


@pytest.mark.parametrize(
    ("conditions", "fitting"),
    [
        ({}, True),
        ({"page_match": PageMatch.CONTAINS, "page": "/CART"}, True),
        ({"page_match": PageMatch.BEGINS, "page": "https://shop.example/boots"}, False),
        ({"cart_at_least": Decimal("120.00")}, True),
        ({"cart_at_least": Decimal("120.01")}, False),
        ({"visits_at_least": 3}, False),
        ({"languages": ["ru", "en"]}, True),
        ({"languages": ["ru"]}, False),
        ({"from_hour": time(20), "to_hour": time(9)}, False),
        ({"from_hour": time(22), "to_hour": time(13)}, True),
        ({"when": RuleWhen.STAFFED}, False),
        ({"when": RuleWhen.ANY, "seconds": 90}, True),
    ],
)
def test_a_rule_fits_when_all_it_asks_for_is_true(conditions: dict[str, Any], fitting: bool) -> None:
    assert fits(ChatRule(**conditions), _HERE) == fitting


def test_the_seconds_on_the_page_pass_by_themselves() -> None:
    assert [seconds_left(ChatRule(seconds=one), _HERE) for one in (5, 25, 40)] == [0, 0, 15]


@pytest.mark.parametrize(
    ("cart", "worth"),
    [
        ({"total": "129.90"}, Decimal("129.90")),
        ({"total": 12}, Decimal(12)),
        ({"amount": 1.5}, Decimal("1.5")),
        ({"total": "NaN"}, None),
        ({"total": True}, None),
        ({"total": "a lot"}, None),
        ("full", None),
    ],
)
def test_a_cart_is_worth_what_the_site_tells(cart: Any, worth: Decimal | None) -> None:
    assert cart_of({"cart": cart}) == worth


@pytest.fixture
def browser(company: None) -> Browser:
    return Browser(cast.shop_chat())


@pytest.mark.django_db
def test_what_a_rule_said_stands_above_the_answer_and_is_said_once(browser: Browser) -> None:
    made = rule(browser.channel, author=cast.ada())
    browser.opens()
    spoken = [browser.post("steps", page={"url": "https://shop.example/boots"}).json() for _again in range(2)]
    browser.says("Yes, which size?", answers=made.pk)
    said = [(one["from"], one["text"], (one["author"] or {}).get("name")) for one in browser.sees()["messages"]]
    shown = ChatRuleShown.objects.get()
    assert (spoken, said, shown.times, shown.answered_at is not None) == (
        [
            {
                "beat": BEAT,
                "talks": False,
                "proactive": {"rule": made.pk, "text": "Help with sizes?", "author": {"name": "Ada", "picture": ""}},
            },
            {"beat": BEAT, "talks": False},
        ],
        [("agent", "Help with sizes?", "Ada"), ("visitor", "Yes, which size?", None)],
        1,
        True,
    )
    ticket = Ticket.objects.get()
    assert (ticket.state, ticket.waiting_since, ticket.assignee) == ("new", ticket.created_at, None)


@pytest.mark.django_db
def test_the_page_asks_again_when_the_seconds_are_over(browser: Browser) -> None:
    rule(browser.channel, seconds=20)
    first = browser.opens()["beat"]
    page = {"url": "https://shop.example/boots"}
    beat = browser.post("steps", page=page).json()["beat"]
    Visitor.objects.update(page_since=now() - timedelta(seconds=21))
    assert (first, 15 <= beat <= 20, "proactive" in browser.post("steps", page=page).json()) == (5, True, True)


@pytest.mark.django_db
def test_nobody_is_spoken_to_in_a_chat_or_soon_after_it_or_after_he_waved_off(browser: Browser) -> None:
    made = rule(browser.channel)
    browser.opens()
    browser.says("Hello")
    visitor = browser.visitor
    in_chat = heed(visitor).spoken
    ticket = Ticket.objects.get()
    resolve(ticket, by=cast.ada())
    after = [bool(heed(visitor, now() + timedelta(days=days)).spoken) for days in (6, 8)]
    another = Browser(browser.channel)
    another.opens()
    another.post("steps", steps=[])
    another.post("steps", steps=[{"kind": "dismissed", "name": str(made.pk)}])
    made.again_after_days = 2
    made.save()
    again = [bool(heed(another.visitor, now() + timedelta(days=days)).spoken) for days in (6, 8)]
    assert (in_chat, after, again) == (None, [False, True], [False, True])


@pytest.mark.django_db
def test_who_has_the_chat_open_is_not_spoken_to(browser: Browser) -> None:
    rule(browser.channel)
    browser.opens()
    answers = [browser.post("steps", is_open=is_open).json() for is_open in (True, False)]
    assert ["proactive" in answer for answer in answers] == [False, True]


@pytest.mark.django_db
def test_it_is_quiet_at_night_where_the_visitor_is(browser: Browser) -> None:
    rule(browser.channel, from_hour=time(9), to_hour=time(20))
    browser.opens(time_zone="Asia/Shanghai")
    noon, evening = (datetime.fromisoformat(f"2026-11-23T{one}:00+00:00") for one in ("04:00", "13:00"))
    Visitor.objects.update(page_since=noon - timedelta(hours=1))
    visitor = browser.visitor
    assert (heed(visitor, evening).spoken, bool(heed(visitor, noon).spoken)) == (None, True)


@pytest.mark.django_db
def test_a_rule_that_did_not_speak_to_him_is_not_answered(browser: Browser) -> None:
    made = rule(browser.channel, seconds=500)
    browser.opens()
    for answers in (made.pk, 0, "x", True, {"rule": made.pk}):
        browser.says("Hello", answers=answers)
    assert {one["from"] for one in browser.sees()["messages"]} == {"visitor"}


@pytest.mark.django_db
def test_it_is_said_in_the_visitors_language(browser: Browser) -> None:
    made = rule(browser.channel)
    ChatRuleText.objects.create(rule=made, language="ru", text="Помочь с размером?")
    browser.opens(language="ru")
    assert browser.post("steps").json()["proactive"]["text"] == "Помочь с размером?"


def rule(channel: Channel, **values: Any) -> ChatRule:
    """A rule that fits everybody but for what is said."""
    given = {"seconds": 0, "when": RuleWhen.ANY, "from_hour": time(0), "to_hour": time(0), **values}
    made = ChatRule.objects.create(channel=channel, name="Sizes", is_active=True, **given)
    ChatRuleText.objects.create(rule=made, language="en", text="Help with sizes?")
    return made
