"""What a delivery says on the wire: our rows as the adapters' `OutboundMessage`."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from channels_adapters.contracts import (
    Attachment,
    AttachmentKind,
    Button,
    Identifier,
    OutboundMessage,
    Person,
    Recipient,
    ThreadRef,
    Visibility,
)
from channels_adapters.registry import adapter
from inbox.channels.enums import MailPurpose, ReceiptStatus
from inbox.channels.file_links import link_of
from inbox.channels.letters import answer_subject, html_of, text_of
from inbox.channels.mail_models import TicketMail
from inbox.channels.models import Channel, Delivery, DirectMail
from inbox.channels.threading import reply_token
from inbox.common import tokens
from inbox.common.clock import now
from inbox.customers.models import Identity
from inbox.surveys.buttons import are_bare, buttons_of, takes_numbers
from inbox.surveys.letters import ShortWay, letter, reminder_subject_of, short_text, subject_of
from inbox.surveys.models import Invitation
from inbox.surveys.queries import invitation_of
from inbox.tickets.enums import AuthorKind, Direction, MessageKind
from inbox.tickets.files import open_blob
from inbox.tickets.merged import said_in
from inbox.tickets.models import Message, Ticket, TicketThread
from inbox.tickets.recipients import UNREADABLE, answered, recipients_of
from inbox.tickets.reply_windows import Sent, rungs_of

_REFERENCES = 20
#: A recipient with one of these is not written to again by itself.
_SETTLED = [status for status in ReceiptStatus if status != ReceiptStatus.DEFERRED]


def message_id(channel: Channel, message: Message) -> str:
    """The mail's own Message-ID: made once, kept for ever, and carrying the signed reply token (RFC 5322, 3.6.4)."""
    domain = channel.address.rpartition("@")[2]
    return f"<{message.client_ref.hex}.{reply_token(message.ticket)}@{domain}>"


def reply_address(channel: Channel, ticket: Ticket) -> str:
    """Where answers go: the plus-address that names the ticket, unless the mail server can't do that."""
    if channel.settings.get("plus_addressing", True) is False:
        return ""
    local, _, domain = channel.address.rpartition("@")
    return f"{local}+{reply_token(ticket)}@{domain}"


def outbound(delivery: Delivery) -> OutboundMessage:
    """The message as it will be sent. Raises LookupError when nobody is there to send it to."""
    message, channel, ticket = delivery.message, delivery.channel, delivery.ticket
    people = [(role, one) for role, one in recipients_of(message) if one.kind != UNREADABLE]
    if not people:
        raise LookupError("This customer has no address on this channel.")
    settled = set(delivery.receipts.filter(status__in=_SETTLED).values_list("value", flat=True))
    survey = _survey(invitation_of(message), message) if message.author_kind == AuthorKind.SURVEY else None
    by_rule = message.author_kind == AuthorKind.RULE
    return OutboundMessage(
        client_ref=str(message.client_ref),
        to=tuple(_recipient(role, one, is_named=not by_rule) for role, one in people),
        thread=_thread(message, [one for role, one in people if role == "to"]),
        subject=message.subject if survey or by_rule else answer_subject(message.subject or ticket.subject),
        text=survey.text if survey else text_of(message),
        html=survey.html if survey else html_of(message),
        attachments=tuple(_attached(message)),
        buttons=survey.buttons if survey else tuple(Button(one["id"], one["label"]) for one in message.buttons),
        by_human=message.author_kind == AuthorKind.HUMAN,
        way=_way(message),
        template=message.template.get("name", ""),
        variables=tuple(message.template.get("variables", ())),
        sender_name=_sender(message, channel),
        language=message.template.get("language") or message.language or ticket.language,
        message_id=message.external_id,
        reply_to=reply_address(channel, ticket) if channel.kind == "email" else "",
        sent_at=message.occurred_at,
        headers=survey.headers if survey else _headers_of_a_rule(message) if by_rule else (),
        already_sent=tuple(Identifier(one.kind, one.value, one.scope) for _, one in people if one.value in settled),
        sent_parts=tuple(delivery.external_ids) if delivery.sent_at is None else (),
    )


