"""Telling open pages, after commit, that something changed. Redis is only the bell: what is lost here is caught up."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from functools import cache

import redis
from django.conf import settings
from redis.connection import parse_url

log = logging.getLogger(__name__)


@cache
def bell() -> redis.Redis:
    """This process's connection to Redis, shared by its threads."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=1)


def channel() -> str:
    """Where it rings. Redis knows no databases there: what others on the same server ring is told apart by ours."""
    return f"inbox:live:{parse_url(settings.REDIS_URL).get('db', 0)}"  # type: ignore[no-untyped-call]


def announce(topic: str, news: Mapping[str, object]) -> None:
    """Ring for `topic` with ids only. Call it after commit; a lost ring costs freshness, never data."""
    try:
        bell().publish(channel(), json.dumps({"topic": topic, **news}))
    except redis.RedisError as error:
        log.warning("live: nobody could be told of %s: %s", topic, error)
