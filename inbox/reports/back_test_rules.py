"""A draft as rules: which policy would have applied to a ticket at an instant, its terms, and the hours it counts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any

from inbox.sla import access
from inbox.sla.hours import Hours
from inbox.sla.models import BusinessCalendar, CalendarVersion, Policy, PolicyStanding, PolicyVersion
from inbox.sla.policy import FIELDS, Condition, PolicyTerms, Target, TargetTerms, first_match
from inbox.sla.wallclock import ticks

#: What is said of a ticket to conditions, in the order of `FIELDS`: a value each, or several.
Facts = Sequence[str | Collection[str]]
_Choices = list[tuple[int, tuple[Condition, ...]]]

_FIRST, _LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC)
BEFORE_ALL, FOR_EVER = ticks(_FIRST), ticks(_LAST)
"""Instants before and after everything that happens."""


class Rules:
    """What is in force with a draft, at every instant; without one, what was.

    `draft`: {"terms": {policy id: {"calendar", "targets", "conditions", "pauses_on_hold"}}, "order": [policy ids that
    are on] or None, "calendars": {calendar id: {"time_zone", "weekly", "closures", "holidays", "worked"}}}, each of
    them optional. What it names holds for all time; of all else, each instant has what was in force then. Drafted
    terms stand under the numbers of all versions of the policy; the newest is the one that is chosen. `changed` are
    the versions that clocks run otherwise with than they did.
    """

    def __init__(self, draft: Mapping[str, Any]) -> None:
        self._draft_terms = {int(policy): given for policy, given in (draft.get("terms") or {}).items()}
        self._order: list[int] | None = draft.get("order")
        self._calendars = {int(pk): _drafted_hours(given) for pk, given in (draft.get("calendars") or {}).items()}
        self._stamp = access.stamp()
        self._newest: dict[int, PolicyVersion] = {}
        self._versions: dict[int, PolicyVersion] = {}
        self._by_policy: dict[int, list[PolicyVersion]] = {}
        for version in PolicyVersion.objects.select_related("policy").order_by("policy_id", "in_force_from"):
            self._versions[version.pk] = version
            self._by_policy.setdefault(version.policy_id, []).append(version)
        for policy, versions in self._by_policy.items():
            self._newest[policy] = max(versions, key=lambda version: version.pk)
        self._positions = {pk: place for place, pk in enumerate(Policy.objects.values_list("pk", flat=True))}
        drafted = {policy: _terms(self._newest[policy], given) for policy, given in self._draft_terms.items()}
        self.terms: Mapping[int, PolicyTerms] = {
            pk: drafted.get(version.policy_id) or access.terms(pk) for pk, version in self._versions.items()
        }
        self.changed = frozenset(
            pk
            for pk, version in self._versions.items()
            if version.policy_id in drafted or self._calendar_of(pk) in self._calendars
        )
        self._company = BusinessCalendar.objects.order_by("pk").values_list("pk", flat=True)[0]
        self.changes_company_hours = self._company in self._calendars
        starts = self._starts()
        self._starts_at = [ticks(at) for at in starts]
        self._choices = [self._in_force(at) for at in (_FIRST, *starts)]
        self._fields = sorted({one.field for choices in self._choices for _, all_of in choices for one in all_of})
        self._asked = itemgetter(*map(FIELDS.index, self._fields)) if self._fields else len
        self._known: dict[tuple[int, object], int | None] = {}
        self._hours: dict[int | None, Hours] = {}

    @property
    def fields(self) -> Sequence[str]:
        """What the conditions are on."""
        return self._fields

    @property
    def is_constant(self) -> bool:
        """True when the same policies, in the same order, are in force at all times."""
        return len(self._choices) == 1 or all(choices == self._choices[0] for choices in self._choices[1:])

    def chooses_as_since(self, other: Rules) -> int:
        """The instant from which on tickets get the same policies with both, whichever versions of them."""
        if self._starts_at != other._starts_at:
            return FOR_EVER
        for epoch in reversed(range(len(self._choices))):
            if self._policies(epoch) != other._policies(epoch):
                return self._starts_at[epoch] if epoch < len(self._starts_at) else FOR_EVER
        return BEFORE_ALL

    def _policies(self, epoch: int) -> list[tuple[int, tuple[Condition, ...]]]:
        return [(self._versions[version].policy_id, conditions) for version, conditions in self._choices[epoch]]

    def choice(self, at: int, facts: Facts) -> int | None:
        """The version of the first policy whose conditions a ticket with these facts meets at an instant; else None."""
        epoch = bisect_right(self._starts_at, at)
        # Most tickets are like one before.
        key = epoch, self._asked(facts)
        if key not in self._known:
            self._known[key] = first_match(self._choices[epoch], dict(zip(FIELDS, facts, strict=True)))[0]
        return self._known[key]

    def hours_of(self, versions: Sequence[int]) -> Hours:
        """The hours of a ticket that got these versions, in order: those of the last, else the company's."""
        last = versions[-1] if versions else None
        if last not in self._hours:
            calendar = self._company if last is None else self._calendar_of(last)
            self._hours[last] = self._calendars.get(calendar) or access.hours(calendar, self._stamp)
        return self._hours[last]

    def _calendar_of(self, version_id: int) -> int:
        version = self._versions[version_id]
        given = self._draft_terms.get(version.policy_id)
        return int(given["calendar"]) if given else version.calendar_id

    def _starts(self) -> list[datetime]:
        """The instants from which on other policies may be in force."""
        found = {version.in_force_from for version in self._versions.values()}
        return sorted(found | set(PolicyStanding.objects.values_list("in_force_from", flat=True)))

    def _in_force(self, at: datetime) -> _Choices:
        standing = [version for version, _ in access.policies_in_force(at, self._stamp)]
        if self._order is not None:
            standing = [version for policy in self._order if (version := self._version_at(policy, at))]
        else:
            missing = self._draft_terms.keys() - {version.policy_id for version in standing}
            late = [self._newest[policy] for policy in missing if not self._has_stood(policy, at)]
            if late:
                standing = sorted([*standing, *late], key=lambda version: self._positions[version.policy_id])
        return [self._drafted_or_not(version) for version in standing]

    def _version_at(self, policy: int, at: datetime) -> PolicyVersion | None:
        if policy in self._draft_terms:
            return self._newest[policy]
        return next((one for one in reversed(self._by_policy.get(policy, ())) if one.in_force_from <= at), None)

    def _has_stood(self, policy: int, at: datetime) -> bool:
        """True when the policy was there: if it was not in force then, it was off."""
        return any(version.in_force_from <= at for version in self._by_policy[policy])

    def _drafted_or_not(self, version: PolicyVersion) -> tuple[int, tuple[Condition, ...]]:
        given = self._draft_terms.get(version.policy_id)
        conditions = version.conditions if given is None else given["conditions"]
        shown = version if given is None else self._newest[version.policy_id]
        return shown.pk, tuple(Condition(one["field"], tuple(one["values"])) for one in conditions)


def _terms(version: PolicyVersion, given: Mapping[str, Any]) -> PolicyTerms:
    targets = {
        Target(target): TargetTerms(
            {priority: timedelta(seconds=seconds) for priority, seconds in one["within"].items()},
            one["basis"],
            one["warn_share"],
        )
        for target, one in given["targets"].items()
    }
    return PolicyTerms(version.pk, version.policy.name, targets, bool(given["pauses_on_hold"]))


def _drafted_hours(given: Mapping[str, Any]) -> Hours:
    """The hours of a drafted calendar; a stored version reads the same."""
    return access.calendar_of(CalendarVersion(**given))
