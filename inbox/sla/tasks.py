"""The clocks' sweep."""

from celery import shared_task

from inbox.sla.sweep import notice_due


@shared_task
def sweep() -> None:
    """Notice breaches and warnings that are due; runs every few seconds, as often at once as it likes."""
    notice_due()
