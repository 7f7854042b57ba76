"""Channels, the journal (Envelope) and the outbox (Delivery)."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from inbox.channels.enums import DeliveryStatus, EnvelopeState, ImportState, ReceiptStatus
from inbox.common.leased import Leased


class Channel(models.Model):
    """A connected account: a mailbox, a page, a bot. `secrets` is encrypted; read it through `access`.

    `hook_version` is part of the signed address that webhooks are sent to: raising it makes the old one void. One whose
    address was shown before it was connected has the `hook_number` that was drawn for it; `first_hook_at` is when the
    first request came there.
    With `acknowledges`, whoever opens a ticket is told so by an automatic answer (`ChannelText`).
    """

    kind = models.CharField(max_length=20)
    address = models.CharField(max_length=320)
    name = models.CharField(max_length=120)
    brand = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, default="en")
    team = models.ForeignKey("inbox.Team", models.SET_NULL, null=True, blank=True, related_name="+")
    is_active = models.BooleanField(default=True)
    settings = models.JSONField(default=dict, blank=True)
    secrets = models.BinaryField(default=bytes, blank=True)
    hook_version = models.PositiveSmallIntegerField(default=1)
    hook_number = models.BigIntegerField(null=True, blank=True)
    first_hook_at = models.DateTimeField(null=True, blank=True)
    acknowledges = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["kind", "address"], name="an_account_is_connected_once"),
            models.UniqueConstraint(fields=["hook_number"], name="a_hook_leads_to_one_channel"),
        ]

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<Channel {self.kind} {self.address}>"


class ChannelAlias(models.Model):
    """Another address that belongs to a channel: `sales@example.org`, or `*@example.org` for all of a domain."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="aliases")
    address = models.CharField(max_length=320)

    class Meta:
        verbose_name_plural = "channel aliases"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(Lower("address"), name="an_alias_leads_to_one_channel"),
        ]

    def __str__(self) -> str:
        return self.address


class ChannelText(models.Model):
    """What a channel says by itself in one language: under replies, and to whoever opens a ticket."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="texts")
    language = models.CharField(max_length=10)
    signature = models.TextField(blank=True)
    acknowledgement_subject = models.CharField(max_length=200, blank=True)
    acknowledgement = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["channel", "language"], name="a_channel_has_one_text_a_language"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.language}"


class Poller(Leased):
    """What asks a network for news: one for each place of a channel (a folder of a mailbox, "" for the account).

    `cursor` is the adapter's own; it moves only once what it has passed is journalled. `attempts` counts the
    failures since the last success.
    """

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="pollers")
    place = models.CharField(max_length=255, blank=True)
    cursor = models.TextField(blank=True)
    succeeded_at = models.DateTimeField(null=True, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)
    fetched = models.PositiveIntegerField(default=0)
    fault = models.CharField(max_length=20, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["channel", "place"], name="a_place_is_polled_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["next_attempt_at", "id"], name="poller_due"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.place}"


class MailImport(Leased):
    """Old mail brought in from an mbox file or a maildir archive; it goes on where it stopped.

    `blob` is the SHA-256 of the upload in storage, `position` the offset (mbox) or number (maildir) reached.
    """

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="imports")
    by = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, related_name="+")
    filename = models.CharField(max_length=255)
    blob = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    position = models.PositiveBigIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=8, choices=ImportState, default=ImportState.RUNNING)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["next_attempt_at", "id"], name="import_due", condition=Q(state=ImportState.RUNNING)),
        ]

    def __str__(self) -> str:
        return self.filename


class Envelope(Leased):
    """A payload as it arrived, journalled before anybody looked into it.

    `place` tells where it was found (`imap:INBOX`); what came by a `mail_import` is history: it starts no clock
    and nothing answers it.
    """

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="envelopes")
    place = models.CharField(max_length=280, blank=True)
    mail_import = models.ForeignKey(MailImport, models.SET_NULL, null=True, blank=True, related_name="+")
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


class AccountNews(models.Model):
    """News of a connected account: a token revoked, a template approved, events lost.

    A network told them, but for `access_refused`, which its refusal of a call of ours told (`admission`). `settled_at`
    is since when bad news is history: somebody connected the account again, or what it refused works.
    """

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="news")
    name = models.CharField(max_length=60)
    details = models.TextField(blank=True)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "account news"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["channel", "-at", "-id"], name="account_news_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%F %T}"


class Outgoing(Leased):
    """Something of ours on its way out.

    `handed_over_at` is set, and committed, just before the network is called: a worker that died earlier
    sent nothing for certain, one that died later may have.
    """

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="+")
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
        abstract = True


class Delivery(Outgoing):
    """A message of ours in a ticket on its way out."""

    message = models.OneToOneField("inbox.Message", models.CASCADE, related_name="delivery")
    ticket = models.ForeignKey("inbox.Ticket", models.CASCADE, related_name="+")

    class Meta:
        verbose_name_plural = "deliveries"
        indexes: ClassVar[list[Any]] = [
            GinIndex(fields=["external_ids"], name="delivery_external"),
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


class DirectMail(Outgoing):
    """A survey that belongs to no ticket, on its way to a customer: what asks him, or what reminds him of it."""

    invitation = models.OneToOneField("inbox.Invitation", models.CASCADE, null=True, related_name="direct_mail")
    reminds_of = models.OneToOneField("inbox.Invitation", models.CASCADE, null=True, related_name="direct_reminder")
    identity = models.ForeignKey("inbox.Identity", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(invitation__isnull=False, reminds_of=None) | Q(invitation=None, reminds_of__isnull=False),
                name="a_direct_mail_asks_or_reminds",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            GinIndex(fields=["external_ids"], name="direct_mail_external"),
            models.Index(
                fields=["next_attempt_at", "id"],
                name="direct_mail_due",
                condition=Q(status__in=[DeliveryStatus.QUEUED, DeliveryStatus.SENDING]),
            ),
            models.Index(
                fields=["channel", "status"],
                name="direct_mail_troubled",
                condition=Q(status__in=[DeliveryStatus.FAILED, DeliveryStatus.BOUNCED, DeliveryStatus.UNCONFIRMED]),
            ),
        ]


class Receipt(models.Model):
    """What became of a delivery for one recipient; `role` is to, cc or bcc."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="receipts")
    role = models.CharField(max_length=3, default="to")
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=320)
    status = models.CharField(max_length=10, choices=ReceiptStatus)
    reason = models.TextField(blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["delivery", "kind", "value"], name="a_recipient_has_one_receipt"),
        ]

    def __str__(self) -> str:
        return f"{self.value} {self.status}"


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
