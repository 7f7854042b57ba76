"""Replies that are said later: by the sweep at their time, through the ordinary `reply`, if nobody said anything new.

What is held back is never lost: its text is its writer's draft again; its files, and whatever else was chosen for it,
are offered with the draft.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import override

from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.common.prepared import Given, prepared
from inbox.common.text import storable
from inbox.tickets.actions import Refused
from inbox.tickets.changes import SYSTEM, Actor, change
from inbox.tickets.conversation import NewerArrived, newer_than, reply
from inbox.tickets.enums import Direction, EventKind, MessageKind, State
from inbox.tickets.files import StoredFile
from inbox.tickets.models import Draft, Message, ScheduledReply, Ticket, TicketEvent
from inbox.tickets.queries import is_public, last_said
from inbox.tickets.recipients import in_role
from inbox.tickets.sending import AS_EVER, Sending, check_time
from inbox.tickets.template_words import filled_again

log = logging.getLogger(__name__)
LATEST = timedelta(days=366)
#: Why one was not said, other than in the words of the rule that refused it.
NEWER, LEFT, CANCELLED, DELETED, MERGED = "newer", "left", "cancelled", "deleted", "merged"
_AT_ONCE = 200


def schedule(
    ticket: Ticket,
    text: str,
    *,
    by: Agent,
    send_at: datetime,
    recipients: Sequence[Mapping[str, Any]] = (),
    files: Sequence[StoredFile] = (),
    quotes_history: bool = False,
    then: State | None = None,
    seen_message_id: int | None = None,
    client_ref: uuid.UUID | None = None,
    buttons: Sequence[str] = (),
    sending: Sending = AS_EVER,
) -> ScheduledReply:
    """Say a reply at `send_at`. Nothing else changes until then: the customer still waits.

    Refused like a reply. The same `client_ref` again changes nothing and returns the first one.
    """
    text, at = storable(text).strip(), now()
    if not by.answers_customers:
        raise Refused(_("Your role does not write to customers. Write a note instead."))
    if not text and not files:
        raise Refused(_("Write something first: an empty reply can't be sent."))
    _check(send_at, at)
    ref = client_ref or uuid.uuid4()
    with change(ticket, by=by, at=at) as it:
        if earlier := ScheduledReply.objects.filter(client_ref=ref, ticket=ticket, agent=by).first():
            return earlier
        if ticket.deleted_at:
            raise Refused(_("This ticket is deleted. Restore it first."))
        if ticket.state == State.CLOSED:
            raise Refused(_("This ticket is closed. Write a follow-up instead."))
        to = in_role("to", [dict(one) for one in recipients])
        check_time(ticket, sending, to[0] if to else None, text, len(files), send_at=send_at)
        if Message.objects.filter(client_ref=ref).exists() or ScheduledReply.objects.filter(client_ref=ref).exists():
            raise Refused(_("This was sent already."))
        if seen_message_id is not None and (newer := newer_than(ticket, seen_message_id, by)):
            raise NewerArrived(newer)
        planned = ScheduledReply.objects.create(
            ticket=ticket,
            agent=by,
            text=text,
            recipients=list(recipients),
            files=[asdict(file) for file in files],
            quotes_history=quotes_history,
            sending=sending.kept() | ({"buttons": list(buttons)} if buttons else {}),
            then=then or "",
            seen_message_id=last_said(ticket),
            client_ref=ref,
            send_at=send_at,
            created_at=at,
        )
        it.record(EventKind.REPLY_SCHEDULED, scheduled=planned.pk, send_at=send_at.isoformat())
        Draft.objects.filter(ticket=ticket, agent=by, mode=MessageKind.MESSAGE).delete()
    return planned


def reschedule(planned: ScheduledReply, send_at: datetime, *, by: Agent) -> ScheduledReply:
    """Say it at another time."""
    _check(send_at, now())
    with change(planned.ticket, by=by) as it:
        planned = _mine(planned, by)
        if planned.send_at != send_at:
            planned.send_at = send_at
            planned.save(update_fields=["send_at"])
            it.record(EventKind.REPLY_SCHEDULED, scheduled=planned.pk, send_at=send_at.isoformat())
    return planned


def say_now(planned: ScheduledReply, *, by: Agent) -> Message:
    """Say it now. Raises `NewerArrived` or `Refused`, and then it stays planned."""
    with change(planned.ticket, by=by):
        return _say(_mine(planned, by))


def cancel(planned: ScheduledReply, *, by: Agent) -> Draft | None:
    """Don't say it; its text is its writer's draft again. Any colleague who sees it may stop it. Twice is once."""
    with change(planned.ticket, by=by):
        waiting = ScheduledReply.objects.select_for_update().filter(pk=planned.pk, settled_at=None).first()
        return _hold(waiting, CANCELLED, by=by) if waiting else None


def hold_all(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """The ticket was deleted or merged: nothing more is said in it. The reaction to that."""
    reason = MERGED if events[-1].kind == EventKind.MERGED else DELETED
    for planned in ticket.scheduled_replies.select_for_update(of=("self",)).filter(settled_at=None).order_by("id"):
        planned.ticket = ticket
        _hold(planned, reason, by=SYSTEM)


def say_due(at: datetime | None = None) -> int:
    """Say the replies whose time has come; how many were said. Two sweeps at once say each one once."""
    said = 0
    for planned_id, ticket_id in due(at).values_list("id", "ticket_id")[:_AT_ONCE]:
        try:
            said += _say_due(planned_id, ticket_id, at)
        except Exception:
            # It stays due and is named at every sweep; the others do not wait for it.
            log.exception("scheduled: reply %s could not be said", planned_id)
    return said


def due(at: datetime | None = None) -> QuerySet[ScheduledReply]:
    """Those whose time has come, by the database's clock unless `at` is given."""
    return ScheduledReply.objects.filter(settled_at=None, send_at__lte=at or Now()).order_by("send_at", "id")


