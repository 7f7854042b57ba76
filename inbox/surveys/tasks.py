"""The surveys' sweeps."""

from celery import shared_task

from inbox.surveys.actions import remind_due, run_due, send_due
from inbox.surveys.theme_letters import send_copies
from inbox.surveys.themes import search_past


@shared_task
def sweep() -> None:
    """Run the campaigns whose time has come, send what is due, remind."""
    run_due()
    send_due()
    remind_due()


@shared_task
def search_themes() -> None:
    """Search the past for themes that were saved."""
    search_past()


@shared_task
def send_letters() -> None:
    """Say what customers are told of, in their tickets."""
    send_copies()
