"""Wake-ups for calls: each may be lost, doubled or late; the sweep finds the rows."""

from celery import shared_task

from inbox.webhooks import calling


@shared_task
def call(call_id: int) -> None:
    """Make one call."""
    calling.call(call_id)


@shared_task
def sweep() -> None:
    """Ring for every call that is due and made by nobody."""
    for call_id in calling.waiting():
        call.delay(call_id)


@shared_task
def forget() -> None:
    """Delete what was done long ago."""
    calling.forget_old()
