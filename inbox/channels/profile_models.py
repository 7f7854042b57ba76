"""People whom a network did not name: what it tells when it is asked who they are."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from inbox.channels.models import Channel
from inbox.common.leased import Leased


class ProfileLookup(Leased):
    """The one question to a network who somebody is; since `done_at` it is not asked again, whatever it told."""

    identity = models.OneToOneField("inbox.Identity", models.CASCADE, related_name="lookup")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["next_attempt_at", "id"], name="profile_lookup_due", condition=Q(done_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.identity_id} {self.done_at or ''}"
