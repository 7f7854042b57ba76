"""Who is asked, and when: pure rules over what is known of a resolved work cycle and its customer."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from inbox.surveys.enums import Suppression


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
    `sample_key` names the work cycle: the same key is always in or always out of a sample.
    """

    sample_key: str
    zone: ZoneInfo
    is_spam: bool = False
    wrote: bool = True
    wrote_automatically: bool = False
    human_replies: int = 1
    has_address: bool = True
    opted_out: bool = False
    erased: bool = False
    asked_at: Sequence[datetime] = ()


def plan(facts: Facts, terms: Terms, earliest: datetime) -> Suppression | datetime:
    """The instant (UTC) to ask at, the first not before `earliest` that is not quiet; or why not to ask at all."""
    if reason := _against(facts, terms):
        return reason
    send_at = first_loud(earliest, facts.zone, terms)
    if any(abs(send_at - asked) < terms.throttle for asked in facts.asked_at):
        return Suppression.ASKED_LATELY
    return send_at


def _against(facts: Facts, terms: Terms) -> Suppression | None:
    rules = (
        (facts.is_spam, Suppression.SPAM),
        (facts.erased, Suppression.ERASED),
        (facts.opted_out, Suppression.OPTED_OUT),
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
    share = int.from_bytes(hashlib.sha256(f"sample:{key}".encode()).digest()[:8], "big") / 2**64
    return share * 100 < percent


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
