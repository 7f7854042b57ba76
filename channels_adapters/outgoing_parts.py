"""A reply as the several messages of a network it becomes, and sending them so that none leaves twice.

parts = text_and_files(message, self.capabilities)
return send_parts(message, parts, lambda part: self._transmit(part, message, account))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from channels_adapters.contracts import Attachment, Capabilities, Fault, OutboundMessage, SendError, Sent
from channels_adapters.splitting import split

Part = str | Attachment
Piece = TypeVar("Piece")


def text_and_files(message: OutboundMessage, can: Capabilities) -> list[Part]:
    """Texts that fit, then the files the network takes; files it does not take are links below the text."""
    taken = [one for one in message.attachments if takes(one, can)]
    links = [f"{one.filename}: {one.link}" for one in message.attachments if one not in taken and one.link]
    text = "\n\n".join(filter(None, (message.text.strip(), "\n".join(links))))
    return [*split(text, can.text_limit, can.text_unit), *taken]


def takes(file: Attachment, can: Capabilities) -> bool:
    """Whether the network takes this file as a file."""
    if can.files is None:
        return can.attachment_limit is None or file.size <= can.attachment_limit
    return any(limit.takes(file.content_type, file.size) for limit in can.files)


def send_parts(message: OutboundMessage, parts: Sequence[Piece], transmit: Callable[[Piece], str]) -> Sent:
    """Hand over what earlier attempts left, in order; `transmit` returns a part's id.

    Raises the `SendError` of the part that failed, with the ids of those that left before it at this attempt.
    """
    if not parts:
        raise SendError(Fault.CONTENT, "There is nothing in it that this network takes.")
    sent: list[str] = []
    for part in parts[len(message.sent_parts) :]:
        try:
            sent.append(transmit(part))
        except SendError as problem:
            raise SendError(
                problem.fault, problem.reason, retry_after=problem.retry_after, sent_parts=tuple(sent)
            ) from problem
    return Sent(tuple(sent))
