"""Calendars, in the words of `inbox.sla.opening`."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from inbox.api.fields import Instant
from inbox.api.shapes.versions import VersionShape
from inbox.sla.models import BusinessCalendar, CalendarVersion

#: What may be sent, besides the instant from which it counts.
HOURS = ("time_zone", "weekly", "closures", "country", "region", "worked")
_WEEKLY = {
    "type": "object",
    "additionalProperties": {
        "type": "array",
        "items": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
    },
    "example": {"0": [["09:00", "12:30"], ["13:00", "17:00"]]},
}


@extend_schema_field(_WEEKLY)
class _Weekly(serializers.JSONField):
    pass


class Closure(serializers.Serializer[Any]):
    """Closed days or hours."""

    until = serializers.CharField(help_text="The last closed day, or the instant of opening again.")
    name = serializers.CharField(allow_blank=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        # A field can't be called "from" in Python.
        first = serializers.CharField(help_text="The first closed day, 2026-12-24, or the instant of closing.")
        return {"from": first, **super().get_fields()}


class Holiday(serializers.Serializer[Any]):
    """A public holiday, as it was known when the version was made."""

    date = serializers.CharField(source="0")
    name = serializers.CharField(source="1")


class HoursShape(serializers.Serializer[Any]):
    """What a calendar says: open hours, less closures and those holidays that are not worked."""

    time_zone = serializers.CharField(help_text="A name of the IANA, such as Europe/Berlin.")
    weekly = _Weekly(
        help_text="Open spans by weekday, from 0 (Monday) to 6. One that ends at 00:00 or before it begins runs over "
        "midnight; 00:00 to 00:00 is the whole day."
    )
    closures = Closure(many=True, required=False)
    country = serializers.CharField(required=False, allow_blank=True, help_text="Whose holidays: two letters.")
    region = serializers.CharField(required=False, allow_blank=True)
    worked = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="The dates of holidays that are worked."
    )


class NewCalendar(HoursShape):
    """A calendar to make."""

    name = serializers.CharField()


class ChangedCalendar(HoursShape):
    """What to change; what is left out stays as it is."""

    name = serializers.CharField()
    in_force_from = Instant(help_text="From when on the hours count: now, if it is left out.")


class CalendarVersionShape(VersionShape, HoursShape):
    """A version of a calendar."""

    holidays = serializers.SerializerMethodField(help_text="The public holidays of the country and region.")

    @extend_schema_field(Holiday(many=True))
    def get_holidays(self, version: CalendarVersion) -> list[dict[str, str]]:
        return [{"date": day, "name": name} for day, name in version.holidays]


class CalendarShape(serializers.Serializer[Any]):
    """A calendar with the version that is in force now."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    version = serializers.SerializerMethodField(help_text="The version in force now.")
    next_version = serializers.SerializerMethodField(help_text="The next one planned; null if there is none.")

    @extend_schema_field(CalendarVersionShape())
    def get_version(self, calendar: BusinessCalendar) -> Any:
        return CalendarVersionShape(in_force(calendar, self.context["as_of"])).data

    @extend_schema_field(CalendarVersionShape(allow_null=True))
    def get_next_version(self, calendar: BusinessCalendar) -> Any:
        later = (one for one in versions(calendar)[1:] if one.in_force_from > self.context["as_of"])
        planned = next(later, None)
        return CalendarVersionShape(planned).data if planned else None


def versions(calendar: BusinessCalendar) -> list[CalendarVersion]:
    """A calendar's prefetched versions, in the order in which they come into force."""
    return sorted(calendar.versions.all(), key=lambda version: version.in_force_from)


def in_force(calendar: BusinessCalendar, at: Any) -> CalendarVersion:
    """The version that measures an instant; the first one measures all time before it, too."""
    known = versions(calendar)
    return next((version for version in reversed(known) if version.in_force_from <= at), known[0])


class OpenSpan(serializers.Serializer[Any]):
    """A stretch of open time."""

    start = Instant()
    end = Instant()


class Preview(serializers.Serializer[Any]):
    """When an amount of open time is used up."""

    at = Instant()
    seconds = serializers.IntegerField()
    due_at = Instant()
    open = OpenSpan(many=True, help_text="The open time between, which adds up to the seconds.")
