"""What became of a policy: its versions and where it stood, each change in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.sla.enums import TargetKind
from inbox.sla.models import Policy, PolicyStanding, PolicyVersion
from inbox.tickets.enums import Priority
from inbox.workspace import policy_words as words

Terms = Mapping[str, Any]
_START = datetime(2001, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Happening:
    """A change: since when it counts, who made it, and what it changed. `is_version` where the terms are others."""

    at: datetime
    by: Agent | None
    texts: list[str] = field(default_factory=list)
    is_version: bool = False
    is_in_force: bool = False

    @property
    def is_from_the_start(self) -> bool:
        """True for what an installation comes with."""
        return self.by is None and self.at < _START


def history(policy: Policy) -> list[Happening]:
    """All that was changed, the newest first."""
    versions = list(policy.versions.select_related("calendar", "made_by"))
    standings = list(policy.standings.select_related("made_by"))
    happened = [*_terms(versions), *_standings(standings, policy.deleted_at)]
    return sorted(happened, key=lambda one: one.at, reverse=True)


def _terms(versions: list[PolicyVersion]) -> Iterator[Happening]:
    for number, version in enumerate(versions):
        texts = differences(versions[number - 1], version) if number else [_("made")]
        yield Happening(
            version.in_force_from, version.made_by, texts, is_version=True, is_in_force=version is versions[-1]
        )


def _standings(standings: list[PolicyStanding], deleted_at: datetime | None) -> Iterator[Happening]:
    for before, after in pairwise(standings):
        texts = []
        if after is standings[-1] and deleted_at:
            texts.append(_("deleted"))
        elif before.is_active != after.is_active:
            texts.append(_("switched on") if after.is_active else _("switched off"))
        if before.position != after.position:
            places = {"before": before.position + 1, "after": after.position + 1}
            texts.append(_("moved from place %(before)s to %(after)s") % places)
        if texts:
            yield Happening(after.in_force_from, after.made_by, texts)


def differences(before: PolicyVersion, after: PolicyVersion) -> list[str]:
    """What a version changed of the one before it."""
    changes: list[str] = []
    if before.calendar_id != after.calendar_id:
        changes.append(_change(_("Calendar"), before.calendar.name, after.calendar.name))
    if before.conditions != after.conditions:
        changes.append(_change(_("For"), words.conditions(before.conditions), words.conditions(after.conditions)))
    for target in TargetKind:
        changes += _target(target, before.targets.get(target.value), after.targets.get(target.value))
    if before.pauses_on_hold != after.pauses_on_hold:
        changes.append(
            _("The resolution pauses on hold") if after.pauses_on_hold else _("The resolution goes on while on hold")
        )
    if before.escalations != after.escalations:
        changes.append(_change(_("Steps of escalation"), str(len(before.escalations)), str(len(after.escalations))))
    return changes


def _target(target: TargetKind, before: Terms | None, after: Terms | None) -> Iterator[str]:
    label = str(target.label)
    if not before and after:
        yield _("%(target)s: promised") % {"target": label}
    if before and not after:
        yield _("%(target)s: no longer promised") % {"target": label}
    if not before or not after:
        return
    if before["basis"] != after["basis"]:
        yield _change(label, str(words.BASES[before["basis"]]), str(words.BASES[after["basis"]]))
    if before["warn_share"] != after["warn_share"]:
        name = _("%(target)s, warning") % {"target": label}
        yield _change(name, f"{before['warn_share'] * 100:g} %", f"{after['warn_share'] * 100:g} %")
    for priority in Priority:
        times = [_time(terms, priority.value) for terms in (before, after)]
        if times[0] != times[1]:
            yield _change(f"{label}, {priority.label}", times[0], times[1])


def _time(terms: Terms, priority: str) -> str:
    seconds = terms["within"].get(priority)
    return "–" if seconds is None else words.promised(seconds, terms["basis"])


def _change(name: str, before: str, after: str) -> str:
    return _("%(name)s: %(before)s → %(after)s") % {"name": name, "before": before, "after": after}
