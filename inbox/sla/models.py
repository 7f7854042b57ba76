"""Calendars, policies (in immutable versions), and the clocks: stored results of `replay()`."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from inbox.sla.enums import ClockState, TargetKind
from inbox.tickets.enums import Priority


class BusinessCalendar(models.Model):
    """Opening hours under a name; the hours themselves are its versions'."""

    name = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name


class CalendarVersion(models.Model):
    """Opening hours in force from an instant on; never changed afterwards.

    `weekly`: {"0".."6" (Monday 0): [["09:00", "17:00"], ...]}. `closures`: ISO dates for whole days, or
    pairs of ISO instants for parts.
    """

    calendar = models.ForeignKey(BusinessCalendar, models.CASCADE, related_name="versions")
    in_force_from = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    weekly = models.JSONField(default=dict)
    closures = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar[list[str]] = ["in_force_from"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["calendar", "in_force_from"], name="one_calendar_version_starts_at_an_instant"
            ),
        ]


class Policy(models.Model):
    """A service-level policy under a name; the first active one whose conditions match a ticket wins."""

    name = models.CharField(max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "id"]
        verbose_name_plural = "policies"

    def __str__(self) -> str:
        return self.name


class PolicyVersion(models.Model):
    """The terms of a policy from an instant on; never changed afterwards.

    `targets`: {target: {"basis": "business"|"calendar", "warn_share": 0.75, "within": {priority: seconds}}}.
    `conditions`: [{"field": "channel", "values": ["email"]}, ...]; all must hold.
    """

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions")
    calendar = models.ForeignKey(BusinessCalendar, models.PROTECT, related_name="+")
    in_force_from = models.DateTimeField()
    targets = models.JSONField(default=dict)
    conditions = models.JSONField(default=list)
    pauses_on_hold = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["in_force_from"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["policy", "in_force_from"], name="one_policy_version_starts_at_an_instant"),
        ]


class Clock(models.Model):
    """One run of one target in one ticket: a cache of `replay()`, in seconds.

    `used_seconds` counts on the target's basis, `elapsed_seconds` and `business_seconds` are the two
    durations of METRICS; both are null until the run is over.
    """

    ticket = models.ForeignKey("inbox.Ticket", models.CASCADE, related_name="clocks")
    target = models.CharField(max_length=16, choices=TargetKind)
    cycle = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=ClockState)
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, null=True, related_name="+")
    priority = models.CharField(max_length=8, choices=Priority)
    goal_seconds = models.FloatField(null=True)
    used_seconds = models.FloatField()
    elapsed_seconds = models.FloatField(null=True)
    business_seconds = models.FloatField(null=True)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey("inbox.TicketEvent", models.CASCADE, related_name="+")
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey("inbox.TicketEvent", models.CASCADE, null=True, related_name="+")
    agent = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, related_name="+")
    team = models.ForeignKey("inbox.Team", models.SET_NULL, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    waived_because = models.CharField(max_length=80, blank=True)
    warned_at = models.DateTimeField(null=True)
    noticed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["ticket", "target", "number"], name="a_target_runs_one_clock_at_a_time"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["due_at", "id"], name="clock_due", condition=Q(stopped_at=None, noticed_at=None)),
            models.Index(fields=["warn_at", "id"], name="clock_warning", condition=Q(stopped_at=None, warned_at=None)),
            models.Index(fields=["target", "stopped_at"], name="clock_stopped"),
        ]


class TicketFigures(models.Model):
    """The figures of a ticket as a whole: a cache of `replay()`, in seconds; null means not yet."""

    ticket = models.OneToOneField("inbox.Ticket", models.CASCADE, primary_key=True, related_name="figures")
    first_response_at = models.DateTimeField(null=True)
    first_resolved_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    first_response_elapsed = models.FloatField(null=True)
    first_response_business = models.FloatField(null=True)
    first_resolution_elapsed = models.FloatField(null=True)
    first_resolution_business = models.FloatField(null=True)
    resolution_elapsed = models.FloatField(null=True)
    resolution_business = models.FloatField(null=True)
    requester_wait = models.FloatField(null=True)
    agent_wait = models.FloatField(null=True)
    cycles = models.PositiveSmallIntegerField(default=0)
    human_replies = models.PositiveSmallIntegerField(default=0)
    reopened = models.PositiveSmallIntegerField(default=0)
    excluded = models.CharField(max_length=8, blank=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["first_response_at"], name="figures_first_response"),
            models.Index(fields=["resolved_at"], name="figures_resolved"),
        ]
