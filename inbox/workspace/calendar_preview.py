"""What hours come to: when a mail of now would be due, how the coming days look, what is closed next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from inbox.common.clock import now
from inbox.sla import access
from inbox.sla.enums import TargetKind
from inbox.sla.hours import Hours, NeverOpen
from inbox.sla.models import CalendarVersion
from inbox.sla.policy import PRIORITIES, Target
from inbox.sla.wallclock import instant
from inbox.tickets.enums import Priority
from inbox.workspace.calendar_form import names_of_holidays
from inbox.workspace.wording import patterns

_DAY_MINUTES = 24 * 60
_USUAL = tuple(timedelta(hours=hours) for hours in (1, 4, 8))


@dataclass(frozen=True, slots=True)
class Due:
    """When an amount of open time from now on is over; None when it never is."""

    within: timedelta
    at: datetime | None

    @property
    def words(self) -> str:
        """So many open hours: a day of them would be taken for a day of the calendar."""
        hours, minute = divmod(round(self.within.total_seconds() / 60), 60)
        return patterns()["hours" if minute else "hours-only"].format(h=hours, mm=f"{minute:02d}")


@dataclass(frozen=True, slots=True)
class Promise:
    """A target of a policy that counts on the hours: what is due when, by priority (None where it has no target)."""

    policy: str
    target: str
    dues: Sequence[Due | None]


@dataclass(frozen=True, slots=True)
class Bar:
    """An open span of a day, in percent of the day's width."""

    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the strip: its open spans as drawn and as written, and why it is closed where a closure says so."""

    day: date
    label: str
    is_today: bool
    bars: Sequence[Bar]
    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class Closed:
    """A closure to come: its days, or its part of them, in words."""

    first: date
    name: str
    when: str
    is_holiday: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """All that is shown beside the hours. `headline` is what is due first; `usual` stands for missing policies."""

    promises: Sequence[Promise]
    usual: Sequence[Due]
    priorities: Sequence[str]
    days: Sequence[Day]
    closed: Sequence[Closed]
    headline: Due | None


def preview_of(draft: CalendarVersion, at: datetime, *, days: int = 14) -> Preview:
    """What the version, stored or drafted, comes to together with those before and after it."""
    hours = access.hours_with(draft)
    made = promises(draft, hours, at)
    usual = [] if made else [_due(hours, at, within) for within in _USUAL]
    normal = PRIORITIES.index(Priority.NORMAL)
    shown = [*(one.dues[normal] for one in made), *(due for one in made for due in one.dues), *usual]
    return Preview(
        made,
        usual,
        [str(Priority(priority).label) for priority in PRIORITIES],
        strip(draft, hours, at, days),
        closed_next(draft, at),
        next((due for due in shown if due), None),
    )


def promises(draft: CalendarVersion, hours: Hours, at: datetime) -> list[Promise]:
    """What the policies in force that count on the calendar would promise a mail of now."""
    made = []
    for version, _conditions in access.policies_in_force(at):
        if version.calendar_id != draft.calendar_id:
            continue
        terms = access.terms(version.pk)
        for target in Target:
            allowed = terms.targets.get(target)
            if allowed and allowed.basis == "business" and allowed.within:
                within = [allowed.within.get(priority) for priority in PRIORITIES]
                dues = [_due(hours, at, one) if one else None for one in within]
                made.append(Promise(terms.name, str(TargetKind(target).label), dues))
    return made


def _due(hours: Hours, at: datetime, within: timedelta) -> Due:
    try:
        return Due(within, hours.add(at, within))
    except NeverOpen:
        return Due(within, None)


def strip(draft: CalendarVersion, hours: Hours, at: datetime, count: int) -> list[Day]:
    """The coming days in the calendar's own zone, today first."""
    zone = ZoneInfo(draft.time_zone)
    today = at.astimezone(zone).date()
    reasons = _reasons(draft, at)
    return [
        _day(day, hours, zone, is_today=day == today, reason=reasons.get(day, ""))
        for day in (today + timedelta(days=offset) for offset in range(count))
    ]


