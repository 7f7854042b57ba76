"""Mails that tell of what was said elsewhere: in a chat whose visitor is gone."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from inbox.channels.enums import DeliveryStatus, MailPurpose
from inbox.channels.models import Outgoing


class TicketMail(Outgoing):
    """A mail about a ticket that is no message of it: it carries messages that were said elsewhere.

    What it says is written when it is made, so that every attempt sends the same; but for a survey's, whose links are
    made as it leaves and stored nowhere. `identity` is whose conversation it tells of; `address` is where it goes, and
    `name` who is there, "" where nobody has proven it. Whoever answers it from that address is that person.
    """

    ticket = models.ForeignKey("inbox.Ticket", models.CASCADE, related_name="mails")
    identity = models.ForeignKey("inbox.Identity", models.SET_NULL, null=True, related_name="+")
    purpose = models.CharField(max_length=10, choices=MailPurpose)
    address = models.CharField(max_length=320)
    name = models.CharField(max_length=200, blank=True)
    sender_name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            GinIndex(fields=["external_ids"], name="ticket_mail_external"),
            models.Index(fields=["address", "-queued_at"], name="ticket_mail_address"),
            models.Index(
                fields=["next_attempt_at", "id"],
                name="ticket_mail_due",
                condition=Q(status__in=[DeliveryStatus.QUEUED, DeliveryStatus.SENDING]),
            ),
            models.Index(
                fields=["channel", "status"],
                name="ticket_mail_troubled",
                condition=Q(status__in=[DeliveryStatus.FAILED, DeliveryStatus.BOUNCED, DeliveryStatus.UNCONFIRMED]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.address}"


class MailedMessage(models.Model):
    """A message that was said elsewhere and went out by mail as well, once."""

    message = models.OneToOneField("inbox.Message", models.CASCADE, related_name="mailed")
    mail = models.ForeignKey(TicketMail, models.CASCADE, related_name="mailed")

    def __str__(self) -> str:
        return f"{self.message_id} {self.mail_id}"


class MailAnswer(models.Model):
    """A message that answers such a mail, written at the address it went to: the one person speaks in both."""

    message = models.OneToOneField("inbox.Message", models.CASCADE, related_name="answered_mail")
    mail = models.ForeignKey(TicketMail, models.CASCADE, related_name="answers")

    def __str__(self) -> str:
        return f"{self.message_id} {self.mail_id}"
