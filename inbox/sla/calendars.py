"""Making and changing calendars. A change is a new version, in force from now or from a later instant on.

What was measured stays: no version that has come into force is changed or taken away. Clocks that run are reckoned
anew afterwards (`inbox.sla.reckoning`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _

from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.common.text import one_line, storable
from inbox.sla.access import version_in_force
from inbox.sla.holidays import YEARS_AHEAD, around
from inbox.sla.models import BusinessCalendar, CalendarVersion, PolicyVersion
from inbox.sla.opening import InvalidHours, OpeningHours, hours_of_version

#: A version is replaced by one that knows more holidays when fewer days than these are left of what it knows.
HORIZON = timedelta(days=2 * 365)
_MICROSECOND = timedelta(microseconds=1)
_LONGEST_NAME = 80


class CalendarInUse(Exception):
    """The calendar measures something, so it can't be deleted; `policies` are the names of those that count on it.

    Without any it is the company's own, which measures tickets without a policy.
    """

    def __init__(self, policies: Sequence[str]) -> None:
        super().__init__(", ".join(policies) or "the company's own hours")
        self.policies = list(policies)


class ChangedMeanwhile(Exception):
    """The calendar got another version since the one that the change was based on, which is `newest`."""

    def __init__(self, newest: CalendarVersion) -> None:
        super().__init__(f"version {newest.pk} was made meanwhile")
        self.newest = newest


def make_calendar(name: str, hours: OpeningHours, *, by: Agent, at: datetime | None = None) -> BusinessCalendar:
    """Make a calendar under a name of its own. Raises InvalidHours when the name won't do."""
    at = at or now()
    with transaction.atomic():
        calendar = BusinessCalendar(name=_checked(name))
        _save_name(calendar)
        version = draft(calendar, hours, in_force_from=at)
        version.made_by, version.made_at = by, at
        version.save()
    return calendar


def change_hours(
    calendar: BusinessCalendar,
    hours: OpeningHours,
    *,
    by: Agent,
    at: datetime | None = None,
    in_force_from: datetime | None = None,
    based_on: int | None = None,
) -> CalendarVersion | None:
    """Let other hours be in force from now or a later instant on; None when those in force then are the same.

    Raises InvalidHours ("in_force_from") for an instant that has passed or is another change's, and ChangedMeanwhile
    when the newest version is not `based_on`, where that is given.
    """
    at = at or now()
    with transaction.atomic():
        _lock(calendar)
        start = in_force_from or at
        versions = CalendarVersion.objects.filter(calendar=calendar)
        newest = versions.latest("id")
        if based_on is not None and newest.pk != based_on:
            raise ChangedMeanwhile(newest)
        if start < at:
            raise InvalidHours({"in_force_from": [_("Choose a time that lies ahead: what was measured stays.")]})
        version = draft(calendar, hours, in_force_from=start)
        if _to_come(version, start) == _to_come(version_in_force(calendar.pk, start), start):
            return None
        if versions.filter(in_force_from=start).exists():
            raise InvalidHours({"in_force_from": [_("Another change comes into force at this very moment.")]})
        version.made_by, version.made_at, version.reckoned_to = by, at, 0
        version.save()
    return version


def _to_come(version: CalendarVersion, start: datetime) -> tuple[object, ...]:
    """What a version says of the time from `start` on, as far as any version would know."""
    first, last = start.date().isoformat(), f"{start.year + YEARS_AHEAD - 3}-01-01"
    return (
        version.time_zone,
        version.weekly,
        [one for one in version.closures if one["until"][: len(first)] >= first],
        (version.country, version.region),
        [one for one in version.holidays if first <= one[0] < last],
        [day for day in version.worked if first <= day < last],
    )


