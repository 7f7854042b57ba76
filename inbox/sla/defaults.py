"""The calendar and the policy a new installation starts with."""

from __future__ import annotations

from datetime import UTC, datetime

from inbox.sla.models import BusinessCalendar, CalendarVersion, Policy, PolicyVersion

_START = datetime(2000, 1, 1, tzinfo=UTC)
_HOUR = 3600


def ensure_defaults(time_zone: str = "UTC") -> None:
    """Business hours Monday to Friday, 8 to 17, and a policy for every ticket, where there are none yet."""
    calendar, is_new = BusinessCalendar.objects.get_or_create(name="Business hours")
    if is_new:
        CalendarVersion.objects.create(
            calendar=calendar,
            in_force_from=_START,
            time_zone=time_zone,
            weekly={str(day): [["08:00", "17:00"]] for day in range(5)},
        )
    if Policy.objects.exists():
        return
    PolicyVersion.objects.create(
        policy=Policy.objects.create(name="Standard", position=10),
        calendar=calendar,
        in_force_from=_START,
        targets={
            "first_response": _target(low=8, normal=4, high=2, urgent=1),
            "next_response": _target(low=8, normal=4, high=2, urgent=1),
            "resolution": _target(low=72, normal=27, high=18, urgent=9),
        },
    )


def _target(**hours: int) -> dict[str, object]:
    return {
        "basis": "business",
        "warn_share": 0.75,
        "within": {priority: count * _HOUR for priority, count in hours.items()},
    }
