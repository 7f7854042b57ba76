"""Back-tests: what is drafted, how far it is, what it found, and the runs behind each number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from inbox.api.fields import Instant, WholeSeconds
from inbox.api.shapes.calendars import HoursShape
from inbox.api.shapes.people import Named
from inbox.api.shapes.policies import TermsShape
from inbox.channels.models import Channel
from inbox.reports.back_test_result import FIGURES, TARGETS, Result, Variant, Wanted, line
from inbox.reports.queries import team_names
from inbox.reports.scope import NONE
from inbox.sla.enums import BackTestChange, BackTestState, TargetKind
from inbox.sla.models import BackTest

#: What of a policy and of a calendar a draft may say.
TERMS = ("calendar_id", "conditions", "targets", "pauses_on_hold")
HOURS = ("time_zone", "weekly", "closures")


class PolicyDraft(TermsShape):
    """What of a policy the draft changes."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        return {name: fields[name] for name in TERMS}


class CalendarDraft(HoursShape):
    """What of a calendar the draft changes."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        return {name: fields[name] for name in HOURS}


class DraftShape(serializers.Serializer[Any]):
    """What a back-test takes in place of what was in force; what is left out counts as it was at each time."""

    name = serializers.CharField(required=False)
    policies = serializers.DictField(
        child=PolicyDraft(partial=True), required=False, help_text="Terms by the id of the policy."
    )
    order = serializers.ListField(
        child=serializers.IntegerField(), required=False, help_text="The ids of the policies that are on, in order."
    )
    calendars = serializers.DictField(
        child=CalendarDraft(partial=True), required=False, help_text="Hours by the id of the calendar."
    )


class NewDraft(DraftShape):
    """A draft as it is sent."""

    throughout = serializers.BooleanField(
        required=False, help_text="Today's policies and hours for the whole period, also where the draft says nothing."
    )


class NewBackTest(serializers.Serializer[Any]):
    """Which days to replay, with which drafts."""

    name = serializers.CharField(required=False)
    first = serializers.DateField()
    last = serializers.DateField()
    time_zone = serializers.CharField(required=False, help_text="Whose days; your own if left out.")
    drafts = NewDraft(many=True, help_text="One or two. One that changes nothing gives the report's own figures.")


class GroupShape(serializers.Serializer[Any]):
    """A team or a channel; the id is null for no team."""

    id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField(allow_blank=True)
    met = serializers.IntegerField()
    missed = serializers.IntegerField()


class DayShape(serializers.Serializer[Any]):
    """A day on which something was, or would have been, met or missed."""

    day = serializers.DateField()
    met = serializers.IntegerField()
    missed = serializers.IntegerField()


class HourShape(serializers.Serializer[Any]):
    """An hour of the week in which something was, or would have been, missed."""

    weekday = serializers.IntegerField(help_text="1 is Monday.")
    hour = serializers.IntegerField()
    missed = serializers.IntegerField()


class ChangesShape(serializers.Serializer[Any]):
    """How many runs the draft judges otherwise than they were."""

    better = serializers.IntegerField(help_text="Missed, would have been met.")
    worse = serializers.IntegerField(help_text="Met, would have been missed.")
    added = serializers.IntegerField(help_text="Was not counted.")
    dropped = serializers.IntegerField(help_text="Would not have been counted.")
    moved = serializers.IntegerField(help_text="Missed at another time.")


class TargetResult(serializers.Serializer[Any]):
    """A target in one variant. Times are of the runs that ended in the period; null where none did."""

    target = serializers.ChoiceField(TargetKind.choices)
    met = serializers.IntegerField()
    missed = serializers.IntegerField()
    percent = serializers.FloatField(allow_null=True, help_text="Met, of met and missed.")
    low = serializers.FloatField(allow_null=True, help_text="Where its 95 % interval begins (Wilson).")
    high = serializers.FloatField(allow_null=True, help_text="Where it ends.")
    n = serializers.IntegerField(help_text="How many runs ended.")
    median_seconds = WholeSeconds(allow_null=True)
    p90_seconds = WholeSeconds(allow_null=True)
    mean_seconds = WholeSeconds(allow_null=True)
    changes = ChangesShape(allow_null=True, help_text="Null for what was.")
    teams = GroupShape(many=True)
    channels = GroupShape(many=True)
    days = DayShape(many=True)
    hours = HourShape(many=True)


class VariantShape(serializers.Serializer[Any]):
    """What was (number 0), or what would have been with a draft (from 1)."""

    number = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True)
    targets = TargetResult(many=True)


class BackTestShape(serializers.Serializer[Any]):
    """A back-test and how far it is."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    state = serializers.ChoiceField(BackTestState.choices)
    made_by = Named(allow_null=True)
    made_at = Instant()
    first = serializers.SerializerMethodField()
    last = serializers.SerializerMethodField()
    time_zone = serializers.CharField()
    done = serializers.IntegerField(help_text="How many tickets are replayed,")
    total = serializers.IntegerField(help_text="of so many.")
    started_at = Instant(allow_null=True)
    finished_at = Instant(allow_null=True)
    error = serializers.CharField(allow_blank=True)

    @extend_schema_field(serializers.DateField())
    def get_first(self, job: BackTest) -> str:
        return Result(job).period.first.isoformat()

    @extend_schema_field(serializers.DateField())
    def get_last(self, job: BackTest) -> str:
        return Result(job).period.last.isoformat()


