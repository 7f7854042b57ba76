"""The terms of a version as if somebody had typed them into the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.datastructures import MultiValueDict

from inbox.sla.enums import TargetKind
from inbox.sla.models import BusinessCalendar, PolicyVersion
from inbox.workspace import policy_words as words
from inbox.workspace.policy_fields import CHOSEN_FROM

Typed = MultiValueDict[str, str]
#: How a step that waits is told from one that does not.
AFTER = "after"


def as_typed(version: PolicyVersion | None) -> Typed:
    """A version as if somebody had typed it; a new policy starts from what most want."""
    given: Typed = MultiValueDict()
    for target in TargetKind:
        terms = version.targets.get(target.value) if version else {}
        basis = terms["basis"] if terms else "business"
        given[f"{target.value}-basis"] = basis
        given[f"{target.value}-warn"] = f"{terms['warn_share'] * 100:g}" if terms else "75"
        if terms or version is None:
            given[f"{target.value}-promised"] = "1"
        for priority, seconds in terms["within"].items() if terms else ():
            given[f"{target.value}-{priority}"] = words.typed_again(seconds, basis)
    if version is None:
        first = BusinessCalendar.objects.order_by("id").first()
        given["calendar"] = str(first.pk) if first else ""
        return given
    given["name"], given["calendar"] = version.policy.name, str(version.calendar_id)
    for condition in version.conditions:
        name, values = condition["field"], list(condition["values"])
        given.setlist(name, values if name in CHOSEN_FROM else [", ".join(values)])
    if version.pauses_on_hold:
        given["pauses_on_hold"] = "1"
    for number, step in enumerate(version.escalations):
        given.appendlist("step", str(number))
        _type_step(given, f"step-{number}-", step)
    return given


def _type_step(given: Typed, prefix: str, step: Mapping[str, Any]) -> None:
    waits = bool(step["after"])
    given[prefix + "when"] = AFTER if waits else step["on"]
    given[prefix + "after"] = words.typed_again(step["after"], "calendar") if waits else ""
    given[prefix + "by_mail"] = "1" if step["by_mail"] else ""
    for name in ("target", "webhook", "priority"):
        given[prefix + name] = step[name]
    for name in ("team", "agent"):
        given[prefix + name] = str(step[f"{name}_id"] or "")
    given.setlist(prefix + "notify", list(step["notify"]))
