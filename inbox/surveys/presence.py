"""Who is still there is asked at once, and need not be reminded of it later: whoever can tell subscribes at the start.

Rooms above this one see customers come and go, and can't be called from here by name.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from inbox.tickets.models import Ticket

#: Called with a ticket that was just resolved and the instant; whether its customer is in front of the conversation.
Watcher = Callable[[Ticket, datetime], bool]
_watchers: list[Watcher] = []


def subscribe(watcher: Watcher) -> None:
    """Let `watcher` say whether a customer is there; once, however often it asks."""
    if watcher not in _watchers:
        _watchers.append(watcher)


def is_there(ticket: Ticket, at: datetime) -> bool:
    """Whether anybody sees the ticket's customer."""
    return any(watcher(ticket, at) for watcher in _watchers)
