"""Mails as customers send them, for tests of the intake."""

from __future__ import annotations

from email.message import EmailMessage

from channels_adapters.contracts import Payload
from inbox.channels.intake import accept, process
from inbox.channels.models import Channel, Envelope


def mail(
    text: str = "My shoes did not arrive.",
    *,
    sender: str = "Bo Larsen <bo@larsen.example>",
    to: str = "support@nordlys.example",
    subject: str = "Where are my shoes?",
    message_id: str = "<first@larsen.example>",
    answers: str = "",
    date: str = "",
    **headers: str,
) -> bytes:
    """A plain mail; `answers` is the Message-ID it replies to, further headers by name with _ for -."""
    message = EmailMessage()
    for name, value in {
        "From": sender,
        "To": to,
        "Subject": subject,
        "Message-ID": message_id,
        "In-Reply-To": answers,
        "References": answers,
        "Date": date,
    }.items():
        if value:
            message[name] = value
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message.as_bytes()


def arrives(channel: Channel, body: bytes) -> Envelope:
    """The mail goes through the whole intake; the envelope as it is afterwards."""
    accepted = accept(channel, Payload(body=body))
    process(accepted.envelope_id)
    return Envelope.objects.select_related("ticket").get(pk=accepted.envelope_id)
