"""Meetings out of iCalendar objects (RFC 5545, RFC 5546), also out of broken ones: each line counts for itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from channels_adapters.contracts import CalendarEntry, CalendarMethod
from channels_adapters.email.addresses import canonical
from channels_adapters.email.calendar_zones import zone_named
from channels_adapters.email.charsets import clean, decode

TYPES = frozenset({"text/calendar", "application/ics", "text/x-vcalendar"})
MAX_CALENDAR = 512 * 1024
MAX_ENTRIES = 50
_MAX_LINES = 20_000
_MAX_TEXT = 2000
_FOLD = re.compile(r"\r?\n[ \t]")
_ESCAPED = re.compile(r"\\([\\;,nN])")
_PARAMETER = re.compile(r";([A-Za-z\-]{1,40})=(\"[^\"]{0,500}\"|[^;:\",]{0,500})")
_TIME = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:T(\d{2}):?(\d{2}):?(\d{2})?(Z)?)?")
_DURATION = re.compile(r"([+-])?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?")
_OFFSET = re.compile(r"([+-])(\d{2})(\d{2})")
_METHODS = {
    "REQUEST": CalendarMethod.REQUEST, "ADD": CalendarMethod.REQUEST, "DECLINECOUNTER": CalendarMethod.REQUEST,
    "CANCEL": CalendarMethod.CANCEL, "REPLY": CalendarMethod.REPLY, "COUNTER": CalendarMethod.REPLY,
    "REFRESH": CalendarMethod.REPLY,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    parameters: dict[str, str]
    value: str


@dataclass(slots=True)
class _Component:
    name: str
    lines: list[_Line] = field(default_factory=list)

    def get(self, name: str) -> _Line | None:
        return next((line for line in self.lines if line.name == name), None)

    def text(self, name: str) -> str:
        line = self.get(name)
        return _unescaped(line.value)[:_MAX_TEXT].strip() if line else ""


@dataclass(frozen=True, slots=True)
class Meetings:
    """The entries of a calendar object, and in words what it says where nothing else does."""

    entries: tuple[CalendarEntry, ...]
    text: str


def read_calendar(content: bytes, *, charset: str = "", method: str = "") -> Meetings:
    """The meetings in it, at most `MAX_ENTRIES`. `method` is what the content type says; the object's own wins."""
    text = clean(decode(content[:MAX_CALENDAR], charset)).removeprefix("\ufeff")
    entries: list[CalendarEntry] = []
    words: list[str] = []
    zones: dict[str, tzinfo] = {}
    for component in _components(text):
        if component.name == "VCALENDAR":
            own = component.get("METHOD")
            method = own.value.strip() if own else method
        elif component.name == "VTIMEZONE":
            _learn_zone(component, zones)
        elif component.name == "VEVENT" and len(entries) < MAX_ENTRIES:
            entry = _entry(component, _METHODS.get(method.upper(), CalendarMethod.PUBLISH), zones)
            if entry is not None and entry not in entries:
                entries.append(entry)
                words.append(_words(component, entry))
    return Meetings(tuple(entries), "\n\n".join(words))


def _components(text: str) -> Iterator[_Component]:
    """Each component as soon as it matters: a calendar's own lines before the events, zones before what uses them.

    Alarms and other parts inside an event are left out; a zone's rules belong to the zone.
    """
    calendar: _Component | None = None
    current: _Component | None = None
    inside = 0
    for raw in _FOLD.sub("", text).split("\n", _MAX_LINES)[:_MAX_LINES]:
        line = _line(raw.strip("\r\n"))
        if line is None:
            continue
        value = line.value.strip().upper()
        if line.name == "BEGIN" and current is None:
            if value == "VCALENDAR":
                calendar = _Component("VCALENDAR")
            elif value in ("VEVENT", "VTIMEZONE"):
                if calendar is not None:
                    yield calendar
                current, inside = _Component(value), 0
        elif line.name == "BEGIN" and current is not None:
            if value == "VEVENT":
                # One that never ended.
                yield current
                current, inside = _Component(value), 0
                continue
            inside += 1
            if current.name == "VTIMEZONE":
                current.lines.append(line)
        elif line.name == "END" and current is not None:
            if value == current.name:
                yield current
                current = None
            else:
                inside = max(0, inside - 1)
        elif current is not None:
            if inside == 0 or current.name == "VTIMEZONE":
                current.lines.append(line)
        elif calendar is not None:
            calendar.lines.append(line)
    if current is not None:
        yield current


