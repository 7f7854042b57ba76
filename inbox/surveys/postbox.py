"""How a survey leaves that belongs to no ticket: whoever can send it subscribes when the process starts.

What belongs to a ticket leaves as its message does, because of the ticket's event. Rooms above this one keep the outbox
and can't be called from here by name.
"""

from __future__ import annotations

from collections.abc import Callable

from inbox.surveys.models import Invitation

#: Called with the invitation and whether this is the reminder.
Poster = Callable[[Invitation, bool], None]
_posters: list[Poster] = []


def subscribe(poster: Poster) -> None:
    """Let `poster` put surveys into the outbox; once, however often it asks."""
    if poster not in _posters:
        _posters.append(poster)


def post(invitation: Invitation, *, is_reminder: bool = False) -> None:
    """Put it into the outbox, within the transaction that says it was sent."""
    for poster in _posters:
        poster(invitation, is_reminder)
