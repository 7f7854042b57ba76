"""What is counted by visitor and by address, and for how long one has to wait."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from inbox.chats import limits
from inbox.chats.limits import Limit, wait_for
from inbox.live.announce import bell

NOON = datetime(2026, 11, 22, 12, 0, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    bell().flushdb()
    monkeypatch.setattr(limits, "LIMITS", {"messages": (Limit("visitor", 2, 60), Limit("address", 4, 600))})


def test_one_may_do_so_much_in_a_period_and_waits_until_the_next() -> None:
    waits = [wait_for("messages", visitor=1, address="192.0.2.1", at=NOON) for _ in range(3)]
    later = wait_for("messages", visitor=1, address="192.0.2.1", at=NOON.replace(minute=1))
    assert (waits, later) == ([0, 0, 40], 0)


def test_all_at_one_address_count_together_and_others_do_not() -> None:
    home = ["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8::4", "2001:db8::5", "2001:db8:0:1::1"]
    waits = [wait_for("messages", visitor=number, address=one, at=NOON) for number, one in enumerate(home)]
    assert waits == [0, 0, 0, 0, 580, 0]


def test_much_at_once_counts_as_much() -> None:
    assert [wait_for("messages", visitor=7, address="192.0.2.7", amount=3, at=NOON) for _ in range(1)] == [40]


def test_without_redis_nobody_is_kept_out(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(limits, "bell", bell.__wrapped__)
    assert [wait_for("messages", visitor=1, address="192.0.2.1", at=NOON) for _ in range(5)] == [0] * 5
