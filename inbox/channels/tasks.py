"""Wake-ups: fetch by id, call one action. Each may be lost, doubled or late; the sweep finds the rows."""

from celery import shared_task

from inbox.channels import (
    accounts,
    delivery,
    expiry,
    imports,
    intake,
    message_templates,
    polling,
    profiles,
    purging,
    unconfirmed,
    writing,
)
from inbox.channels.enums import ImportState


@shared_task
def process(envelope_id: int) -> None:
    """Take one journalled payload in."""
    intake.process(envelope_id)


@shared_task
def process_all(envelope_ids: list[int]) -> None:
    """Take journalled payloads in, one after the other; whoever else is at one has it."""
    for envelope_id in envelope_ids:
        intake.process(envelope_id)


@shared_task
def send(delivery_id: int) -> None:
    """Send one message."""
    delivery.send(delivery_id)


@shared_task
def tell_typing(ticket_id: int) -> None:
    """Tell a network that somebody answers its customer."""
    writing.tell(ticket_id)


@shared_task
def send_direct(mail_id: int) -> None:
    """Send one mail outside tickets."""
    delivery.send_direct(mail_id)


@shared_task
def look_again_direct(mail_id: int) -> None:
    """Ask the network what became of one unconfirmed mail outside tickets."""
    unconfirmed.look_again_direct(mail_id)


@shared_task
def send_mail(mail_id: int) -> None:
    """Send one mail about a ticket."""
    delivery.send_mail(mail_id)


@shared_task
def look_again_mail(mail_id: int) -> None:
    """Ask the network what became of one unconfirmed mail about a ticket."""
    unconfirmed.look_again_mail(mail_id)


@shared_task
def look_again(delivery_id: int) -> None:
    """Ask the network what became of one unconfirmed message."""
    unconfirmed.look_again(delivery_id)


@shared_task
def poll(poller_id: int) -> None:
    """Ask one place of a network for news."""
    polling.poll(poller_id)


@shared_task
def renew(renewal_id: int) -> None:
    """Renew the credentials of one account."""
    expiry.renew(renewal_id)


@shared_task
def look_up(lookup_id: int) -> None:
    """Ask a network who somebody is."""
    profiles.look_up(lookup_id)


@shared_task
def look_after_accounts() -> None:
    """End former secrets whose time is over, renew what ends, and tell admins of what can't be renewed."""
    accounts.forget_former_secrets()
    for renewal_id in expiry.waiting():
        renew.delay(renewal_id)
    expiry.warn()


@shared_task
def read_import(import_id: int) -> None:
    """Read an import of old mail for a while; it comes round again until it is over."""
    job = imports.read_on(import_id)
    if job and job.state == ImportState.RUNNING and job.next_attempt_at is None:
        read_import.delay(import_id)


@shared_task
def sync_templates(channel_id: int) -> None:
    """Ask a network for the message templates of one account."""
    message_templates.sync_again(channel_id)


@shared_task
def sync_all_templates() -> None:
    """Ask for the message templates of all accounts; hourly."""
    for channel_id in message_templates.channels_with_templates():
        sync_templates.delay(channel_id)


@shared_task
def purge_deleted() -> None:
    """Let go of what was deleted long ago; daily, and again at once while there is more."""
    if purging.purge():
        purge_deleted.delay()


@shared_task
def sweep() -> None:
    """Ring again for everything that is due and held by nobody."""
    for envelope_id in intake.waiting():
        process.delay(envelope_id)
    for delivery_id in delivery.waiting():
        send.delay(delivery_id)
    for delivery_id in unconfirmed.unsure():
        look_again.delay(delivery_id)
    for mail_id in delivery.waiting_direct():
        send_direct.delay(mail_id)
    for mail_id in unconfirmed.unsure_direct():
        look_again_direct.delay(mail_id)
    for mail_id in delivery.waiting_mails():
        send_mail.delay(mail_id)
    for mail_id in unconfirmed.unsure_mails():
        look_again_mail.delay(mail_id)
    for import_id in imports.waiting():
        read_import.delay(import_id)
    for lookup_id in profiles.waiting():
        look_up.delay(lookup_id)
    for poller_id in polling.waiting():
        poll.delay(poller_id)
