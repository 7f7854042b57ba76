"""The clocks' sweep."""

from celery import shared_task

from inbox.sla.calendars import renew_holidays
from inbox.sla.reckoning import reckon_anew
from inbox.sla.sweep import notice_due


@shared_task
def sweep() -> None:
    """Notice breaches and warnings that are due; runs every few seconds, as often at once as it likes."""
    notice_due()


@shared_task
def reckon() -> None:
    """Reckon running clocks by calendars that changed, where some still wait for it."""
    reckon_anew()


@shared_task
def extend_holidays() -> None:
    """Let calendars know the holidays of further years in good time."""
    renew_holidays()
