"""Times and durations as people read them, in the reader's language and zone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from channels_adapters.wording import Said
from inbox.common.clock import now as present


def patterns() -> dict[str, str]:
    """How durations are put into words, shared with the script that ticks: {d}, {h}, {mm} and so on are numbers."""
    return {
        "days": pgettext("duration", "{d} d {h} h"),
        "days-only": pgettext("duration", "{d} d"),
        "hours": pgettext("duration", "{h} h {mm}"),
        "hours-only": pgettext("duration", "{h} h"),
        "minutes": pgettext("duration", "{m} m"),
        "minutes-seconds": pgettext("duration", "{m} m {s} s"),
        "seconds": pgettext("duration", "{s} s"),
    }


def duration(length: timedelta | float | None) -> str:
    """A duration (seconds or timedelta) in its two largest units: "38 s", "1 m 30 s", "1 h 05", "2 d 3 h"; None is "–".

    From two minutes on seconds are left out.
    """
    if length is None:
        return "–"
    seconds = length.total_seconds() if isinstance(length, timedelta) else float(length)
    words = patterns()
    whole = round(abs(seconds))
    if whole < 60:
        return words["seconds"].format(s=whole)
    if 60 < whole < 120:
        return words["minutes-seconds"].format(m=1, s=whole - 60)
    minutes = round(whole / 60) if whole >= 600 else whole // 60
    if minutes < 60:
        return words["minutes"].format(m=minutes)
    hours, minute = divmod(minutes, 60)
    if hours < 24:
        return words["hours" if minute else "hours-only"].format(h=hours, mm=f"{minute:02d}")
    days, hour = divmod(hours, 24)
    return words["days" if hour else "days-only"].format(d=days, h=hour)


def short_time(at: datetime, now: datetime | None = None) -> str:
    """An instant in a list: "14:02" today, "Tue" within a week, "12 Oct" this year, "12 Oct 2023" before."""
    local, today = timezone.localtime(at), timezone.localtime(now or present())
    days = (today.date() - local.date()).days
    if days == 0:
        return date_format(local, pgettext("time format", "H:i"))
    if 0 < days < 7:
        return date_format(local, pgettext("weekday format", "D"))
    return short_date(local, today)


def short_date(local: datetime, today: datetime | None = None) -> str:
    """A day: "12 Oct", with the year when it is not this one."""
    this_year = local.year == (today or timezone.localtime()).year
    return date_format(local, pgettext("day format", "j M") if this_year else pgettext("day format with year", "j M Y"))


def clock_time(at: datetime, now: datetime | None = None) -> str:
    """An instant in the middle of a text: "14:02" today, "Tue 14:02" within a week (either way), "12 Oct 14:02"."""
    local, today = timezone.localtime(at), timezone.localtime(now or present())
    time = date_format(local, pgettext("time format", "H:i"))
    days = abs((today.date() - local.date()).days)
    if days == 0:
        return time
    day = date_format(local, pgettext("weekday format", "D")) if days < 7 else short_date(local, today)
    return _("%(day)s %(time)s") % {"day": day, "time": time}


def full_time(at: datetime) -> str:
    """An instant with everything: day, time and the reader's zone."""
    local = timezone.localtime(at)
    # xgettext does not look into f-strings.
    written = date_format(local, pgettext("full time format", "l j F Y, H:i"))
    return f"{written} {local.tzname()}"


def translated(text: str) -> str:
    """What an adapter says, in the reader's language: a text of its catalogue, with the values that stand in it."""
    if not text:
        return ""
    if isinstance(text, Said):
        values = {name: translated(one) if isinstance(one, Said) else one for name, one in text.values.items()}
        return _(text.template) % values if values else _(text.template)
    return _(text)
