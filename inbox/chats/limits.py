"""How much a visitor and an address may do: more than people need, too little for a flood. Redis counts.

Periods begin at round instants, so that a counter is a number that expires and nothing has to be tidied up.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import redis

from inbox.common.addresses import network_of
from inbox.common.clock import now
from inbox.live.announce import bell

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so much in so many seconds, for a visitor or for all at one address (of IPv6: at one /64)."""

    of: str
    most: int
    within: int


_MB = 1024 * 1024
LIMITS: Mapping[str, tuple[Limit, ...]] = {
    "messages": (Limit("visitor", 20, 60), Limit("visitor", 200, 3600), Limit("address", 60, 60)),
    # Who is faster than this has his ticket marked.
    "flood": (Limit("visitor", 10, 60),),
    "sessions": (Limit("address", 60, 600),),
    "uploads": (Limit("visitor", 20, 3600), Limit("address", 100, 3600)),
    "upload_bytes": (Limit("visitor", 100 * _MB, 3600), Limit("address", 400 * _MB, 3600)),
    "conversation": (Limit("visitor", 300, 60),),
    "typing": (Limit("visitor", 60, 60),),
    "read": (Limit("visitor", 120, 60),),
    "steps": (Limit("visitor", 60, 60),),
    "streams": (Limit("visitor", 60, 60),),
    "letters": (Limit("visitor", 5, 3600), Limit("address", 20, 3600)),
    # Whatever has no line of its own.
    "other": (Limit("visitor", 120, 60),),
}


def wait_for(what: str, *, visitor: int = 0, address: str = "", amount: int = 1, at: datetime | None = None) -> int:
    """Count it; 0 when it may be done, else the seconds after which to try again. Without Redis nobody is kept out."""
    moment = int((at or now()).timestamp())
    limits = LIMITS[what]
    who = {"visitor": str(visitor), "address": network_of(address)}
    try:
        with bell().pipeline(transaction=False) as counting:
            for limit in limits:
                key = f"chat:{what}:{limit.of}:{who[limit.of]}:{limit.within}:{moment // limit.within}"
                counting.incrby(key, amount)
                counting.expire(key, limit.within)
            counted = counting.execute()[::2]
    except redis.RedisError as error:
        log.warning("chats: nobody counts %s: %s", what, error)
        return 0
    waits = [
        limit.within - moment % limit.within for limit, count in zip(limits, counted, strict=True) if count > limit.most
    ]
    return max(waits, default=0)
