"""Invitations: what is planned, when here and when there, where, and what its sender wants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

_METHODS: Mapping[str, tuple[str, Promise]] = {
    "request": ("calendar-days", gettext_lazy("Invitation")),
    "cancel": ("calendar-x", gettext_lazy("Cancelled")),
    "reply": ("calendar-check", gettext_lazy("Answer to an invitation")),
    "publish": ("calendar", gettext_lazy("Date")),
}
_ANSWERS: Mapping[str, Promise] = {
    "accepted": gettext_lazy("accepted"),
    "declined": gettext_lazy("declined"),
    "tentative": gettext_lazy("accepted for now"),
    "delegated": gettext_lazy("sends somebody else"),
}
_EVERY: Mapping[str, Promise] = {
    "DAILY": gettext_lazy("every day"),
    "WEEKLY": gettext_lazy("every week"),
    "MONTHLY": gettext_lazy("every month"),
    "YEARLY": gettext_lazy("every year"),
}
_RULE = re.compile(r"(FREQ|INTERVAL|COUNT|UNTIL)=([A-Z0-9]+)")


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting, in words; what is not known is ""."""

    icon: str
    kind: str
    title: str
    when: str
    there: str
    place: str
    organizer: str
    repeats: str
    answer: str
    is_cancelled: bool

    @property
    def is_link(self) -> bool:
        """True when the place is an address on the web."""
        return self.place.startswith(("https://", "http://")) and " " not in self.place


def meetings(entries: Iterable[Mapping[str, Any]]) -> list[Meeting]:
    """The meetings in a message, in the reader's language and zone."""
    return [_meeting(entry) for entry in entries]


def _meeting(entry: Mapping[str, Any]) -> Meeting:
    method = str(entry.get("method", ""))
    icon, kind = _METHODS.get(method, _METHODS["publish"])
    answer = str(entry.get("answer") or "").lower()
    return Meeting(
        icon=icon,
        kind=str(kind),
        title=entry.get("summary") or _("(no title)"),
        when=_when(entry),
        there=_there(entry),
        place=str(entry.get("place") or ""),
        organizer=str(entry.get("organizer") or "").removeprefix("mailto:"),
        repeats=_repeats(str(entry.get("repeats") or "")),
        answer=str(_ANSWERS.get(answer, answer)) if method == "reply" else "",
        is_cancelled=method == "cancel",
    )


def _when(entry: Mapping[str, Any]) -> str:
    starts, ends = _instant(entry.get("starts_at")), _instant(entry.get("ends_at"))
    if starts is None:
        return ""
    if entry.get("all_day"):
        # The day itself counts, in no zone; the end is the first day that is free again (RFC 5545, 3.6.1).
        last = max(ends.date() - timedelta(days=1), starts.date()) if ends else starts.date()
        return _days(starts.date(), last)
    return _span(timezone.localtime(starts), timezone.localtime(ends) if ends else None)


def _there(entry: Mapping[str, Any]) -> str:
    """The same in the organiser's zone, where that shows another time."""
    starts, ends = _instant(entry.get("starts_at")), _instant(entry.get("ends_at"))
    try:
        zone = ZoneInfo(str(entry.get("zone") or ""))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""
    if starts is None or entry.get("all_day"):
        return ""
    local = starts.astimezone(zone)
    if local.utcoffset() == timezone.localtime(starts).utcoffset():
        return ""
    return _("%(time)s for the organizer (%(zone)s)") % {
        "time": _span(local, ends.astimezone(zone) if ends else None),
        "zone": zone.key.replace("_", " "),
    }


def _instant(written: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(written)) if written else None
    except ValueError:
        return None
    return timezone.make_aware(found) if found and timezone.is_naive(found) else found


def _span(starts: datetime, ends: datetime | None) -> str:
    day, time = pgettext("full day format", "l j F Y"), pgettext("time format", "H:i")
    begin = f"{date_format(starts, day)}, {date_format(starts, time)}"
    if ends is None or ends <= starts:
        return f"{begin} {starts.tzname()}"
    end = (
        date_format(ends, time)
        if ends.date() == starts.date()
        else f"{date_format(ends, day)}, {date_format(ends, time)}"
    )
    return f"{begin} – {end} {ends.tzname()}"


def _days(first: date, last: date) -> str:
    day = pgettext("full day format", "l j F Y")
    if first == last:
        return _("%(day)s, all day") % {"day": date_format(first, day)}
    return f"{date_format(first, day)} – {date_format(last, day)}"


def _repeats(rule: str) -> str:
    """A recurrence rule (RFC 5545, 3.3.10) in words as far as few words can say it; others as they are written."""
    parts = dict(_RULE.findall(rule.upper()))
    if "FREQ" not in parts:
        return rule
    interval = min(int(parts.get("INTERVAL", "1")) if parts.get("INTERVAL", "1").isdigit() else 1, 999)
    if interval == 1:
        told = str(_EVERY.get(parts["FREQ"], ""))
    else:
        told = {
            "DAILY": ngettext("every %(n)s day", "every %(n)s days", interval),
            "WEEKLY": ngettext("every %(n)s week", "every %(n)s weeks", interval),
            "MONTHLY": ngettext("every %(n)s month", "every %(n)s months", interval),
            "YEARLY": ngettext("every %(n)s year", "every %(n)s years", interval),
        }.get(parts["FREQ"], "") % {"n": interval}
    if not told:
        return rule
    count = parts.get("COUNT", "")
    if not count.isdigit():
        return told
    times = ngettext("%(n)s time", "%(n)s times", int(count)) % {"n": count}
    return f"{told}, {times}"
