"""The built-in mail listener (SMTP or LMTP): 250 only once the mail is in the journal.

RFC 5321: unknown recipients are refused at RCPT (550), a mail over the size limit with 552, and while the
database is away the sender is asked to come back (451).
"""

from __future__ import annotations

import asyncio
import functools
import logging
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections

from channels_adapters.contracts import Payload
from inbox.channels.access import channel_at
from inbox.channels.actions import ring_intake
from inbox.channels.intake import accept
from inbox.channels.models import Channel
from inbox.common.clock import now

log = logging.getLogger(__name__)
MOST_BYTES = 35 * 1024 * 1024
_AWAY = "451 4.3.0 Temporarily unable to store mail, please try again"


class Handler:
    """aiosmtpd's hooks: who is accepted, and what is journalled."""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept recipients that are connected channels (with or without a plus-address tag)."""
        try:
            channel = await sync_to_async(_channel)(address)
        except DatabaseError:
            log.exception("listener: the database is away")
            return _AWAY
        if channel is None:
            return f"550 5.1.1 <{address}> is not an address of this inbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient accepted"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Journal the mail for each of its channels, then say 250."""
        peer = session.peer[0] if isinstance(session.peer, tuple) else ""
        try:
            return await sync_to_async(_journal)(envelope.original_content or b"", tuple(envelope.rcpt_tos), peer)
        except (DatabaseError, OSError):
            log.exception("listener: a mail could not be journalled")
            return _AWAY


def _channel(address: str) -> Channel | None:
    close_old_connections()
    return channel_at(address, "email")


def _journal(body: bytes, recipients: tuple[str, ...], peer: str) -> str:
    close_old_connections()
    channels = {channel.pk: channel for address in recipients if (channel := channel_at(address, "email"))}
    accepted = [
        accept(channel, Payload(body=body, remote_addr=peer, received_at=now())) for channel in channels.values()
    ]
    for each in accepted:
        if each.is_new:
            ring_intake(each.envelope_id)
    return f"250 2.0.0 Accepted as {', '.join(f'E-{each.envelope_id}' for each in accepted)}"


async def serve(host: str, port: int, *, lmtp: bool = False) -> asyncio.Server:
    """Start listening; the caller keeps the loop running."""
    options: dict[str, Any] = {"data_size_limit": MOST_BYTES, "enable_SMTPUTF8": True, "ident": "inbox"}
    factory = functools.partial(LMTP if lmtp else SMTP, Handler(), **options)
    return await asyncio.get_running_loop().create_server(factory, host, port)
