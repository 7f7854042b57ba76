"""What a delivery says on the wire: our rows as the adapters' `OutboundMessage`."""

from __future__ import annotations

from django.utils.html import escape, linebreaks, urlize

from channels_adapters.contracts import (
    Attachment,
    AttachmentKind,
    Identifier,
    OutboundMessage,
    Person,
    Recipient,
    ThreadRef,
)
from inbox.channels.models import Channel, Delivery
from inbox.channels.threading import reply_token
from inbox.customers.models import Identity
from inbox.surveys.letters import letter
from inbox.surveys.queries import invitation_of
from inbox.tickets.enums import AuthorKind, Direction, MessageKind
from inbox.tickets.files import open_blob
from inbox.tickets.models import Message, Ticket

_REFERENCES = 20


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


def recipient_of(message: Message) -> Identity | None:
    """Whom the message is for: the one the agent chose, else the asker at his address of this channel's kind."""
    chosen = next((entry["identity"] for entry in message.recipients if "identity" in entry), None)
    if chosen:
        return Identity.objects.filter(pk=chosen).first()
    ticket = message.ticket
    said = ticket.messages.filter(direction=Direction.IN, customer=ticket.customer_id).exclude(identity=None)
    last = said.order_by("-occurred_at", "-id").select_related("identity").first()
    if last and last.identity and last.identity.kind != "unreadable":
        return last.identity
    return Identity.objects.filter(customer=ticket.customer_id, kind=ticket.channel.kind).order_by("id").first()


def outbound(delivery: Delivery) -> OutboundMessage:
    """The message as it will be sent. Raises LookupError when nobody is there to send it to."""
    message, channel, ticket = delivery.message, delivery.channel, delivery.ticket
    identity = recipient_of(message)
    if identity is None or identity.kind == "unreadable":
        raise LookupError("This customer has no address on this channel.")
    person = Person((Identifier(identity.kind, identity.value, identity.scope),), name=identity.customer.name)
    said = (
        ticket.messages.filter(kind=MessageKind.MESSAGE, withdrawn_at=None, channel=channel)
        .filter(occurred_at__lte=message.occurred_at)
        .exclude(external_id="")
        .exclude(pk=message.pk)
        .order_by("-occurred_at", "-id")
    )
    newest_first = list(said.values_list("external_id", "direction")[:_REFERENCES])
    earlier = [external_id for external_id, _ in reversed(newest_first)]
    answered = next((external_id for external_id, direction in newest_first if direction == Direction.IN), None)
    survey = letter(invitation_of(message)) if message.author_kind == AuthorKind.SURVEY else None
    return OutboundMessage(
        client_ref=str(message.client_ref),
        to=(Recipient(person),),
        thread=ThreadRef(
            keys=tuple(f"mid:{external_id}" for external_id in earlier),
            answers=f"mid:{answered}" if answered else "",
        ),
        subject=message.subject if survey else _answer_subject(message.subject or ticket.subject),
        text=survey.text if survey else _signed(message),
        html=survey.html if survey else message.html or _as_html(message),
        attachments=tuple(_attached(message)),
        by_human=message.author_kind == AuthorKind.HUMAN,
        sender_name=_sender(message, channel),
        language=message.language or ticket.language,
        message_id=message.external_id,
        reply_to=reply_address(channel, ticket) if channel.kind == "email" else "",
        sent_at=message.occurred_at,
        headers=survey.headers if survey else (),
    )


def _sender(message: Message, channel: Channel) -> str:
    brand = channel.brand or channel.name
    return f"{message.agent.first_name} · {brand}" if message.agent else brand


def _answer_subject(subject: str) -> str:
    return subject if subject.lower().startswith(("re:", "aw:", "回复:", "回复：", "ответ:")) else f"Re: {subject}"


def _signature(message: Message) -> str:
    return message.agent.signature if message.agent and message.author_kind == AuthorKind.HUMAN else ""


def _signed(message: Message) -> str:
    signature = _signature(message)
    return f"{message.text}\n\n-- \n{signature}\n" if signature else message.text


def _as_html(message: Message) -> str:
    signature = _signature(message)
    tail = (
        f'<p style="color:#667">{"<br>".join(escape(line) for line in signature.splitlines())}</p>' if signature else ""
    )
    return f"<html><body>{linebreaks(urlize(message.text, nofollow=True, autoescape=True))}{tail}</body></html>"


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
            )
        )
    return found
