"""Wake-ups: fetch by id, call one action. Each may be lost, doubled or late; the sweep finds the rows."""

from celery import shared_task

from inbox.channels import delivery, intake


@shared_task
def process(envelope_id: int) -> None:
    """Take one journalled payload in."""
    intake.process(envelope_id)


@shared_task
def send(delivery_id: int) -> None:
    """Send one message."""
    delivery.send(delivery_id)


@shared_task
def sweep() -> None:
    """Ring again for everything that is due and held by nobody."""
    for envelope_id in intake.waiting():
        process.delay(envelope_id)
    for delivery_id in delivery.waiting():
        send.delay(delivery_id)
