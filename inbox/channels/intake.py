"""Intake: journalling what arrives, and turning the journal into messages.

`accept` is the promise given to the sender: when it returns, the raw bytes are committed. `process` may
crash and be repeated; it either takes the whole payload in or puts it into quarantine with a ticket.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import DatabaseError, transaction
from django.db.models.functions import Now

from channels_adapters.contracts import (
    Event,
    InboundMessage,
    Malformed,
    Payload,
    SendError,
)
from channels_adapters.registry import adapter
from inbox.channels.access import account
from inbox.channels.enums import EnvelopeState
from inbox.channels.erasing import erase_owed
from inbox.channels.guard import parse
from inbox.channels.media import fetched
from inbox.channels.models import Channel, Envelope, MailImport, ReceivedEvent
from inbox.channels.news import TooEarly, take_news
from inbox.channels.quarantine import close_unreadable, open_quarantine_ticket
from inbox.channels.received import take_in
from inbox.common import faults, work
from inbox.common.clock import now
from inbox.common.rows import Statement, insert_all_new, insert_new, updating, write
from inbox.tickets.models import Message

log = logging.getLogger(__name__)
MOST_ATTEMPTS = 5
MOST_DEATHS = 3
_ONCE = "a_payload_is_journalled_once"
_WAITING = Envelope.objects.filter(state=EnvelopeState.WAITING)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The journal's answer: the envelope, and whether this very payload had been journalled before."""

    envelope_id: int
    is_new: bool


def accept(
    channel: Channel,
    payload: Payload,
    *,
    place: str = "",
    mail_import: MailImport | None = None,
    single_use: str = "",
) -> Accepted:
    """Journal a payload; on return its bytes are committed. A payload already there is not written twice.

    `place` tells where it was found (`imap:INBOX`), "" when it was brought to us. What belongs to a `mail_import`
    is taken in as history. Of two payloads with the same `single_use` the second counts as there already.
    """
    envelope = _envelope(channel, payload, single_use, place, mail_import)
    is_new = insert_new(envelope, _ONCE)
    faults.point("after_accept")
    if is_new:
        return Accepted(envelope.pk, is_new=True)
    known = Envelope.objects.values_list("id", flat=True).get(channel=channel, body_hash=envelope.body_hash)
    return Accepted(known, is_new=False)


def accept_all(arrived: Sequence[tuple[Channel, Payload, str]]) -> list[int]:
    """Journal payloads, each with its channel and `single_use`, in one statement: all are committed, or none.

    The ids of those that had not been journalled before.
    """
    envelopes = [_envelope(channel, payload, single_use) for channel, payload, single_use in arrived]
    made = insert_all_new(envelopes, _ONCE)
    faults.point("after_accept")
    return made


def _envelope(
    channel: Channel, payload: Payload, single_use: str, place: str = "", mail_import: MailImport | None = None
) -> Envelope:
    return Envelope(
        channel_id=channel.pk,
        body=payload.body,
        body_hash=hashlib.sha256(single_use.encode() or payload.body + payload.url.encode()).hexdigest(),
        size=len(payload.body),
        headers=dict(payload.headers),
        url=payload.url,
        method=payload.method,
        remote_addr=payload.remote_addr,
        received_at=payload.received_at or now(),
        place=place[:280],
        mail_import_id=mail_import.pk if mail_import else None,
    )


def waiting() -> list[int]:
    """Ids of journalled payloads whose turn has come."""
    rows = work.due(_WAITING)
    return list(rows.order_by("id").values_list("id", flat=True)[:500])


def process(envelope_id: int) -> Envelope | None:
    """Take a journalled payload in. None when it is done already or somebody else is at it.

    Five failed attempts put it into quarantine; so does a payload that can't be understood, at once.
    """
    envelope = work.claim(_WAITING, envelope_id, beside="channel")
    if envelope is None:
        return None
    faults.point("after_claim")
    if envelope.attempts > MOST_ATTEMPTS or envelope.deaths >= MOST_DEATHS:
        return quarantine(envelope, envelope.error or "Reading it ended the process that did it, again and again.")
    try:
        _process(envelope)
    except Malformed as error:
        return quarantine(envelope, str(error))
    except SendError as error:
        # The rest of it could not be fetched from where it lies.
        log.warning("intake: envelope %s is not complete (attempt %s): %s", envelope.pk, envelope.attempts, error)
        return _again_later(envelope, error.reason)
    except TooEarly as error:
        return _again_later(envelope, str(error))
    except Exception as error:
        log.exception("intake: envelope %s failed (attempt %s)", envelope.pk, envelope.attempts)
        return _again_later(envelope, f"{type(error).__name__}: {error}")
    return envelope


