"""Mailing what a visitor has not seen: once he has been gone for a while, to the address he gave, and each thing once.

A mail address that a visitor typed is a claim. Mail goes there, but it shows nobody anything of earlier conversations,
and what a stranger could have us send in his name stays little: no name, no subject of his own, no link of his choice.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.db import transaction
from django.db.models import Q, QuerySet
from kombu.exceptions import OperationalError

from inbox.channels.access import ours_among
from inbox.channels.actions import tell_by_mail
from inbox.channels.enums import DeliveryStatus, MailPurpose
from inbox.channels.mail_models import MailAnswer, TicketMail
from inbox.channels.models import Channel
from inbox.chats.letter_models import UnreadChat
from inbox.chats.letter_texts import Quoted, answers_written, language_of
from inbox.chats.models import ChatWidget, Visitor
from inbox.chats.queries import identities_of
from inbox.chats.whereabouts import gone_since, visitors_of
from inbox.common.clock import now
from inbox.common.prepared import Given, prepared
from inbox.common.rows import Statement, write
from inbox.customers.people import person_of
from inbox.surveys.enums import InvitationState
from inbox.surveys.letters import reminder_subject_of, subject_of
from inbox.surveys.queries import invitation_of
from inbox.tickets.changes import SYSTEM, change
from inbox.tickets.enums import AuthorKind, Direction, EventKind, MessageKind
from inbox.tickets.models import Message, Ticket, TicketEvent

log = logging.getLogger(__name__)
AT_ONCE = 100
_UNSEEN = (DeliveryStatus.SENT, DeliveryStatus.DELIVERED)
#: Messages of his own that a mail repeats, for somebody whose address is proven and for others.
_REPEATED, _REPEATED_TO_CLAIMED = 10, 3


@dataclass(frozen=True, slots=True)
class Address:
    """Where a visitor gets mail. `is_proven`: the site vouches for it, or he has answered from there."""

    value: str
    is_proven: bool
    visitor: Visitor


def watch(ticket: Ticket, events: Sequence[TicketEvent]) -> None:
    """Something of ours was said in a chat: look after a while whether its visitor has seen it."""
    widget = _widget_of(ticket)
    if widget is None:
        return
    at = events[-1].recorded_at
    writes_mail = _last_word_by_mail(ticket) is not None
    wait = timedelta(0) if writes_mail else timedelta(minutes=widget.mail_after_minutes)
    look_at(ticket, at + wait)
    if writes_mail:
        transaction.on_commit(lambda: ring(ticket.pk))


def look_at(ticket: Ticket, due_at: datetime) -> None:
    """See at an instant, or earlier if that was meant already, whether something of this chat has to be mailed."""
    write(Statement(_LOOK_AT, [ticket.pk, due_at]))


_LOOK_AT = """
    INSERT INTO inbox_unreadchat AS look (ticket_id, due_at) VALUES (%s, %s)
    ON CONFLICT (ticket_id) DO UPDATE SET due_at = EXCLUDED.due_at WHERE EXCLUDED.due_at < look.due_at"""


def ring(ticket_id: int) -> None:
    """Have what is due in a chat mailed now; without the bell the sweep does it."""
    try:
        current_app.send_task("inbox.chats.tasks.write_letters", (ticket_id,), retry=False)
    except (OperationalError, OSError) as error:
        log.warning("chats: no bell for the letters of %s, the sweep will find it: %s", ticket_id, error)


def write_due(at: datetime | None = None) -> int:
    """Mail what visitors who are gone have not seen; how many mails. Two sweeps at once write each one once."""
    at = at or now()
    written = 0
    for ticket_id in (
        UnreadChat.objects.filter(due_at__lte=at).order_by("due_at").values_list("pk", flat=True)[:AT_ONCE]
    ):
        try:
            written += len(write_letters(ticket_id, at=at))
        except Exception:
            # It stays due and is named at every sweep; the others do not wait for it.
            log.exception("chats: the letters of ticket %s could not be written", ticket_id)
    return written


def write_letters(ticket_id: int, *, at: datetime | None = None) -> list[TicketMail]:
    """Mail what the visitor of one chat has not seen, if that is due; else it is looked at again when it may be."""
    at = at or now()
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update(skip_locked=True).filter(pk=ticket_id).first()
        row = UnreadChat.objects.select_for_update().filter(pk=ticket_id, due_at__lte=at).first() if ticket else None
        if ticket is None or row is None:
            return []
        unseen, visitors, widget = _unseen(ticket), visitors_of(ticket), _widget_of(ticket)
        address, mailbox = address_of(ticket, visitors), mailbox_of(widget) if widget else None
        if not widget or not unseen or not address or not mailbox or not _may_be_told(ticket):
            row.delete()
            return []
        due_at = _due_at(ticket, unseen, visitors, at, wait=timedelta(minutes=widget.mail_after_minutes))
        if due_at > at:
            row.due_at = due_at
            row.save(update_fields=["due_at"])
            return []
        row.delete()
        return _write(ticket, unseen, address, mailbox, at)


def _may_be_told(ticket: Ticket) -> bool:
    person = person_of(ticket.customer)
    return not (ticket.is_spam or ticket.deleted_at or ticket.customer.erased_at or person.erased_at)


def _due_at(
    ticket: Ticket, unseen: Sequence[Message], visitors: Sequence[Visitor], at: datetime, *, wait: timedelta
) -> datetime:
    """When it is to be mailed, as far as one can tell now."""
    if _last_word_by_mail(ticket):
        return at
    since = gone_since(visitors, at)
    return at + wait if since is None else max(since, unseen[0].occurred_at) + wait


def _unseen(ticket: Ticket) -> list[Message]:
    """What people of ours, or a survey, say in the chat and no browser has shown, nor a mail told."""
    letters = TicketEvent.objects.filter(ticket=ticket, kind=EventKind.TOLD).values("message")
    said = Message.objects.filter(
        Q(author_kind__in=(AuthorKind.HUMAN, AuthorKind.SURVEY)) | Q(pk__in=letters),
        ticket=ticket,
        direction=Direction.OUT,
        kind=MessageKind.MESSAGE,
        channel=ticket.channel_id,
        withdrawn_at=None,
        deleted_at=None,
        mailed=None,
        delivery__status__in=_UNSEEN,
    )
    return list(said.select_related("agent").order_by("occurred_at", "id"))


def _last_word_by_mail(ticket: Ticket) -> Message | None:
    """The visitor's last message, where that is a mail: he answered one of ours."""
    if not _answers_by_mail(ticket.pk):
        # Nearly always: every answer of ours asks.
        return None
    heard = ticket.messages.filter(direction=Direction.IN, kind=MessageKind.MESSAGE, automatic="", withdrawn_at=None)
    his = heard.filter(Q(identity__kind="livechat") | Q(answered_mail__isnull=False))
    last = his.select_related("answered_mail__mail").order_by("-occurred_at", "-id").first()
    return last if last and hasattr(last, "answered_mail") else None


