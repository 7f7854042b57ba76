"""Policies, in the words of `inbox.sla.forms`; times have their unit in their name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from rest_framework import serializers

from inbox.agents.models import Agent
from inbox.api.places import refused
from inbox.api.shapes.versions import VersionShape
from inbox.sla.enums import TargetKind
from inbox.sla.escalation import On
from inbox.sla.forms import terms_as_values
from inbox.sla.models import Policy, PolicyVersion
from inbox.sla.policy import FIELDS, PRIORITIES
from inbox.tickets.enums import Priority

#: What may be sent as terms.
TERMS = ("name", "calendar_id", "conditions", "targets", "pauses_on_hold", "escalations")
#: Names here -> names of the rules.
_OURS = {"calendar_id": "calendar", "within_seconds": "within", "after_seconds": "after"}
_THEIRS = {theirs: ours for ours, theirs in _OURS.items()}


class ConditionShape(serializers.Serializer[Any]):
    """Holds when the field of the ticket has one of the values."""

    field = serializers.ChoiceField([(name, name) for name in FIELDS])
    values = serializers.ListField(child=serializers.CharField())


class Within(serializers.Serializer[Any]):
    """Seconds by priority; without them there is no target."""

    low = serializers.IntegerField(required=False)
    normal = serializers.IntegerField(required=False)
    high = serializers.IntegerField(required=False)
    urgent = serializers.IntegerField(required=False)


class TargetShape(serializers.Serializer[Any]):
    """What is promised."""

    basis = serializers.ChoiceField([("business", "business"), ("calendar", "calendar")])
    warn_share = serializers.FloatField(help_text="After which share of the time a warning is due.")
    within_seconds = Within()


class Targets(serializers.Serializer[Any]):
    """The promises; those left out are not made."""

    first_response = TargetShape(required=False)
    next_response = TargetShape(required=False)
    resolution = TargetShape(required=False)


class StepShape(serializers.Serializer[Any]):
    """What is done after a warning or a breach."""

    on = serializers.ChoiceField([(str(on), str(on)) for on in On])
    target = serializers.ChoiceField(TargetKind.choices, allow_blank=True, required=False, help_text="Empty is any.")
    after_seconds = serializers.IntegerField(required=False, help_text="How long after a breach, by all time.")
    notify = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="assignee, lead, or agent:<id>."
    )
    by_mail = serializers.BooleanField(required=False)
    webhook = serializers.CharField(
        allow_blank=True, required=False, help_text="Its path is shown to admins only: it may be a secret."
    )
    priority = serializers.ChoiceField(Priority.choices, allow_blank=True, required=False)
    team_id = serializers.IntegerField(allow_null=True, required=False)
    agent_id = serializers.IntegerField(allow_null=True, required=False)


class TermsShape(serializers.Serializer[Any]):
    """What a policy promises, and to which tickets."""

    name = serializers.CharField()
    calendar_id = serializers.IntegerField()
    conditions = ConditionShape(many=True, required=False, help_text="All must hold; none takes every ticket.")
    targets = Targets(required=False)
    pauses_on_hold = serializers.BooleanField(
        required=False, help_text="Whether resolution pauses on hold, as it always does in pending."
    )
    escalations = StepShape(many=True, required=False)


class ChangedPolicy(TermsShape):
    """What to change; what is left out stays as it is."""

    position = serializers.IntegerField(help_text="Its place in the list, from 0.")
    is_active = serializers.BooleanField()


class PolicyVersionShape(VersionShape, TermsShape):
    """A version of a policy."""


class PolicyShape(TermsShape):
    """A policy with its terms now."""

    id = serializers.IntegerField()
    position = serializers.IntegerField(help_text="Its place in the list, from 0: the first that fits is applied.")
    is_active = serializers.BooleanField()
    version = VersionShape()


class Facts(serializers.Serializer[Any]):
    """What is known of a ticket; what is left out is empty."""

    channel = serializers.CharField(required=False, allow_blank=True, default="", help_text="Its kind, such as email.")
    priority = serializers.ChoiceField([(name, name) for name in PRIORITIES], required=False, default="normal")
    team = serializers.CharField(required=False, allow_blank=True, default="", help_text="The team's name.")
    tags = serializers.ListField(child=serializers.CharField(), required=False, default=list)
    segment = serializers.CharField(required=False, allow_blank=True, default="")
    language = serializers.CharField(required=False, allow_blank=True, default="")


class Choice(serializers.Serializer[Any]):
    """The policy that such a ticket gets now, and why."""

    policy = PolicyShape(allow_null=True)
    reason = serializers.CharField()


def terms_shown(version: PolicyVersion, reader: Agent) -> dict[str, Any]:
    """The terms of a version as the reader may see them."""
    terms = {_THEIRS.get(name, name): value for name, value in terms_as_values(version).items()}
    terms["targets"] = {name: _renamed(target) for name, target in terms["targets"].items()}
    terms["escalations"] = [_step_shown(_renamed(step), reader) for step in terms["escalations"]]
    return terms


def _renamed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {_THEIRS.get(name, name): value for name, value in values.items()}


def _step_shown(step: dict[str, Any], reader: Agent) -> dict[str, Any]:
    if step.get("webhook") and not reader.administers:
        parts = urlsplit(step["webhook"])
        step["webhook"] = f"{parts.scheme}://{parts.hostname}/…"
    return step


def policy_shown(policy: Policy, reader: Agent, version: PolicyVersion | None = None) -> Any:
    """The policy with its prefetched newest version, or another one."""
    version = version or newest(policy)
    return PolicyShape(
        {
            "id": policy.pk,
            "position": policy.position,
            "is_active": policy.is_active,
            "version": version,
            **terms_shown(version, reader),
        }
    ).data


def version_shown(version: PolicyVersion, reader: Agent) -> Any:
    """A version with its terms."""
    values = {name: getattr(version, name) for name in ("pk", "in_force_from", "made_by", "made_at")}
    return PolicyVersionShape({**values, **terms_shown(version, reader)}).data


def newest(policy: Policy) -> PolicyVersion:
    """The version in force: the last of those prefetched."""
    return max(policy.versions.all(), key=lambda version: version.in_force_from)


def terms_given(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The values sent, in the words of the rules. Raises `Refused` for times that are no whole seconds."""
    errors: dict[str, list[str]] = {}
    values = {_OURS.get(name, name): value for name, value in sent.items()}
    if isinstance(targets := values.get("targets"), dict):
        values["targets"] = {name: _target(name, target, errors) for name, target in targets.items()}
    if isinstance(steps := values.get("escalations"), list):
        values["escalations"] = [_step(number, step, errors) for number, step in enumerate(steps)]
    if errors:
        raise refused(errors, lambda place: named(place, sent))
    return values


