"""The calendar and the policies a new installation starts with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from inbox.agents.models import Agent
from inbox.sla.calendars import own_calendar_id
from inbox.sla.forms import Terms
from inbox.sla.models import BusinessCalendar, CalendarVersion, Policy, PolicyVersion
from inbox.sla.policies import make_policy
from inbox.tickets.changes import System

_START = datetime(2000, 1, 1, tzinfo=UTC)
_HOUR = 3600
_CHATS = "Live chat"
FOR_CHATS = [{"field": "channel", "values": ["livechat"]}]


def ensure_defaults(time_zone: str = "UTC") -> None:
    """Business hours Monday to Friday, 8 to 17, and a policy for every ticket, where there are none yet."""
    calendar, is_new = BusinessCalendar.objects.get_or_create(name="Business hours")
    if is_new:
        CalendarVersion.objects.create(
            calendar=calendar,
            in_force_from=_START,
            time_zone=time_zone,
            weekly={str(day): [["08:00", "17:00"]] for day in range(5)},
        )
    if Policy.objects.exists():
        return
    PolicyVersion.objects.create(
        policy=Policy.objects.create(name="Standard", position=10),
        calendar=calendar,
        in_force_from=_START,
        targets={
            "first_response": _target(low=8, normal=4, high=2, urgent=1),
            "next_response": _target(low=8, normal=4, high=2, urgent=1),
            "resolution": _target(low=72, normal=27, high=18, urgent=9),
        },
    )


def ensure_chat_policy(*, by: Agent | System) -> Policy | None:
    """A policy for live chats, where people wait in front of the page; None where one was ever made for them.

    It counts the hours of the company's own calendar, which may be changed as every policy's.
    """
    calendar_id = own_calendar_id()
    if calendar_id is None or PolicyVersion.objects.filter(conditions__contains=FOR_CHATS).exists():
        return None
    if Policy.objects.filter(name__iexact=_CHATS, deleted_at=None).exists():
        return None
    return make_policy(Terms(_CHATS, calendar_id, FOR_CHATS, chat_targets()), by=by)


def chat_targets() -> dict[str, dict[str, Any]]:
    """What is promised to people who wait in front of the page."""
    return {
        "first_response": _within(low=120, normal=60, high=45, urgent=30),
        "next_response": _within(low=240, normal=120, high=90, urgent=60),
        "resolution": _target(low=18, normal=9, high=4, urgent=2),
    }


def _target(**hours: int) -> dict[str, Any]:
    return _within(**{priority: count * _HOUR for priority, count in hours.items()})


def _within(**seconds: int) -> dict[str, Any]:
    return {"basis": "business", "warn_share": 0.75, "within": seconds}
