"""Terms of a policy as plain values, typed by people or sent to the API: the one place where they are checked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from inbox.agents.models import Agent, Team
from inbox.common.clock import now
from inbox.common.text import one_line, storable
from inbox.sla.durations import DAY, NotADuration, typed
from inbox.sla.escalation import InvalidStep, Step, as_values, step_from
from inbox.sla.models import BusinessCalendar, CalendarVersion, Policy, PolicyVersion
from inbox.sla.policy import FIELDS, PRIORITIES, Target

#: A promise for later than this is a mistake.
LONGEST = timedelta(days=366)
#: So many values a condition may have, and steps a policy.
MOST_VALUES = 100
MOST_STEPS = 20
_NAMES = ("name", "calendar", "conditions", "targets", "pauses_on_hold", "escalations")
_LONGEST_OF = {"channel": 20, "priority": 8, "team": 80, "tag": 40, "segment": 40, "language": 35}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)
_KIND = re.compile(r"[a-z][a-z0-9_]*")


class InvalidTerms(ValueError):
    """Values that make no terms; `errors` has the sentences for each field at fault, by its place in the values.

    Places are dotted: "name", "targets.resolution.within.high", "conditions.team", "escalations.0.webhook". The
    sentences are in the language of the moment.
    """

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__("; ".join(f"{place}: {' '.join(said)}" for place, said in errors.items()))
        self.errors = {place: list(said) for place, said in errors.items()}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a policy promises to whom, checked, in the shapes in which `PolicyVersion` stores it."""

    name: str
    calendar_id: int
    conditions: list[dict[str, Any]] = field(default_factory=list)
    targets: dict[str, dict[str, Any]] = field(default_factory=dict)
    pauses_on_hold: bool = False
    escalations: list[dict[str, Any]] = field(default_factory=list)


def terms_from(values: Mapping[str, Any], *, of: Policy | None = None) -> Terms:
    """The terms in plain values. Raises `InvalidTerms` with a sentence for every field at fault.

    `name`; `calendar` (its id); `conditions` [{"field", "values"}, ...], all must hold; `targets` {target: {"basis",
    "warn_share", "within": {priority: seconds, or a text such as "1 h 30"}}}, those left out are not promised;
    `pauses_on_hold`; `escalations` as `inbox.sla.escalation.step_from` reads them. Only name and calendar must be
    there. A day typed for a target on business time is a usual day of the calendar's. `of`: the policy whose terms
    these become, which may keep its name.
    """
    reading = _Reading()
    if not isinstance(values, Mapping):
        raise InvalidTerms({"": [_("Give an object with fields.")]})
    for unknown in sorted(str(name) for name in values if name not in _NAMES):
        reading.fault(unknown, _("There is no such field."))
    calendar_id = reading.calendar(values.get("calendar"))
    terms = Terms(
        name=reading.name(values.get("name"), of),
        calendar_id=calendar_id,
        conditions=reading.conditions(values.get("conditions") or ()),
        targets=reading.targets(values.get("targets") or {}, usual_day(calendar_id)),
        pauses_on_hold=reading.flag("pauses_on_hold", values.get("pauses_on_hold")),
        escalations=reading.escalations(values.get("escalations") or ()),
    )
    if reading.errors:
        raise InvalidTerms(reading.errors)
    return terms


def terms_as_values(version: PolicyVersion) -> dict[str, Any]:
    """The terms of a version as `terms_from` reads them: plain values, times in seconds."""
    return {
        "name": version.policy.name,
        "calendar": version.calendar_id,
        "conditions": [{"field": one["field"], "values": list(one["values"])} for one in version.conditions],
        "targets": {
            target: {"basis": one["basis"], "warn_share": one["warn_share"], "within": dict(one["within"])}
            for target, one in version.targets.items()
        },
        "pauses_on_hold": version.pauses_on_hold,
        "escalations": [dict(step) for step in version.escalations],
    }


