"""What a widget is told of its channel: how it looks, what it says, what it asks, whether somebody is there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from channels_adapters.livechat.adapter import MOST_FILES, MOST_TEXT
from inbox.channels.models import Channel
from inbox.chats.colours import colours_of
from inbox.chats.contact import fields_asked, name_of
from inbox.chats.enums import Asked
from inbox.chats.hours import Hours, hours_of
from inbox.chats.models import ChatWidget, ChatWidgetText, WidgetField
from inbox.chats.reply_times import expected_reply
from inbox.chats.words import default_words
from inbox.common.clock import now
from inbox.livechat.views.files import MOST_BYTES
from inbox.livechat.wording import launcher_words, words_of

#: A site that may embed a widget, as a source expression of CSP: no path, a star for one or more labels at most.
_ORIGIN = re.compile(r"https?://(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?", re.I)


def language_for(channel: Channel, wanted: str) -> str:
    """The language of ours nearest to the page's; the channel's own where there is none."""
    for one in (wanted, channel.language):
        try:
            return translation.get_supported_language_variant(one.strip().lower().replace("_", "-")[:20])
        except LookupError:
            continue
    return "en"


def origins_of(widget: ChatWidget) -> list[str]:
    """The sites that may embed a widget; what is no origin is left out."""
    return [one for one in widget.origins if _ORIGIN.fullmatch(one)]


def launcher_config(widget: ChatWidget, language: str) -> dict[str, Any]:
    """What the page around needs to draw the launcher, in the active language."""
    text = _text_of(widget, language)
    return {
        "key": widget.channel.address,
        "language": language,
        "origins": origins_of(widget),
        "colours": colours_of(widget.colour),
        "side": widget.side,
        "offset_x": widget.offset_x,
        "offset_y": widget.offset_y,
        "theme": widget.theme,
        "launcher": text.launcher,
        "asks_consent": widget.asks_consent,
        "follows_pages": widget.follows_pages,
        "strings": launcher_words(_title(widget, text)),
    }


def widget_config(widget: ChatWidget, language: str) -> dict[str, Any]:
    """All that the frame needs, in the active language."""
    channel, text = widget.channel, _text_of(widget, language)
    hours, consent = hours_of(widget), default_words("consent", channel)
    return {
        "key": channel.address,
        "brand": channel.brand or channel.name,
        "origins": origins_of(widget),
        "colours": colours_of(widget.colour),
        "side": widget.side,
        "theme": widget.theme,
        "logo": reverse("livechat:logo", args=[channel.address, widget.logo]) if widget.logo else "",
        "language": language,
        "title": _title(widget, text),
        "greeting": text.greeting or default_words("greeting", channel),
        "consent_text": (text.consent or consent) if widget.asks_consent else None,
        "plays_sound": widget.plays_sound,
        "follows_pages": widget.follows_pages,
        "shows_read_marks": widget.shows_read_marks,
        "takes_files": widget.takes_files,
        "max_file_mb": MOST_BYTES // 1024 // 1024,
        "max_files": MOST_FILES,
        "max_text": MOST_TEXT,
        "can": [name for name in ("end", "transcript", "contact") if _has(name, channel)],
        "strings": words_of() | {"consent": consent},
        **presence_config(widget, language, hours),
    }


def presence_config(widget: ChatWidget, language: str, hours: Hours | None = None) -> dict[str, Any]:
    """What changes by itself while a page is open: whether somebody is there, and how soon he answers."""
    hours = hours or hours_of(widget)
    closed = default_words("closed", widget.channel, takes_messages=hours.takes_messages)
    return {
        "at": now().isoformat(),
        "is_open": hours.is_open,
        "opens_at": hours.opens_at.isoformat() if hours.opens_at else None,
        "takes_messages": hours.takes_messages,
        "closed_text": _text_of(widget, language).closed or closed,
        "fields": [field_item(one, language, widget.channel.language) for one in fields_asked(widget, hours)],
        "reply_time": _reply_words(widget) if hours.is_open else "",
    }


def field_item(field: WidgetField, language: str, fallback: str) -> dict[str, Any]:
    """A field of the form before a chat; `name` is what its answer is called in the message."""
    default = _("Your question") if field.asked == Asked.OTHER else Asked(field.asked).label
    choices = _by_language(field.choices, language, fallback)
    return {
        "name": name_of(field),
        "asked": field.asked,
        "label": str(_by_language(field.labels, language, fallback) or default),
        "choices": list(choices) if isinstance(choices, list) else [],
        "required": field.is_required,
    }


def _reply_words(widget: ChatWidget) -> str:
    found = expected_reply(widget) if widget.shows_reply_time else None
    return _("Usually answers in %(time)s") % {"time": found} if found else ""


def _title(widget: ChatWidget, text: ChatWidgetText) -> str:
    return text.title or widget.channel.brand or widget.channel.name


def _text_of(widget: ChatWidget, language: str) -> ChatWidgetText:
    known = {one.language: one for one in widget.texts.all()}
    return known.get(language) or known.get(widget.channel.language) or ChatWidgetText()


def _by_language(values: Mapping[str, Any], language: str, fallback: str) -> Any:
    return values.get(language) or values.get(fallback) or next(iter(values.values()), None)


def _has(name: str, channel: Channel) -> bool:
    try:
        reverse(f"livechat:{name}", args=[channel.address])
    except NoReverseMatch:
        return False
    return True