def shown_in(ticket: Ticket) -> list[ScheduledReply]:
    """What is planned in a ticket, and what was held back since somebody last answered."""
    if not (rows := _planned_in(ticket.pk)):
        return []
    for row in rows:
        row.ticket = ticket
    answered = ticket.messages.filter(direction=Direction.OUT, kind=MessageKind.MESSAGE, agent__isnull=False)
    last = answered.filter(withdrawn_at=None).order_by("-recorded_at").values_list("recorded_at", flat=True).first()
    return [row for row in rows if row.settled_at is None or (_was_held(row) and (not last or last < row.settled_at))]


@prepared
def _planned_in(ticket: Given) -> QuerySet[ScheduledReply]:
    planned = ScheduledReply.objects.filter(ticket=ticket).select_related("agent")
    return planned.order_by("send_at", "id")


def files_kept_for(ticket: Ticket, agent: Agent) -> list[StoredFile]:
    """Files of what the agent took back or what was held back, as long as its text is his draft."""
    taken_back = _taken_back(ticket, agent)
    if isinstance(taken_back, ScheduledReply):
        return [StoredFile(**file) for file in taken_back.files]
    if isinstance(taken_back, Message):
        return [
            StoredFile(one.filename, one.content_type, one.size, one.sha256, one.kind, one.content_id, one.is_inline)
            for one in taken_back.attachments.all()
        ]
    return []


@dataclass(frozen=True, slots=True)
class Held:
    """What was chosen for a reply that is a draft again; `quotes_history` is None where nobody knows any more."""

    sending: Sending
    buttons: Sequence[str] = ()
    quotes_history: bool | None = None


def held_for(ticket: Ticket, agent: Agent) -> Held | None:
    """What the agent had chosen for the reply that is his draft again; it is offered with the text."""
    taken_back = _taken_back(ticket, agent)
    if isinstance(taken_back, ScheduledReply):
        chosen = taken_back.sending
        return Held(Sending.again(chosen), chosen.get("buttons", ()), taken_back.quotes_history)
    if isinstance(taken_back, Message):
        return Held(_chosen_for(taken_back, ticket), [one["label"] for one in taken_back.buttons])
    return None


def _chosen_for(message: Message, ticket: Ticket) -> Sending:
    is_elsewhere = message.channel_id != ticket.channel_id
    is_private = not is_elsewhere and not message.is_public and is_public(ticket)
    chosen = {"way": message.way, "channel": message.channel_id if is_elsewhere else None, "is_private": is_private}
    return Sending.again(chosen | ({"template": message.template} if message.template else {}))


