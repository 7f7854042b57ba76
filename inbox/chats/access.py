"""How a widget gets at what is its visitor's: by the channel's public key and its browser's token, nothing else."""

from __future__ import annotations

from inbox.channels.models import Channel
from inbox.chats.models import ChatWidget, Visitor
from inbox.common import tokens


def widget_of(key: str) -> ChatWidget | None:
    """The widget of the active live-chat channel with this public key."""
    wanted = ChatWidget.objects.filter(channel__kind="livechat", channel__address=key, channel__is_active=True)
    return wanted.select_related("channel", "calendar").first()


def token_of(visitor: Visitor) -> str:
    """What the visitor's browser keeps: whoever holds it is this visitor."""
    return tokens.sign(_purpose(visitor.channel_id), visitor.pk)


def visitor_of(channel: Channel, token: str) -> Visitor | None:
    """The visitor whose token this is, unless he was blocked."""
    found = holder_of(channel, token)
    return None if found is None or found.blocked_at else found


def holder_of(channel: Channel, token: str) -> Visitor | None:
    """The visitor whose token this is, blocked or not."""
    number = tokens.unsign(_purpose(channel.pk), token[:80])
    found = Visitor.objects.select_related("identity").filter(pk=number or 0, channel=channel).first()
    if found:
        found.channel = channel
    return found


def _purpose(channel_id: int) -> str:
    return f"chat visitor {channel_id}"