def _day(day: date, hours: Hours, zone: ZoneInfo, *, is_today: bool, reason: str) -> Day:
    start, end = instant(zone, day, time(0)), instant(zone, day + timedelta(days=1), time(0))
    spans = [
        (opens.astimezone(zone), None if closes >= end else closes.astimezone(zone))
        for opens, closes in hours.spans_between(start, end)
    ]
    edges = [(_minute(opens), _minute(closes) if closes else _DAY_MINUTES) for opens, closes in spans]
    return Day(
        day, day_label(day), is_today, [_bar(*edge) for edge in edges], words_of_spans(map(_words, edges)), reason
    )


def _minute(at: datetime) -> float:
    return at.hour * 60 + at.minute + at.second / 60


def _bar(opens: float, closes: float) -> Bar:
    # Where the clock goes back a span may seem to end before it starts.
    return Bar(f"{opens / _DAY_MINUTES:.4%}", f"{max(closes - opens, 0) / _DAY_MINUTES:.4%}")


def _words(edge: tuple[float, float]) -> tuple[str, str]:
    opens, closes = (f"{int(minute) // 60:02d}:{int(minute) % 60:02d}" for minute in edge)
    return opens, closes


def words_of_spans(spans: Iterable[Sequence[str]]) -> str:
    """Open spans in words: "09:00–12:00, 13:00–17:00", "closed", "round the clock"."""
    found = [(opens, "24:00" if closes == "00:00" else closes) for opens, closes in spans]
    if found == [("00:00", "24:00")]:
        return _("round the clock")
    return pgettext("list of times", ", ").join(f"{opens}–{closes}" for opens, closes in found) or pgettext(
        "opening hours", "closed"
    )


def _reasons(version: CalendarVersion, at: datetime) -> dict[date, str]:
    """Why days are closed as a whole, or in part, by the name of the closure."""
    reasons = {date.fromisoformat(day): name for day, name in holidays_to_come(version, at)}
    for closure in version.closures:
        first, last = (date.fromisoformat(closure[edge][:10]) for edge in ("from", "until"))
        for offset in range((last - first).days + 1):
            reasons[first + timedelta(days=offset)] = closure["name"] or _("Closed")
    return reasons


def holidays_to_come(version: CalendarVersion, at: datetime) -> list[tuple[str, str]]:
    """The holidays from today on that are closed, by ISO date, named in the reader's language where they can be."""
    today = at.astimezone(ZoneInfo(version.time_zone)).date()
    names = names_of_holidays(version.country, version.region, today)
    return [
        (day, names.get(day, name))
        for day, name in version.holidays
        if day >= today.isoformat() and day not in set(version.worked)
    ]


def closed_next(version: CalendarVersion, at: datetime, most: int = 6) -> list[Closed]:
    """The next closures and holidays on days that would be open otherwise."""
    zone = ZoneInfo(version.time_zone)
    open_days = {int(day) for day in version.weekly}
    found = [
        Closed(day, name, day_label(day), True)
        for text, name in holidays_to_come(version, at)
        if (day := date.fromisoformat(text)).weekday() in open_days
    ]
    found += [_closed(closure) for closure in version.closures if not _is_over(closure, zone, at)]
    return sorted(found, key=lambda one: one.first)[:most]


def _is_over(closure: dict[str, str], zone: ZoneInfo, at: datetime) -> bool:
    if "T" in closure["until"]:
        return datetime.fromisoformat(closure["until"]) <= at
    return closure["until"] < at.astimezone(zone).date().isoformat()


def _closed(closure: dict[str, str]) -> Closed:
    return Closed(date.fromisoformat(closure["from"][:10]), closure["name"] or _("Closed"), when_closed(closure), False)


def when_closed(closure: dict[str, str]) -> str:
    """The days of a closure, or its part of them, in words."""
    first, last = closure["from"], closure["until"]
    days = [day_label(date.fromisoformat(edge[:10])) for edge in (first, last)]
    if "T" in first:
        start, end = first[11:16], last[11:16]
        if days[0] == days[1]:
            return _("%(day)s, %(start)s–%(end)s") % {"day": days[0], "start": start, "end": end}
        return f"{days[0]} {start} – {days[1]} {end}"
    return days[0] if days[0] == days[1] else f"{days[0]} – {days[1]}"


def day_label(day: date) -> str:
    """A day with its weekday: "Tue 24 Nov", with the year when it is not this one."""
    pattern = pgettext("day with weekday", "D j M")
    if day.year != now().year:
        pattern = pgettext("day with weekday and year", "D j M Y")
    return date_format(day, pattern)
