"""Policies and calendars in force, as the values the pure core works with."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.db import connection

from inbox.common.clock import now
from inbox.sla.calendar import Calendar, CalendarTimeline
from inbox.sla.hours import Hours
from inbox.sla.models import BusinessCalendar, CalendarVersion, PolicyVersion
from inbox.sla.policy import Condition, PolicyTerms, Target, TargetTerms


def calendar_of(version: CalendarVersion) -> Calendar:
    """The hours of a stored version."""
    weekly = {
        int(day): [(time.fromisoformat(start), time.fromisoformat(end)) for start, end in spans]
        for day, spans in version.weekly.items()
    }
    closures: list[date | tuple[datetime, datetime]] = [
        date.fromisoformat(item) if isinstance(item, str) else (_instant(item[0]), _instant(item[1]))
        for item in version.closures
    ]
    return Calendar(ZoneInfo(version.time_zone), weekly, closures)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


#: Changes whenever policies or calendars do.
Stamp = tuple[int, int, str]


def hours(calendar_id: int, known: Stamp | None = None) -> Hours:
    """The calendar's hours over all its versions, each from the instant on at which it came into force."""
    return _timeline(calendar_id, known or stamp())


def stamp() -> Stamp:
    """What changes when policies or calendars do: their newest versions, and which policies are on in what order."""
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        found: Stamp = cursor.fetchone()
    return found


_STAMP = """
    SELECT (SELECT max(id) FROM inbox_calendarversion), (SELECT max(id) FROM inbox_policyversion),
           (SELECT string_agg(concat_ws(':', id, position, is_active, name), ',' ORDER BY id) FROM inbox_policy)
"""


@lru_cache(maxsize=64)
def _timeline(calendar_id: int, known: Stamp) -> Hours:
    versions = list(CalendarVersion.objects.filter(calendar=calendar_id).order_by("in_force_from"))
    if not versions:
        raise LookupError(f"Calendar {calendar_id} has no version: give it opening hours.")
    starts: list[datetime | None] = [None, *(version.in_force_from for version in versions[1:])]
    return CalendarTimeline(list(zip(starts, map(calendar_of, versions), strict=True)))


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
    """The active policies' versions in force at an instant, in their order, with their conditions."""
    at = at or now()
    newest: dict[int, tuple[PolicyVersion, tuple[Condition, ...]]] = {}
    for version, conditions in _active_versions(known or stamp()):
        if version.in_force_from <= at:
            newest[version.policy_id] = (version, conditions)
    return list(newest.values())


@lru_cache(maxsize=8)
def _active_versions(known: Stamp) -> list[tuple[PolicyVersion, tuple[Condition, ...]]]:
    versions = PolicyVersion.objects.filter(policy__is_active=True).select_related("policy")
    return [
        (version, tuple(Condition(given["field"], tuple(given["values"])) for given in version.conditions))
        for version in versions.order_by("policy__position", "policy_id", "in_force_from")
    ]
