"""When a mail was written, by its Date header in the forms that are really sent (RFC 5322 and many others)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_MAX = 200
_COMMENT = re.compile(r"\([^()]{0,200}\)")
_ISO = re.compile(
    r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})(?:T|,?\s{1,3})"
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:[.,]\d{1,9})?(?P<rest>.{0,40})"
)
_CLOCK = re.compile(
    r"(?<![\d.])(?P<hour>\d{1,2})\s{0,3}[:.h]\s{0,3}(?P<minute>\d{2})(?:\s{0,3}[:.]\s{0,3}(?P<second>\d{2}))?(?!\d)"
    r"(?:\.\d{1,9})?\s{0,3}(?P<half>[AaPp]\.?[Mm]\b\.?)?"
)
_OFFSET = re.compile(r"(?:GMT|UTC|UT)?\s?(?P<sign>[+-])\s?(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?(?!\d)")
_NAMED = re.compile(r"\b[A-Z]{1,5}\b")
_NUMERIC = re.compile(r"\b(?P<first>\d{1,2})(?P<mark>[./-])(?P<second>\d{1,2})[./-](?P<year>\d{4}|\d{2})\b")
_YEAR = re.compile(r"\b\d{4}\b")
_NUMBER = re.compile(r"\b\d{1,4}\b")
_LETTERS = re.compile(r"[^\W\d_]{3,12}")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan ene gen janv sty янв led",
            "feb fév fev febr lut фев úno",
            "mar mär mrz mrt maa bře мар",
            "apr avr abr kwi апр dub",
            "may mai mag mei maj май мая kvě",
            "jun juin giu cze июн",
            "jul juil lug lip июл",
            "aug aoû aou ago sie авг srp",
            "sep set wrz сен zář",
            "oct okt ott out paź окт říj",
            "nov lis ноя",
            "dec dez déc dic gru дек pro",
        ),
        start=1,
    )
    for name in names.split()
}
_ZONES = {
    "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "MEZ": 60, "MET": 60, "CEST": 120,
    "MESZ": 120, "MEST": 120, "EET": 120, "EEST": 180, "SAST": 120, "MSK": 180, "MSD": 240, "IST": 330, "ICT": 420,
    "WIB": 420, "HKT": 480, "SGT": 480, "PHT": 480, "AWST": 480, "JST": 540, "KST": 540, "AEST": 600, "AEDT": 660,
    "NZST": 720, "NZDT": 780, "BRT": -180, "ART": -180, "ADT": -180, "AST": -240, "EDT": -240, "EST": -300, "CDT": -300,
    "CST": -360, "MDT": -360, "MST": -420, "PDT": -420, "PST": -480, "AKDT": -480, "AKST": -540, "HST": -600,
}  # fmt: skip


def read_date(text: str) -> datetime | None:
    """The instant in UTC; None when the words name none. Without a zone it is taken for UTC."""
    plain = _COMMENT.sub(" ", text[:_MAX]).strip(" \t\"'")
    if found := _ISO.search(plain):
        year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
        return _instant(year, month, day, found, found["rest"])
    clock = _CLOCK.search(plain)
    if clock is None:
        return None
    before, after = plain[: clock.start()], plain[clock.end() :]
    named = _day_named(f"{before} {_without_offset(after)}") or _day_in_numbers(before) or _day_in_numbers(after)
    if named is None:
        return None
    return _instant(*named, clock, after)


def _instant(year: int, month: int, day: int, clock: re.Match[str], behind: str) -> datetime | None:
    hour, minute, second = int(clock["hour"]), int(clock["minute"]), int(clock["second"] or 0)
    half = (clock.groupdict().get("half") or "").lower().replace(".", "")
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 24 or minute > 59 or second > 60:
        return None
    try:
        # Leap seconds and 24:00 are written, and are no error.
        start = datetime(_century(year), month, day, tzinfo=UTC) + timedelta(hours=hour, minutes=minute)
        return start + timedelta(seconds=min(second, 59)) - timedelta(minutes=_offset(behind))
    except (ValueError, OverflowError):
        return None


def _century(year: int) -> int:
    """RFC 5322, 4.3: two digits are this century below 50, three count from 1900."""
    return year + 2000 if year < 50 else year + 1900 if year < 1000 else year


def _offset(text: str) -> int:
    """Minutes east of Greenwich; an impossible zone counts as none."""
    if found := _OFFSET.search(text):
        minutes = int(found["hours"]) * 60 + int(found["minutes"] or 0)
        return 0 if minutes >= 24 * 60 else minutes if found["sign"] == "+" else -minutes
    return next((_ZONES[name] for name in _NAMED.findall(text) if name in _ZONES), 0)


def _without_offset(text: str) -> str:
    return _OFFSET.sub(" ", text, count=1)


def _day_named(text: str) -> tuple[int, int, int] | None:
    """Year, month and day where the month is a word; the year is the number that can't be a day."""
    month = 0
    place = 0
    for found in _LETTERS.finditer(text):
        word = found[0].lower()
        month = _MONTHS.get(word[:4], 0) or _MONTHS.get(word[:3], 0)
        # A day of the week comes first and may begin like a month ("Mar." is a Tuesday in French and Spanish).
        if month and (_NUMBER.search(text[: found.start()]) or _NUMBER.match(text[found.end() :].lstrip(" .,"))):
            place = found.start()
            break
        month = 0
    if not month:
        return None
    numbers = [(int(one[0]), one.start()) for one in _NUMBER.finditer(text)]
    near = [value for value, at in numbers if at < place and 1 <= value <= 31][-1:] or [
        value for value, at in numbers if at > place and 1 <= value <= 31
    ][:1]
    if not near:
        return None
    day = near[0]
    years = [value for value, at in numbers if value > 31 or (at > place and value != day)]
    if not years:
        years = [value for value, at in numbers if at > place][:1]
    return (max(years), month, day) if years else None


def _day_in_numbers(text: str) -> tuple[int, int, int] | None:
    """`05.03.2018` begins with the day, `3/5/2018` with the month, unless that can't be."""
    found = _NUMERIC.search(text)
    if found is None:
        return None
    first, second, year = int(found["first"]), int(found["second"]), int(found["year"])
    if (found["mark"] == "/" and first <= 12) or second > 12:
        return year, first, second
    return year, second, first
