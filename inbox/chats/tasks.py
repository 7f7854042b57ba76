"""The chats' sweep."""

from __future__ import annotations

import logging
from collections.abc import Callable

from celery import shared_task

from inbox.chats import assignment, flows, idle, letters, places, retention

log = logging.getLogger(__name__)

#: What is looked after every few seconds. Each may run as often at once as it likes.
SWEEPS: tuple[Callable[[], object], ...] = (
    assignment.take_back_from_gone,
    flows.hand_over_silent,
    assignment.give_waiting,
    places.tell_places,
    idle.look_after_idle,
    letters.write_due,
)


@shared_task
def give(ticket_id: int) -> None:
    """Give one chat that waits to somebody."""
    assignment.give(ticket_id)


@shared_task
def give_waiting() -> None:
    """Give out the chats that wait."""
    assignment.give_waiting()


@shared_task
def write_letters(ticket_id: int) -> None:
    """Mail what the visitor of one chat has not seen."""
    letters.write_letters(ticket_id)


@shared_task
def forget() -> None:
    """Let go of what was kept long enough; daily, and again at once while there is more."""
    if retention.forget():
        forget.delay()


@shared_task
def sweep() -> None:
    """Look after each of them. One that fails is logged and tried again by the next sweep; the others go on."""
    for look_after in SWEEPS:
        try:
            look_after()
        except Exception:
            log.exception("chats: %s failed", look_after.__name__)
