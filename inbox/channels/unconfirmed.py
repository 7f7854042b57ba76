"""What may have left or not: the network is asked again, for as long as it would have been tried."""

from __future__ import annotations

from datetime import timedelta
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from inbox.channels.delivery import ids_of, on_the_wire
from inbox.channels.enums import DeliveryStatus
from inbox.channels.mail_models import TicketMail
from inbox.channels.models import Delivery, DirectMail, Outgoing
from inbox.channels.settling import GIVE_UP_AFTER, LOOK_AGAIN, arrived, found_by_network
from inbox.common import work
from inbox.common.clock import now

Row = TypeVar("Row", bound=Outgoing)
_UNSURE = Q(status=DeliveryStatus.UNCONFIRMED, next_attempt_at__isnull=False)


def unsure() -> list[int]:
    """Ids of unconfirmed deliveries about which the network may know by now."""
    return ids_of(work.due(Delivery.objects.filter(_UNSURE)), 50)


def unsure_direct() -> list[int]:
    """Ids of unconfirmed mails outside tickets."""
    return ids_of(work.due(DirectMail.objects.filter(_UNSURE)), 50)


def unsure_mails() -> list[int]:
    """Ids of unconfirmed mails about tickets."""
    return ids_of(work.due(TicketMail.objects.filter(_UNSURE)), 50)


def look_again(delivery_id: int) -> Delivery | None:
    """Ask the network once more what became of an unconfirmed delivery, for as long as it would have been tried."""
    return _look_again(Delivery.objects.filter(status=DeliveryStatus.UNCONFIRMED), delivery_id)


def look_again_direct(mail_id: int) -> DirectMail | None:
    """The same for a mail outside tickets."""
    return _look_again(DirectMail.objects.filter(status=DeliveryStatus.UNCONFIRMED), mail_id)


def look_again_mail(mail_id: int) -> TicketMail | None:
    """The same for a mail about a ticket."""
    return _look_again(TicketMail.objects.filter(status=DeliveryStatus.UNCONFIRMED), mail_id)


def _look_again(rows: QuerySet[Row], row_id: int) -> Row | None:
    delivery = work.claim(rows, row_id)
    if delivery is None:
        return None
    if (found := found_by_network(delivery)) is not None:
        return arrived(delivery, on_the_wire(delivery), found)
    elapsed = now() - (delivery.settled_at or delivery.queued_at)
    wait = min(max(elapsed, LOOK_AGAIN), timedelta(hours=1))
    work.finish(delivery, next_attempt_at=Now() + wait if elapsed < GIVE_UP_AFTER else None)
    delivery.refresh_from_db()
    return delivery
