"""What is said in a ticket: taking messages in, replying, noting, taking a reply back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.common.rows import Statement, find, insert, write
from inbox.common.text import one_line, storable
from inbox.customers.models import Customer, Identity
from inbox.tickets.actions import Refused, join, move
from inbox.tickets.changes import Change, change
from inbox.tickets.enums import UNRESOLVED, AuthorKind, Direction, EventKind, MessageKind, State, Waking
from inbox.tickets.files import StoredFile
from inbox.tickets.merged import said_in
from inbox.tickets.models import Attachment, Draft, Message, Ticket
from inbox.tickets.recipients import asker_address, entries, in_role, put_in_copy
from inbox.tickets.sending import AS_EVER, Agreed, Sending, agree, stored_template
from inbox.tickets.thanks import is_plain_thanks
from inbox.tickets.waking import wake


class NewerArrived(Refused):
    """Something was said since the writer last looked; `messages` is what he has not seen."""

    def __init__(self, messages: Sequence[Message]) -> None:
        super().__init__(_("Something new arrived while you were writing. Review it, or send anyway."))
        self.messages = messages


def receive(
    ticket: Ticket,
    message: Message,
    *,
    customer: Customer,
    files: Sequence[StoredFile] = (),
    is_participant: bool = True,
) -> Message:
    """Take in a message of the customer's side: `message` is unsaved and filled in but for its ticket and author.

    A question reopens a resolved ticket; a plain thanks and automatic mail never do. Whatever a person writes ends a
    snooze. Someone who was not a participant joins as himself and is marked a stranger.
    """
    with change(ticket, by=customer, at=min(message.occurred_at, now())) as it:
        if not message.automatic:
            join(it, customer, message.identity)
        hear(it, message, customer=customer, files=files, is_stranger=not is_participant)
    return message


def hear(
    it: Change, message: Message, *, customer: Customer, files: Sequence[StoredFile] = (), is_stranger: bool = False
) -> None:
    """What `receive` does, as part of a larger change, with someone who takes part already."""
    ticket = it.ticket
    message.kind, message.direction, message.author_kind = MessageKind.MESSAGE, Direction.IN, AuthorKind.CUSTOMER
    message.customer = customer
    message.is_stranger = is_stranger and not message.automatic
    is_thanks = is_plain_thanks(message.text) and not files and ticket.waiting_since is None
    is_thanks = is_thanks and not it.is_opening and ticket.messages.exists()
    if ticket.deleted_at:
        # It was deleted while the message was on its way in: nothing that is asked gets lost.
        it.record(EventKind.RESTORED, at=max(it.at, ticket.deleted_at))
        it.set(deleted_at=None)
    _keep(it, message, files)
    if message.automatic:
        it.record(EventKind.AUTOMATIC_RECEIVED, message=message, automatic=message.automatic)
        return
    if is_thanks:
        it.record(EventKind.THANKED, message=message)
    else:
        _start_waiting(it, message)
    wake(it, Waking.CUSTOMER)


def say_elsewhere(it: Change, message: Message, *, files: Sequence[StoredFile] = ()) -> None:
    """A colleague answered from another mail program: the customer is answered, and nothing is sent.

    `message` is unsaved and filled in but for its ticket and author.
    """
    message.kind, message.direction, message.author_kind = MessageKind.MESSAGE, Direction.OUT, AuthorKind.HUMAN
    _keep(it, message, files)
    it.set(waiting_since=None)
    it.record(EventKind.REPLIED, {"elsewhere": True}, message=message, author_kind=AuthorKind.HUMAN)
    if it.ticket.state in (State.NEW, State.OPEN):
        move(it, State.PENDING)


def remember(it: Change, message: Message, *, customer: Customer | None, files: Sequence[StoredFile] = ()) -> None:
    """Old mail that is brought in: kept as it was said, by `customer` or, without one, by us; nothing follows."""
    said_by_us = customer is None
    message.kind, message.direction = MessageKind.MESSAGE, Direction.OUT if said_by_us else Direction.IN
    message.author_kind = AuthorKind.HUMAN if said_by_us else AuthorKind.CUSTOMER
    message.customer = customer
    _keep(it, message, files)
    it.record(EventKind.IMPORTED, message=message)
    if it.is_opening:
        move(it, State.CLOSED)


def _keep(it: Change, message: Message, files: Sequence[StoredFile]) -> None:
    if it.ticket.merged_into_id:
        # It was merged between finding and locking it; who brings the message finds the other ticket the next time.
        raise Refused(f"{it.ticket.ref} was merged into another ticket.")
    message.ticket = it.ticket
    message.recorded_at = now()
    message.occurred_at = min(message.occurred_at, message.recorded_at)
    insert([message])
    keep_files(message, files)
    _remember(it, message)


def _start_waiting(it: Change, message: Message) -> None:
    ticket = it.ticket
    reopens = ticket.state == State.RESOLVED
    # A message written before the resolution but arriving after it opens the next cycle when that one ended.
    at = max(it.at, ticket.resolved_at) if reopens and ticket.resolved_at else it.at
    it.at = at
    it.record(EventKind.RECEIVED, message=message)
    it.set(waiting_since=ticket.waiting_since or at, last_customer_message_at=at)
    if ticket.state in (State.PENDING, State.ON_HOLD, State.RESOLVED):
        move(it, State.OPEN)


def reply(
    ticket: Ticket,
    text: str,
    *,
    by: Agent,
    at: datetime | None = None,
    then: State | None = None,
    seen_message_id: int | None = None,
    files: Sequence[StoredFile] = (),
    to: Identity | None = None,
    cc: Sequence[Identity] = (),
    bcc: Sequence[Identity] = (),
    quotes_history: bool = False,
    undo_seconds: int | None = None,
    client_ref: uuid.UUID | None = None,
    buttons: Sequence[str] = (),
    sending: Sending = AS_EVER,
) -> Message:
    """Answer the customer; the message leaves once the undo window (seconds) is over.

    It goes `to` the asker unless another address is given. Those in `cc` become participants, those in `bcc` do not.
    With `quotes_history` it repeats what it answers, as far as all of them were part of it. `buttons` are answers it
    offers to press. `sending` is how it leaves, where the network leaves a choice; what was asked in public is answered
    in public unless it says otherwise.

    `then` is the ticket's state afterwards (default: pending, or resolved as it was). With
    `seen_message_id`, refuses as `NewerArrived` when somebody else said something since. The same `client_ref`
    again (a double click, a form sent anew) changes nothing and returns the first message.
    """
    text = storable(text).strip()
    if not by.answers_customers:
        raise Refused(_("Your role does not write to customers. Write a note instead."))
    if not text and not files:
        raise Refused(_("Write something first: an empty reply can't be sent."))
    with change(ticket, by=by, at=at) as it:
        if said := _said_before(ticket, by, client_ref):
            return said
        if ticket.deleted_at:
            raise Refused(_("This ticket is deleted. Restore it first."))
        if ticket.state == State.CLOSED:
            raise Refused(_("This ticket is closed. Write a follow-up instead."))
        if seen_message_id is not None and (newer := newer_than(ticket, seen_message_id, by)):
            raise NewerArrived(newer)
        agreed = agree(ticket, sending, to, text, len(files), at=it.at)
        message = _say(it, MessageKind.MESSAGE, text, AuthorKind.HUMAN, files, client_ref, buttons)
        _address(it, message, to, cc, bcc)
        _send_as(message, agreed, sending)
        window = settings.UNDO_SECONDS if undo_seconds is None else undo_seconds
        it.set(waiting_since=None)
        it.record(
            EventKind.REPLIED,
            {"quotes": True} if quotes_history else {},
            message=message,
            author_kind=AuthorKind.HUMAN,
            not_before=(it.at + timedelta(seconds=window)).isoformat(),
        )
        if ticket.assignee_id is None:
            it.set(assignee=by)
            it.record(EventKind.ASSIGNED, {"from": None, "to": by.pk, "name": by.name})
        move(it, then or (State.PENDING if ticket.state in UNRESOLVED else State(ticket.state)))
        write(Statement(_FORGET_DRAFT, [ticket.pk, by.pk, MessageKind.MESSAGE.value]))
    return message


_FORGET_DRAFT = "DELETE FROM inbox_draft WHERE ticket_id = %s AND agent_id = %s AND mode = %s"


def _send_as(message: Message, agreed: Agreed, sending: Sending) -> None:
    """Keep how it leaves, where that is out of the ordinary."""
    template = stored_template(sending.template) if sending.template else {}
    if (agreed.channel_id, agreed.way, agreed.is_public, template) == (message.channel_id, "", False, {}):
        return
    message.channel_id, message.way, message.is_public, message.template = (
        agreed.channel_id,
        agreed.way,
        agreed.is_public,
        template,
    )
    if sending.template:
        message.language = sending.template.language[:10]
    message.save(update_fields=["channel", "way", "is_public", "template", "language"])


def _address(
    it: Change, message: Message, to: Identity | None, cc: Sequence[Identity], bcc: Sequence[Identity]
) -> None:
    if not to and not cc and not bcc:
        return
    message.recipients = entries(to or asker_address(it.ticket), cc, bcc)
    message.save(update_fields=["recipients"])
    put_in_copy(it, in_role("cc", message.recipients))


def note(
    ticket: Ticket,
    text: str,
    *,
    by: Agent,
    at: datetime | None = None,
    files: Sequence[StoredFile] = (),
    client_ref: uuid.UUID | None = None,
) -> Message:
    """Leave a note that only agents see. The same `client_ref` again returns the first note."""
    text = storable(text).strip()
    if not by.writes_notes:
        raise Refused(_("Your role only reads."))
    if not text and not files:
        raise Refused(_("Write something first: an empty note can't be kept."))
    with change(ticket, by=by, at=at) as it:
        if said := _said_before(ticket, by, client_ref):
            return said
        if ticket.deleted_at:
            raise Refused(_("This ticket is deleted. Restore it first."))
        message = _say(it, MessageKind.NOTE, text, AuthorKind.HUMAN, files, client_ref)
        it.record(EventKind.NOTED, message=message, author_kind=AuthorKind.HUMAN)
        Draft.objects.filter(ticket=ticket, agent=by, mode=MessageKind.NOTE).delete()
    return message


def withdraw(message: Message, *, by: Agent, at: datetime | None = None) -> Draft:
    """Take a reply back before it left; its text becomes the agent's draft again.

    Whether it left already is for the outbox to say: call `inbox.channels.actions.withdraw_reply`.
    """
    with change(message.ticket, by=by, at=at) as it:
        message.withdrawn_at = it.at
        message.save(update_fields=["withdrawn_at"])
        it.record(EventKind.REPLY_WITHDRAWN, message=message)
        waiting = _unanswered_since(it.ticket)
        it.set(waiting_since=waiting)
        if it.ticket.state in (State.PENDING, State.RESOLVED):
            move(it, State.OPEN)
        last = (
            it.ticket.messages.filter(kind=MessageKind.MESSAGE, withdrawn_at=None).order_by("occurred_at", "id").last()
        )
        if last:
            it.set(snippet=one_line(last.text, 160), last_message_at=last.occurred_at)
        draft, _ = Draft.objects.update_or_create(
            ticket=it.ticket,
            agent=by,
            mode=message.kind,
            defaults={"text": message.text, "recipients": message.recipients, "saved_at": it.at},
        )
    return draft


def say_as_survey(it: Change, text: str, *, subject: str) -> Message:
    """The public message that carries a survey, as part of a larger change; it answers nothing."""
    message = _say(it, MessageKind.MESSAGE, text, AuthorKind.SURVEY, ())
    message.subject = subject
    message.save(update_fields=["subject"])
    return message


def say_as_rule(it: Change, text: str, *, subject: str, to: Identity, language: str) -> Message:
    """A public message that a rule of the house says, as part of a larger change; it answers nothing."""
    message = _say(it, MessageKind.MESSAGE, text, AuthorKind.RULE, ())
    message.subject, message.language = subject, language
    message.recipients = entries(to)
    message.save(update_fields=["subject", "language", "recipients"])
    return message


def say_as_bot(it: Change, text: str, *, language: str) -> Message:
    """A public message of the script that greets visitors, as part of a larger change; it answers nothing."""
    message = _say(it, MessageKind.MESSAGE, text, AuthorKind.BOT, ())
    message.language = language
    message.save(update_fields=["language"])
    return message


def keep_shown(
    it: Change, text: str, *, author_kind: AuthorKind, agent: Agent | None, language: str, number: int, at: datetime
) -> Message:
    """What a visitor had been shown by a program of ours before he wrote, as the message before his.

    `number` was reserved for it before his message got its own.
    """
    return Message.objects.create(
        pk=number,
        ticket=it.ticket,
        direction=Direction.OUT,
        author_kind=author_kind,
        agent=agent,
        channel_id=it.ticket.channel_id,
        text=text,
        full_text=text,
        language=language,
        occurred_at=at,
        recorded_at=it.recorded_at,
    )


def say_as_letter(it: Change, text: str, *, language: str) -> Message:
    """A public message that goes to many in the same words, as part of a larger change; it answers nobody."""
    message = _say(it, MessageKind.MESSAGE, text, AuthorKind.SYSTEM, ())
    message.language = language
    message.save(update_fields=["language"])
    return message


def _said_before(ticket: Ticket, by: Agent, client_ref: uuid.UUID | None) -> Message | None:
    found = next(iter(find(Message, "client_ref = %s", client_ref)), None) if client_ref else None
    if found and (found.ticket_id, found.agent_id) != (ticket.pk, by.pk):
        raise Refused(_("This form belongs to another ticket. Load the page again."))
    return found


def _say(
    it: Change,
    kind: MessageKind,
    text: str,
    author_kind: AuthorKind,
    files: Sequence[StoredFile],
    client_ref: uuid.UUID | None = None,
    buttons: Sequence[str] = (),
) -> Message:
    ticket = it.ticket
    message = Message(
        ticket=ticket,
        kind=kind,
        direction=Direction.OUT,
        author_kind=author_kind,
        agent=it.by if isinstance(it.by, Agent) else None,
        channel_id=ticket.channel_id if kind == MessageKind.MESSAGE else None,
        subject=ticket.subject,
        text=text,
        full_text=text,
        occurred_at=it.at,
        recorded_at=it.recorded_at,
        client_ref=client_ref or uuid.uuid4(),
        buttons=[{"id": f"answer-{number}", "label": label} for number, label in enumerate(buttons, 1)],
    )
    insert([message])
    keep_files(message, files)
    if kind == MessageKind.MESSAGE and author_kind == AuthorKind.HUMAN:
        _remember(it, message)
    return message


def _remember(it: Change, message: Message) -> None:
    ticket = it.ticket
    if message.occurred_at >= ticket.last_message_at:
        it.set(last_message_at=message.occurred_at, snippet=one_line(message.text or message.full_text, 160))
    if not ticket.subject:
        it.set(subject=one_line(message.subject or message.text, 120))
    if message.language and not ticket.language:
        it.set(language=message.language)


def keep_files(message: Message, files: Sequence[StoredFile]) -> list[Attachment]:
    """Attach files whose bytes are already in storage."""
    if not files:
        return []
    return Attachment.objects.bulk_create(
        Attachment(
            message=message,
            filename=file.filename,
            content_type=file.content_type,
            kind=file.kind,
            size=file.size,
            sha256=file.sha256,
            content_id=file.content_id,
            is_inline=file.is_inline,
        )
        for file in files
    )


def newer_than(ticket: Ticket, seen_message_id: int, by: Agent) -> list[Message]:
    """What others said in public since `by` last looked."""
    others = ~Q(agent=by) | Q(agent=None)
    by_themselves = (AuthorKind.SURVEY, AuthorKind.RULE, AuthorKind.BOT, AuthorKind.SYSTEM)
    public = Q(kind=MessageKind.MESSAGE) & ~Q(author_kind__in=by_themselves)
    return list(
        said_in(ticket)
        .filter(others, public, id__gt=seen_message_id, withdrawn_at=None, automatic="")
        .select_related("agent", "customer")
        .order_by("occurred_at", "id")
    )


def _unanswered_since(ticket: Ticket) -> datetime | None:
    said = ticket.messages.filter(kind=MessageKind.MESSAGE, withdrawn_at=None, automatic="")
    answered = said.filter(author_kind=AuthorKind.HUMAN).order_by("occurred_at", "id").last()
    waiting = said.filter(direction=Direction.IN)
    if answered:
        waiting = waiting.filter(occurred_at__gt=answered.occurred_at)
    first = waiting.order_by("occurred_at", "id").first()
    return first.occurred_at if first else None
