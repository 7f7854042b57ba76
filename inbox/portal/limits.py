"""How often one address may try links: generous for people behind one gateway, too little for guessing."""

from __future__ import annotations

import ipaddress
import logging

from django.core.cache import cache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

#: Attempts that write or fail, in so many seconds. Opening a good link is free: mail scanners open each of them.
ATTEMPTS = 200
WITHIN = 600


def is_too_often(address: str) -> bool:
    """Count an attempt from `address`; True when there were too many. Without Redis nobody is kept out."""
    key = f"portal:attempts:{_network(address)}"
    try:
        cache.add(key, 0, WITHIN)
        return int(cache.incr(key)) > ATTEMPTS
    except ValueError:
        # The counter ran out between the two calls: a new period begins.
        return False
    except (RedisError, OSError) as error:
        log.warning("portal: attempts are not counted: %s", error)
        return False


def _network(address: str) -> str:
    """An address, or the /64 of an IPv6 one: a home has as many of those as it likes."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is None:
        return str(ipaddress.ip_network((int(ip) >> 64 << 64, 64)).network_address)
    return str(ip)
