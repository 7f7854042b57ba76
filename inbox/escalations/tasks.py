"""Wake-ups for steps: each may be lost, doubled or late; the sweep finds the rows."""

from celery import shared_task

from inbox.escalations import closing, taking


@shared_task
def take(escalation_id: int) -> None:
    """Take one step."""
    taking.take(escalation_id)


@shared_task
def sweep() -> None:
    """Ring for every step that is due and taken by nobody; tell of windows that close soon."""
    closing.tell_closing()
    for escalation_id in taking.waiting():
        take.delay(escalation_id)
