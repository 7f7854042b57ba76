"""What a version of a calendar changed, in sentences."""

from __future__ import annotations

from itertools import groupby

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inbox.sla.models import CalendarVersion
from inbox.workspace.calendar_form import country_names
from inbox.workspace.calendar_preview import when_closed, words_of_spans


def changes(before: CalendarVersion | None, after: CalendarVersion) -> list[str]:
    """What is other than before, most weighty first; for the first version, what it says."""
    told = []
    if before is None or before.time_zone != after.time_zone:
        told.append(_("Time zone: %(zone)s") % {"zone": after.time_zone.replace("_", " ")})
    told += _week(before.weekly if before else {}, after.weekly)
    told += _holidays(before, after)
    told += _closures(before.closures if before else [], after)
    return told


def _week(before: dict[str, list[list[str]]], after: dict[str, list[list[str]]]) -> list[str]:
    """Days that changed alike stand together: "Mon–Fri: 09:00–17:00"."""
    changed = [day for day in range(7) if before.get(str(day), []) != after.get(str(day), [])]
    told = []
    # Days in a row have the same distance to their place in the list.
    for _alike, group in groupby(
        enumerate(changed), key=lambda one: (str(after.get(str(one[1]), [])), one[1] - one[0])
    ):
        days = [day for _place, day in group]
        names = [str(WEEKDAYS_ABBR[day]) for day in days]
        name = names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}"
        told.append(f"{name}: {words_of_spans(after.get(str(days[0]), []))}")
    return told


def _holidays(before: CalendarVersion | None, after: CalendarVersion) -> list[str]:
    was = (before.country, before.region) if before else ("", "")
    if was != (after.country, after.region):
        names = dict(country_names())
        if not after.country:
            return [_("No public holidays any more")]
        place = ", ".join(filter(None, (names.get(after.country, after.country), after.region)))
        return [_("Public holidays: %(place)s") % {"place": place}]
    told = []
    known = {day for day, _name in before.holidays} if before else set()
    start = after.in_force_from.date().isoformat()
    last = after.holidays[-1][0][:4] if after.holidays else ""
    if before and before.holidays and last > before.holidays[-1][0][:4]:
        told.append(_("Holidays known until %(year)s") % {"year": last})
    worked = set(after.worked) - set(before.worked if before else ())
    free = {day for day in (before.worked if before else ()) if day not in after.worked and day >= start}
    named = {**(dict(before.holidays) if before else {}), **dict(after.holidays)}
    told += [_("Open on %(holiday)s, %(day)s") % {"holiday": named[day], "day": day} for day in sorted(worked & known)]
    told += [_("Closed on %(holiday)s, %(day)s") % {"holiday": named[day], "day": day} for day in sorted(free)]
    return told


def _closures(before: list[dict[str, str]], after: CalendarVersion) -> list[str]:
    start = after.in_force_from.date().isoformat()
    added = [one for one in after.closures if one not in before]
    # What was over is left out of later versions without being a change.
    gone = [one for one in before if one not in after.closures and one["until"][: len(start)] >= start]
    told = [_("Closed: %(closure)s") % {"closure": _named(one)} for one in added[:5]]
    if len(added) > 5:
        more = len(added) - 5
        told.append(ngettext("%(count)s more closure", "%(count)s more closures", more) % {"count": more})
    return told + [_("No longer closed: %(closure)s") % {"closure": _named(one)} for one in gone[:5]]


def _named(closure: dict[str, str]) -> str:
    when = when_closed(closure)
    return f"{closure['name']}, {when}" if closure["name"] else when
