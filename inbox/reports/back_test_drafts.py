"""What people may draft, by the rules of every form and program: the period, and what differs from what is in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from inbox.reports.periods import LONGEST
from inbox.sla.forms import Terms, terms_as_values
from inbox.sla.models import BusinessCalendar, CalendarVersion, Policy, PolicyVersion
from inbox.sla.opening import OpeningHours, hours_of_version

#: What of a policy's terms a draft may change, beside its calendar. Escalations change no figure.
TERMS = ("targets", "conditions", "pauses_on_hold")
LONGEST_NAME, LONGEST_DRAFT_NAME = 120, 60


def policies() -> list[tuple[Policy, PolicyVersion]]:
    """The policies that may be drafted, in their order, each with its newest version."""
    listed = Policy.objects.filter(deleted_at=None).prefetch_related("versions")
    return [(policy, list(policy.versions.all())[-1]) for policy in listed if policy.versions.all()]


def calendars() -> list[tuple[BusinessCalendar, CalendarVersion]]:
    """The calendars that may be drafted, each with its newest version."""
    known = BusinessCalendar.objects.order_by("pk").prefetch_related("versions")
    return [(calendar, list(calendar.versions.all())[-1]) for calendar in known if calendar.versions.all()]


def wrong_with_period(first: date | None, last: date | None, today: date) -> dict[str, str]:
    """What is wrong with the days "first" and "last" of a period, if anything is."""
    wrong = {}
    if first and first > today:
        wrong["first"] = _("The period lies in the past.")
    if first and last and last < first:
        wrong["last"] = _("The last day lies before the first.")
    elif first and last and (last - first).days >= LONGEST:
        wrong["last"] = _("At most %(days)d days.") % {"days": LONGEST}
    return wrong


def draft(
    name: str,
    terms: Sequence[tuple[PolicyVersion, Terms]],
    order: Sequence[int] | None,
    hours: Sequence[tuple[CalendarVersion, OpeningHours]],
    *,
    throughout: bool,
) -> dict[str, Any]:
    """The draft that `Rules` reads: of the newest versions only what differs, or all of it `throughout` the period.

    `order` has the ids of the policies that are on; None leaves it as it is.
    """
    drafted = {
        str(version.policy_id): {"calendar": given.calendar_id, **{of: getattr(given, of) for of in TERMS}}
        for version, given in terms
        if throughout or _differs(given, version)
    }
    opened = {
        str(version.calendar_id): {
            "time_zone": given.time_zone,
            "weekly": given.weekly,
            "closures": given.closures,
            "holidays": version.holidays,
            "worked": version.worked,
        }
        for version, given in hours
        if throughout or asdict(given) != asdict(hours_of_version(version))
    }
    stands = [policy.pk for policy, _version in policies() if policy.is_active]
    said = stands if throughout and order is None else order
    return {
        "name": name,
        **({"terms": drafted} if drafted else {}),
        **({"order": list(said)} if said is not None and (throughout or list(said) != stands) else {}),
        **({"calendars": opened} if opened else {}),
    }


def changes_nothing(of: Mapping[str, Any]) -> bool:
    """True when a draft is what is in force."""
    return not of.keys() - {"name"}


def _differs(terms: Terms, version: PolicyVersion) -> bool:
    before = terms_as_values(version)
    return terms.calendar_id != before["calendar"] or any(getattr(terms, name) != before[name] for name in TERMS)
