"""Calendars, policies (in immutable versions), and the clocks: stored results of `replay()`."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from inbox.common.leased import Leased
from inbox.sla.enums import BackTestChange, BackTestState, ClockState, TargetKind
from inbox.tickets.enums import Priority


class BusinessCalendar(models.Model):
    """Opening hours under a name; the hours themselves are its versions'."""

    name = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name


class CalendarVersion(models.Model):
    """Opening hours in force from an instant on; never changed afterwards.

    `weekly`: {"0".."6" (Monday 0): [["09:00", "17:00"], ...]}. `closures`: [{"from", "until", "name"}, ...] with two
    ISO dates (both closed) or two ISO instants. `holidays` of the country and region: [[ISO date, name], ...], as
    known when the version was made, so that no later library moves a number; those in `worked` (ISO dates) are open.
    `reckoned_to` is the last ticket whose running clocks were reckoned anew because of the version; null once all are.
    """

    calendar = models.ForeignKey(BusinessCalendar, models.CASCADE, related_name="versions")
    in_force_from = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    weekly = models.JSONField(default=dict)
    closures = models.JSONField(default=list)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=20, blank=True)
    holidays = models.JSONField(default=list)
    worked = models.JSONField(default=list)
    reckoned_to = models.BigIntegerField(null=True)
    made_by = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar[list[str]] = ["in_force_from"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["calendar", "in_force_from"], name="one_calendar_version_starts_at_an_instant"
            ),
        ]


class Policy(models.Model):
    """A service-level policy under a name; the first active one whose conditions match a ticket wins.

    One that is deleted stays, for the tickets it was applied to.
    """

    name = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["name"], condition=Q(deleted_at=None), name="a_policy_has_a_name_of_its_own"
            ),
        ]
        ordering: ClassVar[list[str]] = ["position", "id"]
        verbose_name_plural = "policies"

    def __str__(self) -> str:
        return self.name


class PolicyStanding(models.Model):
    """Where a policy stands in the list, and whether it is on, from an instant on; never changed afterwards.

    A policy without any has always stood where its own columns say, which are those of its newest standing.
    """

    policy = models.ForeignKey(Policy, models.CASCADE, related_name="standings")
    in_force_from = models.DateTimeField()
    position = models.PositiveSmallIntegerField()
    is_active = models.BooleanField()
    made_by = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=now)

    class Meta:
        ordering: ClassVar[list[str]] = ["in_force_from", "id"]


class PolicyVersion(models.Model):
    """The terms of a policy from an instant on; never changed afterwards.

    `targets`: {target: {"basis": "business"|"calendar", "warn_share": 0.75, "within": {priority: seconds}}}.
    `conditions`: [{"field": "channel", "values": ["email"]}, ...]; all must hold.
    `escalations`: what happens when a clock is warned of or breached, as `inbox.sla.escalation.Step` reads it.
    """

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions")
    calendar = models.ForeignKey(BusinessCalendar, models.PROTECT, related_name="+")
    in_force_from = models.DateTimeField()
    targets = models.JSONField(default=dict)
    conditions = models.JSONField(default=list)
    pauses_on_hold = models.BooleanField(default=False)
    escalations = models.JSONField(default=list)
    made_by = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=now)

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
            models.Index(
                fields=["due_at", "id"], name="clock_ticking", condition=Q(stopped_at=None, due_at__isnull=False)
            ),
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


class Escalation(Leased):
    """One step of a policy's escalations, due because a clock was warned of or breached. It happens once.

    `due_at` is the deadline it is about: a clock that gets another one escalates anew. `outcome` tells what was done.
    """

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="escalations")
    ticket = models.ForeignKey("inbox.Ticket", models.CASCADE, related_name="escalations")
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    step = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    act_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["clock", "due_at", "step"], name="an_escalation_happens_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["act_at", "id"], name="escalation_to_do", condition=Q(done_at=None)),
            models.Index(fields=["-id"], name="escalation_troubled", condition=~Q(error="")),
        ]


class Notice(models.Model):
    """What an agent is told in the workspace; his until he has seen it.

    About a clock by an `escalation`, with the `target` that is or was due at `due_at`; or by an `event` that his ticket
    is back from snooze, since `due_at`, that the network's window for answering it (`received`) closes then, or
    (`is_breach`) that a follow-up in it is late. What is `about` a `channel` (its access ends at `due_at`, or ended)
    belongs to no ticket.
    """

    agent = models.ForeignKey("inbox.Agent", models.CASCADE, related_name="notices")
    ticket = models.ForeignKey("inbox.Ticket", models.CASCADE, null=True, related_name="+")
    escalation = models.ForeignKey(Escalation, models.CASCADE, null=True, related_name="notices")
    event = models.ForeignKey("inbox.TicketEvent", models.CASCADE, null=True, related_name="+")
    channel = models.ForeignKey("inbox.Channel", models.CASCADE, null=True, related_name="+", db_index=False)
    about = models.CharField(max_length=20, blank=True)
    target = models.CharField(max_length=16, choices=TargetKind, blank=True)
    is_breach = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["agent", "escalation"], name="an_agent_is_told_once"),
            models.UniqueConstraint(fields=["agent", "event"], name="an_agent_is_told_of_an_event_once"),
            models.UniqueConstraint(
                fields=["channel", "about", "due_at", "agent"], name="an_agent_is_told_of_a_channel_once"
            ),
            models.CheckConstraint(
                condition=(
                    Q(escalation__isnull=False, event=None, channel=None, ticket__isnull=False)
                    | Q(escalation=None, event__isnull=False, channel=None, ticket__isnull=False)
                    | Q(escalation=None, event=None, channel__isnull=False, ticket=None)
                ),
                name="a_notice_is_of_an_escalation_an_event_or_a_channel",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["agent", "-id"], name="notice_newest"),
            models.Index(fields=["agent"], name="notice_unseen", condition=Q(seen_at=None)),
        ]


class BackTest(Leased):
    """The log of a past period replayed with other policies or calendars: what would have been.

    `drafts`: one or two sets of terms, as `inbox.reports.back_test` reads them; `result` as it writes them. `done` of
    `total` tickets are replayed. The period is of tickets' work cycles judged in it.
    """

    name = models.CharField(max_length=120)
    made_by = models.ForeignKey("inbox.Agent", models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=now)
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    drafts = models.JSONField(default=list)
    state = models.CharField(max_length=9, choices=BackTestState, default=BackTestState.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["-id"], name="back_test_newest")]


class BackTestedRun(models.Model):
    """A clock's run that a draft of a back-test judges otherwise than it was judged, or at another instant.

    `draft` counts from 1. The instants are those at which the target ended, or would have ended had it run on.
    """

    back_test = models.ForeignKey(BackTest, models.CASCADE, related_name="runs", db_index=False)
    draft = models.PositiveSmallIntegerField()
    ticket = models.ForeignKey("inbox.Ticket", models.CASCADE, related_name="+")
    target = models.CharField(max_length=16, choices=TargetKind)
    number = models.PositiveSmallIntegerField()
    change = models.CharField(max_length=7, choices=BackTestChange)
    after = models.CharField(max_length=8, choices=ClockState)
    before_due_at = models.DateTimeField(null=True)
    after_due_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["back_test", "draft", "ticket", "target", "number"], name="a_draft_judges_a_run_once"
            ),
        ]
