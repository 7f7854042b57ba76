"""What the widget shows, as JSON: a conversation and its messages."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from inbox.channels.models import Channel
from inbox.chats.models import Visitor
from inbox.chats.queries import Conversation
from inbox.common import tokens
from inbox.tickets.enums import AuthorKind, Direction
from inbox.tickets.models import Attachment, Message

_AUTHORS = {AuthorKind.HUMAN: "agent", AuthorKind.BOT: "bot"}


def conversation_item(found: Conversation, visitor: Visitor) -> dict[str, Any]:
    """A conversation as the widget reads it."""
    ticket = found.ticket
    return {
        "cursor": found.cursor,
        "messages": [message_item(message, visitor) for message in found.messages],
        "has_earlier": found.has_earlier,
        "read_up_to": found.read_up_to if visitor.channel.widget.shows_read_marks else 0,
        "ticket": {"state": ticket.state, "ref": ticket.ref} if ticket else None,
    }


def message_item(message: Message, visitor: Visitor) -> dict[str, Any]:
    """One message. What was deleted keeps its place and loses its words."""
    is_mine = message.direction == Direction.IN
    is_gone = message.deleted_at is not None
    item: dict[str, Any] = {
        "id": message.pk,
        "client_id": message.external_id.partition(":")[2] if is_mine else "",
        "from": "visitor" if is_mine else _AUTHORS.get(AuthorKind(message.author_kind), "system"),
        "author": author_item(message, visitor.channel),
        "text": "" if is_gone else message.text,
        "at": message.occurred_at.isoformat(),
        "edited_at": message.edited_at.isoformat() if message.edited_at and not is_gone else None,
        "is_deleted": is_gone,
        "by_mail": is_mine and message.channel_id != visitor.channel_id,
        "files": [] if is_gone else [file_item(one, visitor) for one in message.attachments.all()],
        "buttons": [] if is_gone else message.buttons,
    }
    return item


def author_item(message: Message, channel: Channel) -> dict[str, str] | None:
    """Who of us said it, as customers see it: the first name only, and the picture where there is one."""
    agent = message.agent
    if agent is None or not channel.widget.shows_agents:
        return None
    picture = reverse("livechat:picture", args=[channel.address, agent.picture]) if agent.picture else ""
    return {"name": agent.first_name, "picture": picture}


def file_item(stored: Attachment, visitor: Visitor) -> dict[str, Any]:
    """A file with an address that only this visitor's pages are given."""
    token = tokens.sign(f"chat file {visitor.pk}", stored.pk)
    return {
        "name": stored.filename,
        "size": stored.size,
        "type": stored.content_type,
        "kind": stored.kind,
        "url": reverse("livechat:file", args=[visitor.channel.address, f"{visitor.pk}-{token}"]),
    }