class BackTestFound(BackTestShape):
    """A back-test with its drafts and, once it is done, what it found."""

    drafts = serializers.SerializerMethodField()
    as_of = serializers.SerializerMethodField()
    variants = serializers.SerializerMethodField()

    @extend_schema_field(DraftShape(many=True))
    def get_drafts(self, job: BackTest) -> list[dict[str, Any]]:
        return [_draft_shown(draft) for draft in job.drafts]

    @extend_schema_field(Instant(allow_null=True, help_text="When the log was read; null until it is done."))
    def get_as_of(self, job: BackTest) -> str | None:
        return Instant().to_representation(Result(job).as_of) if job.state == BackTestState.DONE else None

    @extend_schema_field(VariantShape(many=True, allow_null=True, help_text="Null until it is done."))
    def get_variants(self, job: BackTest) -> list[dict[str, Any]] | None:
        return _variants(Result(job)) if job.state == BackTestState.DONE else None


class Asked(serializers.Serializer[Any]):
    """Which number: of a variant, a target and a figure, and perhaps of a part of it."""

    target = serializers.ChoiceField(TargetKind.choices)
    figure = serializers.ChoiceField(
        [(name, name) for name in FIGURES],
        help_text="better, worse, added, dropped and moved are runs that the draft judges otherwise.",
    )
    variant = serializers.IntegerField(min_value=0, default=0, help_text="0 is what was.")
    team = serializers.RegexField(rf"^(\d{{1,15}}|{NONE})$", required=False, help_text=f"A team's id, or {NONE}.")
    channel = serializers.IntegerField(min_value=1, max_value=2**53, required=False)
    day = serializers.DateField(required=False)
    weekday = serializers.IntegerField(min_value=1, max_value=7, required=False, help_text="1 is Monday.")
    hour = serializers.IntegerField(min_value=0, max_value=23, required=False)

    def wanted(self, variants: int) -> Wanted | None:
        """The number; None where the back-test has none of that name."""
        asked = dict(self.validated_data)
        team, variant, figure = asked.pop("team", None), asked.pop("variant"), asked.pop("figure")
        if variant >= variants or (variant == 0 and figure in BackTestChange.values):
            return None
        return Wanted(variant, figure, team=team if team in (None, NONE) else int(team), **asked)


