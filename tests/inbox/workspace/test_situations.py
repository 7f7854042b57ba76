"""What a page told of its visitor, as rows to read."""

from __future__ import annotations

from typing import Any

import pytest

from inbox.workspace.situations import Situation, situation_of


def told(found: Situation | None) -> list[tuple[str, str, str]]:
    """Each row: the part it is in, what it is, what the page said."""
    return [(part.title, fact.label, fact.value) for part in found.parts for fact in part.facts] if found else []


def test_cart_and_order_come_first_with_money_and_lines_as_people_write_them() -> None:
    found = situation_of(
        {
            "page": {"url": "https://shop.example/cart?step=2", "title": "Cart"},
            "is_member": True,
            "cart": {
                "value": 129.9,
                "currency": "EUR",
                "items": [{"name": "Boots", "qty": 2, "price": 64.95}, "Laces"],
            },
            "order": {"number": 1007, "delivery_state": "packed", "paid": None},
        }
    )
    assert found
    assert found.brief == "cart 129.90 EUR · order 1007 · Cart"
    assert told(found) == [
        ("Cart", "Total", "129.90 EUR"),
        ("Cart", "Items", "2 × Boots, 64.95"),
        ("Cart", "Items", "Laces"),
        ("Order", "Number", "1007"),
        ("Order", "Delivery state", "packed"),
        ("Is member", "", "yes"),
        ("Page", "Address", "https://shop.example/cart?step=2"),
        ("Page", "Title", "Cart"),
    ]


def test_only_addresses_of_the_web_lead_anywhere() -> None:
    found = situation_of({"session": "https://replay.example/1", "note": "javascript:alert(1)"})
    assert found
    assert [fact.url for part in found.parts for fact in part.facts] == ["https://replay.example/1", ""]


@pytest.mark.parametrize("context", [{}, {"cart": {}}, {"cart": [], "page": {"url": ""}}, {"order": None}])
def test_a_page_that_told_nothing_has_no_rows(context: dict[str, Any]) -> None:
    assert situation_of(context) is None


def test_what_a_page_tells_is_cut_to_what_somebody_reads() -> None:
    found = situation_of({"deep": {"a": {"b": {"c": {"d": 1}}}}, "many": list(range(99)), "long": "x" * 999})
    assert found
    sizes = [(part.key, len(part.facts), max(len(fact.value) for fact in part.facts)) for part in found.parts]
    assert sizes == [("deep", 1, 8), ("many", 40, 2), ("long", 1, 300)]
