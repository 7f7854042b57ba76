"""What is kept of an account's credentials beside the secrets themselves: until when, and how renewing them went."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from inbox.channels.models import Channel
from inbox.common.leased import Leased


class FormerSecret(models.Model):
    """A secret that was replaced and still verifies until an instant: it lies as `<name>_before` among the secrets."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="former_secrets")
    name = models.CharField(max_length=60)
    until = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["channel", "name"], name="a_secret_has_one_before_it"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.name}"


class Renewal(Leased):
    """Credentials that expire, or may: until when they work (as learned at `learned_at`), and how renewing them goes.

    `attempts` counts the failures since the last success; `next_attempt_at` is when to ask the network again.
    """

    channel = models.OneToOneField(Channel, models.CASCADE, related_name="renewal")
    expires_at = models.DateTimeField(null=True, blank=True)
    learned_at = models.DateTimeField(null=True, blank=True)
    succeeded_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=20, blank=True)
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.channel_id} {self.expires_at}"
