"""The tickets' sweep."""

from celery import shared_task

from inbox.tickets.actions import close_settled
from inbox.tickets.queries import to_close


@shared_task
def sweep() -> None:
    """Close what has been resolved long enough."""
    for ticket in to_close():
        close_settled(ticket)
