"""What a chat says where nobody wrote words of its own, in the active language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from inbox.channels.models import Channel


def default_words(name: str, channel: Channel, *, takes_messages: bool = True) -> str:
    """The `title`, `greeting`, `closed` or `consent`; "" for what needs no words.

    While it is closed a chat takes messages or does not.
    """
    match name:
        case "title":
            return channel.brand or channel.name
        case "greeting":
            return _("Hello! How can we help you?")
        case "closed" if takes_messages:
            return _("We are not here right now. Leave us a message: we answer as soon as we are back.")
        case "closed":
            return _("The chat is closed right now.")
        case "consent":
            return _(
                "For this chat we keep what you write, the page you are on, and a mark in your browser "
                "that lets you find the conversation again."
            )
    return ""
