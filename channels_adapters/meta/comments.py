"""Public comments below a page's or an account's posts: what somebody wrote there, and answering it."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from channels_adapters.contracts import (
    Account,
    Attachment,
    Authenticity,
    Capabilities,
    Fault,
    InboundMessage,
    OutboundMessage,
    Person,
    Sent,
    ThreadRef,
    Verdict,
)
from channels_adapters.faults import needed
from channels_adapters.json_reading import text
from channels_adapters.meta.graph import FACEBOOK, graph
from channels_adapters.outgoing_parts import Part, send_parts, text_and_files
from channels_adapters.wording import say


def comment(
    number: str,
    author: Person,
    thread: ThreadRef,
    at: datetime | None,
    said: str,
    *,
    is_ours: bool,
    files: tuple[Attachment, ...] = (),
    unsupported: str = "",
) -> InboundMessage:
    """The comment of that number; `unsupported` says why there is neither a word nor a file in it."""
    return InboundMessage(
        event_id=f"comment:{number}",
        external_id=number,
        author=author,
        thread=thread,
        occurred_at=at,
        direction="echo" if is_ours else "in",
        text=said,
        full_text=said,
        attachments=files,
        authenticity=Authenticity(Verdict.VERIFIED, "signed by Meta"),
        unsupported="" if said or files else unsupported,
    )


def send_publicly(
    message: OutboundMessage, account: Account, can: Capabilities, comment: str, edge: str, host: str = FACEBOOK
) -> Sent:
    """Answer below a comment, where everybody reads it; files are comments of their own. Raises `SendError`."""
    needed(comment, Fault.RECIPIENT, say("There is no comment to answer."))

    def transmit(part: Part) -> str:
        asked = {"message": part} if isinstance(part, str) else {"attachment_url": part.link}
        return text(graph(account, "POST", f"/{quote(comment, safe='')}/{edge}", host=host, data=asked), "id")

    return send_parts(message, text_and_files(message, can.in_public()), transmit)
