"""Who of us may change or delete what he said in a chat, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inbox.agents.models import Agent
from inbox.chats.models import ChatWidget
from inbox.common.clock import now
from inbox.common.prepared import Given, prepared
from inbox.tickets.actions import Refused
from inbox.tickets.amending import amend, take_back
from inbox.tickets.enums import AuthorKind, Direction, MessageKind
from inbox.tickets.models import Message


def edit(message: Message, text: str, *, by: Agent, at: datetime | None = None) -> Message:
    """Change what one said in a chat; the visitor sees it changed. Raises `Refused`."""
    if refusal := _why_not(message, by, at or now()):
        raise Refused(refusal)
    if not text.strip():
        raise Refused(_("A message can't be empty. Delete it instead."))
    return amend(message, text, by=by, at=at)


def delete(message: Message, *, by: Agent, at: datetime | None = None) -> Message:
    """Take a message of ours out of the chat: the author in time, leads and admins at any time. Raises `Refused`."""
    if refusal := _why_not(message, by, at or now(), is_deletion=True):
        raise Refused(refusal)
    return take_back(message, by=by, at=at)


def may_edit(message: Message, agent: Agent, at: datetime, *, minutes: int | None = None) -> bool:
    """Whether `edit` would be taken; `minutes` are those of its chat, where they are known."""
    return not _why_not(message, agent, at, minutes=minutes)


def may_delete(message: Message, agent: Agent, at: datetime, *, minutes: int | None = None) -> bool:
    """Whether `delete` would be taken."""
    return not _why_not(message, agent, at, minutes=minutes, is_deletion=True)


def edit_minutes(channel_id: int) -> int:
    """For how long a message of this chat can be changed."""
    return _edit_minutes.first(channel_id) or 0


@prepared
def _edit_minutes(channel: Given) -> QuerySet[ChatWidget, int]:
    return ChatWidget.objects.filter(channel=channel).values_list("edit_minutes", flat=True)


def _why_not(
    message: Message, agent: Agent, at: datetime, *, minutes: int | None = None, is_deletion: bool = False
) -> str:
    """Why not, as a sentence; "" when nothing speaks against it."""
    if not _is_our_word(message) or not agent.answers_customers:
        return _("This message can't be changed.")
    if is_deletion and agent.sees_all:
        return ""
    if message.agent_id != agent.pk:
        return _("Only who wrote a message can change it.")
    if minutes is None:
        minutes = edit_minutes(message.channel_id or 0)
    if at - message.occurred_at <= timedelta(minutes=minutes):
        return ""
    if not minutes:
        return _("Messages can't be changed in this chat.")
    return ngettext(
        "It is too late: a message can be changed for %(n)s minute.",
        "It is too late: a message can be changed for %(n)s minutes.",
        minutes,
    ) % {"n": minutes}


def _is_our_word(message: Message) -> bool:
    """Said by one of us to a visitor, and still there."""
    return (
        message.kind == MessageKind.MESSAGE
        and message.direction == Direction.OUT
        and message.author_kind == AuthorKind.HUMAN
        and message.channel is not None
        and message.channel.kind == "livechat"
        and message.deleted_at is None
        and message.withdrawn_at is None
    )
