"""Files a message only points at: fetched before it is taken in, for their addresses expire."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeGuard

from channels_adapters.contracts import (
    Account,
    Adapter,
    Attachment,
    Event,
    Fault,
    InboundMessage,
    MessageEdited,
    SendError,
)
from inbox.channels.admission import asking
from inbox.channels.echoes import of_ours
from inbox.channels.models import Channel, ReceivedEvent
from inbox.common.file_types import named_for, true_type
from inbox.tickets.files import StoredFile, store

log = logging.getLogger(__name__)
STORED = "sha256:"


def fetched(
    events: Sequence[Event], network: Adapter, sender: Account, channel: Channel, *, is_last_try: bool
) -> Sequence[Event]:
    """The events with the bytes of their files. Raises `SendError` when it is worth another try.

    A file that can't be had leaves its message readable: it says so in `unsupported`.
    """
    wanted = {event.event_id[:600] for event in events if _has_files(event) and _pending(event)}
    if not wanted:
        return events
    taken = ReceivedEvent.objects.filter(channel=channel, event_id__in=wanted).values_list("event_id", flat=True)
    wanted -= {*taken, *(one[:600] for one in of_ours(channel, events))}
    return [
        _whole(event, network, sender, channel, is_last_try=is_last_try)
        if _has_files(event) and event.event_id[:600] in wanted
        else event
        for event in events
    ]


def stored(attachment: Attachment) -> StoredFile:
    """Put a file whose bytes are here into storage; those of some came before it and lie there."""
    if attachment.ref and attachment.ref.token.startswith(STORED):
        return StoredFile(
            attachment.filename[:255],
            attachment.content_type[:160],
            attachment.size,
            attachment.ref.token.removeprefix(STORED),
            str(attachment.kind),
        )
    return store(
        attachment.content or b"",
        filename=attachment.filename,
        content_type=attachment.content_type,
        kind=str(attachment.kind),
        content_id=attachment.content_id,
        is_inline=attachment.inline,
    )


def _has_files(event: Event) -> TypeGuard[InboundMessage | MessageEdited]:
    return isinstance(event, InboundMessage | MessageEdited)


def _pending(event: InboundMessage | MessageEdited) -> bool:
    return any(_is_pending(one) for one in event.attachments or ())


def _is_pending(attachment: Attachment) -> bool:
    return attachment.content is None and attachment.ref is not None and not attachment.ref.token.startswith(STORED)


def _whole(
    event: InboundMessage | MessageEdited, network: Adapter, sender: Account, channel: Channel, *, is_last_try: bool
) -> InboundMessage | MessageEdited:
    files, missing = [], []
    for one in event.attachments or ():
        if not _is_pending(one) or one.ref is None:
            files.append(one)
            continue
        try:
            with asking(channel):
                content = network.fetch_media(one.ref, sender)
            _check(one, content)
        except SendError as problem:
            if problem.fault.retryable and not is_last_try:
                raise
            log.warning("intake: the file %s of %s can't be had: %s", one.filename, event.event_id, problem.reason)
            missing.append(f"{one.filename or one.kind}: {problem.reason}")
        else:
            files.append(_filled(one, content))
    if isinstance(event, MessageEdited):
        # What it showed before is better than nothing.
        return replace(event, attachments=None if missing else tuple(files))
    unsupported = "\n".join(part for part in (event.unsupported, *missing) if part)
    return replace(event, attachments=tuple(files), unsupported=unsupported)


def _filled(attachment: Attachment, content: bytes) -> Attachment:
    """With its bytes, and the type and the name's ending that they ask for: networks guess, or tell none."""
    kind = true_type(attachment.content_type, content)
    is_told = kind == attachment.content_type
    name = attachment.filename if is_told else named_for(attachment.filename, kind)
    return replace(attachment, content=content, size=len(content), ref=None, content_type=kind, filename=name)


def _check(attachment: Attachment, content: bytes) -> None:
    if attachment.sha256 and hashlib.sha256(content).hexdigest() != attachment.sha256.lower():
        raise SendError(Fault.MEDIA, "What was fetched is not the file the network told of.")
