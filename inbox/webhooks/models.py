"""Addresses of other systems, and the calls to them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from inbox.common.leased import Leased
from inbox.webhooks.enums import News


class Webhook(models.Model):
    """An address that is told of each of its `kinds` of news while it is switched on."""

    name = models.CharField(max_length=80)
    address = models.CharField(max_length=500)
    kinds = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    made_by = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=now)
    deleted_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class WebhookCall(Leased):
    """A piece of news on its way to an address. `error` tells why it was not taken yet, or never will be."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="calls")
    kind = models.CharField(max_length=24, choices=News)
    data = models.JSONField(default=dict)
    made_at = models.DateTimeField(default=now)
    done_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["next_attempt_at", "id"], name="webhook_call_due", condition=Q(done_at=None)),
            models.Index(fields=["webhook", "-id"], name="webhook_call_newest"),
            models.Index(fields=["done_at"], name="webhook_call_done", condition=Q(done_at__isnull=False)),
        ]
