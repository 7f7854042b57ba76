"""Whether a network lets an account in, as far as our own calls tell: what it refuses, and that a message leaves again.

A network seldom tells that a token was revoked or a password changed; its refusals do. The first one is noted as the
news it would have been (`AccountNews`), and is history once a message leaves, a check passes or somebody connects the
account again. What is fetched by asking again and again has a health of its own (`Poller`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from channels_adapters.contracts import Fault, SendError
from inbox.channels.access import is_sample
from inbox.channels.enums import ACCESS_REFUSED, AccountWarning
from inbox.channels.expiry import tell_admins
from inbox.channels.models import AccountNews, Channel
from inbox.channels.queries import lost_access
from inbox.common.clock import now


@contextmanager
def asking(channel: Channel) -> Iterator[None]:
    """A call to the network for the account: that it is let in no more is noted, and the `SendError` goes on."""
    try:
        yield
    except SendError as problem:
        note_refusal(channel, problem)
        raise


def note_refusal(channel: Channel, problem: SendError) -> None:
    """Note that the network lets the account in no more, where `problem` says so; once, until it does again.

    `channel` is as it was when the call was made: what credentials of then were refused says nothing about new ones.
    """
    if problem.fault != Fault.AUTH or is_sample(channel) or _is_lost(channel):
        return
    with transaction.atomic():
        held = Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
        if _signs_in(held) != _signs_in(channel) or _is_lost(held):
            return
        at = now()
        AccountNews.objects.create(channel=held, name=ACCESS_REFUSED, details=problem.reason[:2000], at=at)
        tell_admins(held, AccountWarning.REFUSED, at, at=at)


def note_admission(channel: Channel, *, since: datetime) -> None:
    """A message left that was handed over at `since`: what was refused before is history."""
    refusals = AccountNews.objects.filter(channel=channel, name=ACCESS_REFUSED, settled_at=None, at__lt=since)
    refusals.update(settled_at=now())


def _is_lost(channel: Channel) -> bool:
    return lost_access().filter(channel=channel).exists()


def _signs_in(channel: Channel) -> tuple[str, object, bytes]:
    """What an account signs in with."""
    return channel.address, channel.settings, bytes(channel.secrets)