def _again_later(envelope: Envelope, reason: str) -> Envelope:
    if envelope.attempts >= MOST_ATTEMPTS:
        return quarantine(envelope, reason)
    work.finish(envelope, error=reason, next_attempt_at=Now() + work.backoff(envelope.attempts))
    envelope.error = reason
    return envelope


def _process(envelope: Envelope) -> None:
    channel = envelope.channel
    payload = Payload(
        body=bytes(envelope.body),
        headers=envelope.headers,
        url=envelope.url,
        method=envelope.method,
        remote_addr=envelope.remote_addr,
        received_at=envelope.received_at,
    )
    sender = account(channel)
    network = adapter(channel.kind)
    if payload.is_request:
        payload = network.completed(payload, sender)
    # What we wrote ourselves needs no guard.
    is_ours = network.capabilities.is_our_own
    events = network.parse(payload, sender) if is_ours else parse(channel.kind, payload, sender)
    is_last_try = envelope.attempts >= MOST_ATTEMPTS
    events = fetched(events, network, sender, channel, is_last_try=is_last_try)
    faults.point("after_parse")
    failed: Exception | None = None
    ticket_id: int | None = None
    outcomes: list[Statement] = []
    with transaction.atomic():
        for event in events:
            try:
                # One event alone needs no place to fall back to: the transaction is all its own.
                with transaction.atomic(savepoint=len(events) > 1):
                    ticket_id = _take(envelope, channel, event, outcomes) or ticket_id
            except TooEarly as error:
                failed = error
            except (DatabaseError, ValueError, LookupError, TypeError, OSError) as error:
                if len(events) == 1:
                    raise
                # Its neighbours are kept; the payload comes round again for this one.
                log.exception("intake: event %s of envelope %s failed", event.event_id, envelope.pk)
                failed = error
        # Nothing leaves because of this commit before a later one has waited for the disk (a delivery notes that it is
        # handed over), which makes this one safe as well; until then the journal holds what would be lost.
        if failed is None and not work.finish(
            envelope,
            durably=False,
            after=outcomes,
            state=EnvelopeState.DONE,
            done_at=Now(),
            error="",
            ticket_id=ticket_id,
            next_attempt_at=None,
        ):
            raise RuntimeError("the lease was lost while the payload was being taken in")
        if failed is not None and outcomes:
            write(*outcomes)
        if failed is None:
            erase_owed(envelope, events)
        if failed is None and envelope.ticket:
            close_unreadable(envelope.ticket, became=ticket_id)
        faults.point("before_commit")
    if failed is not None:
        raise failed
    envelope.state, envelope.error, envelope.ticket_id = EnvelopeState.DONE, "", ticket_id
    faults.point("after_process")


def _take(envelope: Envelope, channel: Channel, event: Event, outcomes: list[Statement]) -> int | None:
    """The ticket of `event`; what became of it joins `outcomes`, to be written."""
    received = ReceivedEvent(
        channel=channel, event_id=event.event_id[:600], kind=type(event).__name__, envelope=envelope, outcome="kept"
    )
    if not insert_new(received, "an_event_arrives_once"):
        earlier = ReceivedEvent.objects.select_related("message").get(channel=channel, event_id=received.event_id)
        return earlier.message.ticket_id if earlier.message else None
    message: Message | None = None
    if isinstance(event, InboundMessage):
        message, received.outcome = take_in(channel, envelope, event)
    else:
        is_last_try = envelope.attempts >= MOST_ATTEMPTS
        message, received.outcome = take_news(channel, event, is_last_try=is_last_try)
    received.message = message
    outcomes.append(updating(received, ["message", "outcome"]))
    return message.ticket_id if message else None


def quarantine(envelope: Envelope, reason: str) -> Envelope:
    """Set an unreadable payload aside where people see it: a ticket with the original attached."""
    with transaction.atomic():
        ticket = open_quarantine_ticket(envelope, reason)
        work.finish(
            envelope,
            state=EnvelopeState.QUARANTINED,
            error=reason,
            done_at=Now(),
            next_attempt_at=None,
            ticket_id=ticket.pk,
        )
    log.warning("intake: envelope %s is in quarantine: %s", envelope.pk, reason)
    envelope.refresh_from_db(fields=["state", "error", "ticket"])
    return envelope
