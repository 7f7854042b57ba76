"""Reads of channels, the journal and the outbox, named for what they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from inbox.channels.enums import ACCESS_LOST, ACCESS_REFUSED, DeliveryStatus, EnvelopeState
from inbox.channels.mail_models import TicketMail
from inbox.channels.models import AccountNews, Channel, Delivery, DirectMail, Envelope, OutboxMail, Poller
from inbox.customers.models import Customer, Identity
from inbox.tickets.enums import Direction
from inbox.tickets.models import Message

#: The sweeps run every 12 s; what is later than this was forgotten.
LATE = timedelta(seconds=60)
#: How long a failure counts as news.
RECENT = timedelta(days=7)
_IN_FLIGHT = (DeliveryStatus.QUEUED, DeliveryStatus.SENDING)
_TROUBLED = (DeliveryStatus.FAILED, DeliveryStatus.BOUNCED)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is under way and what is stuck, in and out. Lags are how long the oldest has been due."""

    waiting: int
    waiting_lag: timedelta
    quarantined: int
    sending: int
    sending_lag: timedelta
    unconfirmed: int
    failed: int
    stale_pollers: int


def last_used(customer: Customer, channel: Channel) -> Identity | None:
    """Where a customer is written to by a channel: the address he wrote from last, else his first one of its kind."""
    theirs = Identity.objects.filter(customer=customer, kind=channel.kind)
    said = Message.objects.filter(customer=customer, direction=Direction.IN, identity__in=theirs)
    last = said.order_by("-occurred_at", "-id").select_related("identity").first()
    return last.identity if last else theirs.order_by("id").first()


def news_of(channel: Channel) -> QuerySet[AccountNews]:
    """The newest things its network told of the account, newest first."""
    return AccountNews.objects.filter(channel=channel).order_by("-at", "-id")[:20]


def lost_access() -> QuerySet[AccountNews]:
    """What says that a network lets an account in no more, and is not history yet."""
    return AccountNews.objects.filter(settled_at=None, name__in=ACCESS_LOST)


def pollers_of(channel: Channel) -> QuerySet[Poller]:
    """Where the channel is asked for news: how far each place was read, when last, and what is wrong."""
    return Poller.objects.filter(channel=channel).order_by("place")


def stale_pollers(at: datetime) -> QuerySet[Poller]:
    """Pollers of channels that are switched on whose last round failed, or that nobody asks although it is time."""
    forgotten = Q(next_attempt_at__lt=at - LATE) & _nobody_holds(at)
    return Poller.objects.filter(~Q(fault="") | forgotten, channel__is_active=True).order_by("id")


def channels_with_health(at: datetime) -> QuerySet[Channel]:
    """All channels with their pollers and figures of what came in, what waits and what is stuck.

    `last_received_at` (imports left out), `last_sent_at`, `waiting` since `waiting_since`, `quarantined`,
    `unconfirmed`, `failed` in the last week, and `access_lost_at`, since when its network lets us in no more, with
    what it said when it refused us, `access_refusal`.
    """
    received = (
        Envelope.objects.filter(channel=OuterRef("pk"), mail_import=None).order_by("-id").values("received_at")[:1]
    )
    sent = Delivery.objects.filter(channel=OuterRef("pk"), sent_at__isnull=False).order_by("-id").values("sent_at")[:1]
    lost = lost_access().filter(channel=OuterRef("pk")).order_by("at")
    due = Envelope.objects.filter(channel=OuterRef("pk"), state=EnvelopeState.WAITING).order_by("id")
    return (
        Channel.objects.select_related("team", "renewal")
        .prefetch_related(Prefetch("pollers", Poller.objects.order_by("place")))
        .annotate(
            last_received_at=Subquery(received),
            last_sent_at=Subquery(sent),
            access_lost_at=Subquery(lost.values("at")[:1]),
            access_refusal=Subquery(lost.filter(name=ACCESS_REFUSED).values("details")[:1]),
            waiting_since=Subquery(due.values("received_at")[:1]),
            waiting=_counted(Envelope.objects.filter(state=EnvelopeState.WAITING)),
            quarantined=_counted(Envelope.objects.filter(state=EnvelopeState.QUARANTINED)),
            unconfirmed=_counted(Delivery.objects.filter(status=DeliveryStatus.UNCONFIRMED)),
            failed=_counted(Delivery.objects.filter(status__in=_TROUBLED, settled_at__gte=at - RECENT)),
        )
        .order_by("-is_active", "name", "id")
    )


def without_access(at: datetime) -> QuerySet[Channel]:
    """Channels that are switched on and whose network lets us in no more."""
    lost = Exists(lost_access().filter(channel=OuterRef("pk")))
    return Channel.objects.filter(Q(lost) | Q(renewal__expires_at__lte=at), is_active=True)


def quarantined() -> QuerySet[Envelope]:
    """Payloads that could not be read, newest first, without their bodies."""
    return (
        Envelope.objects.filter(state=EnvelopeState.QUARANTINED).select_related("channel").defer("body").order_by("-id")
    )


def discarded() -> QuerySet[Envelope]:
    """Payloads that could not be read and that somebody set aside, newest first, without their bodies."""
    return (
        Envelope.objects.filter(state=EnvelopeState.DISCARDED).select_related("channel").defer("body").order_by("-id")
    )


def kept_mails() -> QuerySet[OutboxMail]:
    """Mails in the built-in outbox, newest first, without their bodies."""
    return OutboxMail.objects.select_related("channel", "message__ticket").defer("body").order_by("-id")


def backlog(at: datetime) -> Backlog:
    """The work that waits at an instant. Work whose time has not come (an undo window, a back-off) has no lag."""
    envelopes = Envelope.objects.filter(state=EnvelopeState.WAITING).aggregate(
        count=Count("id"), oldest=Min(Coalesce("next_attempt_at", "received_at"), filter=_nobody_holds(at))
    )
    # Replies, surveys that belong to no ticket, and what tells of chats.
    outgoing = Delivery.objects.all(), DirectMail.objects.all(), TicketMail.objects.all()
    sending = [
        mails.filter(status__in=_IN_FLIGHT).aggregate(
            count=Count("id"), oldest=Min(Coalesce("next_attempt_at", "queued_at"), filter=_nobody_holds(at))
        )
        for mails in outgoing
    ]
    settled = [
        mails.aggregate(
            unconfirmed=Count("id", filter=Q(status=DeliveryStatus.UNCONFIRMED)),
            failed=Count("id", filter=Q(status__in=_TROUBLED, settled_at__gte=at - RECENT)),
        )
        for mails in outgoing
    ]
    return Backlog(
        waiting=envelopes["count"],
        waiting_lag=_lag(envelopes["oldest"], at),
        quarantined=Envelope.objects.filter(state=EnvelopeState.QUARANTINED).count(),
        stale_pollers=stale_pollers(at).count(),
        sending=sum(found["count"] for found in sending),
        sending_lag=max(_lag(found["oldest"], at) for found in sending),
        unconfirmed=sum(found["unconfirmed"] for found in settled),
        failed=sum(found["failed"] for found in settled),
    )


def _counted(rows: QuerySet[Any]) -> Coalesce:
    counts = rows.filter(channel=OuterRef("pk")).order_by().values("channel").annotate(n=Count("id")).values("n")
    return Coalesce(Subquery(counts), 0)


def _nobody_holds(at: datetime) -> Q:
    return Q(lease_until=None) | Q(lease_until__lt=at)


def _lag(oldest: datetime | None, at: datetime) -> timedelta:
    return max(at - oldest, timedelta(0)) if oldest else timedelta(0)