def _taken_back(ticket: Ticket, agent: Agent) -> ScheduledReply | Message | None:
    if not Draft.objects.filter(ticket=ticket, agent=agent, mode=MessageKind.MESSAGE).exists():
        return None
    held = ScheduledReply.objects.filter(ticket=ticket, agent=agent).exclude(held_because="")
    last_held = held.order_by("-settled_at").first()
    mine = ticket.messages.filter(agent=agent, kind=MessageKind.MESSAGE).order_by("-id")
    last = mine.prefetch_related("attachments").first()
    if last_held and last_held.settled_at and (not last or last.recorded_at < last_held.settled_at):
        return last_held
    return last if last and last.withdrawn_at else None


def _check(send_at: datetime, at: datetime) -> None:
    if send_at <= at:
        raise Refused(_("Choose a time that is still to come."))
    if send_at > at + LATEST:
        raise Refused(_("Choose a time within a year."))


def _was_held(planned: ScheduledReply) -> bool:
    return planned.held_because not in ("", CANCELLED)


def _mine(planned: ScheduledReply, by: Agent) -> ScheduledReply:
    waiting = ScheduledReply.objects.select_for_update().filter(pk=planned.pk, settled_at=None).first()
    if waiting is None:
        raise Refused(_("It is no longer planned."))
    if waiting.agent_id != by.pk:
        raise Refused(_("Only who wrote a reply can change it."))
    waiting.ticket, waiting.agent = planned.ticket, by
    return waiting


def _say_due(planned_id: int, ticket_id: int, at: datetime | None) -> bool:
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update(skip_locked=True).filter(pk=ticket_id).first()
        planned = due(at).select_for_update(skip_locked=True, of=("self",)).filter(pk=planned_id).first()
        if ticket is None or planned is None:
            return False
        planned.ticket = ticket
        try:
            # Its writer reads why it could not be said.
            with transaction.atomic(), override(planned.agent.language):
                if not planned.agent.is_active:
                    raise Refused(LEFT)
                _say(planned)
        except NewerArrived:
            _hold(planned, NEWER, by=SYSTEM)
        except Refused as refusal:
            _hold(planned, str(refusal), by=SYSTEM)
        else:
            return True
    return False


def _say(planned: ScheduledReply) -> Message:
    agent, ticket = planned.agent, planned.ticket
    # What he has begun to write since is another reply, and stays.
    begun = Draft.objects.filter(ticket=ticket, agent=agent, mode=MessageKind.MESSAGE).first()
    to = in_role("to", planned.recipients)
    sending = Sending.again(planned.sending)
    if sending.template:
        sending = replace(sending, template=filled_again(ticket, sending.template, planned.text))
    message = reply(
        ticket,
        planned.text,
        by=agent,
        then=State(planned.then) if planned.then else None,
        seen_message_id=planned.seen_message_id,
        files=[StoredFile(**file) for file in planned.files],
        to=to[0] if to else None,
        cc=in_role("cc", planned.recipients),
        bcc=in_role("bcc", planned.recipients),
        quotes_history=planned.quotes_history,
        undo_seconds=0,
        client_ref=planned.client_ref,
        buttons=planned.sending.get("buttons", ()),
        sending=sending,
    )
    if begun:
        begun.save(force_insert=True)
    planned.settled_at = now()
    planned.save(update_fields=["settled_at"])
    return message


def _hold(planned: ScheduledReply, reason: str, *, by: Actor) -> Draft:
    with change(planned.ticket, by=by) as it:
        planned.settled_at, planned.held_because = it.recorded_at, reason
        planned.save(update_fields=["settled_at", "held_because"])
        it.record(EventKind.REPLY_HELD, scheduled=planned.pk, reason=reason)
        begun = Draft.objects.filter(ticket=planned.ticket, agent=planned.agent_id, mode=MessageKind.MESSAGE).first()
        text = f"{planned.text}\n\n{begun.text}" if begun and begun.text.strip() else planned.text
        draft, _is_new = Draft.objects.update_or_create(
            ticket=planned.ticket,
            agent_id=planned.agent_id,
            mode=MessageKind.MESSAGE,
            defaults={"text": text, "recipients": planned.recipients, "saved_at": it.recorded_at},
        )
    return draft
