"""What was said is changed or taken back by who said it; what it said before is kept, unless it has to be forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from inbox.common.text import one_line, storable
from inbox.customers.models import Identity
from inbox.tickets.changes import SYSTEM, Actor, Change, change
from inbox.tickets.enums import EventKind, MessageKind
from inbox.tickets.files import forget_unused
from inbox.tickets.models import Message, MessageReaction, MessageRevision


def amend(message: Message, text: str, *, by: Actor = SYSTEM, at: datetime | None = None) -> Message:
    """Let the message say `text` from now on. News of an older change that come late change nothing."""
    text = storable(text).strip()
    with change(message.ticket, by=by, at=at) as it:
        message.refresh_from_db()
        is_older = message.edited_at is not None and it.at < message.edited_at
        if message.deleted_at or is_older or text == message.text:
            return message
        remember_text(it, message)
        message.text = message.full_text = text
        message.html, message.edited_at = "", it.at
        message.save(update_fields=["text", "full_text", "html", "edited_at"])
        retell(it)
        it.record(EventKind.MESSAGE_EDITED, message=message)
    return message


def take_back(message: Message, *, by: Actor = SYSTEM, erase: bool = False, at: datetime | None = None) -> Message:
    """Take the message from its readers' eyes; with `erase` its words and files are forgotten here as well."""
    with change(message.ticket, by=by, at=at) as it:
        message.refresh_from_db()
        is_gone = message.deleted_at is not None
        if not is_gone:
            remember_text(it, message)
            message.text = message.full_text = message.html = ""
            message.deleted_at = it.at
            message.save(update_fields=["text", "full_text", "html", "deleted_at"])
            retell(it)
        forgotten = _forget(it, message) if erase else False
        if not is_gone or forgotten:
            it.record(EventKind.MESSAGE_DELETED, {"erased": True} if erase else {}, message=message)
    return message


def react(
    message: Message, identity: Identity, emoji: str, *, is_removed: bool = False, at: datetime | None = None
) -> None:
    """Somebody put an emoji on a message, or took it off again (all of his, where the network names none)."""
    with change(message.ticket, by=identity.customer, at=at) as it:
        mine = MessageReaction.objects.filter(message=message, identity=identity)
        if is_removed or not emoji:
            changed = (mine.filter(emoji=emoji[:40]) if emoji else mine).delete()[0]
        else:
            _, changed = MessageReaction.objects.get_or_create(
                message=message, identity=identity, emoji=emoji[:40], defaults={"at": it.at}
            )
        if changed:
            it.record(EventKind.REACTED, message=message, emoji=emoji[:40], removed=is_removed or not emoji)


def said_before(messages: Sequence[Message]) -> dict[int, list[MessageRevision]]:
    """What those of the messages that were changed or taken back said before, oldest first; by message."""
    changed = [message.pk for message in messages if message.edited_at or message.deleted_at]
    found: dict[int, list[MessageRevision]] = {}
    for one in MessageRevision.objects.filter(message__in=changed).order_by("id") if changed else ():
        found.setdefault(one.message_id, []).append(one)
    return found


def remember_text(it: Change, message: Message) -> None:
    """Keep what it says until now."""
    MessageRevision.objects.create(message=message, text=message.text, html=message.html, replaced_at=it.at)


def _forget(it: Change, message: Message) -> bool:
    """Nothing of what it said stays, nor of what came with it; False when nothing was left."""
    said = MessageRevision.objects.filter(message=message).exclude(text="", html="")
    # A ticket without a subject is called by the words it began with.
    if it.ticket.subject and it.ticket.subject in {message.subject, *(one_line(one.text, 120) for one in said)}:
        it.set(subject="")
    revisions = said.update(text="", html="")
    hashes = set(message.attachments.values_list("sha256", flat=True))
    files, _ = message.attachments.all().delete()
    if hashes:
        transaction.on_commit(lambda: forget_unused(hashes))
    message.subject, message.context, message.calendar, message.unsupported = "", {}, [], ""
    message.save(update_fields=["subject", "context", "calendar", "unsupported"])
    return bool(revisions or files)


def retell(it: Change) -> None:
    """The line of the ticket in lists is what was said last, as it stands now."""
    said = it.ticket.messages.filter(kind=MessageKind.MESSAGE, withdrawn_at=None, deleted_at=None)
    last = said.order_by("occurred_at", "id").last()
    it.set(snippet=one_line(last.text or last.full_text, 160) if last else "")
