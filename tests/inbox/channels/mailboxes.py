"""Channels whose mail is fetched from the test's mail server, and what comes of it."""

from __future__ import annotations

from typing import Any

from inbox.channels import actions, intake, polling
from inbox.channels.models import Channel, Poller
from tests.mail_servers import PASSWORD, Box, Dovecot


def fetched(server: Dovecot, box: Box, *, address: str = "", **settings: Any) -> Channel:
    """A channel that fetches all of a mailbox by IMAP."""
    channel = actions.connect(
        kind="email",
        address=address or box.user,
        name="Fetched",
        settings={
            "incoming": "imap",
            "incoming_host": "127.0.0.1",
            "incoming_port": server.ports["imap"],
            "incoming_security": "none",
            "incoming_username": box.user,
            "since": "all",
        }
        | settings,
        secrets={"incoming_password": PASSWORD},
    )
    polling.ensure_pollers(channel)
    return channel


def fetch(channel: Channel) -> Poller:
    """Poll each place of the channel until nothing is left, as if its time had come; the last poller."""
    told = None
    for poller in Poller.objects.filter(channel=channel).order_by("id"):
        Poller.objects.filter(pk=poller.pk).update(next_attempt_at=None)
        while (told := polling.poll(poller.pk)) and poller.pk in polling.waiting():
            pass
    assert told is not None
    return told


def take_in() -> None:
    """Process what is journalled."""
    while found := intake.waiting():
        for envelope_id in found:
            intake.process(envelope_id)
