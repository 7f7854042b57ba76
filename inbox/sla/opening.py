"""Opening hours as plain values, typed by people or sent to the API: the one place where they are checked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inbox.common.text import one_line, storable
from inbox.sla.holidays import countries, regions
from inbox.sla.models import CalendarVersion
from inbox.sla.wallclock import instant

Sentence = str | Promise

MOST_SPANS, MOST_CLOSURES = 12, 400
LONGEST_CLOSURE = timedelta(days=366)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(:00)?")
_DAY_MINUTES = 24 * 60


class InvalidHours(ValueError):
    """Values that make no opening hours; `errors` has the sentences for each field at fault, by its place.

    Places are dotted: "name", "time_zone", "weekly.0.1", "closures.2.until", "region". The sentences are translated
    when they are shown.
    """

    def __init__(self, errors: Mapping[str, Sequence[Sentence]]) -> None:
        super().__init__("; ".join(f"{place}: {' '.join(map(str, said))}" for place, said in errors.items()))
        self.errors = {place: list(said) for place, said in errors.items()}


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """What a version of a calendar says, checked, in the shapes in which `CalendarVersion` stores it."""

    time_zone: str
    weekly: dict[str, list[list[str]]] = field(default_factory=dict)
    closures: list[dict[str, str]] = field(default_factory=list)
    country: str = ""
    region: str = ""
    worked: list[str] = field(default_factory=list)


def hours_of_version(version: CalendarVersion) -> OpeningHours:
    """What a stored version says."""
    return OpeningHours(
        version.time_zone, version.weekly, version.closures, version.country, version.region, version.worked
    )


def hours_from(values: Mapping[str, Any]) -> OpeningHours:
    """Opening hours of plain values, in the shapes of `CalendarVersion`; raises InvalidHours with all that is wrong.

    The instants of a closure may also be local: "2026-12-24T12:00" is noon in the calendar's own zone. Without
    "until" a closure is the one day "from".
    """
    errors = _Errors()
    zone = _zone(values.get("time_zone"), errors)
    country, region = _place(values, errors)
    found = OpeningHours(
        str(zone),
        _weekly(values.get("weekly"), errors),
        _closures(values.get("closures"), zone or ZoneInfo("UTC"), errors),
        country,
        region,
        _worked(values.get("worked"), errors),
    )
    if errors:
        raise InvalidHours(errors)
    return found


class _Errors(dict[str, list[Sentence]]):
    def add(self, place: str, sentence: Sentence) -> None:
        self.setdefault(place, []).append(sentence)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(name: object, errors: _Errors) -> ZoneInfo | None:
    if isinstance(name, str) and name in _zones():
        return ZoneInfo(name)
    errors.add("time_zone", _("Choose a time zone from the list."))
    return None


def _place(values: Mapping[str, Any], errors: _Errors) -> tuple[str, str]:
    country, region = str(values.get("country") or ""), str(values.get("region") or "")
    if country and country not in countries():
        errors.add("country", _("The holidays of this country are not known."))
    elif region and region not in regions(country):
        errors.add("region", _("Choose a region of the country, or none."))
    return country, region


def _weekly(given: object, errors: _Errors) -> dict[str, list[list[str]]]:
    if not isinstance(given, Mapping):
        errors.add("weekly", _("Give the open hours of each weekday, from 0 (Monday) to 6 (Sunday)."))
        return {}
    week: dict[str, list[list[str]]] = {}
    for day, spans in given.items():
        place = f"weekly.{day}"
        if str(day) not in list("0123456"):
            errors.add(place, _("Weekdays are numbered from 0 (Monday) to 6 (Sunday)."))
        elif not isinstance(spans, list | tuple) or len(spans) > MOST_SPANS:
            errors.add(place, _("A day has a list of at most twelve spans."))
        elif found := _spans(spans, place, errors):
            week[str(day)] = found
    if not week and not errors:
        errors.add("weekly", _("Open at least once a week: with no open hour nothing would ever be due."))
    return dict(sorted(week.items()))


def _spans(spans: Sequence[object], place: str, errors: _Errors) -> list[list[str]]:
    found: list[tuple[int, int, list[str]]] = []
    for number, span in enumerate(spans):
        here = f"{place}.{number}"
        if not isinstance(span, list | tuple) or len(span) != 2:
            errors.add(here, _("Open hours are a pair of times."))
            continue
        opens, closes = _clock(span[0]), _clock(span[1])
        if opens is None or closes is None:
            errors.add(here, _("Enter both times, such as 09:00 and 17:30."))
            continue
        start, end = _minute(opens), _minute(closes)
        if start == end != 0:
            errors.add(here, _("It opens and closes at the same time. For the whole day, enter 00:00 to 00:00."))
            continue
        end += _DAY_MINUTES if end <= start else 0
        if any(start < other_end and other_start < end for other_start, other_end, _span in found):
            errors.add(here, _("These hours overlap with others of the same day."))
        found.append((start, end, [f"{opens:%H:%M}", f"{closes:%H:%M}"]))
    return [span for _start, _end, span in sorted(found)]


def _clock(given: object) -> time | None:
    match = _CLOCK.fullmatch(given.strip()) if isinstance(given, str) else None
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2])
    if (hour, minute) == (24, 0):
        return time(0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _closures(given: object, zone: ZoneInfo, errors: _Errors) -> list[dict[str, str]]:
    if not isinstance(given, list | tuple | None) or len(given or ()) > MOST_CLOSURES:
        errors.add("closures", _("Closures are a list of at most 400."))
        return []
    found = [_closure(one, zone, f"closures.{number}", errors) for number, one in enumerate(given or ())]
    return sorted((one for one in found if one), key=lambda one: (one["from"], one["until"], one["name"]))


def _closure(given: object, zone: ZoneInfo, place: str, errors: _Errors) -> dict[str, str] | None:
    values = given if isinstance(given, Mapping) else {}
    start, end = _edge(values.get("from"), zone), _edge(values.get("until") or values.get("from"), zone)
    name = one_line(storable(str(values.get("name") or "")), 80)
    if start is None:
        errors.add(f"{place}.from", _("Enter the first day, such as 2026-12-24."))
    if end is None:
        errors.add(f"{place}.until", _("Enter the last day, such as 2026-12-26."))
    if start is None or end is None:
        return None
    if isinstance(start, datetime) and isinstance(end, datetime):
        if end <= start:
            errors.add(f"{place}.until", _("It ends before it begins."))
        elif end - start > LONGEST_CLOSURE:
            errors.add(f"{place}.until", _("A closure lasts a year at most."))
    elif isinstance(start, datetime) or isinstance(end, datetime):
        errors.add(f"{place}.until", _("Enter both times or none: without times whole days are closed."))
    elif end < start:
        errors.add(f"{place}.until", _("It ends before it begins."))
    elif end - start > LONGEST_CLOSURE:
        errors.add(f"{place}.until", _("A closure lasts a year at most."))
    return {"from": start.isoformat(), "until": end.isoformat(), "name": name}


def _edge(given: object, zone: ZoneInfo) -> date | datetime | None:
    """A date, or an instant in the zone; None for what is neither."""
    if not isinstance(given, str):
        return None
    try:
        if len(given) == 10:
            found: date = date.fromisoformat(given)
        else:
            at = datetime.fromisoformat(given)
            known = at if at.tzinfo else instant(zone, at.date(), at.time())
            found = known.astimezone(zone)
    except (ValueError, OverflowError):
        return None
    return found if 2000 <= found.year <= 2200 else None


def _worked(given: object, errors: _Errors) -> list[str]:
    try:
        return sorted({date.fromisoformat(day).isoformat() for day in given or ()})  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        errors.add("worked", _("Holidays that are worked are dates, such as 2026-12-26."))
        return []
