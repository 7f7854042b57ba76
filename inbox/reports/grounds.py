"""On what grounds a clock counts as it does: the policy, why it was chosen, its goal, and the hours in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox.common.clock import now
from inbox.sla import access
from inbox.sla.models import BusinessCalendar, CalendarVersion, PolicyVersion
from inbox.sla.policy import TargetTerms
from inbox.sla.replay import ClockRun
from inbox.tickets.enums import EventKind
from inbox.tickets.models import Ticket, TicketEvent


@dataclass(frozen=True, slots=True)
class Numbered:
    """A version and its number, counted from 1."""

    number: int
    version: CalendarVersion


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a run was measured by.

    `policy` in its version `number`, None without one; `choice` is the event that applied it to the ticket, with the
    reason. `terms` are those of the target, None where the policy has none. `hours` are the versions of the calendar
    that were in force during the run, in order.
    """

    policy: PolicyVersion | None
    number: int
    choice: TicketEvent | None
    terms: TargetTerms | None
    calendar: BusinessCalendar | None
    hours: tuple[Numbered, ...]
    goal: timedelta | None
    priority: str

    @property
    def counts_all_hours(self) -> bool:
        """True when nights and holidays count towards the target."""
        return self.terms is not None and self.terms.basis == "calendar"

    @property
    def warned_percent(self) -> int:
        """The share of the goal at which a warning is due."""
        return round(100 * self.terms.warn_share) if self.terms else 100


def grounds_of(ticket: Ticket, run: ClockRun) -> Grounds:
    """The grounds of a run of the ticket: those in force when it ended, or now."""
    versions = PolicyVersion.objects.select_related("policy", "calendar")
    policy = None if run.policy_version_id is None else versions.get(pk=run.policy_version_id)
    calendar = policy.calendar if policy else BusinessCalendar.objects.order_by("id").first()
    choices = ticket.events.filter(kind=EventKind.POLICY_APPLIED, policy_version=run.policy_version_id)
    return Grounds(
        policy,
        0 if policy is None else policy.policy.versions.filter(in_force_from__lte=policy.in_force_from).count(),
        choices.order_by("occurred_at", "id").last() if policy else None,
        access.terms(policy.pk).targets.get(run.target) if policy else None,
        calendar,
        _in_force(calendar, run.started_at, run.stopped_at or now()) if calendar else (),
        run.goal,
        run.priority,
    )


def _in_force(calendar: BusinessCalendar, start: datetime, end: datetime) -> tuple[Numbered, ...]:
    """The versions of the calendar that measured some of the interval; the first one measures all time before it."""
    versions = [Numbered(number, one) for number, one in enumerate(calendar.versions.order_by("in_force_from"), 1)]
    first = max((one.number for one in versions if one.version.in_force_from <= start), default=1)
    return tuple(one for one in versions if one.number == first or start < one.version.in_force_from < end)
