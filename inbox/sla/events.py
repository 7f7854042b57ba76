"""What the pure core reads of an event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

#: Instants are counted in microseconds from here on, as PostgreSQL does.
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

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
    "survey_answered",
    "survey_cancelled",
    "survey_scheduled",
    "survey_sent",
    "survey_suppressed",
    "tagged",
    "team_changed",
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
    """A row of a log, read for many tickets at once. `at` counts microseconds since `EPOCH`; rows sort by time.

    `team_id` is the ticket's team after the event. `details` has what replay reads of them, and is else empty.
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
        return EPOCH + timedelta(microseconds=self.at)

    @property
    def details(self) -> Mapping[str, Any]:
        """What more was recorded."""
        return self.known or _NOTHING
