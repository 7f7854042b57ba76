"""The sweep of follow-ups."""

from celery import shared_task

from inbox.follow_ups import lateness


@shared_task
def sweep() -> None:
    """Tell of what is late."""
    lateness.tell_late()
