"""The list of policies as it is drawn, and what a ticket would get of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import QueryDict
from django.utils.translation import gettext as _

from inbox.common.text import one_line, storable
from inbox.sla import access
from inbox.sla.enums import TargetKind
from inbox.sla.hours import ALWAYS_OPEN, NeverOpen
from inbox.sla.models import Policy, PolicyVersion
from inbox.sla.policy import FIELDS, PRIORITIES, Condition
from inbox.tickets.enums import Priority
from inbox.workspace import policy_words as words

_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Promised:
    """What one target promises: the time by priority, "" where there is none."""

    target: str
    basis: str
    times: Sequence[str]


@dataclass(frozen=True, slots=True)
class ListedPolicy:
    """One line of the list. `shadowed_by` takes every ticket before this one is asked."""

    policy: Policy
    version: PolicyVersion
    place: int
    is_last: bool
    conditions: str
    promises: Sequence[Promised]
    held: int
    shadowed_by: str

    @property
    def is_first(self) -> bool:
        """True for the one that is asked before all others."""
        return self.place == 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a policy would apply, or would not; `look` is "applies", "fails", "off" or "late" (one before it did)."""

    name: str
    look: str
    words: str


@dataclass(frozen=True, slots=True)
class Due:
    """A promise to the ticket that is tried, and when it would be due."""

    target: str
    within: str
    basis: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Trial:
    """What a ticket would get."""

    verdicts: Sequence[Verdict]
    policy: str
    dues: Sequence[Due]


def listing(policies: Iterable[Policy], held: Mapping[int, int]) -> list[ListedPolicy]:
    """The lines of the list; the versions are prefetched."""
    found = [(policy, version) for policy in policies if (version := _newest(policy))]
    lines, taking_all = [], ""
    for place, (policy, version) in enumerate(found):
        lines.append(
            ListedPolicy(
                policy=policy,
                version=version,
                place=place,
                is_last=place == len(found) - 1,
                conditions=words.conditions(version.conditions),
                promises=promises(version),
                held=held.get(policy.pk, 0),
                shadowed_by=taking_all if policy.is_active else "",
            )
        )
        if policy.is_active and not version.conditions and not taking_all:
            taking_all = policy.name
    return lines


def _newest(policy: Policy) -> PolicyVersion | None:
    versions = list(policy.versions.all())
    return versions[-1] if versions else None


def promises(version: PolicyVersion) -> list[Promised]:
    """What a version promises, target by target."""
    return [
        Promised(
            target=str(target.label),
            basis=str(words.BASES[given["basis"]]),
            times=[
                words.promised(given["within"][priority], given["basis"]) if priority in given["within"] else ""
                for priority in PRIORITIES
            ],
        )
        for target in TargetKind
        if (given := version.targets.get(target.value))
    ]


def facts_of(given: QueryDict) -> dict[str, str | list[str]]:
    """The ticket that is tried, as conditions look at it."""
    typed = {field: one_line(storable(given.get(field, "")[:_LONGEST]), _LONGEST) for field in FIELDS}
    priority = typed["priority"] if typed["priority"] in PRIORITIES else Priority.NORMAL.value
    return {**typed, "priority": priority, "tag": parts(typed["tag"])}


def parts(text: str) -> list[str]:
    """What stands between commas; tags may carry their sign."""
    return [part for one in text.replace("、", ",").replace("，", ",").split(",") if (part := one.strip().lstrip("#"))]


def tried(lines: Sequence[ListedPolicy], facts: Mapping[str, str | list[str]], at: datetime) -> Trial:
    """What a ticket with these facts would get, came it `at` this instant."""
    verdicts: list[Verdict] = []
    winner: ListedPolicy | None = None
    for line in lines:
        failed = _failed(line.version, facts)
        if not line.policy.is_active:
            verdicts.append(Verdict(line.policy.name, "off", _("It is switched off.")))
        elif failed:
            verdicts.append(Verdict(line.policy.name, "fails", failed))
        elif winner:
            held = _("It would apply, had “%(name)s” not come first.") % {"name": winner.policy.name}
            verdicts.append(Verdict(line.policy.name, "late", held))
        else:
            winner = line
            verdicts.append(Verdict(line.policy.name, "applies", _held(line.version, facts)))
    dues = dues_of(winner.version, str(facts["priority"]), at) if winner else []
    return Trial(verdicts, winner.policy.name if winner else "", dues)


def _failed(version: PolicyVersion, facts: Mapping[str, str | list[str]]) -> str:
    failed = [given for given in version.conditions if not _matched(given, facts)]
    if not failed:
        return ""
    return _("Not this one: %(conditions)s.") % {
        "conditions": words.both(words.condition(given, holds=False) for given in failed)
    }


def _held(version: PolicyVersion, facts: Mapping[str, str | list[str]]) -> str:
    because = [{"field": given["field"], "values": _matched(given, facts)} for given in version.conditions]
    return words.reason({"because": because})


def _matched(given: words.Condition, facts: Mapping[str, str | list[str]]) -> list[str]:
    return Condition(given["field"], given["values"]).matched(facts)


def dues_of(version: PolicyVersion, priority: str, at: datetime) -> list[Due]:
    """When each promise of a version, stored or drafted, to a ticket of this priority is due, came it `at` this."""
    business = access.hours(version.calendar_id)
    dues = []
    for target in (TargetKind.FIRST_RESPONSE, TargetKind.RESOLUTION):
        given = version.targets.get(target.value)
        if not given or priority not in given["within"]:
            continue
        hours = ALWAYS_OPEN if given["basis"] == "calendar" else business
        seconds = given["within"][priority]
        try:
            due_at = hours.add(at, timedelta(seconds=seconds))
        except NeverOpen:
            due_at = None
        within = words.promised(seconds, given["basis"])
        dues.append(Due(str(target.label), within, str(words.BASES[given["basis"]]), due_at))
    return dues
