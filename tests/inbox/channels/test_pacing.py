"""How often a network is written to, over all workers: by a real Redis."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import override_settings

from channels_adapters import registry
from inbox.agents.models import Team
from inbox.channels import actions, delivery
from inbox.channels.models import Channel, Delivery, Envelope
from inbox.channels.pacing import wait_before
from inbox.channels.received import take_in
from inbox.common.clock import now
from inbox.live.announce import bell
from inbox.tickets.conversation import reply
from tests import cast
from tests.inbox.channels import ravens

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def loft(billing: Team, monkeypatch: pytest.MonkeyPatch) -> Iterator[Channel]:
    """Its ravens carry ten messages a second, two of them at once after a pause."""
    ravens.installed(monkeypatch)
    paced = replace(ravens.RavenAdapter.capabilities, rate_per_second=10)
    monkeypatch.setattr(ravens.RavenAdapter, "capabilities", paced)
    channel = actions.connect(kind=ravens.KIND, address="north", name="North", team=billing)
    yield channel
    for key in bell().scan_iter(f"inbox:pace:{channel.pk}*"):
        bell().delete(key)
    registry.adapter.cache_clear()
    registry.family_kinds.cache_clear()


def _waits(loft: Channel, askers: str, milliseconds: int = 0) -> list[int]:
    at = NOON + timedelta(milliseconds=milliseconds)
    return [round(wait_before(loft, one, at=at) / timedelta(milliseconds=1)) for one in askers]


def test_who_comes_too_early_waits_in_the_order_of_asking(loft: Channel) -> None:
    assert _waits(loft, "abcde") == [0, 0, 100, 200, 300]


def test_who_waits_keeps_the_turn_and_who_is_new_comes_behind(loft: Channel) -> None:
    _waits(loft, "abcde")
    early, in_turn, later, new = (
        _waits(loft, "d", 150),
        _waits(loft, "c", 150),
        _waits(loft, "d", 250),
        _waits(loft, "f", 250),
    )
    assert (early, in_turn, later, new) == ([50], [0], [0], [150])


def test_those_who_come_too_late_together_do_not_leave_together(loft: Channel) -> None:
    _waits(loft, "abcdefgh")
    assert _waits(loft, "cdefgh", 60_000) == [0, 0, 100, 200, 300, 400]


def test_channels_do_not_wait_for_each_other_and_networks_without_a_rate_for_nobody(
    loft: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Channel(kind=ravens.KIND, pk=loft.pk + 1_000_000)
    shared = [_waits(one, "ab") for one in (loft, other)]
    bell().delete(f"inbox:pace:{other.pk}")
    unpaced = replace(ravens.RavenAdapter.capabilities, rate_per_second=None)
    monkeypatch.setattr(ravens.RavenAdapter, "capabilities", unpaced)
    assert (shared, _waits(loft, "cdefghij")) == ([[0, 0], [0, 0]], [0] * 8)


def test_without_redis_everything_leaves(loft: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    bell.cache_clear()
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        waits = _waits(loft, "abcd")
    bell.cache_clear()
    assert waits == [0, 0, 0, 0]


def test_a_reply_that_waits_for_its_turn_has_not_failed_and_leaves_in_time(
    loft: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = replace(ravens.RavenAdapter.capabilities, rate_per_second=0.001)
    monkeypatch.setattr(ravens.RavenAdapter, "capabilities", slow)
    replies = [_answered(loft, number) for number in "12"]
    for one in replies:
        delivery.send(one)
    held = Delivery.objects.get(status="queued")
    assert (held.attempts, held.reason, held.fault, held.handed_over_at, ravens.RavenAdapter.flown) == (
        0,
        "",
        "",
        None,
        ["Caw1"],
    )
    Delivery.objects.update(next_attempt_at=None)
    bell().delete(f"inbox:pace:{loft.pk}", f"inbox:pace:{loft.pk}:delivery:{held.pk}")
    delivery.send(held.pk)
    assert ravens.RavenAdapter.flown == ["Caw1", "Caw2"]


def _answered(loft: Channel, number: str) -> int:
    envelope = Envelope.objects.create(channel=loft, body=b"", body_hash=number, size=0, received_at=now())
    message, _ = take_in(loft, envelope, ravens.letter(number, by=f"bo{number}"))
    assert message
    answer = reply(message.ticket, f"Caw{number}", by=cast.maja(), undo_seconds=0)
    return Delivery.objects.get(message=answer).pk
