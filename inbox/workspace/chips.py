"""How a clock looks: icon, word and time, never colour alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from inbox.reports.words import WAIVED_BECAUSE
from inbox.sla import access
from inbox.sla.enums import ClockState, TargetKind
from inbox.sla.hours import ALWAYS_OPEN, Hours
from inbox.sla.models import Clock
from inbox.sla.policy import Target
from inbox.tickets.enums import EventKind, State
from inbox.workspace.wording import clock_time, duration

#: Nobody reads a deadline off a clock any more that is so close.
_SECONDS_COUNT = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Chip:
    """A chip at an instant: `look` is its class, `spoken` is for screen readers, the script ticks to `due`.

    From `half` on, and in the last two minutes in any case, the time left is shown; from `warn` on, the last quarter,
    it is amber. `brief` stands beside the target's name, where it differs from the text that stands alone. `why` is
    shown to who points at it or focuses it.
    """

    look: str
    icon: str
    text: str
    spoken: str
    target: str = ""
    due: datetime | None = None
    warn: datetime | None = None
    half: datetime | None = None
    brief: str = ""
    why: str = ""


def chip(clock: Clock, now: datetime, known: Callable[[], access.Stamp] = access.stamp) -> Chip | None:
    """The chip of a clock at `now`; None where there is nothing to promise. `known` is the stamp of the terms."""
    target = _short_target(clock.target)
    if clock.state == ClockState.WAIVED:
        return _waived(clock, target)
    if clock.state == ClockState.STOPPED or clock.goal_seconds is None:
        return None
    if clock.stopped_at is not None:
        return _settled(clock, target)
    if clock.state == ClockState.PAUSED:
        return _paused(clock, target)
    return _running(clock, target, now, known)


def _waived(clock: Clock, target: str) -> Chip:
    text = {
        "resolved without a reply": _("no reply"),
        "deleted": pgettext("sla", "waived: deleted"),
        "spam": pgettext("sla", "waived: spam"),
        "merged": pgettext("sla", "waived: merged"),
        "imported": pgettext("sla", "waived: imported"),
        "merge undone": pgettext("sla", "waived: merge undone"),
        "split off": pgettext("sla", "waived: split off"),
    }.get(clock.waived_because, _("no reply needed"))
    why = str(WAIVED_BECAUSE.get(clock.waived_because, _("no reply was needed")))
    return Chip("plain", "minus", text, _("%(target)s: waived, %(why)s") % {"target": target, "why": why}, target)


def _paused(clock: Clock, target: str) -> Chip:
    is_held = clock.ticket.state == State.ON_HOLD
    why = _("on hold, waiting for somebody else") if is_held else _("waiting for the customer")
    spoken = _("%(target)s: paused, %(why)s") % {"target": target, "why": why}
    return Chip("paused", "pause", _("paused"), spoken, target, why=why)


def _running(clock: Clock, target: str, now: datetime, known: Callable[[], access.Stamp]) -> Chip | None:
    due = clock.breached_at or clock.due_at
    if due is None:
        return None
    half, warn = min(_last(clock, due, 2, known), due - _SECONDS_COUNT), _last(clock, due, 4, known)
    spoken = _("%(target)s due %(time)s") % {"target": target, "time": clock_time(due, now)}
    if now > due:
        text = pgettext("sla", "%(time)s over") % {"time": duration(now - due)}
        look, icon = "over", "triangle-alert"
        spoken = _("%(target)s was due %(time)s") % {"target": target, "time": clock_time(due, now)}
    elif now >= half:
        text = pgettext("sla", "%(time)s left") % {"time": duration(due - now)}
        look, icon = ("due" if now >= warn else "calm"), "clock"
    else:
        text = pgettext("sla", "due %(time)s") % {"time": clock_time(due, now)}
        look, icon = "calm", "clock"
    return Chip(look, icon, text, f"{spoken}{_from_elsewhere(clock, now)}", target, due, warn, half)


def _from_elsewhere(clock: Clock, now: datetime) -> str:
    """Where its customer has waited since, when a merge brought him; known where the clock's beginning was read."""
    began = clock.started_by if "started_by" in clock._state.fields_cache else None
    if began is None or began.kind != EventKind.MERGED_IN:
        return ""
    words = {"time": clock_time(clock.started_at, now), "number": began.details["ticket"]}
    return _(", waiting since %(time)s, from T-%(number)s") % words


def _last(clock: Clock, due: datetime, part: int, known: Callable[[], access.Stamp]) -> datetime:
    """When a half (2) or a quarter (4) of the goal is left, as the target counts: in open hours or in all."""
    left = timedelta(seconds=(clock.goal_seconds or 0) / part)
    for opening, closing in reversed(_hours(clock, known).spans_between(clock.started_at, due)):
        if closing - opening >= left:
            return closing - left
        left -= closing - opening
    return clock.started_at


def _hours(clock: Clock, known: Callable[[], access.Stamp]) -> Hours:
    version = clock.policy_version_id
    terms = access.terms(version).targets.get(Target(clock.target)) if version else None
    if version is None or terms is None or terms.basis == "calendar":
        return ALWAYS_OPEN
    return access.hours(access.calendar_id_of(version), known())


def _settled(clock: Clock, target: str) -> Chip:
    resolved = clock.target == TargetKind.RESOLUTION
    if clock.breached_at is None:
        time = duration(clock.used_seconds)
        text = _("resolved in %(time)s") if resolved else _("answered in %(time)s")
        spoken = _("%(target)s: in time, %(time)s") % {"target": target, "time": time}
        return Chip("met", "check", text % {"time": time}, spoken, target, brief=time)
    if clock.waived_because:
        # Nobody answered or resolved it: it was over before.
        why = str(WAIVED_BECAUSE.get(clock.waived_because, _("no reply was needed")))
        spoken = _("%(target)s: missed, then waived, %(why)s") % {"target": target, "why": why}
        return Chip("late", "circle-alert", pgettext("sla", "missed"), spoken, target)
    time = duration(max(clock.used_seconds - (clock.goal_seconds or 0), 0))
    text = _("resolved %(time)s late") if resolved else _("answered %(time)s late")
    spoken = _("%(target)s: %(time)s too late") % {"target": target, "time": time}
    brief = pgettext("sla", "%(time)s late") % {"time": time}
    return Chip("late", "circle-alert", text % {"time": time}, spoken, target, brief=brief)


def _short_target(target: str) -> str:
    return {
        TargetKind.FIRST_RESPONSE: pgettext("sla target", "first reply"),
        TargetKind.NEXT_RESPONSE: pgettext("sla target", "next reply"),
        TargetKind.RESOLUTION: pgettext("sla target", "resolve"),
    }[TargetKind(target)]
