"""The editor of a calendar: what is typed, kept whatever is wrong with it, and opening hours made of it.

All that is typed is a `QueryDict`, that of the request or one made of a stored version. The buttons which add, drop or
copy rows change it and nothing else, so they do the same with and without a script.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from django import forms
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from inbox.sla.holidays import around, countries, holidays_of, regions
from inbox.sla.models import BusinessCalendar, CalendarVersion
from inbox.sla.opening import InvalidHours, OpeningHours, Sentence, hours_from
from inbox.sla.wallclock import instant
from inbox.workspace.forms import LongSelect, zones

_CLOSURE = ("name", "from", "from-time", "until", "until-time")
_LOCALES = {"zh-hans": "zh_Hans", "zh-hant": "zh_Hant"}
_NOW, _LATER = "now", "later"
#: Another country or region shows its holidays at once.
_SHOWS_HOLIDAYS = {
    "hx-post": "",
    "hx-vals": '{"do": "look"}',
    "hx-trigger": "change",
    "hx-target": "#calendar-holidays",
    "hx-select": "#calendar-holidays",
    "hx-swap": "outerHTML",
    "hx-sync": "this:queue last",
}


@dataclass(frozen=True, slots=True)
class SpanRow:
    """A pair of times as typed. `is_over_midnight` when it ends on the next day."""

    number: int
    opens: str
    closes: str
    errors: Sequence[Sentence]

    @property
    def is_over_midnight(self) -> bool:
        """True when both times make sense and the second lies on the day after."""
        return bool(self.opens) and "00:00" < self.closes <= self.opens


@dataclass(frozen=True, slots=True)
class DayRow:
    """A weekday with its spans."""

    number: int
    name: Sentence
    spans: Sequence[SpanRow]
    errors: Sequence[Sentence]

    @property
    def is_round_the_clock(self) -> bool:
        """True when the whole day is open."""
        return [(span.opens, span.closes) for span in self.spans] == [("00:00", "00:00")]


@dataclass(frozen=True, slots=True)
class ClosureRow:
    """A closure as typed: its name, first day and time, last day and time."""

    number: int
    typed: Sequence[str]
    first_errors: Sequence[Sentence]
    last_errors: Sequence[Sentence]


@dataclass(frozen=True, slots=True)
class HolidayRow:
    """A holiday to come; `is_worked` when the calendar is open on it all the same."""

    day: date
    name: str
    is_worked: bool


class CalendarForm(forms.Form):
    """What is typed into the editor. Judged only when it is to be saved; `hours` is then what it says."""

    name = forms.CharField(label=_("Name"), max_length=80, error_messages={"required": _("Give the calendar a name.")})
    time_zone = forms.ChoiceField(label=_("Time zone"), widget=LongSelect, help_text=_("All hours below are in it."))
    country = forms.ChoiceField(label=_("Country"), required=False, widget=LongSelect(attrs=_SHOWS_HOLIDAYS))
    region = forms.ChoiceField(label=_("Region"), required=False, widget=LongSelect(attrs=_SHOWS_HOLIDAYS))
    start = forms.ChoiceField(choices=[(_NOW, _NOW), (_LATER, _LATER)], required=False)
    start_at = forms.CharField(
        label=_("Date and time, in the calendar's time zone"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )

    def __init__(self, given: QueryDict, *, at: datetime, is_judged: bool = False, focus: str = "") -> None:
        self.given, self.at, self.focus = given, at, focus
        self.hours: OpeningHours | None = None
        self.in_force_from: datetime | None = None
        #: What is wrong, by its place in the hours' values.
        self.faults: dict[str, list[Sentence]] = {}
        initial = {name: given.get(name, "") for name in self.base_fields}
        super().__init__(given if is_judged else None, initial=initial, label_suffix="")
        self._offer("time_zone", zones())
        self._offer("country", [("", _("No public holidays")), *country_names()])
        found = sorted(regions(given.get("country", "")).items(), key=lambda one: one[1])
        self._offer("region", [("", _("The whole country")), *found])

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        given = self.given.get(name, "")
        known = {value for value, _label in choices}
        field: Any = self.fields[name]
        # What is stored may be chosen again, though the list has only the usual names.
        field.choices = choices if given in known or name != "time_zone" else [*choices, (given, given)]

    def clean(self) -> dict[str, Any]:
        """Read the hours and the instant; the faults stand at their fields."""
        try:
            self.hours = read_hours(self.given)
        except InvalidHours as refused:
            self.refuse(refused)
        if self.given.get("start") == _LATER:
            self.in_force_from = read_start(self.given)
            if self.in_force_from is None:
                self.add_error("start_at", _("Enter a date and a time."))
        return self.cleaned_data

    def refuse(self, refused: InvalidHours) -> None:
        """Put what is wrong at its fields."""
        for place, sentences in refused.errors.items():
            name = "start_at" if place == "in_force_from" else place
            if name not in self.fields:
                self.faults[place] = sentences
            elif not self.has_error(name):
                self.add_error(name, [forms.ValidationError(str(one)) for one in sentences])

    def is_right(self) -> bool:
        """True when nothing is wrong, in the fields and in the rows."""
        return self.is_valid() and not self.faults

    @property
    def weekdays(self) -> list[DayRow]:
        """The week, Monday first."""
        return [self._day(number) for number in range(7)]

    def _day(self, day: int) -> DayRow:
        spans = _pairs(self.given, day)
        judged = [number for number, span in enumerate(spans) if any(span)]
        rows = [
            SpanRow(number, *span, self.faults.get(f"weekly.{day}.{judged.index(number)}", []) if any(span) else [])
            for number, span in enumerate(spans)
        ]
        return DayRow(day, WEEKDAYS[day], rows, self.faults.get(f"weekly.{day}", []))

    @property
    def week_errors(self) -> list[Sentence]:
        """What is wrong with the week as a whole."""
        return self.faults.get("weekly", [])

    @property
    def closures(self) -> list[ClosureRow]:
        """The closures, those just added last."""
        rows = _closures(self.given)
        judged = [number for number, row in enumerate(rows) if any(row)]
        return [
            ClosureRow(number, row, self._faults_of(judged, number, "from"), self._faults_of(judged, number, "until"))
            for number, row in enumerate(rows)
        ]

    def _faults_of(self, judged: list[int], number: int, part: str) -> list[Sentence]:
        return self.faults.get(f"closures.{judged.index(number)}.{part}", []) if number in judged else []

    @property
    def closure_errors(self) -> list[Sentence]:
        """What is wrong with the closures as a whole."""
        return self.faults.get("closures", [])

    @property
    def holidays(self) -> dict[int, list[HolidayRow]]:
        """The holidays to come of the chosen country and region, by year."""
        country, region = self.given.get("country", ""), self.given.get("region", "")
        if country not in countries() or region not in {"", *regions(country)}:
            return {}
        worked, today = set(self.given.getlist("worked")), self.at.date()
        names = names_of_holidays(country, region, today)
        rows: dict[int, list[HolidayRow]] = {}
        for text, _name in around(country, region, today):
            if (day := date.fromisoformat(text)) >= today:
                rows.setdefault(day.year, []).append(HolidayRow(day, names[text], text in worked))
        return rows

    @property
    def starts_later(self) -> bool:
        """True when a later instant was chosen."""
        return self.given.get("start") == _LATER


def names_of_holidays(country: str, region: str, today: date) -> dict[str, str]:
    """The names of the holidays around a day, by ISO date, in the reader's language where they are known in it."""
    years = range(today.year - 2, today.year + 11)
    return {one[0]: one[1] for one in holidays_of(country, region, years, get_language() or "en")}


