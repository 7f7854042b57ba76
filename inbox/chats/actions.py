"""Setting up a chat."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from inbox.channels.actions import connect
from inbox.channels.models import Channel
from inbox.chats.models import ChatWidget


def open_chat(
    *, name: str, origins: Sequence[str] = (), widget: dict[str, Any] | None = None, **values: Any
) -> Channel:
    """A live-chat channel with a public key and a secret of its own. `values` are its, `widget` those of its look."""
    with transaction.atomic():
        channel = connect(
            kind="livechat",
            address=secrets.token_hex(8),
            name=name,
            secrets={"identity_secret": secrets.token_urlsafe(32)},
            **values,
        )
        ChatWidget.objects.create(channel=channel, origins=list(origins), **(widget or {}))
    return channel