@prepared
def _answers_by_mail(ticket: Given) -> QuerySet[MailAnswer, int]:
    return MailAnswer.objects.filter(message__ticket=ticket).values_list("pk", flat=True)[:1]


def address_of(ticket: Ticket, visitors: Sequence[Visitor]) -> Address | None:
    """Where the visitor of a chat gets mail: where he wrote from last, what the site vouches for, what he typed.

    None where there is no such address, and where mail to it came back.
    """
    if not visitors:
        return None
    last = _last_word_by_mail(ticket)
    found = Address(last.answered_mail.mail.address, True, visitors[0]) if last else None
    for one in visitors:
        found = found or known_address(one)
    if found is None or ours_among([found.value.lower()]):
        return None
    last_mail = TicketMail.objects.filter(ticket=ticket, address=found.value).order_by("-id").first()
    return None if last_mail and last_mail.status == DeliveryStatus.BOUNCED else found


def known_address(visitor: Visitor) -> Address | None:
    """The address the site vouches for, or else the one the visitor typed."""
    if visitor.subject and visitor.email:
        return Address(visitor.email, True, visitor)
    claimed, owner = visitor.claimed_email, visitor.identity
    if not claimed:
        return None
    his = owner.customer.identities.filter(kind="email", value=claimed.lower(), verified=True) if owner else None
    return Address(claimed, bool(his and his.exists()), visitor)


