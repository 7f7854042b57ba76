"""How often one address and one link may try: generous for people behind one gateway, too little for guessing."""

from __future__ import annotations

import logging

from django.core.cache import cache
from redis.exceptions import RedisError

from inbox.common.addresses import network_of

log = logging.getLogger(__name__)

#: Attempts of an address that write or fail, in so many seconds. Opening a good link is free: mail scanners open each
#: of them.
ATTEMPTS = 200
#: Forms sent to one link in that time.
FORMS = 60
WITHIN = 600


def is_too_often(address: str) -> bool:
    """Count an attempt from `address`; True when there were too many. Without Redis nobody is kept out."""
    return _count(f"portal:attempts:{network_of(address)}") > ATTEMPTS


def has_too_many_forms(invitation: int) -> bool:
    """Count a form sent to this invitation's link, from whatever address; True when there were too many."""
    return _count(f"portal:forms:{invitation}") > FORMS


def _count(key: str) -> int:
    try:
        cache.add(key, 0, WITHIN)
        return int(cache.incr(key))
    except ValueError:
        # The counter ran out between the two calls: a new period begins.
        return 1
    except (RedisError, OSError) as error:
        log.warning("portal: attempts are not counted: %s", error)
        return 0
