"""Clocks, what explains them, and the log they are a function of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from inbox.api.fields import Instant, WholeSeconds
from inbox.api.shapes.people import Named
from inbox.reports.explain import Explanation, Part
from inbox.sla.enums import ClockState, TargetKind
from inbox.sla.models import Clock
from inbox.tickets.enums import AuthorKind, EventKind, Priority, State

_SECOND = timedelta(seconds=1)
_ZERO = timedelta(0)


def state_at(clock: Clock, at: datetime) -> str:
    """How the clock stands at an instant: a deadline that passed is missed, noticed or not."""
    is_overdue = clock.stopped_at is None and clock.due_at is not None and clock.due_at < at
    return ClockState.BREACHED.value if is_overdue else clock.state


def breached_at(clock: Clock, at: datetime) -> datetime | None:
    """When the target passed, if it has by that instant."""
    return clock.breached_at or (clock.due_at if state_at(clock, at) == ClockState.BREACHED else None)


class PolicyApplied(serializers.Serializer[Any]):
    """The version of a policy, and whose it is."""

    id = serializers.IntegerField(source="policy_id")
    name = serializers.CharField(source="policy.name")
    version_id = serializers.IntegerField(source="pk")


class ClockShape(serializers.Serializer[Any]):
    """One run of one target in one ticket.

    `used_seconds` is what counts towards the target; null while it ticks. `elapsed_seconds` and `business_seconds` are
    the two durations of the run, null until it is over.
    """

    id = serializers.IntegerField(source="pk")
    ticket = serializers.IntegerField(source="ticket_id", help_text="The ticket's number.")
    target = serializers.ChoiceField(TargetKind.choices)
    cycle = serializers.IntegerField(help_text="The work cycle, from 1.")
    number = serializers.IntegerField(help_text="The run of this target in the ticket, from 1.")
    state = serializers.SerializerMethodField()
    priority = serializers.ChoiceField(Priority.choices)
    policy = PolicyApplied(source="policy_version", allow_null=True)
    goal_seconds = WholeSeconds(allow_null=True)
    used_seconds = serializers.SerializerMethodField()
    elapsed_seconds = WholeSeconds(allow_null=True)
    business_seconds = WholeSeconds(allow_null=True)
    started_at = Instant()
    stopped_at = Instant(allow_null=True)
    due_at = Instant(allow_null=True, help_text="Null while paused, once stopped, and without a target.")
    warn_at = Instant(allow_null=True)
    breached_at = serializers.SerializerMethodField()
    waived_because = serializers.CharField(help_text="Why it stopped without an answer; empty otherwise.")
    agent = Named(allow_null=True, help_text="Who stopped it.")
    team = Named(allow_null=True, help_text="The ticket's team when it stopped.")

    def get_state(self, clock: Clock) -> ClockState:
        return ClockState(state_at(clock, self.context["as_of"]))

    def get_used_seconds(self, clock: Clock) -> int | None:
        is_ticking = clock.stopped_at is None and clock.state != ClockState.PAUSED
        return None if is_ticking else int(clock.used_seconds)

    @extend_schema_field(Instant(allow_null=True))
    def get_breached_at(self, clock: Clock) -> str | None:
        at = breached_at(clock, self.context["as_of"])
        return None if at is None else Instant().to_representation(at)


class EventEnd(serializers.Serializer[Any]):
    """The event at an end of an interval."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(EventKind.choices)
    occurred_at = Instant()


class Interval(serializers.Serializer[Any]):
    """A stretch of time with one reason, and how much of it counts towards which figure."""

    start = Instant(source="part.start")
    end = Instant(source="part.end")
    reason = serializers.CharField(source="part.reason", help_text="open, closed hours, pending, or on hold.")
    elapsed_seconds = serializers.IntegerField()
    business_seconds = serializers.IntegerField()
    used_seconds = serializers.IntegerField()
    started_by = EventEnd(source="part.started_by", allow_null=True, help_text="Null where the hours set the edge.")
    stopped_by = EventEnd(source="part.stopped_by", allow_null=True, help_text="Null as well while it lasts.")


class ExplanationShape(serializers.Serializer[Any]):
    """Why a clock shows what it shows, as of an instant. Each figure is the sum of its column of the intervals."""

    clock = ClockShape()
    as_of = Instant()
    is_over = serializers.BooleanField()
    elapsed_seconds = serializers.IntegerField()
    business_seconds = serializers.IntegerField()
    used_seconds = serializers.IntegerField()
    intervals = Interval(many=True)


@dataclass(frozen=True, slots=True)
class Counted:
    """A part of an explanation with the whole seconds that it adds to each figure."""

    part: Part
    elapsed_seconds: int
    business_seconds: int
    used_seconds: int


def counted(explanation: Explanation) -> list[Counted]:
    """The parts with whole seconds that add up to the whole seconds of the figures."""
    parts = explanation.parts
    columns = (
        _whole(part.end - part.start if counts else _ZERO for part, counts in zip(parts, column, strict=True))
        for column in zip(*((part.in_elapsed, part.in_business, part.in_used) for part in parts), strict=True)
    )
    return [Counted(*row) for row in zip(parts, *columns, strict=True)]


def _whole(lengths: Iterable[timedelta]) -> Iterator[int]:
    """Whole seconds whose sum is that of the lengths: a second begun in one and ended in another is the latter's."""
    so_far = _ZERO
    for length in lengths:
        yield (so_far + length) // _SECOND - so_far // _SECOND
        so_far += length


class EventShape(serializers.Serializer[Any]):
    """One thing that happened to a ticket. Its state, priority, team and assignee are those after it."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(EventKind.choices)
    occurred_at = Instant(help_text="When it happened; this decides.")
    recorded_at = Instant(help_text="When it was stored.")
    agent = Named(allow_null=True)
    customer = Named(allow_null=True)
    author_kind = serializers.ChoiceField(
        AuthorKind.choices, allow_blank=True, help_text="Who wrote the message; empty for other events."
    )
    message_id = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(State.choices)
    priority = serializers.ChoiceField(Priority.choices)
    team = Named(allow_null=True)
    assignee = Named(allow_null=True)
    policy_version_id = serializers.IntegerField(allow_null=True)
    details = serializers.DictField(help_text="What else is known, by the kind of event.")
