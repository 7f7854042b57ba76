"""Policies in the reader's words: whom they are for, what they promise, why one applies, what a change changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language_info, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from inbox.agents.models import Agent, Team
from inbox.sla.durations import DAY, as_typed
from inbox.sla.enums import TargetKind
from inbox.sla.escalation import ASSIGNEE, LEAD, On, Step
from inbox.sla.policy import FIELDS, PRIORITIES
from inbox.tickets.enums import Priority
from inbox.workspace.templatetags.ui import channel_kind
from inbox.workspace.wording import duration, patterns

_HOLDS = {
    "channel": gettext_lazy("the channel is %(values)s"),
    "priority": gettext_lazy("the priority is %(values)s"),
    "team": gettext_lazy("the team is %(values)s"),
    "tag": gettext_lazy("the tag is %(values)s"),
    "segment": gettext_lazy("the segment is %(values)s"),
    "language": gettext_lazy("the language is %(values)s"),
}
_FAILS = {
    "channel": gettext_lazy("the channel is not %(values)s"),
    "priority": gettext_lazy("the priority is not %(values)s"),
    "team": gettext_lazy("the team is not %(values)s"),
    "tag": gettext_lazy("no tag is %(values)s"),
    "segment": gettext_lazy("the segment is not %(values)s"),
    "language": gettext_lazy("the language is not %(values)s"),
}
#: What conditions are on, in the order in which they are offered, and how to fill each in.
LABELS: Mapping[str, str | Promise] = {
    "channel": gettext_lazy("Channel"),
    "priority": gettext_lazy("Priority"),
    "team": gettext_lazy("Team"),
    "tag": gettext_lazy("Tags"),
    "segment": gettext_lazy("Customer segment"),
    "language": gettext_lazy("Language"),
}
HELPS: Mapping[str, str | Promise] = {
    "channel": gettext_lazy("Nothing ticked: every channel."),
    "priority": gettext_lazy("Nothing ticked: every priority."),
    "team": gettext_lazy("Nothing ticked: every team."),
    "tag": gettext_lazy("One of these tags is enough; separate them by commas. Empty: whatever the tags."),
    "segment": gettext_lazy("One of these; separate them by commas. Empty: every customer."),
    "language": gettext_lazy("Codes such as en or pt-BR; pt stands for all of its regions. Empty: every language."),
}
BASES: Mapping[str, str | Promise] = {
    "business": gettext_lazy("opening hours"),
    "calendar": gettext_lazy("around the clock"),
}

Condition = Mapping[str, Any]


def value_in_words(field: str, value: str) -> str:
    """One value of a condition, by its name where it has one."""
    if field == "channel":
        return channel_kind(value)
    if field == "priority" and value in PRIORITIES:
        return str(Priority(value).label)
    return language_name(value) if field == "language" else value


def language_name(code: str) -> str:
    """The name of a language; its code where there is none."""
    try:
        return str(get_language_info(code.lower())["name_translated"])
    except KeyError:
        return code


def condition(given: Condition, *, holds: bool = True) -> str:
    """A condition as a piece of a sentence, held or not."""
    values = [value_in_words(given["field"], value) for value in given["values"]]
    return str((_HOLDS if holds else _FAILS)[given["field"]]) % {"values": either(values)}


def conditions(given: Sequence[Condition]) -> str:
    """For which tickets a policy is."""
    if not given:
        return _("For every ticket")
    return _("When %(conditions)s") % {"conditions": both(map(condition, given))}


def reason(details: Mapping[str, Any]) -> str:
    """Why the policy of a `policy_applied` event was chosen. Events of old hold nothing but a sentence."""
    if "because" not in details:
        stored = str(details.get("reason", ""))
        return _("It applies to every ticket.") if stored == "It applies to every ticket." else stored
    if not details["because"]:
        return _("It applies to every ticket.")
    held = (
        str(_HOLDS[one["field"]]) % {"values": both(value_in_words(one["field"], value) for value in one["values"])}
        for one in details["because"]
        if one["field"] in FIELDS
    )
    return _("It applies because %(conditions)s.") % {"conditions": both(held)}


def either(words: Iterable[str]) -> str:
    """ "a, b or c"."""
    return _joined(list(words), pgettext("list", "%(some)s or %(last)s"))


def both(words: Iterable[str]) -> str:
    """ "a, b and c"."""
    return _joined(list(words), pgettext("list", "%(some)s and %(last)s"))


def _joined(words: Sequence[str], end: str) -> str:
    if len(words) < 2:
        return "".join(words)
    return end % {"some": pgettext("list", ", ").join(words[:-1]), "last": words[-1]}


def promised(seconds: float, basis: str) -> str:
    """A time that is promised, to the second. Open hours are not counted in days, of which nobody knows the length."""
    minutes, second = divmod(round(seconds), 60)
    if second and 0 < minutes < 60:
        return patterns()["minutes-seconds"].format(m=minutes, s=second)
    if basis != "business" or seconds < DAY.total_seconds():
        return duration(seconds)
    hours, minutes = divmod(round(seconds / 60), 60)
    words = patterns()["hours" if minutes else "hours-only"]
    return words.format(h=hours, mm=f"{minutes:02d}")


def typed_again(seconds: float, basis: str) -> str:
    """A time as it stands in a field."""
    return as_typed(timedelta(seconds=seconds), in_days=basis == "calendar")


def step_in_words(values: Step, agents: Mapping[int, Agent], teams: Mapping[int, Team]) -> str:
    """What a step of the escalations does, and when."""
    target = str(TargetKind(values.target).label) if values.target else _("any target")
    if values.on == On.WARNED:
        when = _("%(target)s is close") % {"target": target}
    elif values.after:
        when = _("%(target)s is missed since %(time)s") % {"target": target, "time": duration(values.after)}
    else:
        when = _("%(target)s is missed") % {"target": target}
    does = [*_told(values, agents), *_changed(values, agents, teams)]
    return _("When %(when)s: %(does)s") % {"when": when, "does": both(does)}


def _told(step: Step, agents: Mapping[int, Agent]) -> list[str]:
    names = [
        *([_("the assignee")] if ASSIGNEE in step.notify else ()),
        *([_("the team's lead")] if LEAD in step.notify else ()),
        *(str(agents.get(one, _("somebody who left"))) for one in step.chosen_ids),
    ]
    told = []
    if names:
        words = _("tell %(names)s, by mail as well") if step.by_mail else _("tell %(names)s")
        told.append(words % {"names": both(names)})
    return [*told, *([_("call a webhook")] if step.webhook else ())]


def _changed(step: Step, agents: Mapping[int, Agent], teams: Mapping[int, Team]) -> list[str]:
    changed = []
    if step.priority:
        changed.append(_("raise the priority to %(priority)s") % {"priority": Priority(step.priority).label})
    if step.team_id:
        changed.append(_("give it to %(name)s") % {"name": teams.get(step.team_id, _("a team that is gone"))})
    if step.agent_id:
        changed.append(_("give it to %(name)s") % {"name": agents.get(step.agent_id, _("somebody who left"))})
    return changed
