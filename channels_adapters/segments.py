"""How many messages a text is on a telephone, and what is left in the last one (3GPP TS 23.038 and 23.040)."""

from __future__ import annotations

from collections.abc import Iterator

GSM7 = "GSM-7"
UCS2 = "UCS-2"
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: These cost two: an escape and the character, which stay together.
_EXTENDED = frozenset("\f^{}\\[~]|€")
#: Units a text may have alone, and in each part of a longer one, whose parts begin with a header.
_ROOM = {GSM7: (160, 153), UCS2: (70, 67)}


def segments(text: str) -> tuple[int, str, int]:
    """How many SMS a text is, the unit they are counted in, and how many units more fit into the last one.

    One character outside of the alphabet of GSM makes all of it UCS-2.
    """
    is_gsm = all(char in _BASIC or char in _EXTENDED for char in text)
    unit = GSM7 if is_gsm else UCS2
    alone, part = _ROOM[unit]
    costs = list(_costs(text, is_gsm=is_gsm))
    if sum(costs) <= alone:
        return (1 if text else 0), unit, alone - sum(costs)
    count, used = 1, 0
    for cost in costs:
        if used + cost > part:
            count, used = count + 1, 0
        used += cost
    return count, unit, part - used


def _costs(text: str, *, is_gsm: bool) -> Iterator[int]:
    for char in text:
        yield (2 if char in _EXTENDED else 1) if is_gsm else (2 if ord(char) > 0xFFFF else 1)
