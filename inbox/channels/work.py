"""Leases: claiming a row of work so that nobody else does it, and finishing it only while the claim holds.

All instants are the database's: workers' clocks may differ. A claim raises `attempts` in a transaction of its
own, so that work which kills its worker is still counted.
"""

from __future__ import annotations

import random
import uuid
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import F, Model, Q, QuerySet
from django.db.models.functions import Now

Row = TypeVar("Row", bound=Model)


def due(rows: QuerySet[Row]) -> QuerySet[Row]:
    """Rows whose time has come and that nobody holds."""
    return rows.filter(Q(next_attempt_at=None) | Q(next_attempt_at__lte=Now())).filter(
        Q(lease_until=None) | Q(lease_until__lt=Now())
    )


def claim(rows: QuerySet[Row], pk: int, **values: Any) -> Row | None:
    """Take row `pk` if it is due and free; returns it as claimed, or None."""
    token = uuid.uuid4()
    with transaction.atomic():
        # Not the whole row, which may hold a mail of many megabytes: that is read once, below.
        row: Any = due(rows).select_for_update(skip_locked=True, of=("self",)).only("lease_token").filter(pk=pk).first()
        if row is None:
            return None
        rows.model._default_manager.filter(pk=pk).update(
            attempts=F("attempts") + 1,
            deaths=F("deaths") + int(row.lease_token is not None),
            lease_token=token,
            lease_until=Now() + timedelta(seconds=settings.LEASE_SECONDS),
            **values,
        )
    return rows.model._default_manager.filter(pk=pk, lease_token=token).first()


def finish(row: Any, **values: Any) -> bool:
    """Write the outcome and let go; False when the lease was lost meanwhile (then nothing is written)."""
    matched = (
        type(row)
        ._default_manager.filter(pk=row.pk, lease_token=row.lease_token)
        .update(lease_token=None, lease_until=None, **values)
    )
    return bool(matched)


def backoff(attempts: int) -> timedelta:
    """The wait before the next attempt: 10 s doubling up to an hour, with jitter of a quarter."""
    seconds = min(10 * 2 ** max(attempts - 1, 0), 3600)
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))  # noqa: S311 - jitter, no secret
