"""A chat in the timeline: short messages of one writer stand together, and each knows what it was before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.timezone import localdate

from inbox.agents.models import Agent
from inbox.chats.editing import edit_minutes, may_delete, may_edit
from inbox.tickets.albums import files_before, told_in
from inbox.tickets.amending import said_before
from inbox.tickets.enums import EventKind, MessageKind
from inbox.tickets.models import Message, MessageRevision, Ticket, TicketEvent
from inbox.workspace.enclosures import Enclosure, enclosures
from inbox.workspace.situations import Situation, situation_of

#: What one writer says within this stands together.
_TOGETHER = timedelta(seconds=60)


@dataclass(slots=True)
class ChatSaid:
    """What only a chat's message has. `continues`: its writer's name stands above; `goes_on`: his next one follows."""

    continues: bool = False
    goes_on: bool = False
    can_be_edited: bool = False
    can_be_deleted: bool = False
    situation: Situation | None = None
    earlier: list[MessageRevision] = field(default_factory=list)
    earlier_files: list[Enclosure] = field(default_factory=list)

    @property
    def version(self) -> str:
        """What changes when the message has to be drawn anew."""
        flags = (self.continues, self.goes_on, self.can_be_edited, self.can_be_deleted)
        return f"{''.join(str(int(flag)) for flag in flags)}{len(self.earlier)}.{len(self.earlier_files)}"


def is_chat(message: Message) -> bool:
    """Said in our own live chat, in public."""
    return message.kind == MessageKind.MESSAGE and message.channel is not None and message.channel.kind == "livechat"


def chat_sides(ticket: Ticket, messages: Sequence[Message], agent: Agent, at: datetime) -> dict[int, ChatSaid]:
    """What the timeline shows beside the words of chat messages, and of all that were changed or taken back."""
    before = said_before(messages)
    minutes = edit_minutes(ticket.channel_id) if ticket.channel.kind == "livechat" else 0
    may_act = agent.answers_customers and not ticket.merged_into_id and not ticket.deleted_at
    sides: dict[int, ChatSaid] = {}
    situation: Situation | None = None
    for message in messages:
        shown_before = files_before(message)
        if not is_chat(message) and message.pk not in before and not shown_before:
            continue
        side = sides[message.pk] = ChatSaid(earlier=before.get(message.pk, []))
        if shown_before:
            side.earlier_files = enclosures(file for file in message.attachments.all() if file.pk in shown_before)
        if may_act and message.ticket_id == ticket.pk:
            side.can_be_edited = may_edit(message, agent, at, minutes=minutes)
            side.can_be_deleted = may_delete(message, agent, at, minutes=minutes)
        if message.context and (found := situation_of(told_in(message.context))) != situation:
            side.situation = situation = found
    return sides


def stand_together(earlier: Message, later: Message) -> bool:
    """Whether two messages that follow each other are one writer's, within a minute."""
    return (
        is_chat(earlier)
        and is_chat(later)
        and (earlier.direction, earlier.author_kind) == (later.direction, later.author_kind)
        and (earlier.agent_id, earlier.customer_id) == (later.agent_id, later.customer_id)
        and later.occurred_at - earlier.occurred_at < _TOGETHER
        and localdate(earlier.occurred_at) == localdate(later.occurred_at)
    )


def quieted(events: Sequence[TicketEvent]) -> list[TicketEvent]:
    """Without what goes without saying: that a chat waits for the visitor after an answer, and whose it is by it."""
    answered = {event.occurred_at for event in events if event.kind == EventKind.REPLIED}
    return [event for event in events if event.occurred_at not in answered or not _comes_by_itself(event)]


def without_own_changes(events: Sequence[TicketEvent], messages: Sequence[Message]) -> list[TicketEvent]:
    """Without what a message shows itself: that its writer changed it or took it back."""
    writers = {message.pk: message.agent_id for message in messages}
    kinds = (EventKind.MESSAGE_EDITED, EventKind.MESSAGE_DELETED)
    return [one for one in events if one.kind not in kinds or writers.get(one.message_id or 0, 0) != one.agent_id]


def _comes_by_itself(event: TicketEvent) -> bool:
    took_it = event.kind == EventKind.ASSIGNED and event.details.get("to") == event.agent_id
    return took_it or event.kind == EventKind.PENDED
