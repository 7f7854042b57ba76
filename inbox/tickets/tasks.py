"""The tickets' sweep."""

from celery import shared_task

from inbox.tickets import closing, likenesses, scheduled, snoozing
from inbox.tickets.actions import close_settled
from inbox.tickets.queries import to_close


@shared_task
def look(look_id: int) -> None:
    """Compare who wrote with the other customers."""
    likenesses.look(look_id)


@shared_task
def sweep() -> None:
    """Say the replies, wake the tickets and turn the windows whose time has come; close what was resolved long ago."""
    scheduled.say_due()
    snoozing.wake_due()
    closing.turn_windows()
    for ticket in to_close():
        close_settled(ticket)
    for look_id in likenesses.waiting():
        look.delay(look_id)
