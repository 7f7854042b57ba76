"""Texts are cut so that every part fits, no word or link is broken without need, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_adapters.contracts import TextUnit
from channels_adapters.splitting import graphemes, length, split

FAMILY = "👨‍👩‍👧‍👦"
WORDS = st.text(st.sampled_from("ab é漢🙂\n.,!"), max_size=300)


@pytest.mark.parametrize(
    ("unit", "text", "counted"),
    [
        (TextUnit.CHARACTERS, "héllo", 5),
        (TextUnit.UTF16, "a🙂", 3),
        (TextUnit.BYTES, "a漢", 4),
        (TextUnit.GRAPHEMES, f"e\u0301{FAMILY}🇳🇴🇸🇪", 4),
        (TextUnit.WEIGHTED, "漢字 ab https://example.org/a/very/long/address/indeed", 4 + 1 + 2 + 1 + 23),
    ],
)
def test_each_network_counts_in_its_own_way(unit: TextUnit, text: str, counted: int) -> None:
    assert length(text, unit) == counted


@given(WORDS, st.integers(8, 60), st.sampled_from(sorted(TextUnit)))
def test_every_part_fits_and_nothing_is_lost(text: str, limit: int, unit: TextUnit) -> None:
    parts = split(text, limit, unit)
    assert all(0 < length(part, unit) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_parts_end_where_sentences_and_paragraphs_do() -> None:
    text = "First paragraph.\n\nSecond one. It has two sentences, and the last is long."
    assert split(text, 45) == ["First paragraph.", "Second one. It has two sentences,", "and the last is long."]


def test_a_link_stays_whole() -> None:
    link = "https://shop.example/returns/48213?lang=en"
    assert split(f"Your parcel can be followed at {link} at any time.", 50) == [
        "Your parcel can be followed at",
        f"{link} at any",
        "time.",
    ]


def test_an_emoji_of_several_characters_is_not_cut() -> None:
    parts = split(FAMILY * 4, 12, TextUnit.UTF16)
    assert (parts, list(graphemes("🇳🇴🇸🇪"))) == ([FAMILY] * 4, ["🇳🇴", "🇸🇪"])
