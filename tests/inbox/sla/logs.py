"""Event logs told in a few words: Monday is 3 June 2024, times are UTC, the office is open from 9 to 17."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from inbox.sla.calendar import Calendar
from inbox.sla.policy import PRIORITIES, PolicyTerms, Target, TargetTerms

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
OFFICE = Calendar("Etc/UTC", {day: [(time(9), time(17))] for day in range(5)})
ADA, GRACE = 1, 2
CUSTOMER = 7

_MONDAY = datetime(2024, 6, 3, tzinfo=UTC)
_DAYS = {"Mon": 0, "Tue": 1, "Wed": 2, "Thu": 3, "Fri": 4, "Sat": 5, "Sun": 6}


@dataclass(frozen=True)
class Logged:
    """An event as `inbox.sla.replay` reads it."""

    id: int
    kind: str
    occurred_at: datetime
    recorded_at: datetime
    author_kind: str = ""
    priority: str = "normal"
    policy_version_id: int | None = None
    agent_id: int | None = None
    message_id: int | None = None
    customer_id: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


def at(text: str, week: int = 0) -> datetime:
    """ "Tue 09:30" is Tuesday of the story's first week; an ISO text is itself, in UTC."""
    day, _, clock = text.partition(" ")
    if day not in _DAYS:
        instant = datetime.fromisoformat(text)
        return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    hours = time.fromisoformat(clock)
    return datetime.combine(_MONDAY + (7 * week + _DAYS[day]) * DAY, hours, UTC)


def story(*steps: tuple) -> list[Logged]:
    """Steps are (when, kind) or (when, kind, fields); ids count from 1 and a priority stays until changed.

    A bare `replied` is Ada's, `received` and `reopened` are the customer's.
    """
    events, priority = [], "normal"
    for number, (when, kind, *rest) in enumerate(steps, start=1):
        fields = dict(rest[0]) if rest else {}
        priority = fields.setdefault("priority", priority)
        if kind in ("replied", "called"):
            fields = {"author_kind": "human", "agent_id": ADA, **fields}
        if kind == "received":
            fields = {"customer_id": CUSTOMER, **fields}
        happened = at(when) if isinstance(when, str) else when
        events.append(Logged(number, kind, happened, happened, **fields))
    return events


def terms(version: int = 1, *, pause_on_hold: bool = False, **targets: timedelta | TargetTerms) -> PolicyTerms:
    """Terms with the same time for every priority, on business time; without targets: 2 h, 2 h and 16 h."""
    targets = targets or {"first_response": 2 * HOUR, "next_response": 2 * HOUR, "resolution": 16 * HOUR}
    return PolicyTerms(
        version,
        "Standard",
        {
            Target(name): allowed
            if isinstance(allowed, TargetTerms)
            else TargetTerms(dict.fromkeys(PRIORITIES, allowed), "business")
            for name, allowed in targets.items()
        },
        pause_on_hold=pause_on_hold,
    )
