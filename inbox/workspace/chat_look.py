"""How a chat would look: its head, its greeting and its button, by day and by night."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import override

from inbox.chats.colours import colours_of
from inbox.chats.enums import Side, Theme
from inbox.chats.models import ChatWidget
from inbox.chats.words import default_words
from inbox.surveys.colours import contrast, is_colour


@dataclass(frozen=True, slots=True)
class Preview:
    """A chat as it is typed; `colour` without its #. What can't be is shown as it is stored."""

    colour: str
    language: str
    side: str
    grounds: list[str]
    title: str
    greeting: str
    launcher: str
    changed: Sequence[tuple[str, str]]
    contrast: float


def preview_of(widget: ChatWidget, given: Mapping[str, str] | None) -> Preview:
    """The preview in the chat's own language."""
    language = widget.channel.language
    texts = widget.texts.filter(language=language).first()
    typed = given or {}
    colour = typed.get("colour", widget.colour)
    colour = colour if is_colour(colour) else widget.colour
    theme, side = typed.get("theme", widget.theme), typed.get("side", widget.side)
    found = colours_of(colour)
    grounds = [theme] if theme in (Theme.LIGHT, Theme.DARK) else [Theme.LIGHT.value, Theme.DARK.value]
    with override(language):
        said = {
            name: typed.get(f"{language}-{name}", getattr(texts, name, "")).strip()
            or default_words(name, widget.channel)
            for name in ("title", "greeting", "launcher")
        }
    return Preview(
        colour=colour.removeprefix("#"),
        language=language,
        side=side if side in Side.values else widget.side,
        grounds=grounds,
        changed=[(one, found[one]["fill"]) for one in grounds if found[one]["fill"].lower() != colour.lower()],
        contrast=min(contrast(found[one]["fill"], found[one]["ink"]) for one in grounds),
        **said,
    )


def colours_css(colour: str) -> str:
    """The colours of a preview, for the two grounds it is drawn on."""
    found = colours_of(colour)
    return "".join(
        f".chat-ground.is-{theme}{{--brand:{found[theme]['fill']};--brand-ink:{found[theme]['ink']}}}"
        for theme in found
    )
