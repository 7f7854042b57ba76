"""The form of a policy's terms: what was typed, the plain values in it, and the fields as they are drawn.

All of it is read from what was typed (or, at first, from the version in force as if it had been typed), so that
nothing is lost when something is wrong.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from channels_adapters.registry import kinds
from inbox.agents.models import Agent, Team
from inbox.sla import access
from inbox.sla.durations import DAY, NotADuration, typed
from inbox.sla.enums import TargetKind
from inbox.sla.escalation import ASSIGNEE, LEAD, On
from inbox.sla.forms import LONGEST, MOST_STEPS, InvalidTerms, Terms, terms_from, usual_day
from inbox.sla.hours import ALWAYS_OPEN, Hours, NeverOpen
from inbox.sla.models import BusinessCalendar, Policy, PolicyVersion
from inbox.sla.policy import PRIORITIES
from inbox.sla.queries import known_segments
from inbox.tickets.enums import Priority
from inbox.tickets.models import Tag
from inbox.workspace import policy_words as words
from inbox.workspace.policy_fields import CHOSEN_FROM, Choice, ConditionFields, StepFields, TargetFields, TimeField
from inbox.workspace.policy_list import parts
from inbox.workspace.policy_typed import AFTER, Typed, as_typed


class PolicyForm:
    """The terms that somebody types for a policy, new or not."""

    def __init__(self, given: QueryDict | None, policy: Policy | None, version: PolicyVersion | None, at: datetime):
        self.policy, self.at = policy, at
        self.typed: Typed = given if given is not None else as_typed(version)
        self.errors: dict[str, list[str]] = {}
        #: The version that is changed: the form keeps which one it was made from.
        self.seen = _number(self.typed.get("seen", "")) or (version.pk if version else None)
        #: One that somebody else made meanwhile.
        self.newer: PolicyVersion | None = None
        self.steps_typed = _kept_steps(self.typed)

    def terms(self) -> Terms | None:
        """The terms that were typed; None when something is wrong, which is then among the `errors`."""
        values = self._values()
        try:
            terms = terms_from(values, of=self.policy)
        except InvalidTerms as problem:
            for place, said in problem.errors.items():
                self.errors.setdefault(place, said)
            return None
        return None if self.errors else terms

    def _values(self) -> dict[str, Any]:
        return {
            "name": self.typed.get("name", ""),
            "calendar": self.typed.get("calendar", ""),
            "conditions": [
                {"field": name, "values": wanted} for name in words.LABELS if (wanted := self._condition(name))
            ],
            "targets": {
                target.value: self._target(target.value)
                for target in TargetKind
                if self.typed.get(f"{target.value}-promised")
            },
            "pauses_on_hold": bool(self.typed.get("pauses_on_hold")),
            "escalations": [self._step(number, key) for number, key in enumerate(self.steps_typed)],
        }

    def _condition(self, name: str) -> list[str]:
        return self.typed.getlist(name) if name in CHOSEN_FROM else parts(self.typed.get(name, ""))

    def _target(self, target: str) -> dict[str, Any]:
        warn = self.typed.get(f"{target}-warn", "").strip().removesuffix("%").replace(",", ".")
        try:
            share: float | str = float(warn) / 100
        except ValueError:
            share = warn
        within = {priority: self.typed.get(f"{target}-{priority}", "").strip() for priority in PRIORITIES}
        return {"basis": self.typed.get(f"{target}-basis", ""), "warn_share": share, "within": within}

    def _step(self, number: int, key: str) -> dict[str, Any]:
        def said(name: str) -> str:
            return self.typed.get(f"step-{key}-{name}", "").strip()

        after = timedelta(0)
        if said("when") == AFTER:
            try:
                after = typed(said("after"))
            except (NotADuration, OverflowError):
                self.errors[f"escalations.{number}.after"] = [
                    _("Write a time with its unit, such as 4h, 1 h 30, 45m or 2d.")
                ]
        return {
            "on": On.BREACHED.value if said("when") == AFTER else said("when"),
            "after": after.total_seconds(),
            "target": said("target"),
            "notify": self.typed.getlist(f"step-{key}-notify"),
            "by_mail": bool(said("by_mail")),
            "webhook": said("webhook"),
            "priority": said("priority"),
            "team_id": _number(said("team")),
            "agent_id": _number(said("agent")),
        }

    # As it is drawn.

    @property
    def name(self) -> str:
        """The name as typed."""
        return self.typed.get("name", "")

    @property
    def calendar(self) -> str:
        """The id of the chosen calendar."""
        return self.typed.get("calendar", "")

    @property
    def pauses_on_hold(self) -> bool:
        """Whether that is ticked."""
        return bool(self.typed.get("pauses_on_hold"))

    @cached_property
    def calendars(self) -> list[BusinessCalendar]:
        """The calendars there are."""
        return list(BusinessCalendar.objects.order_by("name"))

    @cached_property
    def conditions(self) -> list[ConditionFields]:
        """The conditions, in their order."""
        return [self._condition_fields(name) for name in words.LABELS]

    def _condition_fields(self, name: str) -> ConditionFields:
        label, help_text = str(words.LABELS[name]), str(words.HELPS[name])
        errors = self.errors.get(f"conditions.{name}", ())
        if name not in CHOSEN_FROM:
            text = self.typed.get(name, "")
            return ConditionFields(name, label, help_text, errors, text=text, known=_known(name))
        chosen = self.typed.getlist(name)
        offered = {"channel": kinds, "priority": lambda: PRIORITIES, "team": _team_names}[name]()
        values = [*offered, *(value for value in chosen if value and value not in offered)]
        choices = [Choice(value, words.value_in_words(name, value), value in chosen) for value in values]
        return ConditionFields(name, label, help_text, errors, choices=choices)

    @cached_property
    def targets(self) -> list[TargetFields]:
        """The targets, in the order in which a ticket meets them."""
        return [self._target_fields(target) for target in TargetKind]

    def _target_fields(self, target: TargetKind) -> TargetFields:
        basis = self.typed.get(f"{target.value}-basis", "business")
        place = f"targets.{target.value}"
        return TargetFields(
            name=target.value,
            label=str(target.label),
            is_promised=bool(self.typed.get(f"{target.value}-promised")),
            basis=basis,
            warn=self.typed.get(f"{target.value}-warn", ""),
            times=[self._time(target.value, basis, priority) for priority in Priority],
            errors=[*self.errors.get(f"{place}.within", ()), *self.errors.get(f"{place}.basis", ())],
            warn_errors=self.errors.get(f"{place}.warn_share", ()),
        )

    def _time(self, target: str, basis: str, priority: Priority) -> TimeField:
        name = f"{target}-{priority.value}"
        value = self.typed.get(name, "")
        errors = self.errors.get(f"targets.{target}.within.{priority.value}", ())
        length = self._read(value, basis)
        if length is None:
            return TimeField(name, str(priority.label), value, errors)
        means = words.promised(length.total_seconds(), basis)
        return TimeField(name, str(priority.label), value, errors, means, self._due(length, basis))

    def _read(self, value: str, basis: str) -> timedelta | None:
        try:
            length = typed(value, self.usual_day if basis == "business" else DAY)
        except (NotADuration, OverflowError):
            return None
        return length if timedelta(0) < length <= LONGEST else None

    @cached_property
    def usual_day(self) -> timedelta:
        """What a typed day of business time is."""
        chosen = next((one for one in self.calendars if str(one.pk) == self.calendar), None)
        return usual_day(chosen.pk, self.at) if chosen else DAY

    @cached_property
    def _hours(self) -> Hours:
        chosen = next((one for one in self.calendars if str(one.pk) == self.calendar), None)
        return access.hours(chosen.pk) if chosen else access.default_hours()

    def _due(self, length: timedelta, basis: str) -> datetime | None:
        try:
            return (ALWAYS_OPEN if basis == "calendar" else self._hours).add(self.at, length)
        except NeverOpen:
            return None

    @cached_property
    def steps(self) -> list[StepFields]:
        """The steps of the escalations, as far as they are typed."""
        return [self._step_fields(number, key) for number, key in enumerate(self.steps_typed)]

    @property
    def may_have_more_steps(self) -> bool:
        """True until there are as many as a policy may have."""
        return len(self.steps_typed) < MOST_STEPS

    def _step_fields(self, number: int, key: str) -> StepFields:
        def said(name: str) -> str:
            return self.typed.get(f"step-{key}-{name}", "")

        place = f"escalations.{number}."
        told = self.typed.getlist(f"step-{key}-notify")
        roles = ((ASSIGNEE, _("The assignee")), (LEAD, _("The team's lead")))
        return StepFields(
            key=key,
            number=number + 1,
            when=said("when") or On.BREACHED.value,
            after=said("after"),
            target=said("target"),
            webhook=said("webhook"),
            priority=said("priority"),
            team=said("team"),
            agent=said("agent"),
            by_mail=bool(said("by_mail")),
            roles=[Choice(value, label, value in told) for value, label in roles],
            people=[Choice(f"agent:{one.pk}", str(one), f"agent:{one.pk}" in told) for one in self.agents],
            errors={name.removeprefix(place): said for name, said in self.errors.items() if name.startswith(place)},
        )

    @property
    def priorities(self) -> list[tuple[str, Any]]:
        """What a priority can be raised to."""
        return [(value, label) for value, label in Priority.choices if value != Priority.LOW]

    @cached_property
    def agents(self) -> list[Agent]:
        """Those who can be told, or given a ticket."""
        return list(Agent.objects.filter(is_active=True).order_by("name"))

    @cached_property
    def teams(self) -> list[Team]:
        """Those who can be given a ticket."""
        return list(Team.objects.order_by("name"))


def _kept_steps(given: Typed) -> list[str]:
    """The keys of the steps, after one was added or removed by a button."""
    keys = [key for key in dict.fromkeys(given.getlist("step")) if key.isascii() and key.isdigit() and len(key) < 5]
    asked = given.get("redraw", "")
    if asked == "add" and len(keys) < MOST_STEPS:
        keys.append(str(max(map(int, keys), default=-1) + 1))
    return [key for key in keys if asked != f"remove-{key}"]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _team_names() -> list[str]:
    return list(Team.objects.order_by("name").values_list("name", flat=True))


def _known(name: str) -> list[tuple[str, str]]:
    """What can be put into a text: the value and its name."""
    if name == "language":
        return [(code, words.language_name(code)) for code, _name in settings.LANGUAGES]
    if name == "segment":
        return [(segment, segment) for segment in known_segments()[:12]]
    return [(tag, tag) for tag in Tag.objects.order_by("name").values_list("name", flat=True)[:24]]
