"""When somebody is there to chat with, by the calendar that the widget names; without one, always."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox.chats.models import ChatWidget, Visitor
from inbox.chats.queries import identities_of, tickets_of
from inbox.common.clock import now
from inbox.sla.access import hours
from inbox.sla.hours import NeverOpen
from inbox.tickets.enums import UNRESOLVED

#: Hours that go on for longer than this have no closing worth telling.
_AHEAD = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Hours:
    """Whether a chat is open now, and when that changes.

    `opens_at` is told while it is closed, null if that is not known; `closes_at` while it is open, null if it does not
    close within days. `takes_messages`: what is written is taken; outside the hours it is answered later, by mail.
    """

    is_open: bool
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    takes_messages: bool = True


def hours_of(widget: ChatWidget, at: datetime | None = None) -> Hours:
    """The hours of a chat, by the versions of its calendar that are in force at each time."""
    at = at or now()
    if widget.calendar_id is None:
        return Hours(is_open=True)
    calendar = hours(widget.calendar_id)
    if calendar.is_open(at):
        closes_at = calendar.spans_between(at, at + _AHEAD)[0][1]
        return Hours(is_open=True, closes_at=closes_at if closes_at < at + _AHEAD else None)
    try:
        opens_at = calendar.next_opening(at)
    except NeverOpen:
        opens_at = None
    return Hours(is_open=False, opens_at=opens_at, takes_messages=widget.is_open_outside_hours)


def may_write(visitor: Visitor, widget: ChatWidget, at: datetime | None = None) -> Hours | None:
    """None where the visitor may write; else the hours that speak against it.

    Who is in the middle of a conversation finishes it, whatever the hour.
    """
    found = hours_of(widget, at)
    if found.takes_messages or tickets_of(identities_of(visitor)).filter(state__in=UNRESOLVED).exists():
        return None
    return found
