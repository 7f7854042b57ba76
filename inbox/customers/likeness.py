"""Noting that two customers may be one person. Nobody is merged for it: that is for people to decide."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from inbox.common.clock import now
from inbox.common.rows import insert_new
from inbox.customers.enums import Sign
from inbox.customers.likeness_models import CustomerLikeness

_MOST_SIGNS = 10


def note_likeness(one: int, other: int, sign: Sign, value: str, *, at: datetime | None = None) -> bool:
    """Keep a sign that two customers, by their ids, may be one person; whether it is a new one.

    Who were found to be two are not likened again, whatever else speaks for it.
    """
    first, second = sorted((one, other))
    evidence = {"sign": str(sign), "value": value[:320]}
    if first == second:
        return False
    likeness = CustomerLikeness(first_id=first, second_id=second, evidence=[evidence], found_at=at or now())
    with transaction.atomic():
        if insert_new(likeness, "two_people_are_likened_once"):
            return True
        known = CustomerLikeness.objects.select_for_update().get(first=first, second=second)
        if evidence in known.evidence or known.dismissed_at:
            return False
        known.evidence = [*known.evidence, evidence][-_MOST_SIGNS:]
        known.save(update_fields=["evidence"])
    return True