def mailbox_of(widget: ChatWidget) -> Channel | None:
    """The mailbox by which a chat writes: its own, else the first of its brand, else the first there is."""
    if widget.mailbox and widget.mailbox.is_active and widget.mailbox.kind == "email":
        return widget.mailbox
    mailboxes = list(Channel.objects.filter(kind="email", is_active=True).order_by("id")[:200])
    same = [one for one in mailboxes if one.brand == widget.channel.brand]
    return next(iter([*same, *mailboxes]), None)


def _widget_of(ticket: Ticket) -> ChatWidget | None:
    """The widget of the chat that a ticket belongs to; None where it came another way."""
    if ticket.channel.kind != "livechat":
        return None
    return _widget.first(ticket.channel_id)


@prepared
def _widget(channel: Given) -> QuerySet[ChatWidget]:
    return ChatWidget.objects.select_related("channel", "mailbox").filter(channel=channel)


def _write(
    ticket: Ticket, unseen: Sequence[Message], address: Address, mailbox: Channel, at: datetime
) -> list[TicketMail]:
    answers = [one for one in unseen if one.author_kind != AuthorKind.SURVEY]
    mails = []
    with change(ticket, by=SYSTEM, at=at) as it:
        if answers:
            mails.append(tell_by_mail(it, _answers(ticket, answers, address, mailbox), answers))
        for one in unseen:
            survey = _survey(one, address, mailbox, at) if one.author_kind == AuthorKind.SURVEY else None
            mails += [tell_by_mail(it, survey, [one])] if survey else []
    return mails


def _answers(ticket: Ticket, answers: Sequence[Message], address: Address, mailbox: Channel) -> TicketMail:
    visitor, language = address.visitor, language_of(address.visitor)
    written = answers_written(
        ticket,
        answers,
        _quoted(ticket, visitor, answers[0], is_proven=address.is_proven),
        visitor=visitor,
        language=language,
        is_proven=address.is_proven,
    )
    return mail_to(MailPurpose.ANSWER, address, mailbox, language, written.subject, written.text, written.html, answers)


def _survey(message: Message, address: Address, mailbox: Channel, at: datetime) -> TicketMail | None:
    """The survey of a message as a mail, as long as it can be answered and was not."""
    invitation = invitation_of(message)
    if invitation.state != InvitationState.SENT or not invitation.is_open_at(at):
        return None
    is_reminder = invitation.reminder_id == message.pk
    subject = reminder_subject_of(invitation) if is_reminder else subject_of(invitation)
    return mail_to(MailPurpose.SURVEY, address, mailbox, invitation.language, subject)


def mail_to(
    purpose: MailPurpose,
    address: Address,
    mailbox: Channel,
    language: str,
    subject: str,
    text: str = "",
    html: str = "",
    messages: Sequence[Message] = (),
) -> TicketMail:
    """A mail to a visitor, unsaved; `messages` are those whose writers it comes from."""
    widget = address.visitor.channel.widget
    agents = {one.agent.first_name for one in messages if one.agent} if widget.shows_agents else set()
    house = str(mailbox.settings.get("sender_name") or "") or widget.channel.brand or widget.channel.name
    return TicketMail(
        channel=mailbox,
        identity=address.visitor.identity,
        purpose=purpose,
        address=address.value,
        name=address.visitor.name if address.is_proven else "",
        sender_name=f"{agents.pop()} · {house}" if len(agents) == 1 else house,
        language=language,
        subject=subject,
        text=text,
        html=html,
    )


def _quoted(ticket: Ticket, visitor: Visitor, before: Message, *, is_proven: bool) -> list[Quoted]:
    """What he said in this chat himself, from this browser or under this proven name, before we answered."""
    said = Message.objects.filter(
        ticket=ticket,
        identity__in=identities_of(visitor),
        channel=ticket.channel_id,
        direction=Direction.IN,
        withdrawn_at=None,
        deleted_at=None,
        occurred_at__lte=before.occurred_at,
    )
    most = _REPEATED if is_proven else _REPEATED_TO_CLAIMED
    newest = said.exclude(text="").order_by("-occurred_at", "-id")[:most]
    return [Quoted(one.text, one.occurred_at) for one in reversed(newest)]
