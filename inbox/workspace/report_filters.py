"""What a reader chose in the address of a report, and the addresses of everything that hangs on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from inbox.channels.models import Channel
from inbox.reports.listing import TARGETS, Wanted
from inbox.reports.periods import LONGEST, Period, last_days
from inbox.reports.queries import agent_names, priority_names, team_names
from inbox.reports.scope import NONE, Basis, Chosen, Cohort, Grouping, Scope
from inbox.sla.enums import TargetKind
from inbox.workspace.survey_choice import SURVEY_PARTS, survey_scope

Names = dict[int | str | None, str]

DAYS = "30"
GOAL = 90


class FilterForm(forms.Form):
    """The filters as fields; each may be left out."""

    period = forms.ChoiceField(
        label=gettext_lazy("Period"),
        choices=[
            ("7", gettext_lazy("Last 7 days")),
            ("30", gettext_lazy("Last 30 days")),
            ("90", gettext_lazy("Last 90 days")),
            ("custom", gettext_lazy("From … to …")),
        ],
    )
    first = forms.DateField(label=pgettext_lazy("first day", "From"), widget=forms.DateInput({"type": "date"}))
    last = forms.DateField(label=pgettext_lazy("last day", "To"), widget=forms.DateInput({"type": "date"}))
    team = forms.ChoiceField(label=gettext_lazy("Team"))
    channel = forms.ChoiceField(label=gettext_lazy("Channel"))
    priority = forms.ChoiceField(label=gettext_lazy("Priority"))
    agent = forms.ChoiceField(label=gettext_lazy("Agent"))
    cohort = forms.ChoiceField(label=gettext_lazy("Tickets"), choices=Cohort.choices)
    basis = forms.ChoiceField(label=gettext_lazy("Times in"), choices=Basis.choices)
    target = forms.ChoiceField(label=gettext_lazy("Target"), choices=TargetKind.choices)
    by = forms.ChoiceField(label=gettext_lazy("Compare by"), choices=Grouping.choices)
    goal = forms.IntegerField(label=gettext_lazy("Goal in %"), min_value=50, max_value=100)

    def __init__(self, data: QueryDict, names: dict[Grouping, Names]) -> None:
        super().__init__({"period": DAYS, **_USUAL, **{name: value for name, value in data.items() if value}})
        for field in self.fields.values():
            field.required = False
        everything = {
            Grouping.TEAM: _("All teams"),
            Grouping.CHANNEL: _("All channels"),
            Grouping.PRIORITY: _("All priorities"),
            Grouping.AGENT: _("All agents"),
        }
        without = {Grouping.TEAM: _("No team"), Grouping.AGENT: _("No agent")}
        for by, every in everything.items():
            choices = [("", every), *((str(key), name) for key, name in names[by].items())]
            if by in without:
                choices.append((NONE, without[by]))
            field = self.fields[by.value]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        """A custom period has a first day, and is neither backwards nor endless."""
        given = self.cleaned_data
        if given.get("period") != "custom" or {"first", "last"} & self.errors.keys():
            return given
        first, last = given.get("first"), given.get("last")
        if first is None:
            self.add_error("first", _("Say from which day."))
        elif last is not None and last < first:
            self.add_error("last", _("The last day lies before the first."))
        elif last is not None and (last - first).days >= LONGEST:
            self.add_error("last", _("At most %(days)d days.") % {"days": LONGEST})
        return given


@dataclass(frozen=True, slots=True)
class Asked:
    """A report as it was asked for. `query` is the shortest address that asks for it again."""

    form: FilterForm
    scope: Scope
    target: str
    by: Grouping
    goal: int
    names: dict[Grouping, Names]
    query: dict[str, str]

    @property
    def names_compared(self) -> Names:
        """The rows the comparison may have; those of nobody come last."""
        return {**self.names[self.by], None: _("No agent") if self.by == Grouping.AGENT else _("No team")}


def all_names() -> dict[Grouping, Names]:
    """What can be chosen, by what it is; three queries."""
    return {
        Grouping.TEAM: team_names(),
        Grouping.CHANNEL: dict(Channel.objects.order_by("name", "pk").values_list("pk", "name")),
        Grouping.PRIORITY: priority_names(),
        Grouping.AGENT: agent_names(),
    }


def asked(data: QueryDict, zone: ZoneInfo, as_of: datetime, form_class: type[FilterForm] = FilterForm) -> Asked:
    """Read the address. What makes no sense is told by the form and counts as not chosen."""
    names = all_names()
    form = form_class(data, names)
    form.is_valid()
    given = {
        name: value for name, value in form.cleaned_data.items() if value not in (None, "") and not form[name].errors
    }
    period, days = _period(given, as_of.astimezone(zone).date(), zone)
    scope = Scope(
        period=period,
        as_of=as_of,
        cohort=Cohort(given.get("cohort", Cohort.SETTLED)),
        basis=Basis(given.get("basis", Basis.BUSINESS)),
        team=_chosen(given.get("team")),
        channel=int(given["channel"]) if "channel" in given else None,
        agent=_chosen(given.get("agent")),
        priority=given.get("priority", ""),
        day=_day(data.get("day", "")),
        weekday=_number(data.get("weekday", ""), 1, 7),
        hour=_number(data.get("hour", ""), 0, 23),
    )
    query = days | {
        name: str(given[name]) for name, usual in _USUAL.items() if name in given and str(given[name]) != usual
    }
    return Asked(
        form,
        scope,
        given.get("target", TargetKind.FIRST_RESPONSE.value),
        Grouping(given.get("by", Grouping.TEAM)),
        given.get("goal", GOAL),
        names,
        query,
    )


_USUAL = {
    "team": "",
    "channel": "",
    "priority": "",
    "agent": "",
    "cohort": Cohort.SETTLED.value,
    "basis": Basis.BUSINESS.value,
    "target": TargetKind.FIRST_RESPONSE.value,
    "by": Grouping.TEAM.value,
    "goal": str(GOAL),
}


def _period(given: dict[str, Any], today: date, zone: ZoneInfo) -> tuple[Period, dict[str, str]]:
    if given.get("period") == "custom" and "first" in given:
        first = given["first"]
        last = given.get("last", min(max(first, today), first + timedelta(LONGEST - 1)))
        days = {"period": "custom", "first": first.isoformat(), "last": last.isoformat()}
        return Period(first, last, zone), days
    count = given.get("period", DAYS)
    count = DAYS if count == "custom" else count
    return last_days(int(count), today, zone), {} if count == DAYS else {"period": count}


def _chosen(value: str | None) -> Chosen:
    if value is None:
        return None
    return NONE if value == NONE else int(value)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str, low: int, high: int) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and low <= int(text[:3]) <= high else None


#: What narrows a list to a part of a number, kept in the addresses of its pages and of its file.
PARTS = ("figure", "reason", "empty", "day", "weekday", "hour", *SURVEY_PARTS)


def wanted(data: QueryDict, scope: Scope) -> Wanted:
    """Which number's tickets are asked for."""
    return Wanted(
        figure=data.get("figure", ""),
        target=_target(data),
        reason=data.get("reason", ""),
        survey=survey_scope(data, scope),
        is_empty=data.get("empty") == "1",
    )


def parts_of(data: QueryDict) -> dict[str, str]:
    """The narrowing of the list, as it stands in the address."""
    kept = {name: str(data[name]) for name in PARTS if data.get(name)}
    return kept | {"target": _target(data)}


def _target(data: QueryDict) -> str:
    target = data.get("target", "")
    return target if target in TARGETS else TargetKind.FIRST_RESPONSE.value
