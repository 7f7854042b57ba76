"""The surveys' sweep."""

from celery import shared_task

from inbox.surveys.actions import send_due


@shared_task
def sweep() -> None:
    """Send the invitations whose time has come."""
    send_due()