def country_names() -> list[tuple[str, str]]:
    """The countries whose holidays are known, in the reader's language, by name."""
    return _country_names(get_language() or "en")


@cache
def _country_names(language: str) -> list[tuple[str, str]]:
    names = Locale.parse(_LOCALES.get(language, language.replace("-", "_"))).territories
    return sorted(((code, names.get(code, code)) for code in countries()), key=lambda one: one[1])


def typed_from(calendar: BusinessCalendar | None, version: CalendarVersion, at: datetime) -> QueryDict:
    """What stands in the editor before anything is typed: the version, without the closures that are over."""
    given = QueryDict(mutable=True)
    given.update({"name": calendar.name if calendar else "", "time_zone": version.time_zone, "start": _NOW})
    given.update({"country": version.country, "region": version.region})
    given.setlist("worked", version.worked)
    for day, spans in version.weekly.items():
        given.setlist(f"d{day}-opens", [opens for opens, _closes in spans])
        given.setlist(f"d{day}-closes", [closes for _opens, closes in spans])
    today = at.astimezone(ZoneInfo(version.time_zone)).date().isoformat()
    for closure in version.closures:
        if closure["until"][: len(today)] < today:
            continue
        for part, value in zip(_CLOSURE, _typed_closure(closure), strict=True):
            given.appendlist(f"closure-{part}", value)
    return given