def unwritten(ticket: Ticket, to: Identity, *, client_ref: UUID) -> OutboundMessage:
    """A reply that is being written, as far as it is known: to whom, and what it answers."""
    heard = said_in(ticket).filter(kind=MessageKind.MESSAGE, direction=Direction.IN, channel=ticket.channel_id)
    last = heard.exclude(external_id="").order_by("-occurred_at", "-id").values_list("external_id", flat=True).first()
    rooms = TicketThread.objects.filter(ticket=ticket, channel=ticket.channel_id).order_by("id")
    return OutboundMessage(
        client_ref=str(client_ref),
        to=(_recipient("to", to, is_named=True),),
        thread=ThreadRef(keys=tuple(rooms.values_list("key", flat=True)), answers=f"mid:{last}" if last else ""),
        sender_name=_house(ticket.channel),
        sent_at=now(),
    )


def direct(mail: DirectMail) -> OutboundMessage:
    """A survey outside tickets as it will be sent. Raises LookupError when nobody is there to send it to.

    Who writes back to it opens a ticket: there is none that his answer could join.
    """
    invitation, channel = _asked_by(mail), mail.channel
    one = mail.identity
    if one is None or one.kind == UNREADABLE:
        raise LookupError("This customer has no address on this channel.")
    is_reminder = mail.invitation_id is None
    said = _said(invitation, channel, is_reminder=is_reminder)
    return OutboundMessage(
        client_ref=str(mail.client_ref),
        to=(_recipient("to", one, is_named=True),),
        subject=reminder_subject_of(invitation) if is_reminder else subject_of(invitation),
        text=said.text,
        html=said.html,
        buttons=said.buttons,
        by_human=False,
        sender_name=_house(channel),
        language=invitation.language,
        message_id=direct_message_id(mail) if channel.kind == "email" else "",
        sent_at=mail.queued_at,
        headers=said.headers,
    )


def told_by_mail(mail: TicketMail) -> OutboundMessage:
    """A mail about a ticket as it will be sent; answers to it join the ticket."""
    said = _Said(mail.text, mail.html)
    if mail.purpose == MailPurpose.SURVEY:
        carried = mail.mailed.select_related("message").get().message
        invitation = invitation_of(carried)
        written = letter(invitation, is_reminder=invitation.reminder_id == carried.pk)
        said = _Said(written.text, written.html, headers=written.headers)
    channel, ticket = mail.channel, mail.ticket
    person = Person((Identifier("email", mail.address),), name=mail.name)
    return OutboundMessage(
        client_ref=str(mail.client_ref),
        to=(Recipient(person, "to"),),
        thread=_thread_of(mail),
        subject=mail.subject,
        text=said.text,
        html=said.html,
        attachments=_enclosed(mail),
        by_human=mail.purpose == MailPurpose.ANSWER,
        sender_name=mail.sender_name or _house(channel),
        language=mail.language,
        message_id=mail_id(mail),
        reply_to=reply_address(channel, ticket),
        sent_at=mail.queued_at,
        headers=said.headers,
    )


def mail_id(mail: TicketMail) -> str:
    """The Message-ID of a mail about a ticket, as `message_id` makes those of messages."""
    return f"<{mail.client_ref.hex}.{reply_token(mail.ticket)}@{mail.channel.address.rpartition('@')[2]}>"


def _thread_of(mail: TicketMail) -> ThreadRef:
    """The mails before it between the same two, the newest first, which is what it goes on from."""
    before = TicketMail.objects.filter(ticket=mail.ticket_id, channel=mail.channel_id, address=mail.address)
    sent = before.filter(pk__lt=mail.pk).select_related("ticket", "channel").order_by("-pk")[:_REFERENCES]
    heard = Message.objects.filter(answered_mail__mail__in=before, occurred_at__lte=mail.queued_at)
    answers = heard.exclude(external_id="").order_by("-occurred_at").values_list("occurred_at", "external_id")
    said = sorted([*((one.queued_at, mail_id(one)) for one in sent), *answers[:_REFERENCES]], reverse=True)
    ids = [f"mid:{external_id}" for _, external_id in said[:_REFERENCES]]
    return ThreadRef(keys=tuple(ids), answers=ids[0] if ids else "")


def _enclosed(mail: TicketMail) -> tuple[Attachment, ...]:
    carried = mail.mailed.select_related("message").order_by("message__occurred_at", "message")
    return tuple(one for row in carried if not row.message.deleted_at for one in _attached(row.message))


def direct_message_id(mail: DirectMail) -> str:
    """The Message-ID of a mail outside tickets: the same at every attempt, and it leads to no ticket."""
    return f"<{mail.client_ref.hex}.{tokens.sign('direct mail', mail.pk)}@{mail.channel.address.rpartition('@')[2]}>"


def _asked_by(mail: DirectMail) -> Invitation:
    invitation = mail.invitation or mail.reminds_of
    if invitation is None:
        raise LookupError("The survey of this mail was removed.")
    return invitation


