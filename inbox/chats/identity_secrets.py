"""The secret with which a site vouches for its visitors: making a new one, and ending the one before.

While a site changes over, tokens signed with either count. A secret is shown once, when it is made.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from inbox.agents.models import Agent
from inbox.channels.access import opened, sealed
from inbox.channels.models import Channel
from inbox.chats.settings import needs_admin
from inbox.common.clock import now
from inbox.tickets.changes import Refused, System

_NOW, _BEFORE = "identity_secret", "identity_secret_before"


@dataclass(frozen=True, slots=True)
class Secrets:
    """When the secrets were made that a site may know: None for one that nobody was shown, or that was ended."""

    made_at: datetime | None
    before_made_at: datetime | None


def secrets_of(channel: Channel) -> Secrets:
    """Since when the channel has its secrets; the secrets themselves stay where they are."""
    return Secrets(_instant(channel, _NOW), _instant(channel, _BEFORE))


def rotate_secret(channel: Channel, *, by: Agent | System, at: datetime | None = None) -> str:
    """Make a new secret and return it, this once; the one before counts until `end_old_secret`.

    Raises `Refused` while there is an older one still: of three, nobody knows which his site uses.
    """
    needs_admin(by)
    with transaction.atomic():
        stored = Channel.objects.select_for_update().get(pk=channel.pk, kind="livechat")
        if _instant(stored, _BEFORE):
            raise Refused(_("End the old secret first: until then two of them count already."))
        kept, made = opened(stored.secrets), secrets.token_urlsafe(32)
        if kept.get(_NOW):
            kept[_BEFORE] = kept[_NOW]
        stored.secrets = sealed({**kept, _NOW: made})
        told = {f"{_NOW}_made_at": (at or now()).isoformat()}
        if since := stored.settings.get(f"{_NOW}_made_at"):
            told[f"{_BEFORE}_made_at"] = since
        stored.settings = {**stored.settings, **told}
        stored.save(update_fields=["secrets", "settings"])
    return made


def end_old_secret(channel: Channel, *, by: Agent | System) -> Channel:
    """Refuse what is signed with the secret before the present one from now on. Done twice, it changes nothing."""
    needs_admin(by)
    with transaction.atomic():
        stored = Channel.objects.select_for_update().get(pk=channel.pk, kind="livechat")
        stored.secrets = sealed({name: value for name, value in opened(stored.secrets).items() if name != _BEFORE})
        stored.settings = {name: value for name, value in stored.settings.items() if name != f"{_BEFORE}_made_at"}
        stored.save(update_fields=["secrets", "settings"])
    return stored


def _instant(channel: Channel, name: str) -> datetime | None:
    made_at = channel.settings.get(f"{name}_made_at")
    return datetime.fromisoformat(made_at) if made_at else None
