"""What the widget shows, as JSON: a conversation and its messages."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from inbox.chats.asking import Question, question_in
from inbox.chats.flow_queries import opening_of, pressable
from inbox.chats.models import Visitor
from inbox.chats.places import place_in_words
from inbox.chats.queries import Conversation
from inbox.chats.rules import Spoken
from inbox.common import tokens
from inbox.surveys.questions import COMMENT_LIMIT
from inbox.tickets.enums import AuthorKind, Direction
from inbox.tickets.models import Attachment, Message, Ticket

_AUTHORS = {AuthorKind.HUMAN: "agent", AuthorKind.RULE: "agent", AuthorKind.BOT: "bot"}


def conversation_item(found: Conversation, visitor: Visitor) -> dict[str, Any]:
    """A conversation as the widget reads it."""
    ticket = found.ticket
    counting = pressable(found.messages)
    return {
        "cursor": found.cursor,
        "messages": [message_item(message, visitor, counting) for message in found.messages],
        "opening": opening_item(visitor, ticket),
        "has_earlier": found.has_earlier,
        "read_up_to": found.read_up_to if visitor.channel.widget.shows_read_marks else 0,
        "ticket": {"state": ticket.state, "ref": ticket.ref} if ticket else None,
        "queue": place_in_words(ticket),
    }


def opening_item(visitor: Visitor, ticket: Ticket | None) -> dict[str, Any] | None:
    """What the bot shows before a conversation begins, after which ticket of the visitor's; it is no message yet."""
    found = opening_of(visitor, ticket)
    if found is None:
        return None
    return {"author": bot_item(visitor.channel), "text": found.text, "buttons": list(found.buttons)}


def message_item(message: Message, visitor: Visitor, counting: Collection[int] = ()) -> dict[str, Any]:
    """One message. What was deleted keeps its place and loses its words.

    A bot's buttons are shown as long as they count: those of the messages `counting`.
    """
    is_mine = message.direction == Direction.IN
    is_mail = is_mine and message.channel_id != visitor.channel_id
    is_gone = message.deleted_at is not None
    is_bot = message.author_kind == AuthorKind.BOT
    item: dict[str, Any] = {
        "id": message.pk,
        "client_id": message.external_id.partition(":")[2] if is_mine and not is_mail else "",
        "from": "visitor" if is_mine else _AUTHORS.get(AuthorKind(message.author_kind), "system"),
        "author": author_item(message, visitor.channel),
        "text": "" if is_gone else message.text,
        "at": message.occurred_at.isoformat(),
        "edited_at": message.edited_at.isoformat() if message.edited_at and not is_gone else None,
        "is_deleted": is_gone,
        "repeated": message.context.get("repeated") or 1,
        "by_mail": is_mail,
        "files": [] if is_gone else [file_item(one, visitor) for one in message.attachments.all()],
        "buttons": [] if is_gone or (is_bot and message.pk not in counting) else message.buttons,
    }
    question = question_in(message) if message.author_kind == AuthorKind.SURVEY and not is_gone else None
    return item | {"text": question.intro, "survey": survey_item(question)} if question else item


def survey_item(question: Question) -> dict[str, Any]:
    """A survey: its scores from the lowest, each with what a message presses it by, and what was answered."""
    scale = [{"id": one.id, "score": one.score, "label": one.meaning or str(one.score)} for one in question.scale]
    return {
        "message": question.message,
        "question": question.question,
        "scale": scale,
        "low": scale[0]["label"] if scale else "",
        "high": scale[-1]["label"] if scale else "",
        "answered": question.answered,
        "comment": question.comment,
        "asks_comment": question.asks_comment,
        "max_comment": COMMENT_LIMIT,
        "thanks": question.thanks,
        "privacy": question.privacy,
        "is_open": question.is_open,
        "more": question.more,
    }


def author_item(message: Message, channel: Channel) -> dict[str, str] | None:
    """Who of us said it, as customers see it: the first name only, and the picture where there is one."""
    if message.author_kind == AuthorKind.BOT:
        return bot_item(channel)
    agent = message.agent if channel.widget.shows_agents else None
    if message.author_kind == AuthorKind.RULE:
        return rule_item(agent, channel)
    return agent_item(agent, channel) if agent else None


def agent_item(agent: Agent, channel: Channel) -> dict[str, str]:
    """One of us, as customers see him."""
    picture = reverse("livechat:picture", args=[channel.address, agent.picture]) if agent.picture else ""
    return {"name": agent.first_name, "picture": picture}


def bot_item(channel: Channel) -> dict[str, str]:
    """The bot, by a name that says what it is."""
    return {"name": _("%(brand)s · automatic") % {"brand": channel.brand or channel.name}, "picture": ""}


def spoken_item(spoken: Spoken, channel: Channel) -> dict[str, Any]:
    """What a rule says: in the name of one of us where it has an author, else in the brand's."""
    author = spoken.author if channel.widget.shows_agents else None
    return {"rule": spoken.rule, "text": spoken.text, "author": rule_item(author, channel)}


def rule_item(author: Agent | None, channel: Channel) -> dict[str, str]:
    """In whose name a rule speaks."""
    return agent_item(author, channel) if author else {"name": channel.brand or channel.name, "picture": ""}


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