def draft(calendar: BusinessCalendar | None, hours: OpeningHours, *, in_force_from: datetime) -> CalendarVersion:
    """The version that these hours would make, with the holidays as they are known today; nothing is stored."""
    holidays = around(hours.country, hours.region, in_force_from.date())
    days = {day for day, _name in holidays}
    return CalendarVersion(
        calendar=calendar,
        in_force_from=in_force_from,
        time_zone=hours.time_zone,
        weekly=hours.weekly,
        closures=hours.closures,
        country=hours.country,
        region=hours.region,
        holidays=holidays,
        worked=[day for day in hours.worked if day in days],
    )


def rename_calendar(calendar: BusinessCalendar, name: str, *, by: Agent) -> bool:
    """Give a calendar another name; False when it had it already. Raises InvalidHours when the name won't do."""
    name = _checked(name)
    if calendar.name == name:
        return False
    kept, calendar.name = calendar.name, name
    try:
        with transaction.atomic():
            _save_name(calendar)
    except InvalidHours:
        calendar.name = kept
        raise
    return True


def withdraw_version(version: CalendarVersion, *, by: Agent, at: datetime | None = None) -> bool:
    """Take back a change that is planned for later; False when it is in force already, or withdrawn."""
    at = at or now()
    with transaction.atomic():
        _lock(version.calendar)
        withdrawn, _rows = CalendarVersion.objects.filter(pk=version.pk, in_force_from__gt=at).delete()
        if withdrawn:
            standing = version_in_force(version.calendar_id, at)
            CalendarVersion.objects.filter(pk=standing.pk).update(reckoned_to=0)
    return bool(withdrawn)


def delete_calendar(calendar: BusinessCalendar, *, by: Agent) -> None:
    """Delete a calendar that no policy ever counted on and that is not the company's own. Raises CalendarInUse."""
    with transaction.atomic():
        _lock(calendar)
        users = PolicyVersion.objects.filter(calendar=calendar).order_by("policy__name")
        policies = list(dict.fromkeys(users.values_list("policy__name", flat=True)))
        if policies or calendar.pk == own_calendar_id():
            raise CalendarInUse(policies)
        calendar.delete()


def own_calendar_id() -> int | None:
    """The company's own calendar: the first one made."""
    return BusinessCalendar.objects.order_by("id").values_list("id", flat=True).first()


def renew_holidays(at: datetime | None = None) -> int:
    """Let calendars whose holidays end within two years know those of the years after; how many there were.

    The holidays they know stay as they are.
    """
    at = at or now()
    newest = CalendarVersion.objects.order_by("calendar", "-in_force_from").distinct("calendar").values("id")
    ending = CalendarVersion.objects.annotate(last_holiday=KT("holidays__-1__0")).filter(
        id__in=newest, last_holiday__lt=(at + HORIZON).date().isoformat()
    )
    return sum(_renewed(version, at) for version in ending.select_related("calendar"))


def _renewed(version: CalendarVersion, at: datetime) -> bool:
    with transaction.atomic():
        _lock(version.calendar)
        if CalendarVersion.objects.filter(calendar=version.calendar, in_force_from__gt=version.in_force_from).exists():
            return False
        last = version.holidays[-1][0]
        added = [one for one in around(version.country, version.region, at.date()) if one[0] > last]
        if not added:
            return False
        renewed = draft(
            version.calendar,
            hours_of_version(version),
            in_force_from=max(at, version.in_force_from + _MICROSECOND),
        )
        renewed.holidays, renewed.worked = [*version.holidays, *added], version.worked
        renewed.made_at, renewed.reckoned_to = at, 0
        renewed.save()
    return True


def _lock(calendar: BusinessCalendar) -> None:
    BusinessCalendar.objects.select_for_update().get(pk=calendar.pk)


def _checked(name: str) -> str:
    found = one_line(storable(name), _LONGEST_NAME + 1)
    if not found:
        raise InvalidHours({"name": [_("Give the calendar a name.")]})
    if len(found) > _LONGEST_NAME:
        raise InvalidHours({"name": [_("A name has 80 characters at most.")]})
    return found


def _save_name(calendar: BusinessCalendar) -> None:
    try:
        with transaction.atomic():
            calendar.save()
    except IntegrityError:
        raise InvalidHours({"name": [_("Another calendar has this name.")]}) from None
