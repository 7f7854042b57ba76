"""Comparing what arrived with what it should be, without telling by the time it takes how much of it fits."""

from __future__ import annotations

import hmac
from collections.abc import Iterable


def is_one_of(given: str, expected: Iterable[str]) -> bool:
    """Whether `given` is one of these, none of which may be empty: all are compared, each in constant time."""
    told = given.encode("utf-8", "replace")
    return sum(hmac.compare_digest(told, one.encode()) for one in expected if one) > 0
