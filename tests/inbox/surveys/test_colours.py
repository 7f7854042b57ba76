"""Brand colours that can be read."""

from __future__ import annotations

import itertools

from inbox.surveys.colours import DARK, DEFAULT, LIGHT, accent_of, contrast

#: Ordinary and quiet ink of the customer's page.
INKS = {LIGHT: ("#1d1e20", "#55585d"), DARK: ("#eceae6", "#a9adb3")}


def test_contrast_is_that_of_wcag() -> None:
    assert [round(contrast(one, "#ffffff"), 2) for one in ("#000000", "#ffffff", "#767676", "#ff0000")] == [
        21,
        1,
        4.54,
        4,
    ]


def test_every_brand_can_be_read_by_day_and_by_night() -> None:
    parts = ("00", "80", "ff")
    too_faint = []
    for colour in ("#" + "".join(one) for one in itertools.product(parts, repeat=3)):
        accent = accent_of(colour)
        for shade, grounds in ((accent.light, LIGHT), (accent.dark, DARK)):
            pairs = [
                *((shade.colour, ground) for ground in (*grounds, shade.soft)),
                *((ink, shade.soft) for ink in INKS[grounds]),
                (shade.ink, shade.colour),
            ]
            too_faint += [(colour, pair) for pair in pairs if contrast(*pair) < 4.5]
    assert too_faint == []


def test_a_colour_that_can_be_read_is_left_as_it_is() -> None:
    assert (accent_of("#2f5bd7").light.colour, accent_of("#8aa8ff").dark.colour) == ("#2f5bd7", "#8aa8ff")


def test_what_is_no_colour_is_the_products_own() -> None:
    assert [accent_of(one) for one in ("", "red", "#fff", "#2f5bd7;}", "#2f5bd7\n")] == [DEFAULT] * 5
