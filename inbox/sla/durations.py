"""Lengths of time as people type them: "4h", "1 h 30", "45m", "2d", "1:30"; and as they are written for them."""

from __future__ import annotations

import re
from datetime import timedelta

DAY = timedelta(days=1)

_UNITS = {
    "d": ("d", "day", "days", "д", "дн", "день", "дня", "дней", "сутки", "суток", "天", "日"),
    "h": ("h", "hr", "hrs", "hour", "hours", "ч", "час", "часа", "часов", "时", "時", "小时", "小時"),
    "m": ("m", "min", "mins", "minute", "minutes", "м", "мин", "минута", "минуты", "минут", "分", "分钟", "分鐘"),
    "s": ("s", "sec", "secs", "second", "seconds", "с", "сек", "секунда", "секунды", "секунд", "秒"),
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words}
#: What a number without a unit counts, after this unit: "1 h 30", "2 d 4".
_BELOW = {"d": "h", "h": "m", "m": "s"}
_ORDER = "dhms"
_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)")
_PART = re.compile(r"\s*(\d{1,9}(?:[.,]\d{1,6})?)\s*([^\W\d_]*)\.?,?")


class NotADuration(ValueError):
    """The text says no length of time."""


def typed(text: str, day: timedelta = DAY) -> timedelta:
    """The length of time a text says; a day is `day` long. Raises `NotADuration`, also for a number without a unit."""
    text = text.strip().casefold()
    if clock := _CLOCK.fullmatch(text):
        return timedelta(hours=int(clock[1]), minutes=int(clock[2]))
    length, place, before = timedelta(0), 0, ""
    while place < len(text):
        part = _PART.match(text, place)
        if part is None:
            raise NotADuration(text)
        unit = _UNIT_OF.get(part[2]) if part[2] else _BELOW.get(before)
        # Each unit once, from the largest down.
        if unit is None or (before and _ORDER.index(unit) <= _ORDER.index(before)):
            raise NotADuration(text)
        length += float(part[1].replace(",", ".")) * _length_of(unit, day)
        place, before = part.end(), unit
    if not before:
        raise NotADuration(text)
    return length


def as_typed(length: timedelta, *, in_days: bool = False) -> str:
    """A length of time as it can be typed again: "4h", "1h 30m", and "2d" where it is `in_days` of 24 hours."""
    seconds = round(length.total_seconds())
    days, rest = divmod(seconds, 86400) if in_days and seconds >= 2 * 86400 else (0, seconds)
    hours, rest = divmod(rest, 3600)
    minutes, second = divmod(rest, 60)
    parts = ((days, "d"), (hours, "h"), (minutes, "m"), (second, "s"))
    return " ".join(f"{count}{unit}" for count, unit in parts if count) or "0m"


def _length_of(unit: str, day: timedelta) -> timedelta:
    return {"d": day, "h": timedelta(hours=1), "m": timedelta(minutes=1), "s": timedelta(seconds=1)}[unit]
