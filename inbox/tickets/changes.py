"""The one way a ticket changes: lock, change, record, react, in one transaction.

    with change(ticket, by=ada) as it:
        it.set(state=State.RESOLVED)
        it.record(EventKind.RESOLVED)

On leaving the block the ticket and its events are written and the subscribers run: those `within` the
transaction (clocks, which may move the ticket's `due_at`, survey decisions) and, once committed, those `after` it
(wake-ups, the live stream).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.common.clock import is_moved, now
from inbox.common.rows import find, insert, update
from inbox.customers.models import Customer
from inbox.tickets.enums import AuthorKind, EventKind
from inbox.tickets.models import Message, Ticket, TicketEvent


class Refused(Exception):
    """The rules don't allow it; the sentence is for the person who asked."""


class System:
    """The clock's own deeds: nobody in particular acted."""

    def __repr__(self) -> str:
        return "SYSTEM"


SYSTEM = System()
Actor = Agent | Customer | System

#: What of a ticket its clocks say, and its network's.
_CACHED = ("due_at", "waiting_since", "window_closes_at")

Within = Callable[[Ticket, Sequence[TicketEvent]], None]
After = Callable[[Sequence[TicketEvent]], None]
_before: list[Callable[[Change], None]] = []
_within: list[Within] = []
_after: list[After] = []


def subscribe(*, before: Callable[[Change], None], within: Within, after: After) -> None:
    """Register who reacts to new events; `inbox.reactions` does, once, when the process starts.

    `before` they are written, more may be recorded.
    """
    if within not in _within:
        _before.append(before)
        _within.append(within)
        _after.append(after)


class Change:
    """A ticket under lock, the fields set and the events recorded so far.

    `is_opening` while the ticket comes into being: nobody else can know of it, and its log is `events`. `learnt` is
    what subscribers found out while it is written, for those after them.
    """

    def __init__(self, ticket: Ticket, by: Actor, at: datetime, *, is_opening: bool = False) -> None:
        self.ticket = ticket
        self.is_opening = is_opening
        self.by = by
        self.at = at
        self.recorded_at = max(at, now())
        self.events: list[TicketEvent] = []
        self.learnt: dict[str, Any] = {}
        self._fields: set[str] = set()
        self._cached = {name: getattr(ticket, name) for name in _CACHED}

    def set(self, **values: Any) -> bool:
        """Set fields of the ticket; False when they already had these values."""
        changed = {name for name, value in values.items() if getattr(self.ticket, name) != value}
        for name in changed:
            setattr(self.ticket, name, values[name])
        self._fields |= changed
        return bool(changed)

    def record(
        self,
        kind: EventKind,
        details: Mapping[str, Any] = MappingProxyType({}),
        *,
        at: datetime | None = None,
        message: Message | None = None,
        author_kind: AuthorKind | None = None,
        policy_version_id: int | None = None,
        by: Actor | None = None,
        **more: Any,
    ) -> TicketEvent:
        """Append an event with the ticket as it is at this point of the change.

        `more` are further details, for those whose names are no Python keywords.
        """
        by = by or self.by
        event = TicketEvent(
            ticket=self.ticket,
            kind=kind,
            occurred_at=min(at or self.at, self.recorded_at),
            recorded_at=self.recorded_at,
            agent=by if isinstance(by, Agent) else None,
            customer=by if isinstance(by, Customer) else None,
            author_kind=author_kind or "",
            message=message,
            state=self.ticket.state,
            priority=self.ticket.priority,
            team_id=self.ticket.team_id,
            assignee_id=self.ticket.assignee_id,
            policy_version_id=policy_version_id,
            details={**details, **more},
        )
        self.events.append(event)
        return event

    def write(self) -> None:
        """Write what was set and recorded, and let the subscribers react."""
        ticket = self.ticket
        if not self.events:
            self.store()
            return
        self.set(updated_at=max(ticket.updated_at, self.recorded_at))
        for prepare in _before:
            prepare(self)
        insert(self.events)
        # A reaction that changes the ticket further starts from what is stored, and has this stored first.
        around = under_way(ticket)
        vars(ticket)["_under_way"] = self
        try:
            for react in _within:
                react(ticket, self.events)
        finally:
            vars(ticket)["_under_way"] = around
        self.store()
        if not is_moved():
            transaction.on_commit(functools.partial(_announce, tuple(self.events)))

    def store(self) -> None:
        """Write what was set so far, by the change or, for what clocks say, by a reaction."""
        for name, before in self._cached.items():
            if (value := getattr(self.ticket, name)) != before:
                self._fields.add(name)
                self._cached[name] = value
        if self._fields:
            update(self.ticket, sorted(self._fields))
            self._fields.clear()


def _announce(events: Sequence[TicketEvent]) -> None:
    for react in _after:
        react(events)


def _lock(ticket: Ticket) -> None:
    """Lock the stored row and bring `ticket` up to date; what it had read of other rows is forgotten.

    Its channel is kept (`_keeps`).
    """
    if writing := under_way(ticket):
        writing.store()
    stored = find(Ticket, "id = %s", ticket.pk, tail="FOR UPDATE")
    if not stored:
        raise Ticket.DoesNotExist
    field: Any
    for field in Ticket._meta.local_concrete_fields:
        if field.is_relation and field.is_cached(ticket) and not _keeps(field, ticket, stored[0]):
            field.delete_cached_value(ticket)
        setattr(ticket, field.attname, getattr(stored[0], field.attname))
    vars(ticket).pop("_prefetched_objects_cache", None)


def _keeps(field: Any, ticket: Ticket, stored: Ticket) -> bool:
    """A channel says how to talk to it, and is no part of what changes here: while it is the same, it is read once."""
    return field.name == "channel" and stored.channel_id == ticket.channel_id


def under_way(ticket: Ticket) -> Change | None:
    """The change of this ticket that is being written."""
    it: Change | None = vars(ticket).get("_under_way")
    return it


@contextmanager
def change(
    ticket: Ticket, *, by: Actor, at: datetime | None = None, falls_back: bool = True, even_merged: bool = False
) -> Iterator[Change]:
    """Lock `ticket`, bring the given object up to date, and write what the block sets and records.

    `at` is when it happens (default: now), aware; events never lie after the instant they are stored. When a change
    within a transaction does not `falls_back` by itself, its failure is that of the transaction. A ticket that was
    merged is only read: what an agent wants to do in it is `Refused`, unless it is meant `even_merged`.
    """
    with transaction.atomic(savepoint=falls_back):
        _lock(ticket)
        if ticket.merged_into_id and isinstance(by, Agent) and not even_merged:
            raise Refused(_("%(ref)s was merged into another ticket and can only be read.") % {"ref": ticket.ref})
        it = Change(ticket, by, at or now())
        yield it
        it.write()
