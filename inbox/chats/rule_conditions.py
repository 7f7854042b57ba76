"""When a rule speaks: functions of plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from decimal import Decimal, InvalidOperation
from typing import Any

from inbox.chats.rule_enums import PageMatch, RuleWhen
from inbox.chats.rule_models import ChatRule

_TOTALS = ("total", "value", "amount")


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a visitor is: `local` is the time of day in his own zone, `seconds` how long he is on the page."""

    page: str
    seconds: float
    cart: Decimal | None
    visits: int
    language: str
    local: time
    is_open: bool
    is_staffed: bool


def fits(rule: ChatRule, now: Situation) -> bool:
    """Whether all that the rule asks for is true, but for the seconds on the page: those pass by themselves."""
    return (
        _is_page(rule, now.page)
        and (rule.cart_at_least is None or (now.cart is not None and now.cart >= rule.cart_at_least))
        and now.visits >= rule.visits_at_least
        and (not rule.languages or any(speaks(now.language, one) for one in rule.languages))
        and is_within(now.local, rule.from_hour, rule.to_hour)
        and (rule.when == RuleWhen.ANY or (now.is_open if rule.when == RuleWhen.OPEN else now.is_staffed))
    )


def seconds_left(rule: ChatRule, now: Situation) -> float:
    """How long until a rule that fits may speak."""
    return max(0.0, rule.seconds - now.seconds)


def is_within(at: time, begins: time, ends: time) -> bool:
    """Whether a time of day lies in a span, which may go over midnight; one without length is the whole day."""
    if begins == ends:
        return True
    return begins <= at < ends if begins < ends else at >= begins or at < ends


def speaks(language: str, wanted: str) -> bool:
    """Whether a visitor's language is the wanted one or a kind of it."""
    tag, wanted = language.lower().replace("_", "-"), wanted.lower()
    return tag == wanted or tag.startswith(f"{wanted}-")


def cart_of(context: Mapping[str, Any]) -> Decimal | None:
    """What the cart is worth, as far as the site tells; None where there is none."""
    cart = context.get("cart")
    if not isinstance(cart, Mapping):
        return None
    told = next((cart[name] for name in _TOTALS if cart.get(name) is not None), None)
    if isinstance(told, bool) or not isinstance(told, int | float | str):
        return None
    try:
        found = Decimal(str(told).strip()[:24])
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _is_page(rule: ChatRule, page: str) -> bool:
    if rule.page_match == PageMatch.CONTAINS:
        return rule.page.lower() in page.lower()
    if rule.page_match == PageMatch.BEGINS:
        return page.lower().startswith(rule.page.lower())
    return True
