"""Signs of life at a channel's webhook address, for whoever is connecting it: handshakes, and what was refused.

What is taken in is in the journal. This is for a page to look at, so Redis keeps it, for a day.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

import redis

from inbox.channels.models import Channel
from inbox.common.clock import now
from inbox.live.announce import bell

log = logging.getLogger(__name__)
_KEPT_FOR = timedelta(days=1)
_SHAKEN, _REFUSED = "shaken", "refused"


@dataclass(frozen=True, slots=True)
class HookSigns:
    """When the network last tested the address, and when a request last did not prove to be the network's."""

    shaken_at: datetime | None = None
    refused_at: datetime | None = None


def note_shaken(channel: Channel) -> None:
    """The network tested the address and was answered."""
    _note(str(channel.hook_number or channel.pk), _SHAKEN)


def note_shaken_beforehand(number: int) -> None:
    """The network tested an address that was drawn for a channel that is not connected yet."""
    _note(str(number), _SHAKEN)


def note_refused(channel: Channel) -> None:
    """A request came that did not prove to be the network's."""
    _note(str(channel.hook_number or channel.pk), _REFUSED)


def signs_at(channel: Channel) -> HookSigns:
    """What was noted in the last day; nothing while Redis does not answer.

    What was refused before the first request got in is of no interest any more.
    """
    try:
        told = cast("dict[bytes, bytes]", bell().hgetall(_key(str(channel.hook_number or channel.pk))))
    except redis.RedisError as error:
        log.warning("hooks: nobody knows what came to channel %s: %s", channel.pk, error)
        return HookSigns()
    at = {name.decode(): datetime.fromtimestamp(float(stamp), UTC) for name, stamp in told.items()}
    refused_at, first_at = at.get(_REFUSED), channel.first_hook_at
    is_over = refused_at is not None and first_at is not None and refused_at <= first_at
    return HookSigns(at.get(_SHAKEN), None if is_over else refused_at)


def _note(number: str, what: str) -> None:
    try:
        with bell().pipeline(transaction=False) as pipe:
            pipe.hset(_key(number), what, str(now().timestamp()))
            pipe.expire(_key(number), _KEPT_FOR)
            pipe.execute()
    except redis.RedisError as error:
        log.warning("hooks: a sign of life could not be noted: %s", error)


def _key(number: str) -> str:
    return f"inbox:hook:{number}"
