"""The surveys' sweep."""

from celery import shared_task

from inbox.surveys.actions import remind_due, run_due, send_due


@shared_task
def sweep() -> None:
    """Run the campaigns whose time has come, send what is due, remind."""
    run_due()
    send_due()
    remind_due()
