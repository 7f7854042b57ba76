"""What every unit of work carries; `work` claims and finishes it."""

from __future__ import annotations

from django.db import models


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
