"""How often a network lets us write to it: one bucket a channel, shared by all workers, in Redis.

Who comes too early is told when to come again, in the order of first asking; who is new waits behind those who wait.
Redis is only the bell here, too: without it messages leave at once, and the network itself says when it is too much.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import cast

import redis

from channels_adapters.registry import kinds
from inbox.channels.models import Channel
from inbox.live.announce import bell
from inbox.tickets.networks import capabilities_of

log = logging.getLogger(__name__)
#: So many seconds' worth of messages may leave at once after a pause.
_BURST = 0.2
#: A bucket that empties at a steady rate (GCRA): `next` is when it will be empty, `tail` when it would be once all
#: those who wait had left. KEYS: the bucket, the turn of who asks. ARGV: seconds a message, seconds of burst, and the
#: present instant if it is not that of Redis, by whose clock all workers go.
_TAKE = """
local clock = redis.call('TIME')
local now = tonumber(ARGV[3]) or tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local each, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local kept = redis.call('HMGET', KEYS[1], 'next', 'tail')
local next = math.max(tonumber(kept[1] or now), now)
local tail = math.max(tonumber(kept[2] or now), next)
local turn = tonumber(redis.call('GET', KEYS[2]) or '0')
local wait = 0
if turn > now then
  wait = turn - now
elseif next - burst <= now and (turn > 0 or tail - burst <= now) then
  next = next + each
  tail = math.max(tail, next)
  redis.call('DEL', KEYS[2])
else
  turn = tail - burst
  tail = tail + each
  wait = turn - now
  redis.call('SET', KEYS[2], string.format('%.6f', turn), 'EX', math.ceil(wait) + 3600)
end
redis.call('HSET', KEYS[1], 'next', string.format('%.6f', next), 'tail', string.format('%.6f', tail))
redis.call('EXPIRE', KEYS[1], math.ceil(tail - now) + 60)
return string.format('%.6f', wait)
"""


def wait_before(channel: Channel, asker: str, *, at: datetime | None = None) -> timedelta:
    """How long `asker` (a name of the message's own) has to wait before it may leave by the channel; zero: go now.

    Whoever was told to wait keeps its turn and asks again under the same name.
    """
    rate = capabilities_of(channel).rate_per_second if channel.kind in kinds() else None
    if not rate:
        return timedelta(0)
    each = 1 / rate
    # At most a burst's worth, and always one.
    burst = max(_BURST - each, 0.0)
    keys = f"inbox:pace:{channel.pk}", f"inbox:pace:{channel.pk}:{asker}"
    instant = f"{at.timestamp():.6f}" if at else ""
    try:
        told = cast("bytes", bell().eval(_TAKE, 2, *keys, f"{each:.6f}", f"{burst:.6f}", instant))
    except redis.RedisError as error:
        log.warning("pacing: channel %s is not paced: %s", channel.pk, error)
        return timedelta(0)
    return timedelta(seconds=float(told))
