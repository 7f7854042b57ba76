"""What a customer had erased at his network leaves the journal as well: the payloads that brought his words.

Their hashes stay, so that a network which hands one out again brings nothing back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Exists, OuterRef

from channels_adapters.contracts import Event, MessageDeleted
from inbox.channels.enums import EnvelopeState
from inbox.channels.models import Envelope, ReceivedEvent
from inbox.tickets.enums import EventKind
from inbox.tickets.models import Message, TicketEvent

_SETTLED = (EnvelopeState.DONE, EnvelopeState.DISCARDED)


def erase_payloads(message: Message) -> int:
    """Empty the payloads that brought an erased message and its changes; how many. One under way is emptied later."""
    brought = ReceivedEvent.objects.filter(message=message).exclude(envelope=None).values_list("envelope", flat=True)
    return _emptied({*brought, message.envelope_id})


def erase_owed(envelope: Envelope, events: Sequence[Event]) -> int:
    """A payload is done: empty it if it brought what was erased meanwhile, or by itself; 1 if so."""
    may_owe = envelope.attempts > 1 or any(isinstance(one, MessageDeleted) and one.must_erase for one in events)
    if not may_owe:
        return 0
    brought = ReceivedEvent.objects.filter(envelope=envelope, message__isnull=False)
    # Of an album a part alone may have been erased, which changes the message.
    kinds = (EventKind.MESSAGE_DELETED, EventKind.MESSAGE_EDITED)
    erased = TicketEvent.objects.filter(message=OuterRef("message"), kind__in=kinds, details__erased=True)
    is_owed = brought.exclude(kind=MessageDeleted.__name__).filter(Exists(erased)).exists()
    return _emptied({envelope.pk}) if is_owed else 0


def _emptied(envelopes: Collection[int | None]) -> int:
    settled = Envelope.objects.filter(pk__in=[one for one in envelopes if one], state__in=_SETTLED)
    # Who sent what it holds beside it asked for nothing, but it has been read, and is kept in its messages.
    return settled.exclude(body=b"").update(body=b"", size=0, headers={}, error="")