@dataclass(frozen=True, slots=True)
class _Said:
    """What a survey says on one kind of channel."""

    text: str
    html: str = ""
    buttons: tuple[Button, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


def _survey(invitation: Invitation, message: Message) -> _Said:
    return _said(invitation, message.ticket.channel, is_reminder=invitation.reminder_id == message.pk)


def _said(invitation: Invitation, channel: Channel, *, is_reminder: bool) -> _Said:
    """By mail a letter; elsewhere buttons where the channel holds the whole scale, and a link where it does not."""
    if channel.kind == "email":
        written = letter(invitation, is_reminder=is_reminder)
        return _Said(written.text, written.html, headers=written.headers)
    buttons = buttons_of(invitation)
    way: ShortWay = "link"
    if buttons:
        way = "bare" if are_bare(buttons) else "buttons"
    elif takes_numbers(channel) and invitation.ticket_id:
        way = "number"
    return _Said(
        short_text(invitation, is_reminder=is_reminder, way=way),
        buttons=tuple(Button(payload, label) for payload, label in buttons),
    )


def _recipient(role: str, one: Identity, *, is_named: bool) -> Recipient:
    name = one.customer.name if is_named else ""
    person = Person((Identifier(one.kind, one.value, one.scope),), name=name)
    return Recipient(person, "cc" if role == "cc" else "bcc" if role == "bcc" else "to")


def _thread(message: Message, people: list[Identity]) -> ThreadRef:
    """The ancestors, the newest first, and what is answered: the newest message its reader knows, else from outside."""
    said = (
        said_in(message.ticket)
        .filter(kind=MessageKind.MESSAGE, withdrawn_at=None, channel=message.channel_id)
        .filter(occurred_at__lte=message.occurred_at)
        .exclude(external_id="")
        .filter(pk__lt=message.pk)
        .order_by("-occurred_at", "-id")
    )
    newest_first = list(said.values_list("external_id", "direction")[:_REFERENCES])
    from_outside = [external_id for external_id, direction in newest_first if direction == Direction.IN]
    known = answered(message.ticket, people, before=message) if people and len(from_outside) > 1 else None
    one = known.external_id if known and known.external_id in from_outside else next(iter(from_outside), "")
    threads = TicketThread.objects.filter(ticket=message.ticket_id, channel=message.channel_id).order_by("id")
    rooms = threads.values_list("key", flat=True) if adapter(_kind(message)).capabilities.threading != "headers" else ()
    return ThreadRef(
        keys=(*rooms, *(f"mid:{external_id}" for external_id, _ in newest_first)),
        answers=f"mid:{one}" if one else "",
        visibility=Visibility.PUBLIC if message.is_public else Visibility.PRIVATE,
    )


def _way(message: Message) -> Sent:
    """By which rung of the network's ladder it goes now; one that closed meanwhile is for the network to refuse."""
    if message.template:
        return "template"
    ticket, channel = message.ticket, message.channel
    if message.is_public:
        return "free"
    rungs = rungs_of(ticket.customer_id, channel) if channel else []
    for rung in rungs:
        by_person = rung.way == "human_tag" and message.author_kind == AuthorKind.HUMAN
        if rung.way == "free" or by_person or (rung.way == "paid" and message.way == "paid"):
            return rung.way
    return "free"


def _kind(message: Message) -> str:
    return message.channel.kind if message.channel else ""


def _headers_of_a_rule(message: Message) -> tuple[tuple[str, str], ...]:
    """What tells programs that no person wrote this, so that none answers (RFC 3834), and us that we did."""
    return (
        ("Auto-Submitted", "auto-replied"),
        ("X-Auto-Response-Suppress", "All"),
        ("Precedence", "auto_reply"),
        ("X-Inbox-Loop", tokens.sign("loop", message.ticket_id)),
    )


def _sender(message: Message, channel: Channel) -> str:
    return f"{message.agent.first_name} · {_house(channel)}" if message.agent else _house(channel)


def _house(channel: Channel) -> str:
    return str(channel.settings.get("sender_name") or "") or channel.brand or channel.name


def _attached(message: Message) -> list[Attachment]:
    found = []
    for stored in message.attachments.order_by("id"):
        with open_blob(stored.sha256) as file:
            content = file.read()
        found.append(
            Attachment(
                kind=AttachmentKind.FILE,
                filename=stored.filename,
                content_type=stored.content_type,
                size=len(content),
                content=content,
                content_id=stored.content_id if stored.is_inline else "",
                inline=stored.is_inline,
                link=link_of(stored),
            )
        )
    return found
