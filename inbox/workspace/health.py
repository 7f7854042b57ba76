"""Whether everything that should have been done is done. What is late shows here within a minute."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

import redis
from django.db import DatabaseError, connection

from inbox.channels.queries import backlog, without_access
from inbox.escalations.queries import standing
from inbox.live.announce import bell
from inbox.sla.models import Clock

#: The sweeps run every 12 s; what is later than this was forgotten.
LATE = timedelta(seconds=60)


@dataclass(slots=True)
class Health:
    """Each part with its verdict; `figures` is for those who may know more. Nothing here is a secret."""

    database: bool = False
    redis: bool = False
    intake: bool = False
    delivery: bool = False
    clocks: bool = False
    mailboxes: bool = False
    accounts: bool = False
    escalations: bool = False
    figures: dict[str, Any] = field(default_factory=dict)

    @property
    def parts(self) -> dict[str, bool]:
        """Verdict by part."""
        return {name: value for name, value in asdict(self).items() if name != "figures"}

    @property
    def is_good(self) -> bool:
        """True when no part fails."""
        return all(self.parts.values())


def examine(at: datetime) -> Health:
    """Look at every part; a part that can't be asked has failed."""
    health = Health()
    health.redis = _redis_answers()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        found = backlog(at)
        unnoticed = Clock.objects.filter(stopped_at=None, noticed_at=None, due_at__lt=at - LATE).count()
        escalations = standing(at, LATE)
        shut_out = without_access(at).count()
    except DatabaseError as error:
        health.figures["database"] = type(error).__name__
        return health
    health.database = True
    health.intake = found.waiting_lag <= LATE
    health.delivery = found.sending_lag <= LATE
    health.clocks = unnoticed == 0
    health.mailboxes = found.stale_pollers == 0
    health.accounts = shut_out == 0
    health.escalations = escalations.late == 0
    health.figures = {
        "waiting": found.waiting,
        "waiting_lag_seconds": round(found.waiting_lag.total_seconds()),
        "quarantined": found.quarantined,
        "sending": found.sending,
        "sending_lag_seconds": round(found.sending_lag.total_seconds()),
        "unconfirmed": found.unconfirmed,
        "failed_last_week": found.failed,
        "breaches_not_noticed": unnoticed,
        "stale_pollers": found.stale_pollers,
        "accounts_without_access": shut_out,
        "escalations_late": escalations.late,
        "escalations_retried": escalations.retried,
        "escalations_failed_last_week": escalations.failed,
    }
    return health


def _redis_answers() -> bool:
    try:
        return bool(bell().ping())
    except redis.RedisError:
        return False