def _typed_closure(closure: dict[str, str]) -> tuple[str, ...]:
    first, _t, first_time = closure["from"].partition("T")
    last, _t, last_time = closure["until"].partition("T")
    return closure["name"], first, first_time[:5], last, last_time[:5]


def read_hours(given: QueryDict) -> OpeningHours:
    """The hours that are typed; raises InvalidHours. Rows left wholly empty are none."""
    closures = [
        {"name": name, "from": _moment(first, first_time), "until": _moment(last or first, last_time)}
        for name, first, first_time, last, last_time in _closures(given)
        if any((name, first, first_time, last, last_time))
    ]
    return hours_from(
        {
            "time_zone": given.get("time_zone"),
            "weekly": {day: [span for span in _pairs(given, day) if any(span)] for day in range(7)},
            "closures": closures,
            "country": given.get("country"),
            "region": given.get("region"),
            "worked": given.getlist("worked"),
        }
    )


def read_start(given: QueryDict) -> datetime | None:
    """The instant chosen for later, in the calendar's zone; None where there is none or it makes no sense."""
    if given.get("start") != _LATER:
        return None
    try:
        wall = datetime.fromisoformat(given.get("start_at", ""))
        return instant(ZoneInfo(given.get("time_zone", "")), wall.date(), wall.time())
    except (ValueError, OverflowError, KeyError, OSError):
        return None


def _moment(day: str, clock: str) -> str:
    return f"{day}T{clock}" if clock else day


def _pairs(given: QueryDict, day: int) -> list[tuple[str, str]]:
    opens, closes = given.getlist(f"d{day}-opens"), given.getlist(f"d{day}-closes")
    return [(one.strip(), other.strip()) for one, other in zip(opens, closes, strict=False)]


def _closures(given: QueryDict) -> list[tuple[str, ...]]:
    columns = [given.getlist(f"closure-{part}") for part in _CLOSURE]
    return [tuple(value.strip() for value in row) for row in zip(*columns, strict=False)]


def do(given: QueryDict, deed: str) -> str:
    """Do what a button of the editor says to what is typed; the id of the field to go on with."""
    name, _sep, rest = deed.partition(":")
    numbers = [int(part) for part in rest.split(":") if part.isascii() and part.isdigit()]
    deeds: dict[tuple[str, int], Callable[..., str]] = {
        ("add", 1): _add,
        ("drop", 2): _drop,
        ("whole", 1): _whole,
        ("copy", 1): _copy,
        ("closure", 0): _add_closure,
        ("open", 1): _drop_closure,
    }
    deed_of = deeds.get((name, len(numbers)))
    return deed_of(given, *numbers) if deed_of else ""


def _set(given: QueryDict, day: int, spans: Sequence[tuple[str, str]]) -> None:
    given.setlist(f"d{day}-opens", [opens for opens, _closes in spans])
    given.setlist(f"d{day}-closes", [closes for _opens, closes in spans])


def _add(given: QueryDict, day: int) -> str:
    spans = _pairs(given, day)
    usual = ("09:00", "17:00") if not spans else ("", "")
    _set(given, day, [*spans, usual][:12])
    return f"d{day}-opens-{len(spans)}"


def _drop(given: QueryDict, day: int, number: int) -> str:
    _set(given, day, [span for place, span in enumerate(_pairs(given, day)) if place != number])
    return f"d{day}-add"


def _whole(given: QueryDict, day: int) -> str:
    _set(given, day, [("00:00", "00:00")])
    return f"d{day}-add"


def _copy(given: QueryDict, last: int) -> str:
    for day in range(1, min(last, 6) + 1):
        _set(given, day, _pairs(given, 0))
    return f"copy-{last}"


def _add_closure(given: QueryDict) -> str:
    number = len(_closures(given))
    for part in _CLOSURE:
        given.appendlist(f"closure-{part}", "")
    return f"closure-name-{number}"


def _drop_closure(given: QueryDict, number: int) -> str:
    rows = [row for place, row in enumerate(_closures(given)) if place != number]
    for column, part in enumerate(_CLOSURE):
        given.setlist(f"closure-{part}", [row[column] for row in rows])
    return "closure-add"


def usual_week(time_zone: str, at: datetime) -> QueryDict:
    """What stands in the editor of a new calendar: Monday to Friday from nine to five."""
    weekly = {str(day): [["09:00", "17:00"]] for day in range(5)}
    return typed_from(None, CalendarVersion(time_zone=time_zone, weekly=weekly), at)
