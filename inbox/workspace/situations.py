"""Where a visitor was when he wrote: what his page told of itself, his cart and his order, as rows to read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: More than this nobody reads beside a message.
_MOST_ROWS = 40
_LONGEST = 300
_DEPTH = 3
_NAMES: Mapping[str, str | Promise] = {
    "page": gettext_lazy("Page"),
    "cart": gettext_lazy("Cart"),
    "order": gettext_lazy("Order"),
    "form": gettext_lazy("Filled in before the chat"),
    "total": gettext_lazy("Total"),
    "value": gettext_lazy("Total"),
    "amount": gettext_lazy("Total"),
    "currency": gettext_lazy("Currency"),
    "items": gettext_lazy("Items"),
    "id": gettext_lazy("Number"),
    "number": gettext_lazy("Number"),
    "state": gettext_lazy("State"),
    "status": gettext_lazy("State"),
    "session": gettext_lazy("Session"),
    "session_url": gettext_lazy("Session"),
    "plan": gettext_lazy("Plan"),
    "title": gettext_lazy("Title"),
    "url": gettext_lazy("Address"),
    "referrer": gettext_lazy("Came from"),
    "scroll": gettext_lazy("Scrolled to, percent"),
}
_TOTALS = ("total", "value", "amount")
_COUNTS = ("quantity", "qty", "count")
_TITLES = ("name", "title", "sku", "id")


@dataclass(frozen=True, slots=True)
class Fact:
    """A row: what it is, what the page said, and where that leads when it is an address."""

    label: str
    value: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What belongs together: the page, the cart, the order."""

    key: str
    title: str
    facts: tuple[Fact, ...]

    @property
    def has_title(self) -> bool:
        """False where its only row says what it is."""
        return any(fact.label for fact in self.facts)


@dataclass(frozen=True, slots=True)
class Situation:
    """All of it, and in a few words what stands on the fold."""

    brief: str
    parts: tuple[Part, ...]


def situation_of(context: Mapping[str, Any]) -> Situation | None:
    """What a page told, ready to be read; None when it told nothing."""
    order = ["cart", "order", *(key for key in context if key not in ("cart", "order", "page")), "page"]
    parts = [part for key in order if key in context and (part := _part(key, context[key]))]
    if not parts:
        return None
    briefs = (cart_brief(context), order_brief(context), _page_brief(context))
    return Situation(" · ".join(brief for brief in briefs if brief) or parts[0].title, tuple(parts))


def cart_brief(context: Mapping[str, Any]) -> str:
    """What is in the cart and what it costs, as far as the page tells; "" when there is none."""
    cart = context.get("cart")
    if not isinstance(cart, Mapping) or not cart:
        return ""
    total = next((name for name in _TOTALS if _is_plain(cart.get(name))), "")
    money = _money(cart[total], cart) if total else ""
    return _("cart %(money)s") % {"money": money} if money else _("cart")


def order_brief(context: Mapping[str, Any]) -> str:
    """The order's number; "" when there is none."""
    order = context.get("order")
    if isinstance(order, Mapping):
        order = next((order[name] for name in ("number", "id") if _is_plain(order.get(name))), "")
    return _("order %(number)s") % {"number": _text(order)} if _is_plain(order) and order != "" else ""


def path_of(url: str) -> str:
    """The part of an address that tells pages of one site apart."""
    try:
        split = urlsplit(url)
    except ValueError:
        return url
    return (f"{split.path}?{split.query}" if split.query else split.path) or "/"


def safe_link(url: str) -> str:
    """The address, where it is one of the web; else ""."""
    return url if url.lower().startswith(("https://", "http://")) else ""


def _page_brief(context: Mapping[str, Any]) -> str:
    page = context.get("page")
    if not isinstance(page, Mapping):
        return ""
    return _text(page.get("title") or path_of(_text(page.get("url", ""))))


def _part(key: str, told: Any) -> Part | None:
    facts = tuple(_facts(told, (), _DEPTH))[:_MOST_ROWS]
    facts = tuple(fact for fact in facts if fact.value)
    return Part(key, _named(key), facts) if facts else None


def _facts(told: Any, path: tuple[str, ...], depth: int) -> Iterator[Fact]:
    if isinstance(told, Mapping) and depth:
        totals = [key for key in told if key in _TOTALS and _is_plain(told[key])]
        for key, value in told.items():
            if key in totals:
                yield Fact(_label((*path, key)), _money(value, told))
                continue
            if key == "currency" and totals:
                continue
            yield from _facts(value, (*path, str(key)), depth - 1)
    elif isinstance(told, Sequence) and not isinstance(told, str) and depth:
        for one in told:
            yield Fact(_label(path), _item(one))
    else:
        text = _text(told)
        yield Fact(_label(path), text, safe_link(text))


def _item(one: Any) -> str:
    """A line of a cart: "2 × Boots, 59.90"."""
    if not isinstance(one, Mapping):
        return _text(one)
    count = next((one[name] for name in _COUNTS if _is_plain(one.get(name))), "")
    title = next((one[name] for name in _TITLES if _is_plain(one.get(name))), "")
    used = {*_COUNTS, next((name for name in _TITLES if one.get(name) == title), "")}
    rest = [_text(value) for key, value in one.items() if key not in used and _is_plain(value)]
    whole = f"{_text(count)} × {_text(title)}" if count not in ("", 1) else _text(title)
    return ", ".join(part for part in (whole, *rest) if part)[:_LONGEST]


def _money(amount: Any, beside: Mapping[str, Any]) -> str:
    """An amount with the currency that stands beside it: "129.90 EUR"."""
    written = number_format(amount, 2) if isinstance(amount, float) else _text(amount)
    return f"{written} {_text(beside.get('currency', ''))}".strip()


def _label(path: tuple[str, ...]) -> str:
    return " · ".join(_named(key) for key in path)


def _named(key: str) -> str:
    if known := _NAMES.get(key.lower()):
        return str(known)
    words = key.replace("_", " ").replace("-", " ").strip()
    return (words[:1].upper() + words[1:])[:60]


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "" if value is None else str(value)[:_LONGEST]
