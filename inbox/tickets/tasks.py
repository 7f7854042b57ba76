"""The tickets' sweep."""

from celery import shared_task

from inbox.tickets import scheduled, snoozing
from inbox.tickets.actions import close_settled
from inbox.tickets.queries import to_close


@shared_task
def sweep() -> None:
    """Say the replies and wake the tickets whose time has come; close what has been resolved long enough."""
    scheduled.say_due()
    snoozing.wake_due()
    for ticket in to_close():
        close_settled(ticket)
