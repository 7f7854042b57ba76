"""How a chat would look: its head, its greeting and its button, by day and by night."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import override

from inbox.chats.enums import Side, Theme
from inbox.chats.models import ChatWidget
from inbox.surveys.colours import Accent, Shade, accent_of, contrast, is_colour
from inbox.workspace.chat_forms import default_words


@dataclass(frozen=True, slots=True)
class Preview:
    """A chat as it is typed; `colour` without its #. What can't be is shown as it is stored."""

    colour: str
    accent: Accent
    language: str
    side: str
    grounds: list[str]
    title: str
    greeting: str
    launcher: str
    is_changed: bool
    contrast: float


def preview_of(widget: ChatWidget, given: Mapping[str, str] | None) -> Preview:
    """The preview in the chat's own language."""
    language = widget.channel.language
    texts = widget.texts.filter(language=language).first()
    typed = given or {}
    colour = typed.get("colour", widget.colour)
    colour = colour if is_colour(colour) else widget.colour
    theme, side = typed.get("theme", widget.theme), typed.get("side", widget.side)
    accent = accent_of(colour)
    with override(language):
        said = {
            name: typed.get(f"{language}-{name}", getattr(texts, name, "")).strip()
            or default_words(name, widget.channel)
            for name in ("title", "greeting", "launcher")
        }
    return Preview(
        colour=colour.removeprefix("#"),
        accent=accent,
        language=language,
        side=side if side in Side.values else widget.side,
        grounds=[theme] if theme in (Theme.LIGHT, Theme.DARK) else [Theme.LIGHT.value, Theme.DARK.value],
        is_changed=accent.light.colour.lower() != colour.lower(),
        contrast=contrast(accent.light.colour, accent.light.ink),
        **said,
    )


def colours_css(accent: Accent) -> str:
    """The colours of a preview, for the two grounds it is drawn on."""
    return f".chat-ground.is-light{{{_values(accent.light)}}}.chat-ground.is-dark{{{_values(accent.dark)}}}"


def _values(shade: Shade) -> str:
    return f"--brand:{shade.colour};--brand-ink:{shade.ink};--brand-soft:{shade.soft}"
