"""A reply as the several messages of a network it becomes, and sending them so that none leaves twice.

return send_parts(message, portions(message, self.capabilities), lambda one: self._transmit(one, message, account))
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from channels_adapters.contracts import Attachment, Button, Capabilities, Fault, OutboundMessage, SendError, Sent
from channels_adapters.splitting import split

Part = str | Attachment
Piece = TypeVar("Piece")


@dataclass(frozen=True, slots=True)
class Portion:
    """One message of the network: a text, files or both, with buttons below.

    Its `number` (the first has 0) is the same at every attempt.
    """

    number: int = 0
    text: str = ""
    files: tuple[Attachment, ...] = ()
    buttons: tuple[Button, ...] = ()
    is_last: bool = True


def portions(
    message: OutboundMessage,
    can: Capabilities,
    *,
    files_at_once: int = 0,
    bytes_at_once: int | None = None,
    buttons_at_end: bool = False,
) -> list[Portion]:
    """A reply as messages: texts that fit, then the files one by one; or `files_at_once`, the first with the last text.

    Buttons are below the last text, or below whatever comes last.
    """
    parts = text_and_files(message, can)
    made = [Portion(text=one) for one in parts if isinstance(one, str)]
    groups = list(_groups([one for one in parts if isinstance(one, Attachment)], files_at_once or 1, bytes_at_once))
    if made and not buttons_at_end:
        made[-1] = replace(made[-1], buttons=message.buttons)
    if made and groups and files_at_once:
        made[-1] = replace(made[-1], files=groups.pop(0))
    made += [Portion(files=group) for group in groups]
    if made and buttons_at_end:
        made[-1] = replace(made[-1], buttons=message.buttons)
    return [replace(one, number=number, is_last=one is made[-1]) for number, one in enumerate(made)]


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


def _groups(files: Sequence[Attachment], most: int, most_bytes: int | None) -> Iterator[tuple[Attachment, ...]]:
    """Files as one message each can take them, together."""
    group: list[Attachment] = []
    for one in files:
        is_heavy = most_bytes is not None and sum(file.size for file in group) + one.size > most_bytes
        if group and (len(group) == most or is_heavy):
            yield tuple(group)
            group = []
        group.append(one)
    if group:
        yield tuple(group)
