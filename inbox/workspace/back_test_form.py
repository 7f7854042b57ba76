"""The editor of a back-test: its period, and drafts that start from what is in force and keep what differs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from inbox.common.text import one_line
from inbox.reports import back_test_drafts as drafts
from inbox.reports.periods import Period
from inbox.sla.enums import TargetKind
from inbox.sla.forms import InvalidTerms, Terms, terms_as_values, terms_from
from inbox.sla.models import BusinessCalendar, CalendarVersion, Policy, PolicyVersion
from inbox.sla.opening import InvalidHours, OpeningHours, hours_from, hours_of_version
from inbox.sla.policy import FIELDS, PRIORITIES
from inbox.tickets.enums import Priority
from inbox.workspace import policy_words as words
from inbox.workspace.policy_list import parts

_DATE = r"\d{4}-\d{2}-\d{2}(?:[ T]\d{1,2}:\d{2})?"
_CLOSURE = re.compile(rf"({_DATE})(?:\s*[–-]\s*({_DATE}))?(?:\s+(\S.*))?")
_SPAN = re.compile(r"(\d{1,2}:\d{2})\s*[–-]\s*(\d{1,2}:\d{2})")


class BackTestForm(forms.Form):
    """What the back-test is about."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=drafts.LONGEST_NAME, required=False)
    first = forms.DateField(label=pgettext_lazy("first day", "From"), widget=forms.DateInput({"type": "date"}))
    last = forms.DateField(label=pgettext_lazy("last day", "To"), widget=forms.DateInput({"type": "date"}))

    def __init__(self, data: QueryDict | None, today: date) -> None:
        usual = {"first": (today - timedelta(days=90)).isoformat(), "last": (today - timedelta(days=1)).isoformat()}
        super().__init__(data, initial=usual, label_suffix="")
        self._today = today

    def clean(self) -> dict[str, Any]:
        """The period lies in the past, and is neither backwards nor endless."""
        first, last = self.cleaned_data.get("first"), self.cleaned_data.get("last")
        for name, sentence in drafts.wrong_with_period(first, last, self._today).items():
            self.add_error(name, sentence)
        return self.cleaned_data

    def period(self, zone: ZoneInfo) -> Period:
        """The days chosen, in the reader's zone."""
        return Period(self.cleaned_data["first"], self.cleaned_data["last"], zone)


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target of a policy: what it counts, and a time for each priority."""

    name: str
    basis: BoundField
    times: Sequence[BoundField]


@dataclass(frozen=True, slots=True)
class PolicyPart:
    """The fields of a policy."""

    policy: Policy
    place: BoundField
    on: BoundField
    calendar: BoundField
    hold: BoundField
    targets: Sequence[TargetRow]
    conditions: Sequence[BoundField]
    is_changed: bool
    has_errors: bool


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """The fields of a calendar."""

    calendar: BusinessCalendar
    time_zone: str
    days: Sequence[BoundField]
    closures: BoundField
    is_changed: bool
    has_errors: bool


class DraftForm(forms.Form):
    """One draft: what is in force, to be changed. `draft` is then what differs, as `Rules` reads it."""

    name = forms.CharField(
        label=gettext_lazy("Name of the draft"), max_length=drafts.LONGEST_DRAFT_NAME, required=False
    )
    throughout = forms.BooleanField(
        label=gettext_lazy("Today's policies and hours for the whole period"),
        help_text=gettext_lazy("Else what you leave as it is counts as it was at each time."),
        required=False,
    )

    def __init__(self, data: QueryDict | None, *, prefix: str, usual_name: str) -> None:
        super().__init__(data, prefix=prefix, label_suffix="")
        self._usual_name = usual_name
        self.fields["name"].widget.attrs["placeholder"] = usual_name
        self.draft: dict[str, Any] = {}
        self.policies = drafts.policies()
        self.calendars = drafts.calendars()
        for place, (policy, version) in enumerate(self.policies, 1):
            self._add_policy(place, policy, version)
        for calendar, known in self.calendars:
            self._add_calendar(calendar, known)

    def _add_policy(self, place: int, policy: Policy, version: PolicyVersion) -> None:
        named = f"p{policy.pk}"
        count = len(self.policies)
        add = self.fields.__setitem__
        add(f"{named}-place", forms.IntegerField(label=_("Place"), min_value=1, max_value=count, initial=place))
        add(f"{named}-on", forms.BooleanField(label=_("On"), required=False, initial=policy.is_active))
        calendars = [(str(calendar.pk), calendar.name) for calendar, _version in self.calendars]
        add(
            f"{named}-calendar",
            forms.ChoiceField(label=_("Opening hours"), choices=calendars, initial=str(version.calendar_id)),
        )
        hold = forms.BooleanField(label=_("Resolution pauses on hold"), required=False, initial=version.pauses_on_hold)
        add(f"{named}-hold", hold)
        for target in TargetKind:
            given = version.targets.get(target.value) or {}
            basis = given.get("basis", "business")
            field = forms.ChoiceField(label=_("Counted in"), choices=list(words.BASES.items()), initial=basis)
            field.widget.attrs["aria-label"] = _("%(target)s: counted in") % {"target": target.label}
            add(f"{named}-{target}-basis", field)
            for priority in Priority:
                seconds = given.get("within", {}).get(priority.value)
                typed = "" if seconds is None else words.typed_again(seconds, basis)
                time = forms.CharField(label=priority.label, required=False, max_length=40, initial=typed)
                time.widget.attrs["aria-label"] = f"{target.label}, {priority.label}"
                add(f"{named}-{target}-{priority}", time)
        stored = {one["field"]: ", ".join(one["values"]) for one in version.conditions}
        for name in FIELDS:
            condition = forms.CharField(label=str(words.LABELS[name]), required=False, initial=stored.get(name, ""))
            condition.widget.attrs["placeholder"] = _("any")
            add(f"{named}-if-{name}", condition)

    def _add_calendar(self, calendar: BusinessCalendar, version: CalendarVersion) -> None:
        named = f"c{calendar.pk}"
        for day in range(7):
            spans = ", ".join("–".join(span) for span in version.weekly.get(str(day), ()))
            field = forms.CharField(label=WEEKDAYS[day], required=False, max_length=200, initial=spans)
            field.widget.attrs["placeholder"] = _("closed")
            self.fields[f"{named}-{day}"] = field
        closures = "\n".join(map(_closure_line, version.closures))
        self.fields[f"{named}-closures"] = forms.CharField(
            label=_("Closures"),
            help_text=_("One a line: 2026-12-24, or 2026-12-24 – 2026-12-26, or 2026-12-24 12:00 – 2026-12-24 17:00."),
            required=False,
            initial=closures,
            widget=forms.Textarea({"rows": 3}),
        )

    def clean(self) -> dict[str, Any]:
        """Read the terms and hours; what differs from what is in force is the draft."""
        if self.errors:
            return self.cleaned_data
        terms = [(version, found) for policy, version in self.policies if (found := self._terms(policy, version))]
        hours = [(known, week) for calendar, known in self.calendars if (week := self._hours(calendar, known))]
        name = one_line(self.cleaned_data["name"], drafts.LONGEST_DRAFT_NAME) or self._usual_name
        self.draft = drafts.draft(name, terms, self._order(), hours, throughout=self.cleaned_data["throughout"])
        return self.cleaned_data

    @property
    def changes_nothing(self) -> bool:
        """True when the draft is what is in force."""
        return drafts.changes_nothing(self.draft)

    def _order(self) -> list[int]:
        given = self.cleaned_data
        standing = sorted(
            (given[f"p{policy.pk}-place"], number, policy.pk) for number, (policy, _version) in enumerate(self.policies)
        )
        return [pk for _place, _number, pk in standing if given[f"p{pk}-on"]]

    def _terms(self, policy: Policy, version: PolicyVersion) -> Terms | None:
        given, named = self.cleaned_data, f"p{policy.pk}"
        values = terms_as_values(version) | {
            "calendar": given[f"{named}-calendar"],
            "pauses_on_hold": given[f"{named}-hold"],
            "conditions": [
                {"field": name, "values": typed} for name in FIELDS if (typed := parts(given[f"{named}-if-{name}"]))
            ],
            "targets": {
                target: {
                    "basis": given[f"{named}-{target}-basis"],
                    "warn_share": version.targets.get(target, {}).get("warn_share", 0.75),
                    "within": within,
                }
                for target in map(str, TargetKind)
                if (within := {p: time for p in PRIORITIES if (time := given[f"{named}-{target}-{p}"].strip())})
            },
            "escalations": [],
        }
        try:
            return terms_from(values, of=policy)
        except InvalidTerms as refused:
            for place, sentences in refused.errors.items():
                self.add_error(self._field_of(named, place), [str(sentence) for sentence in sentences])
        return None

    @staticmethod
    def _field_of(named: str, place: str) -> str:
        """The field that a place in the terms was typed into."""
        kind, *rest = place.split(".")
        if kind == "targets":
            return f"{named}-{rest[0]}-{rest[2] if len(rest) > 2 else 'basis'}"
        if kind == "conditions" and rest:
            return f"{named}-if-{rest[0]}"
        return f"{named}-calendar"

    def _hours(self, calendar: BusinessCalendar, version: CalendarVersion) -> OpeningHours | None:
        given, named = self.cleaned_data, f"c{calendar.pk}"
        week = {str(day): _spans(given[f"{named}-{day}"]) for day in range(7)}
        values = {
            **asdict(hours_of_version(version)),
            "weekly": {day: spans for day, spans in week.items() if spans},
            "closures": [_closure(line) for line in given[f"{named}-closures"].splitlines() if line.strip()],
        }
        try:
            return hours_from(values)
        except InvalidHours as refused:
            for place, sentences in refused.errors.items():
                kind, *rest = place.split(".")
                name = f"{named}-{rest[0] if rest else 0}" if kind == "weekly" else f"{named}-closures"
                self.add_error(name, [str(sentence) for sentence in sentences])
        return None

    def policy_parts(self) -> Iterator[PolicyPart]:
        """The fields, policy by policy, in the order that counts now."""
        for policy, _version in self.policies:
            named = f"p{policy.pk}"
            targets = [
                TargetRow(
                    str(target.label),
                    self[f"{named}-{target}-basis"],
                    [self[f"{named}-{target}-{priority}"] for priority in Priority],
                )
                for target in TargetKind
            ]
            yield PolicyPart(
                policy,
                self[f"{named}-place"],
                self[f"{named}-on"],
                self[f"{named}-calendar"],
                self[f"{named}-hold"],
                targets,
                [self[f"{named}-if-{name}"] for name in FIELDS],
                *self._state(named),
            )

    def calendar_parts(self) -> Iterator[CalendarPart]:
        """The fields, calendar by calendar."""
        for calendar, version in self.calendars:
            named = f"c{calendar.pk}"
            days = [self[f"{named}-{day}"] for day in range(7)]
            closures = self[f"{named}-closures"]
            yield CalendarPart(calendar, version.time_zone, days, closures, *self._state(named))

    def _state(self, named: str) -> tuple[bool, bool]:
        """Whether something was typed into the fields of this name, and whether something is wrong there."""
        own = f"{named}-"
        is_changed = self.is_bound and any(name.startswith(own) for name in self.changed_data)
        return is_changed, any(name.startswith(own) for name in self.errors) if self.is_bound else False


def _spans(text: str) -> list[list[str]]:
    """The open hours in a text such as "9:00-12:00, 13:00–17:00"; what is no span stays as it is, to be refused."""
    spans = (part.strip() for part in re.split("[,;、，]", text))
    return [list(match.groups()) if (match := _SPAN.fullmatch(span)) else [span] for span in spans if span]


def _closure(line: str) -> Mapping[str, str]:
    """A closure as typed; what is none stays as it is, to be refused."""
    match = _CLOSURE.fullmatch(line.strip())
    if match is None:
        return {"from": line}
    first, last, name = (part or "" for part in match.groups())
    return {"from": first.replace(" ", "T"), "until": (last or first).replace(" ", "T"), "name": name}


def _closure_line(closure: Mapping[str, str]) -> str:
    first, last = (_typed_edge(closure[edge]) for edge in ("from", "until"))
    span = first if first == last else f"{first} – {last}"
    return f"{span} {closure['name']}".strip()


def _typed_edge(edge: str) -> str:
    return edge[:16].replace("T", " ")
