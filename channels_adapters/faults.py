"""What sending can't do without."""

from __future__ import annotations

from typing import TypeVar

from channels_adapters.contracts import Fault, SendError

T = TypeVar("T")


def needed(value: T | None, fault: Fault, reason: str) -> T:
    """The value: a credential, whom it goes to, the id in an answer. Raises `SendError` where it is empty."""
    if not value:
        raise SendError(fault, reason)
    return value
