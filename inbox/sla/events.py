"""What the pure core reads of an event."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol


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
    def recorded_at(self) -> datetime: ...
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