def _line(raw: str) -> _Line | None:
    head = raw[:4000]
    name_end = next((place for place, character in enumerate(head[:60]) if character in ";:"), -1)
    if name_end <= 0:
        return None
    position = name_end
    parameters: dict[str, str] = {}
    while found := _PARAMETER.match(raw, position):
        parameters.setdefault(found[1].upper(), found[2].strip('"'))
        position = found.end()
        if len(parameters) > 50:
            break
    colon = raw.find(":", position)
    if colon < 0:
        return None
    return _Line(raw[:name_end].strip().upper(), parameters, raw[colon + 1 :])


def _entry(event: _Component, method: CalendarMethod, zones: dict[str, tzinfo]) -> CalendarEntry | None:
    start, end = event.get("DTSTART"), event.get("DTEND")
    starts_at, all_day = _moment(start, zones)
    ends_at = _moment(end, zones)[0]
    if ends_at is None and starts_at is not None:
        ends_at = _later(starts_at, event.get("DURATION"), all_day=all_day)
    uid, summary = event.text("UID"), event.text("SUMMARY")
    if not uid and not summary and starts_at is None:
        return None
    if event.text("STATUS").upper() == "CANCELLED":
        method = CalendarMethod.CANCEL
    rule = event.get("RRULE")
    return CalendarEntry(
        method,
        uid[:500],
        summary=" ".join(summary.split())[:500],
        starts_at=starts_at,
        ends_at=ends_at,
        all_day=all_day,
        zone=start.parameters.get("TZID", "")[:100] if start else "",
        place=" ".join(event.text("LOCATION").split())[:500],
        organizer=_person(event.get("ORGANIZER")),
        repeats=rule.value.strip()[:300] if rule else "",
        answer=_answer(event) if method is CalendarMethod.REPLY else "",
    )


def _moment(line: _Line | None, zones: dict[str, tzinfo]) -> tuple[datetime | None, bool]:
    """An instant in UTC (a time without a zone is taken for UTC), and whether it is a whole day."""
    found = _TIME.match(line.value.strip()) if line else None
    if line is None or found is None:
        return None, False
    whole_day = found[4] is None
    zone: tzinfo = UTC
    if not whole_day and not found[7]:
        name = line.parameters.get("TZID", "")
        # Whoever names a zone we know means that zone, whatever rules his program wrote beside it.
        zone = zone_named(name) or zones.get(name, UTC)
    try:
        year, month, day, hour, minute, second = (int(one or 0) for one in found.groups()[:6])
        local = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
        return local.astimezone(UTC), whole_day
    except (ValueError, OverflowError):
        return None, whole_day


def _later(starts_at: datetime, duration: _Line | None, *, all_day: bool) -> datetime | None:
    found = _DURATION.match(duration.value.strip()) if duration else None
    try:
        if found is None:
            return starts_at + timedelta(days=1) if all_day else None
        weeks, days, hours, minutes, seconds = (int(one or 0) for one in found.groups()[1:])
        return starts_at + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    except OverflowError:
        return None


def _learn_zone(component: _Component, zones: dict[str, tzinfo]) -> None:
    """A zone we don't know by its name: its standard time, which is right for half of the year and better than none."""
    name, inside, offset = component.text("TZID"), "", ""
    for line in component.lines:
        if line.name == "BEGIN":
            inside = line.value.strip().upper()
        elif line.name == "TZOFFSETTO" and (inside == "STANDARD" or not offset):
            offset = line.value.strip()
    if found := _OFFSET.match(offset):
        minutes = int(found[2]) * 60 + int(found[3])
        if name and minutes < 24 * 60:
            zones[name] = timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes))


def _person(line: _Line | None) -> str:
    if line is None:
        return ""
    value = line.value.strip()
    address = canonical(value[7:] if value[:7].lower() == "mailto:" else value)
    return address or canonical(line.parameters.get("EMAIL", "")) or line.parameters.get("CN", "")[:200]


def _answer(event: _Component) -> str:
    attendee = event.get("ATTENDEE")
    return attendee.parameters.get("PARTSTAT", "").lower()[:40] if attendee else ""


def _words(event: _Component, entry: CalendarEntry) -> str:
    when = ""
    if (line := event.get("DTSTART")) and (found := _TIME.match(line.value.strip())):
        when = f"{found[1]}-{found[2]}-{found[3]}" + (f" {found[4]}:{found[5]}" if found[4] else "")
        when = f"{when} {'UTC' if found[7] else entry.zone}".strip()
    description = event.text("DESCRIPTION")
    head = "\n".join(one for one in (entry.summary, when, entry.place) if one)
    return f"{head}\n\n{description}" if description and description != entry.summary else head


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)
