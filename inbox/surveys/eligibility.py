"""Who is asked, and when: pure rules over what is known of a resolved work cycle and its customer."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from inbox.surveys.enums import Suppression

#: Nobody is reminded within so much of the end.
LAST_REMINDER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules of a survey. It is quiet from `quiet_from_hour` to `quiet_until_hour`; equal hours: never quiet.

    `sample_percent` of all work cycles are asked about; `throttle` lies between two surveys of a customer.
    """

    is_active: bool = True
    throttle: timedelta = timedelta(days=30)
    sample_percent: int = 100
    quiet_from_hour: int = 20
    quiet_until_hour: int = 9


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a work cycle and its customer. `asked_at`: when he was sent other surveys.

    `wrote`: he sent at least one message that no program sent by itself; `wrote_automatically`: one that did.
    `sample_key` names the work cycle: the same key is always in or always out of a sample. It is `internal` when the
    asker is one of us; after `closes_at` the network lets nobody write to him unasked (None: it always does).
    """

    sample_key: str
    zone: ZoneInfo
    is_spam: bool = False
    is_merged: bool = False
    is_deleted: bool = False
    is_public: bool = False
    is_internal: bool = False
    closes_at: datetime | None = None
    wrote: bool = True
    wrote_automatically: bool = False
    human_replies: int = 1
    has_address: bool = True
    opted_out: bool = False
    erased: bool = False
    asked_at: Sequence[datetime] = ()


def plan(facts: Facts, terms: Terms, earliest: datetime, at: datetime | None = None) -> Suppression | datetime:
    """The instant (UTC) to ask at, the first not before `earliest` that is not quiet; or why not to ask at all.

    Where the network would not let us write by then, it is earlier, but never before `at`, when it is decided.
    """
    if reason := _against(facts, terms):
        return reason
    closes_at = facts.closes_at
    start = earliest if closes_at is None else max(at or earliest, min(earliest, closes_at))
    send_at = first_loud(start, facts.zone, terms)
    if closes_at is not None and send_at > closes_at:
        return Suppression.WINDOW_CLOSED
    if any(abs(send_at - asked) < terms.throttle for asked in facts.asked_at):
        return Suppression.ASKED_LATELY
    return send_at


def _against(facts: Facts, terms: Terms) -> Suppression | None:
    rules = (
        (facts.is_spam, Suppression.SPAM),
        (facts.is_merged, Suppression.MERGED),
        (facts.is_deleted, Suppression.DELETED),
        (facts.erased, Suppression.ERASED),
        (facts.opted_out, Suppression.OPTED_OUT),
        (facts.is_internal, Suppression.INTERNAL),
        (facts.is_public, Suppression.PUBLIC),
        (not facts.wrote and facts.wrote_automatically, Suppression.AUTOMATIC_SENDER),
        (not facts.wrote, Suppression.NO_CUSTOMER),
        (not facts.human_replies, Suppression.NO_HUMAN_REPLY),
        (not facts.has_address, Suppression.NO_ADDRESS),
        (not terms.is_active, Suppression.SURVEY_OFF),
        (not is_sampled(facts.sample_key, terms.sample_percent), Suppression.SAMPLED_OUT),
    )
    return next((reason for holds, reason in rules if holds), None)


def is_sampled(key: str, percent: int) -> bool:
    """Whether the work cycle is in a sample of `percent`: no chance and nobody's choice, and stable over repeats."""
    return _place(f"sample:{key}") * 100 < percent


def arm(key: str, shares: Iterable[tuple[int, int]]) -> int | None:
    """Which of the surveys (id, share) a work cycle is asked by: each as often as its share says, 0 is never.

    It is nobody's choice, and for the same surveys and shares always the same. None where there is none.
    """
    weighed = sorted((number, share) for number, share in shares if share > 0)
    point = _place(f"share:{key}") * sum(share for _, share in weighed)
    for number, share in weighed:
        point -= share
        if point < 0:
            return number
    return None


def _place(key: str) -> float:
    """Where a key stands between 0 and 1, spread evenly."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") / (2**64 + 2**12)


def reminder(
    sent_at: datetime, days: int | None, expires_at: datetime, zone: ZoneInfo, terms: Terms
) -> datetime | None:
    """When to remind who has not answered `days` after he was asked; None: not at all, or too close to the end."""
    if days is None:
        return None
    due = first_loud(sent_at + timedelta(days=days), zone, terms)
    return due if due <= expires_at - LAST_REMINDER else None


def is_quiet(at: datetime, zone: ZoneInfo, terms: Terms) -> bool:
    """True when it is night for the customer."""
    hour, start, end = at.astimezone(zone).hour, terms.quiet_from_hour, terms.quiet_until_hour
    if start == end:
        return False
    return start <= hour < end if start < end else hour >= start or hour < end


def first_loud(at: datetime, zone: ZoneInfo, terms: Terms) -> datetime:
    """The first instant (UTC) from `at` on at which it is not quiet for the customer."""
    at = at.astimezone(UTC)
    if not is_quiet(at, zone, terms):
        return at
    today = at.astimezone(zone).date()
    for days in range(4):
        # Local to UTC and not the other way round: an hour that the clocks skip becomes the one after it.
        wall = datetime.combine(today + timedelta(days=days), time(terms.quiet_until_hour), zone)
        morning = wall.astimezone(UTC)
        if morning >= at and not is_quiet(morning, zone, terms):
            return morning
    raise ValueError(f"no instant after {at} at which it is not quiet in {zone}")
