"""Channels, the journal (Envelope) and the outbox (Delivery)."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from inbox.channels.enums import DeliveryStatus, EnvelopeState


class Channel(models.Model):
    """A connected account: a mailbox, a page, a bot. `secrets` is encrypted; read it through `access`."""

    kind = models.CharField(max_length=20)
    address = models.CharField(max_length=320)
    name = models.CharField(max_length=120)
    brand = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, default="en")
    team = models.ForeignKey("inbox.Team", models.SET_NULL, null=True, blank=True, related_name="+")
    is_active = models.BooleanField(default=True)
    settings = models.JSONField(default=dict, blank=True)
    secrets = models.BinaryField(default=bytes, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["kind", "address"], name="an_account_is_connected_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<Channel {self.kind} {self.address}>"


class Leased(models.Model):
    """A unit of work: claimed with a lease by the database's clock, finished only by the lease's holder.

    `attempts` counts claims, `deaths` those whose holder never let go.
    """

    attempts = models.PositiveSmallIntegerField(default=0)
    deaths = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    lease_token = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Envelope(Leased):
    """A payload as it arrived, journalled before anybody looked into it."""

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="envelopes")
    body = models.BinaryField()
    body_hash = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    headers = models.JSONField(default=dict)
    url = models.CharField(max_length=2000, blank=True)
    method = models.CharField(max_length=8, default="POST")
    remote_addr = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=EnvelopeState, default=EnvelopeState.WAITING)
    error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    ticket = models.ForeignKey("inbox.Ticket", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["channel", "body_hash"], name="a_payload_is_journalled_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["next_attempt_at", "id"], name="envelope_waiting", condition=Q(state=EnvelopeState.WAITING)
            ),
            models.Index(fields=["-id"], name="envelope_quarantined", condition=Q(state=EnvelopeState.QUARANTINED)),
        ]


class ReceivedEvent(models.Model):
    """An event of a network that was taken in: the unique pair makes a repeat harmless."""

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    event_id = models.CharField(max_length=600)
    kind = models.CharField(max_length=24)
    envelope = models.ForeignKey(Envelope, models.SET_NULL, null=True, related_name="received_events")
    message = models.ForeignKey("inbox.Message", models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=24)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["channel", "event_id"], name="an_event_arrives_once"),
        ]


class Delivery(Leased):
    """A message of ours on its way out.

    `handed_over_at` is set, and committed, just before the network is called: a worker that died earlier
    sent nothing for certain, one that died later may have.
    """

    message = models.OneToOneField("inbox.Message", models.CASCADE, related_name="delivery")
    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
    ticket = models.ForeignKey("inbox.Ticket", models.CASCADE, related_name="+")
    client_ref = models.UUIDField(default=uuid.uuid4, unique=True)
    status = models.CharField(max_length=12, choices=DeliveryStatus, default=DeliveryStatus.QUEUED)
    queued_at = models.DateTimeField()
    handed_over_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    external_ids = ArrayField(models.CharField(max_length=998), default=list)
    fault = models.CharField(max_length=20, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["channel", "status"],
                name="delivery_troubled",
                condition=Q(status__in=[DeliveryStatus.FAILED, DeliveryStatus.BOUNCED, DeliveryStatus.UNCONFIRMED]),
            ),
            models.Index(
                fields=["next_attempt_at", "id"],
                name="delivery_due",
                condition=Q(status__in=[DeliveryStatus.QUEUED, DeliveryStatus.SENDING]),
            ),
            models.Index(
                fields=["ticket", "id"],
                name="delivery_in_flight",
                condition=Q(status__in=[DeliveryStatus.QUEUED, DeliveryStatus.SENDING]),
            ),
        ]


class OutboxMail(models.Model):
    """A mail kept in the built-in outbox page because no mail server is set."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    message = models.ForeignKey("inbox.Message", models.SET_NULL, null=True, related_name="+")
    client_ref = models.UUIDField(unique=True)
    recipients = ArrayField(models.CharField(max_length=320))
    body = models.BinaryField()
    kept_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
