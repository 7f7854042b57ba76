"""What a message holds."""

from __future__ import annotations

from channels_adapters.contents import Content
from channels_adapters.contracts import Choice, Identifier, InboundMessage, Person, ThreadRef

BO = Person((Identifier("tg_user", "1"),))


def test_what_is_held_makes_a_message_all_of_whose_words_are_new() -> None:
    held = Content("Yes", choice=Choice("y", "Yes"), context={"group": "Friends"})
    assert held.message("e1", "m1", BO, ThreadRef(("room:1",)), None) == InboundMessage(
        "e1",
        "m1",
        BO,
        ThreadRef(("room:1",)),
        None,
        text="Yes",
        full_text="Yes",
        choice=Choice("y", "Yes"),
        context={"group": "Friends"},
    )


def test_what_says_why_it_says_nothing_is_not_empty() -> None:
    assert (Content().is_empty, Content(unsupported="A dice.").is_empty, Content(context={"a": 1}).is_empty) == (
        True,
        False,
        True,
    )