def _target(name: str, target: Any, errors: dict[str, list[str]]) -> Any:
    if not isinstance(target, dict):
        return target
    times = target.get("within_seconds")
    for priority, seconds in times.items() if isinstance(times, dict) else ():
        if seconds is not None and not _is_whole(seconds):
            errors[f"targets.{name}.within.{priority}"] = [_("Give whole seconds.")]
    return _in_words_of_the_rules(target)


def _step(number: int, step: Any, errors: dict[str, list[str]]) -> Any:
    if not isinstance(step, dict):
        return step
    if step.get("after_seconds") is not None and not _is_whole(step["after_seconds"]):
        errors[f"escalations.{number}.after"] = [_("Give whole seconds.")]
    return _in_words_of_the_rules(step)


def _is_whole(seconds: object) -> bool:
    return isinstance(seconds, int) and not isinstance(seconds, bool)


def _in_words_of_the_rules(values: dict[str, Any]) -> dict[str, Any]:
    # Their own names are no names of ours, so they stay unknown.
    return {_OURS.get(name, f"{name}?" if name in _THEIRS else name): value for name, value in values.items()}


def named(place: list[str], sent: Mapping[str, Any]) -> list[str]:
    """The names, as the API has them, of a place of the rules; a condition stands where it was sent."""
    if place[0] == "conditions" and len(place) > 1:
        conditions: Sequence[Any] = sent.get("conditions") or ()
        fields = [one.get("field") if isinstance(one, dict) else None for one in conditions]
        return ["conditions", str(fields.index(place[1]))] if place[1] in fields else place
    depth = {"calendar": 0, "targets": 2, "escalations": 2}.get(place[0], -1)
    return [_THEIRS.get(name, name) if index == depth else name for index, name in enumerate(place)]
