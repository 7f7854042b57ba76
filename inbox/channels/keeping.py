"""The built-in outbox: it keeps what leaves by no network, because no mail server is set or the account is a sample."""

from __future__ import annotations

import logging
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime

from channels_adapters.contracts import OutboundMessage, Person, Sent
from channels_adapters.email.compose import compose
from channels_adapters.wording import say
from inbox.channels.access import account
from inbox.channels.mail_models import TicketMail
from inbox.channels.models import Delivery, OutboxMail, Outgoing
from inbox.channels.receipts import last_message
from inbox.common.clock import now
from inbox.common.rows import insert_new
from inbox.common.text import one_line
from inbox.tickets.models import Message

log = logging.getLogger(__name__)
_STAYED = say("It is in the outbox: this account is a sample, from which nothing leaves.")


def keep(delivery: Outgoing, message: OutboundMessage) -> Sent:
    """Put it into the outbox instead of sending it; the client reference keeps a repeat from doubling."""
    is_mail = delivery.channel.kind == "email"
    kept = OutboxMail(
        channel=delivery.channel,
        message=_shown_at(delivery),
        client_ref=delivery.client_ref,
        recipients=[_shown_name(recipient.person, is_mail=is_mail) for recipient in message.to],
        body=compose(message, account(delivery.channel)) if is_mail else _as_mail(delivery, message),
        kept_at=now(),
    )
    if not insert_new(kept, "inbox_outboxmail_client_ref_key"):
        log.info("delivery: %s is in the outbox already", delivery.pk)
    if is_mail:
        return Sent(external_ids=(message.message_id,))
    return Sent(external_ids=(f"outbox:{delivery.client_ref}",), detail=_STAYED)


def _shown_name(person: Person, *, is_mail: bool) -> str:
    """The mail address; elsewhere the name, for most networks know people by numbers that tell nobody anything."""
    return (person.primary.value if is_mail else person.name or person.primary.value)[:320]


def _as_mail(delivery: Outgoing, message: OutboundMessage) -> bytes:
    """A network's message in the form the outbox shows: what was written, the buttons below it, names of its files."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["Subject"] = one_line(message.subject, 200)
    mail["Date"] = format_datetime(now())
    lines = [message.text, *(f"[ {one.label} ]" for one in message.buttons)]
    lines += [f"+ {one.filename}" for one in message.attachments]
    mail.set_content("\n\n".join(line for line in lines if line))
    return mail.as_bytes()


def _shown_at(delivery: Outgoing) -> Message | None:
    if isinstance(delivery, Delivery):
        return delivery.message
    return last_message(delivery) if isinstance(delivery, TicketMail) else None
