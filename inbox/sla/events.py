"""What the pure core reads of an event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from inbox.sla.wallclock import EPOCH, at_tick, ticks

__all__ = ["EPOCH", "SILENT", "Event", "LoggedEvent", "as_event"]

#: Kinds that say nothing to a clock and are never the first of a log: nothing is lost without them.
SILENT = (
    "acknowledged",
    "clock_breached",
    "clock_warned",
    "customer_changed",
    "delivery_settled",
    "escalated",
    "followed_up",
    "renamed",
    "reply_held",
    "reply_scheduled",
    "snoozed",
    "survey_answered",
    "survey_cancelled",
    "survey_scheduled",
    "survey_sent",
    "survey_suppressed",
    "tagged",
    "team_changed",
    "unsnoozed",
    "untagged",
)

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class LoggedEvent(Protocol):
    """One row of a ticket's event log, as the model `TicketEvent` has it.

    `priority` is the ticket's after the event, `author_kind` who wrote an outbound message ("" for other events).
    """

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def author_kind(self) -> str: ...
    @property
    def priority(self) -> str: ...
    @property
    def policy_version_id(self) -> int | None: ...
    @property
    def agent_id(self) -> int | None: ...
    @property
    def message_id(self) -> int | None: ...
    @property
    def customer_id(self) -> int | None: ...
    @property
    def details(self) -> Mapping[str, Any]: ...


class Event(NamedTuple):
    """A row of a log as the engine reads it, by itself or with those of many tickets. Rows sort by event time.

    `at` is in ticks, `team_id` the ticket's team after the event. `known` are the details as far as replay reads them.
    """

    at: int
    id: int
    kind: str
    author_kind: str
    priority: str
    policy_version_id: int | None
    agent_id: int | None
    message_id: int | None
    customer_id: int | None
    team_id: int | None
    known: Mapping[str, Any] | None = None

    @property
    def occurred_at(self) -> datetime:
        """When it happened, in UTC."""
        return at_tick(self.at)

    @property
    def details(self) -> Mapping[str, Any]:
        """What more was recorded."""
        return self.known or _NOTHING


def as_event(event: LoggedEvent) -> Event:
    """The event as a row of its log. Raises ValueError for one at a naive datetime."""
    if type(event) is Event:
        return event
    return Event(
        ticks(event.occurred_at),
        event.id,
        event.kind,
        event.author_kind,
        event.priority,
        event.policy_version_id,
        event.agent_id,
        event.message_id,
        event.customer_id,
        getattr(event, "team_id", None),
        event.details,
    )
