"""Which tickets a ticket can be merged with, and where its merges are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When

from inbox.agents.models import Agent
from inbox.tickets.access import tickets_of
from inbox.tickets.enums import UNRESOLVED, EventKind, State
from inbox.tickets.filters import Filters
from inbox.tickets.models import Ticket, TicketEvent
from inbox.tickets.queries import narrowed

_OFFERED = 8
#: Where an event names the other ticket.
_NAMES = ("ticket", "into", "out_of", "split_from")
_TELLING = (
    EventKind.CREATED,
    EventKind.MERGED,
    EventKind.UNMERGED,
    EventKind.MERGED_IN,
    EventKind.UNMERGED_OUT,
    EventKind.SPLIT_OFF,
)


def candidates(agent: Agent, ticket: Ticket, text: str = "") -> list[Ticket]:
    """Tickets it can be merged with: those that `text` finds, without any the same customer's; open ones first."""
    others = tickets_of(agent).filter(merged_into=None, is_spam=False).exclude(pk=ticket.pk)
    others = others.exclude(state=State.CLOSED).select_related("customer", "channel", "assignee")
    if text.strip():
        others = narrowed(others, Filters(text=" ".join(text.split())[:200]), agent)
    else:
        others = others.filter(customer=ticket.customer_id)
    return list(_ordered(others, text)[:_OFFERED])


def _ordered(tickets: QuerySet[Ticket], text: str) -> QuerySet[Ticket]:
    number = text.strip().lower().removeprefix("t-").removeprefix("#")
    called = Q(pk=int(number)) if number.isascii() and number.isdigit() and len(number) < 18 else Q(pk=None)
    rank = Case(When(called, then=Value(0)), When(state__in=UNRESOLVED, then=Value(1)), default=Value(2))
    return tickets.annotate(rank=rank).order_by("rank", "-last_message_at", "-id")


@dataclass(frozen=True, slots=True)
class Reference:
    """Another ticket that a line of the timeline tells of; `can_be_undone`: it is merged into this one."""

    number: int
    can_be_undone: bool


def references(ticket: Ticket, events: Iterable[TicketEvent], agent: Agent) -> Mapping[int, Reference]:
    """The other tickets that events tell of, by the event; those the agent may not see are not named."""
    named = {event.pk: number for event in events if event.kind in _TELLING and (number := _other(event.details))}
    if not named:
        return {}
    seen = dict(tickets_of(agent).filter(pk__in=named.values()).values_list("pk", "merged_into"))
    latest = {number: pk for pk, number in sorted(named.items())}
    return {
        pk: Reference(number, seen[number] == ticket.pk and latest[number] == pk)
        for pk, number in named.items()
        if number in seen
    }


def _other(details: Mapping[str, Any]) -> int | None:
    return next((details[name] for name in _NAMES if details.get(name)), None)
