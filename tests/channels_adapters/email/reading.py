"""Reading a mail in tests: one account, one message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from channels_adapters.contracts import Account, Event, InboundMessage, Payload
from channels_adapters.registry import adapter

SHOP = "support@shop.example"


def events(raw: bytes, *, received_at: datetime | None = None, **settings: str) -> tuple[Event, ...]:
    """What the adapter makes of a mail to the shop."""
    account = Account("email", SHOP, settings=settings)
    return tuple(adapter("email").parse(Payload(raw, received_at=received_at), account))


def message(raw: bytes, *, received_at: datetime | None = None, **settings: str) -> InboundMessage:
    """The message in a mail to the shop."""
    found = events(raw, received_at=received_at, **settings)[0]
    assert isinstance(found, InboundMessage)
    return found


def as_corpus_fields(read: InboundMessage) -> Mapping[str, object]:
    """A message in the words of the public cases."""

    def addresses(role: str) -> list[str]:
        return [one.person.primary.value for one in read.recipients if one.role == role]

    content_type = next((value for name, value in read.headers if name.lower() == "content-type"), "")
    main, _, parameters = content_type.partition(";")
    return {
        "from": [read.author.primary.value],
        "to": addresses("to"),
        "cc": addresses("cc"),
        "subject": read.subject,
        "message_id": read.external_id.strip("<>"),
        "in_reply_to": read.thread.answers.removeprefix("mid:").strip("<>"),
        "attachment_count": len(read.attachments),
        "attachment_filenames": [one.filename for one in read.attachments],
        "content_type": f"{main.strip().lower()}; {parameters.strip().replace(chr(34), '')}",
        "main_type": main.partition("/")[0].lower(),
        "no_crash": True,
    }
