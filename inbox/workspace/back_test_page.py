"""A back-test as its pages draw it: how far it is, what its drafts change, and its charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from inbox.channels.models import Channel
from inbox.reports.back_test_result import FIGURES, TARGETS, Key, Result, Variant, Wanted
from inbox.reports.figures import Change, Durations, Share
from inbox.reports.queries import team_names
from inbox.reports.scope import NONE
from inbox.sla.enums import BackTestChange, BackTestState
from inbox.sla.models import BackTest, BusinessCalendar, Policy, PolicyVersion
from inbox.workspace import policy_words as words
from inbox.workspace.policy_list import Promised, promises
from inbox.workspace.report_charts import DayChart, HeatMap, day_chart, heat_map

GOAL = 90
#: The kinds of changes that are counted in the table; a run missed at another time has not changed sides.
SIDES = (BackTestChange.BETTER, BackTestChange.WORSE, BackTestChange.ADDED, BackTestChange.DROPPED)


def percent_done(job: BackTest) -> int:
    """How far it is."""
    if job.state == BackTestState.DONE:
        return 100
    return min(int(100 * job.done / job.total), 99) if job.total else 0


@dataclass(frozen=True, slots=True)
class DraftedPolicy:
    """What a draft says of a policy, and what is in force beside it."""

    name: str
    conditions: str
    calendar: str
    promises: Sequence[Promised]
    before: Sequence[Promised]


@dataclass(frozen=True, slots=True)
class DraftInWords:
    """What a draft changes."""

    number: int
    name: str
    policies: Sequence[DraftedPolicy]
    order: str
    calendars: Sequence[tuple[str, Sequence[str]]]

    @property
    def changes_nothing(self) -> bool:
        """True when it is what is in force."""
        return not (self.policies or self.order or self.calendars)


def drafts_in_words(job: BackTest) -> list[DraftInWords]:
    """What each draft changes, for its reader."""
    names = dict(Policy.objects.values_list("pk", "name"))
    calendars = dict(BusinessCalendar.objects.values_list("pk", "name"))
    newest = {version.policy_id: version for version in PolicyVersion.objects.order_by("in_force_from")}
    return [_in_words(number, draft, names, calendars, newest) for number, draft in enumerate(job.drafts, 1)]


def _in_words(
    number: int,
    draft: Mapping[str, Any],
    names: Mapping[int, str],
    calendars: Mapping[int, str],
    newest: Mapping[int, PolicyVersion],
) -> DraftInWords:
    policies = [
        DraftedPolicy(
            names.get(int(pk), f"#{pk}"),
            words.conditions(given["conditions"]),
            calendars.get(given["calendar"], ""),
            promises(PolicyVersion(targets=given["targets"])),
            promises(newest[int(pk)]) if int(pk) in newest else (),
        )
        for pk, given in draft.get("terms", {}).items()
    ]
    order = ""
    if "order" in draft:
        on = [names.get(pk, f"#{pk}") for pk in draft["order"]]
        order = pgettext("order of policies", " → ").join(on) or _("no policy is on")
    hours = [(calendars.get(int(pk), f"#{pk}"), _week(given)) for pk, given in draft.get("calendars", {}).items()]
    return DraftInWords(number, draft["name"], policies, order, hours)


def _week(given: Mapping[str, Any]) -> list[str]:
    """The open hours of each weekday, Monday first; "" when closed."""
    return [", ".join("–".join(span) for span in given["weekly"].get(str(day), ())) for day in range(7)]


@dataclass(frozen=True, slots=True)
class Cell:
    """A variant's numbers in a row of a table; `difference` from what was."""

    variant: Variant
    share: Share
    durations: Durations | None = None
    difference: Change | None = None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A team or a channel with its share in each variant. `key` is an id, or "none"."""

    key: str
    name: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class TargetCard:
    """A target in each variant, and how many runs each draft judges otherwise."""

    target: str
    cells: Sequence[Cell]
    drafts: Sequence[tuple[Variant, Sequence[tuple[str, int]]]]


@dataclass(frozen=True, slots=True)
class VariantCharts:
    """The charts of a variant."""

    variant: Variant
    days: DayChart
    heat: HeatMap


def cards(result: Result) -> list[TargetCard]:
    """The targets, each with what was and what would have been."""
    found = []
    for target in TARGETS:
        cells = [
            Cell(
                variant,
                variant.share(target),
                variant.durations(target),
                result.difference(target, variant) if variant.number else None,
            )
            for variant in result.variants
        ]
        drafts = [
            (variant, [(kind.value, counted[kind]) for kind in SIDES])
            for variant, counted in zip(result.variants[1:], result.changes(target), strict=True)
        ]
        found.append(TargetCard(target, cells, drafts))
    return found


def charts(result: Result, target: str) -> list[VariantCharts]:
    """The days and the hours of each variant."""
    period = result.period
    return [
        VariantCharts(
            variant,
            day_chart(variant.days(target, period.days), GOAL, (), period.zone),
            heat_map(variant.hours(target)),
        )
        for variant in result.variants
    ]


def groups(result: Result, target: str, by: str) -> list[GroupRow]:
    """The "teams" or "channels" that had anything to do with a target, by name."""
    names: Mapping[Any, str] = team_names() if by == "teams" else dict(Channel.objects.values_list("pk", "name"))
    shares = [variant.groups(target, by) for variant in result.variants]
    keys: set[Key] = {key for found in shares for key in found}
    rows = [
        GroupRow(
            NONE if key is None else str(key),
            _("No team") if key is None else names.get(key, f"#{key}"),
            [
                Cell(variant, found.get(key, Share(0, 0)))
                for variant, found in zip(result.variants, shares, strict=True)
            ],
        )
        for key in keys
    ]
    return sorted(rows, key=lambda row: (row.key == NONE, row.name.casefold()))


def wanted(data: QueryDict, variants: int) -> Wanted | None:
    """The number whose runs an address asks for; None when there is no such number."""
    figure, target, variant = data.get("figure", ""), data.get("target", ""), _number(data.get("draft", "0"), 0)
    if figure not in FIGURES or target not in TARGETS or variant is None or variant >= variants:
        return None
    if variant == 0 and figure in BackTestChange.values:
        return None
    team = data.get("team", "")
    return Wanted(
        variant,
        figure,
        target,
        NONE if team == NONE else _number(team),
        _number(data.get("channel", "")),
        _day(data.get("day", "")),
        _number(data.get("weekday", "")),
        _number(data.get("hour", ""), 0),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str, least: int = 1) -> int | None:
    found = int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
    return found if found is not None and found >= least else None
