"""A brand's colour made fit to be read: as text and as a button, on light and on dark ground (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

#: The surfaces of the customer's page and mail: page and card.
LIGHT, DARK = ("#f6f5f2", "#ffffff"), ("#131416", "#1f2226")
_BLACK, _WHITE, _INK = "#000000", "#ffffff", "#0e1420"
_ENOUGH = 4.5
#: How much of the colour is in its soft shade.
_LIGHT_SOFT, _DARK_SOFT = 0.1, 0.12


@dataclass(frozen=True, slots=True)
class Shade:
    """A colour for text and buttons, the ink on such a button, and its soft shade as a ground for text."""

    colour: str
    ink: str
    soft: str


@dataclass(frozen=True, slots=True)
class Accent:
    """The colour by day and by night."""

    light: Shade
    dark: Shade


DEFAULT = Accent(Shade("#2f5bd7", "#ffffff", "#e8eefc"), Shade("#8aa8ff", "#0e1420", "#222c45"))


def is_colour(value: str) -> bool:
    """True for "#rrggbb"."""
    return re.fullmatch(r"#[0-9a-fA-F]{6}", value) is not None


@functools.lru_cache(maxsize=256)
def accent_of(colour: str) -> Accent:
    """The shades nearest to a brand's colour that can be read; the product's own where it has none."""
    if not is_colour(colour):
        return DEFAULT
    return Accent(_shade(colour, _BLACK, LIGHT, _LIGHT_SOFT), _shade(colour, _WHITE, DARK, _DARK_SOFT))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _shade(colour: str, towards: str, grounds: tuple[str, str], softness: float) -> Shade:
    """The first shade on the way to black or white that can be read on all grounds, its own soft one among them."""
    for step in range(101):
        shade = mixed(colour, towards, step / 100)
        soft = mixed(grounds[1], shade, softness)
        if all(contrast(shade, ground) >= _ENOUGH for ground in (*grounds, soft)):
            break
    return Shade(shade, max(_WHITE, _INK, key=functools.partial(contrast, shade)), soft)


def mixed(one: str, other: str, share: float) -> str:
    """A colour with a `share` (0 to 1) of another one in it."""
    parts = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in _parts(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