def usual_day(calendar_id: int, at: datetime | None = None) -> timedelta:
    """How long the calendar is open on a usual day: what "a day" of business time means. 24 hours without a calendar.

    That of the version in force `at` an instant (default: now); its first one's before that.
    """
    versions = CalendarVersion.objects.filter(calendar=calendar_id).order_by("in_force_from")
    version = versions.filter(in_force_from__lte=at or now()).last() or versions.first()
    lengths = [sum(map(_length, spans), timedelta(0)) for spans in version.weekly.values()] if version else []
    counted = Counter(length for length in lengths if length)
    return min(max(counted, key=lambda length: (counted[length], length)), DAY) if counted else DAY


def _length(span: Sequence[str]) -> timedelta:
    opens, closes = (time.fromisoformat(edge) for edge in span)
    length = timedelta(hours=closes.hour - opens.hour, minutes=closes.minute - opens.minute)
    return length if length > timedelta(0) else length + DAY


class _Reading:
    """One reading of values: what is wrong with them is collected."""

    def __init__(self) -> None:
        self.errors: dict[str, list[str]] = {}

    def fault(self, place: str, sentence: str | Promise) -> None:
        self.errors.setdefault(place, []).append(str(sentence))

    def name(self, value: object, of: Policy | None) -> str:
        name = one_line(storable(value), 10_000) if isinstance(value, str) else ""
        twins = Policy.objects.filter(name__iexact=name, deleted_at=None)
        if not name:
            self.fault("name", _("Give the policy a name."))
        elif len(name) > 80:
            self.fault("name", _("The name has 80 characters at most."))
        elif (twins.exclude(pk=of.pk) if of else twins).exists():
            self.fault("name", _("There is another policy of this name."))
        return name

    def calendar(self, value: object) -> int:
        number = _id(value)
        if number is None or not BusinessCalendar.objects.filter(pk=number, versions__isnull=False).exists():
            self.fault("calendar", _("Choose a calendar."))
            return 0
        return number

    def flag(self, place: str, value: object) -> bool:
        if value is not None and not isinstance(value, bool):
            self.fault(place, _("Say true or false."))
        return value is True

    def conditions(self, values: object) -> list[dict[str, Any]]:
        if isinstance(values, str | Mapping) or not isinstance(values, Sequence):
            self.fault("conditions", _("Give a list of conditions."))
            return []
        found: dict[str, list[str]] = {}
        for number, given in enumerate(values):
            name = given.get("field") if isinstance(given, Mapping) else None
            if not isinstance(given, Mapping) or name not in FIELDS or not set(given) <= {"field", "values"}:
                self.fault(f"conditions.{number}", _("A condition has a field and values."))
            elif name in found:
                self.fault(f"conditions.{name}", _("One condition on each field, with all its values."))
            else:
                found[name] = self._wanted(name, given.get("values"))
        return [{"field": name, "values": found[name]} for name in FIELDS if found.get(name)]

    def _wanted(self, name: str, values: object) -> list[str]:
        place = f"conditions.{name}"
        if isinstance(values, str) or not isinstance(values, Sequence) or not all(isinstance(x, str) for x in values):
            self.fault(place, _("Give a list of values."))
            return []
        texts = (one_line(storable(value), 10_000) for value in values)
        wanted = list({text.casefold(): text for text in texts if text}.values())
        if not wanted:
            self.fault(place, _("Give at least one value, or leave the condition out."))
        if len(wanted) > MOST_VALUES:
            self.fault(place, _("At most 100 values."))
            return []
        for sentence in (self._fault_of(name, value) for value in wanted):
            if sentence:
                self.fault(place, sentence)
        return wanted

    def _fault_of(self, name: str, value: str) -> str:
        shown = one_line(value, 40)
        if len(value) > _LONGEST_OF[name]:
            return _("“%(value)s” is too long.") % {"value": shown}
        if name == "priority" and value not in PRIORITIES:
            return _("There is no priority “%(value)s”.") % {"value": shown}
        if name == "channel" and not _KIND.fullmatch(value):
            return _("“%(value)s” is no kind of channel.") % {"value": shown}
        if name == "language" and not _LANGUAGE.fullmatch(value):
            return _("“%(value)s” is no language code; such codes are en, pt-BR or zh-Hans.") % {"value": shown}
        if name == "team" and not Team.objects.filter(name__iexact=value).exists():
            return _("There is no team “%(value)s”.") % {"value": shown}
        return ""

    def targets(self, values: object, day: timedelta) -> dict[str, dict[str, Any]]:
        if not isinstance(values, Mapping):
            self.fault("targets", _("Give an object with a field for each target."))
            return {}
        for unknown in values.keys() - set(Target):
            self.fault(f"targets.{unknown}", _("There is no such target."))
        return {
            str(target): self._target(f"targets.{target}", values[target], day)
            for target in Target
            if values.get(target) is not None
        }

    def _target(self, place: str, given: object, day: timedelta) -> dict[str, Any]:
        if not isinstance(given, Mapping) or not set(given) <= {"basis", "warn_share", "within"}:
            self.fault(place, _("A target has a basis, a warn_share and times within."))
            return {}
        basis = given.get("basis", "business")
        if basis not in ("business", "calendar"):
            self.fault(f"{place}.basis", _("Choose business or calendar time."))
        share = given.get("warn_share", 0.75)
        if not _is_number(share) or not 0 < share <= 1:
            # xgettext:no-python-format
            self.fault(f"{place}.warn_share", _("Warn after more than 0 and at most 100 % of the time."))
        times = given.get("within") or {}
        if not isinstance(times, Mapping):
            self.fault(f"{place}.within", _("Give an object with a time for each priority."))
            times = {}
        within: dict[str, float] = {}
        for priority, value in times.items():
            if priority not in PRIORITIES:
                self.fault(f"{place}.within.{priority}", _("There is no such priority."))
            elif value not in (None, ""):
                within[priority] = self._time(f"{place}.within.{priority}", value, day if basis == "business" else DAY)
        if not within and not any(fault.startswith(f"{place}.within") for fault in self.errors):
            self.fault(f"{place}.within", _("Give a time for at least one priority, or do not promise this."))
        ordered = {priority: within[priority] for priority in PRIORITIES if priority in within}
        return {"basis": basis, "warn_share": share, "within": ordered}

    def _time(self, place: str, value: object, day: timedelta) -> float:
        seconds = 0.0
        if isinstance(value, str):
            try:
                seconds = typed(value, day).total_seconds()
            except (NotADuration, OverflowError):
                self.fault(place, _("Write a time with its unit, such as 4h, 1 h 30, 45m or 2d."))
                return 0
        elif _is_number(value):
            seconds = float(str(value))
        else:
            self.fault(place, _("Give a number of seconds, or a text such as 4h."))
            return 0
        if seconds < 1:
            self.fault(place, _("The time is longer than nothing."))
        elif seconds > LONGEST.total_seconds():
            self.fault(place, _("The time is a year at most."))
        return int(seconds) if seconds.is_integer() else seconds

    def escalations(self, values: object) -> list[dict[str, Any]]:
        if isinstance(values, str | Mapping) or not isinstance(values, Sequence):
            self.fault("escalations", _("Give a list of steps."))
            return []
        if len(values) > MOST_STEPS:
            self.fault("escalations", _("A policy has 20 steps at most."))
            return []
        steps = []
        for number, given in enumerate(values):
            try:
                step = step_from(given)
            except InvalidStep as problem:
                for name, sentence in problem.errors.items():
                    self.fault(f"escalations.{number}.{name}", sentence)
            else:
                self._who(f"escalations.{number}", step)
                steps.append(step)
        return as_values(steps)

    def _who(self, place: str, step: Step) -> None:
        """Everybody a step names is here."""
        agents = Agent.objects.filter(is_active=True)
        if agents.filter(pk__in=step.chosen_ids).count() < len(set(step.chosen_ids)):
            self.fault(f"{place}.notify", _("One of the chosen people is not here any more."))
        if step.agent_id is not None and not agents.filter(pk=step.agent_id).exists():
            self.fault(f"{place}.agent_id", _("This agent is not here any more."))
        if step.team_id is not None and not Team.objects.filter(pk=step.team_id).exists():
            self.fault(f"{place}.team_id", _("There is no such team."))


def _id(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 18:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else None


def _is_number(value: Any) -> bool:
    """A number that a float holds; not-a-number fails the comparison."""
    return isinstance(value, int | float) and not isinstance(value, bool) and -1e15 < value < 1e15
