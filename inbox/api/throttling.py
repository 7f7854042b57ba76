"""How much one token, or one browser, may ask for in a minute. Counted in Redis; while that is away, nobody waits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from inbox.agents.models import ApiToken
from inbox.common.clock import now

if TYPE_CHECKING:
    from rest_framework.views import APIView

_WINDOW = 60


class PerToken(BaseThrottle):
    """`API_REQUESTS_PER_MINUTE` requests in each minute of the clock; the rest are told when the next one begins."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """True while there is something left of this minute."""
        self._at = now().timestamp()
        key = f"api:{_who(request)}:{int(self._at // _WINDOW)}"
        try:
            cache.add(key, 0, _WINDOW)
            allowed: int = settings.API_REQUESTS_PER_MINUTE
            return cache.incr(key) <= allowed
        except (RedisError, ValueError):
            # Redis is away, or it forgot the count in between: better to answer too much than to refuse everybody.
            return True

    def wait(self) -> float:
        """Seconds until the next minute."""
        return math.ceil(_WINDOW - self._at % _WINDOW)


def _who(request: Request) -> str:
    if isinstance(request.auth, ApiToken):
        return request.auth.digest
    return request.session.session_key or "" if hasattr(request, "session") else ""
