"""Writing rules that speak first."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Any

import pytest

from inbox.agents.actions import NotAllowed
from inbox.chats.examples import demo_rule
from inbox.chats.rule_editing import InvalidRule, add_rule, edit_rule, move_rule, remove_rule, with_figures
from inbox.chats.rule_models import ChatRule, ChatRuleShown
from inbox.chats.visitors import Page, arrive
from inbox.common.clock import now
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"name": " "}, "name"),
        ({"page_match": "contains", "page": ""}, "page"),
        ({"seconds": 4000}, "seconds"),
        ({"visits_at_least": 0}, "visits_at_least"),
        ({"again_after_days": 0}, "again_after_days"),
        ({"cart_at_least": Decimal(0)}, "cart_at_least"),
        ({"from_hour": time(9), "to_hour": time(9)}, "to_hour"),
        ({"languages": ["xx"]}, "languages"),
        ({"when": "never"}, "when"),
        ({"texts": {"ru": "Привет"}}, "text-en"),
        ({"texts": {"en": "x" * 301}}, "text-en"),
    ],
)
def test_what_can_not_be_is_refused_by_name(company: None, values: dict[str, Any], named: str) -> None:
    given = {"name": "Cart", "texts": {"en": "Hello"}, **values}
    with pytest.raises(InvalidRule) as refused:
        add_rule(cast.shop_chat(), **given, by=cast.maja())
    assert (list(refused.value.errors), ChatRule.objects.count()) == ([named], 0)


def test_rules_are_changed_ordered_and_removed(company: None) -> None:
    channel = cast.shop_chat()
    one, two = (add_rule(channel, name=name, texts={"en": "Hello"}, by=cast.maja()) for name in ("One", "Two"))
    edit_rule(two, name="Second", texts={"en": "Hi"}, by=cast.maja())
    move_rule(two, -1, by=cast.maja())
    before = [(rule.name, [text.text for text in rule.texts.all()]) for rule in with_figures(channel)]
    remove_rule(one, by=cast.maja())
    assert (before, [rule.name for rule in with_figures(channel)]) == (
        [("Second", ["Hi"]), ("One", ["Hello"])],
        ["Second"],
    )


def test_figures_tell_how_often_it_was_shown_and_how_many_answered(company: None) -> None:
    channel = cast.shop_chat()
    rule, at = demo_rule(channel), now()
    for times, answered in ((2, at), (1, None)):
        visitor = arrive(channel, page=Page("https://shop.example/cart"))
        ChatRuleShown.objects.create(rule=rule, visitor=visitor, text="Hello", at=at, times=times, answered_at=answered)
    found = with_figures(channel).get()
    assert (found.shown_times, found.answered, found.dismissed) == (3, 1, 0)  # type: ignore[attr-defined]


def test_only_admins_write_them(company: None) -> None:
    with pytest.raises(NotAllowed):
        add_rule(cast.shop_chat(), name="Cart", texts={"en": "Hello"}, by=cast.ada())
    assert not ChatRule.objects.exists()
