"""What follows from an answer, within the transaction that keeps it.

    subscribe(follow_ups.answered)

Rooms above this one subscribe when the process starts (`inbox.reactions` does): whoever needs opening hours, notices or
mail to act on an answer can't be called from here by name. It is the same for answers about a ticket and about us
altogether, which have no log of events that could be reacted to.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from inbox.surveys import themes
from inbox.surveys.models import Answer, Invitation

#: Called with the invitation, the answer that counts now, the one that counted before, and the instant.
Follower = Callable[[Invitation, Answer, Answer | None, datetime], None]
_followers: list[Follower] = []


def subscribe(follower: Follower) -> None:
    """Let `follower` hear of every answer that is new or changed; once, however often it asks."""
    if follower not in _followers:
        _followers.append(follower)


def answered(invitation: Invitation, given: Answer, before: Answer | None, at: datetime) -> None:
    """An answer was given, or changed from `before`: `inbox.surveys.actions.answer` says so, for nobody else to.

    It comes after the ticket's event and in one transaction with it; the ticket, where there is one, and the
    invitation are locked.
    """
    themes.find_in(invitation, given)
    for follower in _followers:
        follower(invitation, given, before, at)
