"""Which agents are here: an open page of theirs gave a sign of life a moment ago. Redis alone knows it.

What Redis forgets is told again by the next sign of life. Until then nobody is held to be gone who was never seen to be
here: absence counts from when the first of all signs came.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

import redis

from inbox.common.clock import now
from inbox.live.announce import bell

#: An agent of whom nothing was heard for longer is not here.
HERE = timedelta(seconds=90)
#: Seconds between two signs of life of an open page.
AGAIN = 20.0
KEY = "inbox:here"
_FIRST = "first"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Presence:
    """When each agent was heard of last, by id; `since` is when listening began, None when it did not."""

    heard: Mapping[int, datetime]
    since: datetime | None = None

    def here(self, at: datetime) -> list[int]:
        """The ids of those who are here."""
        return [agent_id for agent_id, heard_at in self.heard.items() if at - heard_at <= HERE]

    def is_here(self, agent_id: int, at: datetime) -> bool:
        """True while an open page of the agent's gives signs of life."""
        return agent_id in self.heard and at - self.heard[agent_id] <= HERE

    def gone_for(self, agent_id: int, at: datetime) -> timedelta:
        """For how long, as far as is known, nothing was heard of the agent."""
        last = self.heard.get(agent_id, self.since)
        return at - last if last else timedelta(0)


def note_here(agent_id: int, at: datetime | None = None) -> None:
    """A page of the agent's is open. A sign of life that gets lost is followed by another."""
    stamp = (at or now()).timestamp()
    try:
        with bell().pipeline(transaction=False) as pipe:
            pipe.hset(KEY, str(agent_id), str(stamp))
            pipe.hsetnx(KEY, _FIRST, str(stamp))
            pipe.execute()
    except redis.RedisError as error:
        log.warning("live: that agent %s is here could not be noted: %s", agent_id, error)


def presence() -> Presence:
    """Who was heard of when; nobody while Redis does not answer."""
    try:
        told = cast("dict[bytes, bytes]", bell().hgetall(KEY))
    except redis.RedisError as error:
        log.warning("live: nobody knows who is here: %s", error)
        return Presence({})
    heard = {field.decode(): datetime.fromtimestamp(float(stamp), UTC) for field, stamp in told.items()}
    since = heard.pop(_FIRST, None)
    return Presence({int(agent_id): heard_at for agent_id, heard_at in heard.items()}, since)
