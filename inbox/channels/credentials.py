"""Accounts with credentials that work now: tokens that are about to expire are renewed first."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.db import transaction

from channels_adapters.contracts import Account, Fault, SendError
from channels_adapters.registry import adapter
from channels_adapters.wording import say
from inbox.channels.access import account, is_sample, opened, sealed
from inbox.channels.models import Channel
from inbox.common.clock import now

log = logging.getLogger(__name__)
#: A token that lives no longer than this is renewed.
RENEW_BEFORE = timedelta(minutes=5)


def fresh_account(channel: Channel, *, refused: str = "") -> Account:
    """The channel as plain values, its token good for some minutes. Raises `SendError` where a person has to act.

    `refused` is a token that a server did not take although its time was not over: it is not given again. Several
    processes may ask at once: one renews, the others wait for it and use what it got.
    """
    if is_sample(channel):
        raise SendError(Fault.AUTH, say("This account is a sample: no network is behind it."))
    held = _without(account(channel), refused)
    if not held.settings.get("oauth_provider"):
        return _renewed_in_time(channel, held)
    if _is_good(held, RENEW_BEFORE):
        return held
    try:
        return _renewed(channel, refused)
    except SendError as problem:
        if problem.fault is not Fault.AUTH and _is_good(held, timedelta(0)):
            # The provider is away for the moment; the old token still opens.
            return held
        raise


def renew_now(channel: Channel) -> datetime | None:
    """Ask the network for new credentials; when those now stored end, where it is known. Raises `SendError`."""
    return _expires_at(_renewed(channel, "").secrets.get("expires_at", ""))


def token_expires_at(channel: Channel) -> datetime | None:
    """When the channel's token stops working; None for a channel that signs in by password, or was never allowed in."""
    if not channel.settings.get("oauth_provider"):
        return None
    return _expires_at(opened(channel.secrets).get("oauth_expires_at", ""))


def _renewed_in_time(channel: Channel, held: Account) -> Account:
    """What should have been renewed long ago is at the last moment; what can't be is tried as it is."""
    until = _expires_at(held.secrets.get("expires_at", ""))
    if until is None or until - now() > RENEW_BEFORE:
        return held
    try:
        return _renewed(channel, "")
    except SendError as problem:
        log.warning("credentials: those of channel %s are not renewed: %s", channel.pk, problem.reason)
        return held


def _without(held: Account, refused: str) -> Account:
    if not refused or held.secrets.get("oauth_access_token") != refused:
        return held
    return replace(held, secrets={name: value for name, value in held.secrets.items() if name != "oauth_access_token"})


def _renewed(channel: Channel, refused: str) -> Account:
    with transaction.atomic():
        # Rows that refer to the channel can still be written meanwhile (no key is changed).
        locked = Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
        secrets = adapter(locked.kind).refresh_credentials(_without(account(locked), refused))
        if secrets:
            locked.secrets = sealed({**opened(locked.secrets), **secrets})
            locked.save(update_fields=["secrets"])
    channel.secrets = locked.secrets
    return account(locked)


def _is_good(held: Account, within: timedelta) -> bool:
    until = _expires_at(held.secrets.get("oauth_expires_at", ""))
    return bool(held.secrets.get("oauth_access_token")) and until is not None and until - now() > within


def _expires_at(text: str) -> datetime | None:
    """The instant that is written there; None for what is none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
