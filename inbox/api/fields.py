"""How values are written: instants in UTC with a Z, durations in whole seconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

#: Instants that calendars and clocks are asked about.
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


class Instant(serializers.DateTimeField):
    """An instant (RFC 3339), given in UTC; taken with any offset, but not without one."""

    default_error_messages = {
        "without_offset": _("Say the offset from UTC as well, such as 2026-03-09T09:00:00Z."),
        "not_an_instant": _("Write an instant such as 2026-03-09T09:00:00Z."),
        "out_of_range": _("Take an instant of the years 1970 to 2199."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)

    def to_internal_value(self, value: Any) -> datetime:
        instant = _parsed(value)
        if instant is None:
            self.fail("not_an_instant")
        if instant.utcoffset() is None:
            self.fail("without_offset")
        if not EARLIEST + timedelta(days=1) < instant < LATEST:
            self.fail("out_of_range")
        return instant.astimezone(UTC)


def _parsed(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        # A space stands for the plus sign that a query has to write as %2B.
        return parse_datetime(value.strip().replace(" ", "+") if "T" in value.upper() else value)
    except ValueError:
        return None


class WholeSeconds(serializers.IntegerField):
    """A duration in whole seconds; what is begun of one does not count."""

    def to_representation(self, value: Any) -> int:
        return int(value.total_seconds() if isinstance(value, timedelta) else value)
