"""A conversation by mail, for whoever had it and asks for it.

Whoever types a mail address can type a stranger's: so it goes to the address he has given as his own and to no other,
a few times a day, and where nobody has proven that address, only what one of us has seen and answered.
"""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from inbox.channels.actions import tell_by_mail
from inbox.channels.enums import MailPurpose
from inbox.channels.mail_models import TicketMail
from inbox.channels.models import Channel
from inbox.chats.contact import address_in, claim
from inbox.chats.letter_texts import language_of, transcript_written
from inbox.chats.letters import Address, known_address, mail_to, mailbox_of
from inbox.chats.models import Visitor
from inbox.chats.queries import identities_of, said_to, tickets_of
from inbox.common.clock import now
from inbox.customers.models import Customer
from inbox.tickets.changes import change
from inbox.tickets.enums import AuthorKind
from inbox.tickets.models import Message, Ticket

#: Transcripts within a day, for one visitor and to one address.
MOST_A_DAY = 3
_MOST_MESSAGES = 300
_SAID_BY = (AuthorKind.CUSTOMER, AuthorKind.HUMAN, AuthorKind.BOT)


class NoTranscript(Exception):
    """Why none is sent: a code for the widget, its HTTP status, and a sentence."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.code = status, code


def send_transcript(visitor: Visitor, email: str = "", *, at: datetime | None = None) -> TicketMail:
    """Mail the visitor his newest conversation, to the address that is known as his; a first one he may give here.

    Raises `NoTranscript`, and `InvalidForm` for what is no address.
    """
    at = at or now()
    with transaction.atomic():
        # Several requests at once count each other.
        Visitor.objects.select_for_update().get(pk=visitor.pk)
        address = _address(visitor, email)
        mailbox = mailbox_of(visitor.channel.widget)
        ticket = tickets_of(identities_of(visitor)).filter(is_spam=False).order_by("-id").first()
        owner = visitor.identity.customer if visitor.identity else None
        said = _said(visitor, ticket, is_proven=address.is_proven) if ticket else []
        if ticket is None or owner is None or owner.erased_at or not said:
            raise NoTranscript(409, "nothing", _("There is nothing to send yet: nobody has answered."))
        if mailbox is None:
            raise NoTranscript(409, "no_mailbox", _("Mail can't be sent from here."))
        _count(visitor, address, at)
        return _write(ticket, said, address, mailbox, owner, at)


def _address(visitor: Visitor, email: str) -> Address:
    known = known_address(visitor)
    if known is None:
        if not email:
            raise NoTranscript(400, "address", _("Say to which e-mail address."))
        claim(visitor, email=email)
        known = known_address(visitor)
    assert known
    if email and address_in(email) != known.value.lower():
        raise NoTranscript(
            403, "other_address", _("It only goes to %(address)s, the address you gave.") % {"address": known.value}
        )
    return known


def _said(visitor: Visitor, ticket: Ticket, *, is_proven: bool) -> list[Message]:
    """What he is sent of a conversation, oldest first."""
    shown = said_to(visitor, ticket).filter(author_kind__in=_SAID_BY)
    said = list(shown.order_by("-occurred_at", "-id")[:_MOST_MESSAGES])[::-1]
    if is_proven:
        return said
    answered = [at for at, one in enumerate(said) if one.author_kind == AuthorKind.HUMAN]
    return said[: answered[-1] + 1] if answered else []


def _count(visitor: Visitor, address: Address, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(address.value.lower().encode())])
    today = TicketMail.objects.filter(purpose=MailPurpose.TRANSCRIPT, queued_at__gt=at - timedelta(days=1))
    mine = today.filter(identity__in=identities_of(visitor)).count()
    theirs = today.filter(address=address.value).count()
    if max(mine, theirs) >= MOST_A_DAY:
        raise NoTranscript(
            429, "slow_down", _("It was sent several times today. Look into your mail, or try tomorrow.")
        )


def _write(
    ticket: Ticket, said: list[Message], address: Address, mailbox: Channel, owner: Customer, at: datetime
) -> TicketMail:
    visitor, language = address.visitor, language_of(address.visitor)
    written = transcript_written(ticket, said, visitor=visitor, language=language, is_proven=address.is_proven, at=at)
    mail = mail_to(MailPurpose.TRANSCRIPT, address, mailbox, language, written.subject, written.text, written.html)
    with change(ticket, by=owner, at=at) as it:
        return tell_by_mail(it, mail)
