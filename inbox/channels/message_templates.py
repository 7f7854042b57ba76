"""Message templates: kept as the network tells of them, offered to agents."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from channels_adapters.contracts import SendError
from channels_adapters.registry import adapter
from inbox.channels.access import is_sample
from inbox.channels.admission import asking
from inbox.channels.credentials import fresh_account
from inbox.channels.models import Channel
from inbox.channels.template_models import MessageTemplate, TemplateState
from inbox.common.clock import now
from inbox.common.text import storable
from inbox.tickets.networks import Connected
from inbox.tickets.sending import can

log = logging.getLogger(__name__)


def has_templates(channel: Connected) -> bool:
    """Whether an account has templates."""
    able = can(channel)
    return able is not None and able.templates


def sync_templates(channel: Channel, *, at: datetime | None = None) -> int:
    """Keep the templates the network tells of, and no others; how many there are. Raises `SendError`."""
    with asking(channel):
        told = adapter(channel.kind).templates(fresh_account(channel))
    at = at or now()
    with transaction.atomic():
        kept = [
            MessageTemplate.objects.update_or_create(
                channel=channel,
                name=one.name[:512],
                language=one.language[:20],
                defaults={
                    "text": storable(one.text),
                    "state": one.state,
                    "category": one.category[:60],
                    "header": storable(one.header),
                    "footer": storable(one.footer),
                    "buttons": list(one.buttons),
                    "reason": storable(one.reason),
                    "synced_at": at,
                },
            )[0].pk
            for one in told
        ]
        channel.message_templates.exclude(pk__in=kept).delete()
    return len(kept)


def channels_with_templates() -> list[int]:
    """Numbers of the active accounts that have templates."""
    active = Channel.objects.filter(is_active=True).order_by("id")
    return [one.pk for one in active if has_templates(one) and not is_sample(one)]


def sync_again(channel_id: int) -> int | None:
    """The same by itself: what the network does not tell now it is asked for again later. None where that was so."""
    channel = Channel.objects.filter(pk=channel_id, is_active=True).first()
    if channel is None or not has_templates(channel):
        return None
    try:
        return sync_templates(channel)
    except SendError as problem:
        log.warning("templates: %r did not tell its templates: %s", channel, problem.reason)
        return None


def offered_templates(channel: Channel, languages: Sequence[str]) -> list[MessageTemplate]:
    """Those that may be sent: in the first of `languages` that they have before others, by name."""
    wanted = [tag.partition("-")[0].partition("_")[0].lower() for tag in languages if tag]

    def rank(one: MessageTemplate) -> tuple[int, str, str]:
        plain = one.language.replace("_", "-").partition("-")[0].lower()
        return (wanted.index(plain) if plain in wanted else len(wanted), one.name, one.language)

    return sorted(channel.message_templates.filter(state=TemplateState.APPROVED), key=rank)
