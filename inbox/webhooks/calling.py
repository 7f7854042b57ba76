"""Making a call: by whoever claims it, again and again until it is taken, for about a day."""

from __future__ import annotations

import json
from datetime import timedelta

from django.db.models.functions import Now

from inbox.common import faults, work
from inbox.common.clock import now
from inbox.escalations import hooks
from inbox.webhooks.models import WebhookCall

#: With the waits between them, these many attempts take about a day.
MOST_ATTEMPTS = 30
#: What was taken is kept so long to be looked at.
KEPT = timedelta(days=30)
_TO_DO = WebhookCall.objects.filter(done_at=None)
_AT_ONCE = 200


def waiting() -> list[int]:
    """Ids of calls whose time has come and that nobody makes at the moment."""
    return list(work.due(_TO_DO).order_by("next_attempt_at", "id").values_list("id", flat=True)[:_AT_ONCE])


def call(call_id: int) -> bool:
    """Make one call; True when it was taken. The receiver knows a repeat by its id (Standard Webhooks 1.0)."""
    found = work.claim(_TO_DO, call_id, beside="webhook")
    if found is None:
        return False
    faults.point("after_webhook_claim")
    if found.attempts > MOST_ATTEMPTS:
        work.finish(found, done_at=Now(), next_attempt_at=None, error=found.error or "It was never taken.")
        return False
    try:
        hooks.call(found.webhook.address, f"call_{found.pk}", body_of(found), int(now().timestamp()))
    except hooks.Unanswered as problem:
        is_last = problem.is_final or found.attempts == MOST_ATTEMPTS
        again = {"next_attempt_at": None, "done_at": Now()} if is_last else {"next_attempt_at": _later(found)}
        work.finish(found, error=str(problem), **again)
        return False
    return work.finish(found, done_at=Now(), next_attempt_at=None, error="")


def body_of(call: WebhookCall) -> bytes:
    """What is posted: `type`, `timestamp` and `data`, the same at every attempt."""
    told = {"type": call.kind, "timestamp": call.made_at.isoformat(), "data": call.data}
    return json.dumps(told, ensure_ascii=False).encode()


def forget_old() -> int:
    """Delete the calls that were done long ago; how many."""
    return WebhookCall.objects.filter(done_at__lt=now() - KEPT).delete()[0]


def _later(call: WebhookCall) -> object:
    return Now() + work.backoff(call.attempts)
