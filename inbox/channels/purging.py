"""What becomes of deleted tickets: after `DELETED_TICKETS_DAYS` their rows, files and raw payloads are gone for good.

What the journal knows of a payload stays without its content: a network that hands it out again brings nothing back.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from inbox.channels.enums import DeliveryStatus, EnvelopeState
from inbox.channels.mail_models import TicketMail
from inbox.channels.models import Delivery, Envelope, OutboxMail
from inbox.common.clock import now
from inbox.tickets.files import forget_unused
from inbox.tickets.merged import merged_parts
from inbox.tickets.models import Attachment, Message, ScheduledReply, Ticket

_BATCH = 50
#: One run stops after so many batches, well within the time a task has.
_MOST = 20


def purge(at: datetime | None = None) -> int:
    """Delete what was deleted long enough ago; how many tickets. More may be left: call it until there are none."""
    count = 0
    for _ in range(_MOST):
        gone = _purge_some(at or now())
        count += gone
        if gone < _BATCH:
            break
    return count


def purgeable(at: datetime) -> QuerySet[Ticket]:
    """Deleted tickets whose time is over, the longest deleted first; not those of which a reply is still to leave."""
    if not settings.DELETED_TICKETS_DAYS:
        return Ticket.objects.none()
    is_leaving = Q(ticket=OuterRef("pk"), status__in=(DeliveryStatus.QUEUED, DeliveryStatus.SENDING))
    replies, mails = Delivery.objects.filter(is_leaving), TicketMail.objects.filter(is_leaving)
    old = Ticket.objects.filter(deleted_at__lt=at - timedelta(days=settings.DELETED_TICKETS_DAYS))
    return old.filter(~Exists(replies), ~Exists(mails)).order_by("deleted_at", "id")


def _purge_some(at: datetime) -> int:
    with transaction.atomic():
        # One that somebody restores at this moment is passed over.
        ids = list(
            purgeable(at).select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:_BATCH]
        )
        if not ids:
            return 0
        count = len(ids)
        # What was merged into a ticket is a part of it.
        ids += [part.pk for ticket in Ticket.objects.filter(pk__in=ids) for part in merged_parts(ticket)]
        messages = Message.objects.filter(ticket__in=ids)
        blobs = set(Attachment.objects.filter(message__in=messages).values_list("sha256", flat=True))
        planned = ScheduledReply.objects.filter(ticket__in=ids).values_list("files", flat=True)
        blobs |= {file["sha256"] for files in planned for file in files}
        held = Q(pk__in=messages.exclude(envelope=None).values("envelope")) | Q(ticket__in=ids)
        envelopes = list(Envelope.objects.filter(held).values_list("pk", flat=True))
        told = TicketMail.objects.filter(ticket__in=ids)
        OutboxMail.objects.filter(Q(message__in=messages) | Q(client_ref__in=told.values("client_ref"))).delete()
        Ticket.objects.filter(pk__in=ids).delete()
        _empty(envelopes)
        transaction.on_commit(lambda: forget_unused(blobs))
    return count


def _empty(envelopes: list[int]) -> None:
    """Forget the payloads of which nothing is left; not those that somebody may still make something of."""
    held_elsewhere = Message.objects.filter(envelope=OuterRef("pk"))
    settled = Envelope.objects.filter(pk__in=envelopes, state__in=(EnvelopeState.DONE, EnvelopeState.DISCARDED))
    emptied = settled.filter(~Exists(held_elsewhere), ticket=None)
    emptied.update(body=b"", size=0, headers={}, url="", remote_addr="", error="")
