"""What a text costs on a telephone."""

from __future__ import annotations

import pytest

from channels_adapters.segments import segments

TOLD = (
    ("", (0, "GSM-7", 160)),
    ("Hello", (1, "GSM-7", 155)),
    ("a" * 160, (1, "GSM-7", 0)),
    ("a" * 161, (2, "GSM-7", 145)),
    ("a" * 306, (2, "GSM-7", 0)),
    ("a" * 307, (3, "GSM-7", 152)),
    ("€" * 80, (1, "GSM-7", 0)),
    # The escape and its character stay together: the last place of the first part is left free.
    ("a" * 152 + "€" + "a" * 10, (2, "GSM-7", 141)),
    ("é ù Ñ @ \n", (1, "GSM-7", 151)),
    ("Привет", (1, "UCS-2", 64)),
    ("я" * 70, (1, "UCS-2", 0)),
    ("я" * 71, (2, "UCS-2", 63)),
    ("“quoted”", (1, "UCS-2", 62)),
    ("😀" * 35, (1, "UCS-2", 0)),
    # 66 units in the first part: a pair is not torn apart.
    ("😀" * 36, (2, "UCS-2", 61)),
    ("a" * 1600, (11, "GSM-7", 83)),
)


@pytest.mark.parametrize(("text", "expected"), TOLD)
def test_parts_are_counted_in_the_unit_the_text_needs(text: str, expected: tuple[int, str, int]) -> None:
    assert segments(text) == expected
