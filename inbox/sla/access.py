"""Policies and calendars in force, as the values the pure core works with."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from operator import itemgetter
from zoneinfo import ZoneInfo

from django.db import connection

from inbox.common.clock import now
from inbox.sla.calendar import Calendar, CalendarTimeline
from inbox.sla.hours import Hours
from inbox.sla.models import BusinessCalendar, CalendarVersion, Policy, PolicyVersion
from inbox.sla.policy import Condition, PolicyTerms, Target, TargetTerms


def calendar_of(version: CalendarVersion) -> Calendar:
    """The hours of a version, stored or drafted."""
    weekly = {
        int(day): [(time.fromisoformat(start), time.fromisoformat(end)) for start, end in spans]
        for day, spans in version.weekly.items()
    }
    worked = set(version.worked)
    closures: list[date | tuple[datetime, datetime]] = [
        date.fromisoformat(day) for day, _name in version.holidays if day not in worked
    ]
    for closure in version.closures:
        closures += _closed(closure["from"], closure["until"])
    return Calendar(ZoneInfo(version.time_zone), weekly, closures)


def _closed(start: str, end: str) -> list[date] | list[tuple[datetime, datetime]]:
    """The days from one date to another, both closed, or the time between two instants."""
    if len(start) > _DATE:
        return [(datetime.fromisoformat(start), datetime.fromisoformat(end))]
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    return [first + timedelta(days=day) for day in range((last - first).days + 1)]


#: So long is a date in ISO's writing.
_DATE = len("2026-12-24")
_ALWAYS = datetime.min.replace(tzinfo=UTC)

#: Changes whenever policies or calendars do.
Stamp = tuple[str, str, str, str]


def hours(calendar_id: int, known: Stamp | None = None) -> Hours:
    """The calendar's hours over all its versions, each from the instant on at which it came into force."""
    return _timeline(calendar_id, known or stamp())


def stamp() -> Stamp:
    """What changes when policies or calendars do: their versions, and which policies are on in what order.

    The newest version alone would not do: two that are made at the same time may be seen in either order.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        found: Stamp = cursor.fetchone()
    return found


_STAMP = """
    SELECT (SELECT concat_ws(':', count(*), sum(id), max(id)) FROM inbox_calendarversion),
           (SELECT concat_ws(':', count(*), sum(id), max(id)) FROM inbox_policyversion),
           (SELECT concat_ws(':', count(*), sum(id), max(id)) FROM inbox_policystanding),
           (SELECT string_agg(concat_ws(':', id, position, is_active, name, deleted_at), ',' ORDER BY id)
            FROM inbox_policy)
"""


@lru_cache(maxsize=64)
def _timeline(calendar_id: int, known: Stamp) -> Hours:
    versions = list(CalendarVersion.objects.filter(calendar=calendar_id).order_by("in_force_from"))
    if not versions:
        raise LookupError(f"Calendar {calendar_id} has no version: give it opening hours.")
    return _timeline_of(versions)


def hours_with(draft: CalendarVersion) -> Hours:
    """The hours of the draft's calendar as they were, were the draft in force from its instant on."""
    stored = CalendarVersion.objects.filter(calendar=draft.calendar_id) if draft.calendar_id else ()
    others = [version for version in stored if version.in_force_from != draft.in_force_from]
    return _timeline_of(sorted([*others, draft], key=lambda version: version.in_force_from))


def _timeline_of(versions: list[CalendarVersion]) -> Hours:
    """The hours of versions in the order in which they come into force; the first also covers all time before."""
    starts: list[datetime | None] = [None, *(version.in_force_from for version in versions[1:])]
    return CalendarTimeline(list(zip(starts, map(calendar_of, versions), strict=True)))


def version_in_force(calendar_id: int, at: datetime) -> CalendarVersion:
    """The version of a calendar that measures an instant. Raises LookupError where there is none at all."""
    versions = list(CalendarVersion.objects.filter(calendar=calendar_id).order_by("in_force_from"))
    if not versions:
        raise LookupError(f"Calendar {calendar_id} has no version: give it opening hours.")
    return next((version for version in reversed(versions) if version.in_force_from <= at), versions[0])


def default_hours() -> Hours:
    """The company's own hours, for figures of tickets without a policy."""
    calendar = BusinessCalendar.objects.order_by("id").first()
    if calendar is None:
        raise LookupError("There is no calendar: run the migrations.")
    return hours(calendar.pk)


@lru_cache(maxsize=512)
def terms(version_id: int) -> PolicyTerms:
    """The terms of a policy version (immutable, hence kept)."""
    version = PolicyVersion.objects.select_related("policy").get(pk=version_id)
    return PolicyTerms(
        id=version.pk,
        name=version.policy.name,
        targets={
            Target(target): TargetTerms(
                within={priority: timedelta(seconds=seconds) for priority, seconds in given["within"].items()},
                basis=given["basis"],
                warn_share=given["warn_share"],
            )
            for target, given in version.targets.items()
        },
        pause_on_hold=version.pauses_on_hold,
    )


@lru_cache(maxsize=512)
def calendar_id_of(version_id: int) -> int:
    """The calendar that a policy version (immutable, hence kept) counts on."""
    return PolicyVersion.objects.values_list("calendar_id", flat=True).get(pk=version_id)


def policies_in_force(
    at: datetime | None = None, known: Stamp | None = None
) -> list[tuple[PolicyVersion, tuple[Condition, ...]]]:
    """The versions in force at an instant, with their conditions, in the order that the policies had then.

    What was switched on, moved or deleted since is as it was at the instant.
    """
    at = at or now()
    found = [
        (one.place_at(at), one.policy_id, version)
        for one in _listed(known or stamp())
        if one.is_on_at(at) and (version := one.version_at(at))
    ]
    return [version for *_, version in sorted(found, key=itemgetter(0, 1))]


@dataclass(frozen=True, slots=True)
class _Listed:
    """A policy over time: (since, position, is on) and (since, version), each sorted."""

    policy_id: int
    deleted_at: datetime | None
    standings: Sequence[tuple[datetime, int, bool]]
    versions: Sequence[tuple[datetime, tuple[PolicyVersion, tuple[Condition, ...]]]]

    def place_at(self, at: datetime) -> int:
        return self._standing_at(at)[1]

    def is_on_at(self, at: datetime) -> bool:
        return self._standing_at(at)[2] and (self.deleted_at is None or at < self.deleted_at)

    def version_at(self, at: datetime) -> tuple[PolicyVersion, tuple[Condition, ...]] | None:
        after = bisect_right(self.versions, at, key=itemgetter(0))
        return self.versions[after - 1][1] if after else None

    def _standing_at(self, at: datetime) -> tuple[datetime, int, bool]:
        return self.standings[max(bisect_right(self.standings, at, key=itemgetter(0)) - 1, 0)]


@lru_cache(maxsize=8)
def _listed(known: Stamp) -> list[_Listed]:
    policies = Policy.objects.order_by("id").prefetch_related("standings", "versions")
    return [
        _Listed(
            policy_id=policy.pk,
            deleted_at=policy.deleted_at,
            standings=[(one.in_force_from, one.position, one.is_active) for one in policy.standings.all()]
            or [(_ALWAYS, policy.position, policy.is_active)],
            versions=[(version.in_force_from, (version, _conditions(version))) for version in policy.versions.all()],
        )
        for policy in policies
    ]


def _conditions(version: PolicyVersion) -> tuple[Condition, ...]:
    return tuple(Condition(given["field"], tuple(given["values"])) for given in version.conditions)
