"""A brand's colour as the chat wears it."""

from __future__ import annotations

from inbox.surveys.colours import Shade, accent_of, contrast, is_colour

#: The chat's grounds, each with how much a filled shape must differ from it.
_DAY, _NIGHT = ("#ffffff", 1.25), ("#17191c", 1.6)
_WHITE, _INK = "#ffffff", "#0e1420"
_ENOUGH = 4.5


def colours_of(colour: str) -> dict[str, dict[str, str]]:
    """The brand by day and by night: `accent` for text and lines, `soft` for grounds, `fill` with `ink` on it.

    What is filled has the brand's own colour, unless nothing could be read on it or it would be lost on the ground.
    """
    accent = accent_of(colour)
    return {
        theme: {"accent": shade.colour, "soft": shade.soft, **_filled(colour, shade, *ground)}
        for theme, shade, ground in (("light", accent.light, _DAY), ("dark", accent.dark, _NIGHT))
    }


def _filled(colour: str, shade: Shade, ground: str, seen: float) -> dict[str, str]:
    if is_colour(colour):
        ink = max(_WHITE, _INK, key=lambda one: contrast(colour, one))
        if contrast(colour, ink) >= _ENOUGH and contrast(colour, ground) >= seen:
            return {"fill": colour, "ink": ink}
    return {"fill": shade.colour, "ink": shade.ink}
