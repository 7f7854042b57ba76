"""Ports for servers that have to be told theirs before they listen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

from config.embedded.state import is_free

#: Below those of the product's own servers, and those that the kernel gives to whoever connects or asks for any.
_FIRST, _OF_A_RUN, _RUNS = 10_000, 150, 66


def free_port() -> int:
    """A port that nobody has, and that nobody gets until it is used: runs at the same time have their own."""
    return next(port for port in _ports if is_free(port))


def _turn() -> Iterator[int]:
    run = int(urlsplit(os.environ["REDIS_URL"]).path[1:]) % _RUNS
    # Runs of other checkouts don't know of ours: they begin elsewhere.
    number = os.getpid()
    while True:
        yield _FIRST + run * _OF_A_RUN + number % _OF_A_RUN
        number += 1


_ports = _turn()
