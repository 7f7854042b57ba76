"""What a list is narrowed to, in addresses and in the search box."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.tickets.filters import FIELDS, Filters, Sort, from_address, from_search, words_of


def test_an_address_gives_its_filters_in_the_order_of_the_chips() -> None:
    filters = from_address({"tag": ["Refund"], "state": ["open", "new"], "q": ["two  words"], "sort": ["waiting"]})
    assert filters == Filters(
        (("state", "open"), ("state", "new"), ("tag", "refund")), "two words", Sort.WAITING_LONGEST
    )


def test_values_that_mean_nothing_are_left_out_of_an_address() -> None:
    filters = from_address({"state": ["broken"], "after": ["soon"], "is": ["nice"], "sort": ["up"], "page": ["2"]})
    assert filters == Filters()


def test_operators_in_the_search_box_become_filters_and_the_rest_is_searched() -> None:
    filters = from_search(
        'from:bo is:open is:urgent tag:"gift card" before:2026-01-31 is:unassigned parcel "left at door"'
    )
    assert filters == Filters(
        (
            ("state", "open"),
            ("priority", "urgent"),
            ("assignee", "none"),
            ("tag", "gift card"),
            ("from", "bo"),
            ("before", "2026-01-31"),
        ),
        'parcel "left at door"',
    )


@pytest.mark.parametrize("typed", ["is:purple", "before:tomorrow", "http://x.example/a", "12:30", "from:"])
def test_what_is_no_operator_stays_a_searched_word(typed: str) -> None:
    assert from_search(typed) == Filters(text=typed)


def test_of_two_days_before_which_only_the_last_one_holds() -> None:
    assert from_search("before:2026-01-01 before:2026-02-01").chosen == (("before", "2026-02-01"),)


def test_a_chip_can_be_added_and_taken_away() -> None:
    filters = Filters().adding("tag", "refund").adding("state", "open")
    assert (filters.query(), filters.without("tag", "refund").query()) == ("state=open&tag=refund", "state=open")


def test_phrases_count_as_one_word_and_eight_are_enough() -> None:
    assert words_of('a "b c" d" e f g h i j') == ("a", "b c", "d", "e", "f", "g", "h", "i")


@given(st.text(max_size=300))
def test_whatever_is_typed_survives_the_way_through_the_address(typed: str) -> None:
    filters = from_search(typed)
    values = {field: list(filters.of(field)) for field in FIELDS}
    assert from_address({**values, "q": [filters.text]}) == filters
