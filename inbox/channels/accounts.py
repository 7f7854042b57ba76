"""Changing a connected account: its name and route, its settings, its secrets, whether it is on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from inbox.agents.models import Team
from inbox.channels.access import opened, sealed
from inbox.channels.models import Channel


def change_account(
    channel: Channel,
    *,
    address: str,
    name: str,
    brand: str,
    language: str,
    team: Team | None,
    settings: Mapping[str, Any],
    secrets: Mapping[str, str],
) -> Channel:
    """Change a channel. Settings are replaced; of the secrets those given are, the others stay as they are stored."""
    with transaction.atomic():
        channel = Channel.objects.select_for_update().get(pk=channel.pk)
        channel.address = address.strip().lower() if channel.kind == "email" else address
        channel.name, channel.brand, channel.language, channel.team = name, brand, language, team
        channel.settings = dict(settings)
        if given := {key: value for key, value in secrets.items() if value}:
            channel.secrets = sealed({**opened(channel.secrets), **given})
        channel.save()
    return channel


def switch(channel: Channel, *, on: bool) -> Channel:
    """Switch a channel on or off: what is off takes nothing in; replies in its tickets still leave."""
    Channel.objects.filter(pk=channel.pk).update(is_active=on)
    channel.is_active = on
    return channel