class Side(serializers.Serializer[Any]):
    """How a run counted, or would have, and when its target ended or would have ended."""

    side = serializers.ChoiceField([("met", "met"), ("missed", "missed")], allow_blank=True, help_text="Empty: not.")
    due_at = Instant(allow_null=True)


class RunShape(serializers.Serializer[Any]):
    """A run of a target behind a number: as it was, and as it would have been."""

    id = serializers.IntegerField(help_text="The clock's.")
    ticket = serializers.IntegerField(help_text="The ticket's number.")
    target = serializers.ChoiceField(TargetKind.choices)
    number = serializers.IntegerField(help_text="The run of this target in the ticket, from 1.")
    team = Named(allow_null=True)
    counted_at = Instant(allow_null=True, help_text="When it was, or would have been, met or missed.")
    was = Side()
    would_be = Side(help_text="With the draft; of what was, with the first.")


def run_shown(run: Any) -> Any:
    """A run of `runs_behind`."""
    told = line(run)
    return RunShape(
        {
            "id": run.pk,
            "ticket": run.ticket_id,
            "target": run.target,
            "number": run.number,
            "team": run.ticket.team if run.stopped_at is None else run.team,
            "counted_at": run.counted_at,
            "was": {"side": told.was, "due_at": told.was_due_at},
            "would_be": {"side": told.would_be, "due_at": told.would_be_due_at},
        }
    ).data


def _draft_shown(draft: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": draft["name"],
        **({"policies": {pk: _terms_shown(given) for pk, given in draft["terms"].items()}} if "terms" in draft else {}),
        **({"order": draft["order"]} if "order" in draft else {}),
        **(
            {"calendars": {pk: {of: given[of] for of in HOURS} for pk, given in draft["calendars"].items()}}
            if "calendars" in draft
            else {}
        ),
    }


def _terms_shown(given: Mapping[str, Any]) -> dict[str, Any]:
    targets = {
        target: {"basis": one["basis"], "warn_share": one["warn_share"], "within_seconds": one["within"]}
        for target, one in given["targets"].items()
    }
    return {
        "calendar_id": given["calendar"],
        "conditions": given["conditions"],
        "targets": targets,
        "pauses_on_hold": given["pauses_on_hold"],
    }


def _variants(result: Result) -> list[dict[str, Any]]:
    teams, channels = team_names(), dict(Channel.objects.values_list("pk", "name"))
    return [
        {
            "number": variant.number,
            "name": variant.name,
            "targets": [_target(result, variant, target, teams, channels) for target in TARGETS],
        }
        for variant in result.variants
    ]


def _target(
    result: Result, variant: Variant, target: str, teams: Mapping[Any, str], channels: Mapping[Any, str]
) -> dict[str, Any]:
    share, of = variant.share(target), variant.counts[target]
    interval = share.interval
    return {
        "target": target,
        "met": share.count,
        "missed": share.rest,
        "percent": share.percent,
        "low": interval and interval.low,
        "high": interval and interval.high,
        "n": of["n"],
        **{f"{name}_seconds": None if of[name] is None else int(of[name]) for name in ("median", "p90", "mean")},
        "changes": result.changes(target)[variant.number - 1] if variant.number else None,
        "teams": _groups(variant, target, "teams", teams),
        "channels": _groups(variant, target, "channels", channels),
        "days": [{"day": day, "met": met, "missed": missed} for day, met, missed in of["days"]],
        "hours": [{"weekday": weekday, "hour": hour, "missed": missed} for weekday, hour, missed in of["hours"]],
    }


def _groups(variant: Variant, target: str, by: str, names: Mapping[Any, str]) -> list[dict[str, Any]]:
    return [
        {"id": key, "name": "" if key is None else names.get(key, f"#{key}"), "met": share.count, "missed": share.rest}
        for key, share in sorted(
            variant.groups(target, by).items(), key=lambda group: (group[0] is None, group[0] or 0)
        )
    ]
