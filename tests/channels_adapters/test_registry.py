from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

import pytest

from channels_adapters import registry
from channels_adapters.base import BaseAdapter
from channels_adapters.contracts import (
    Account,
    Capabilities,
    Event,
    Fault,
    MediaRef,
    OutboundMessage,
    Payload,
    SendError,
)

PACKAGE = """
from channels_adapters.base import BaseAdapter
from channels_adapters.contracts import Capabilities

class PigeonAdapter(BaseAdapter):
    kind, label, capabilities = "pigeon", "Pigeon", Capabilities(inbound=frozenset(), threading="person")

    def parse(self, payload, account):
        return ()
"""


class SmokeAdapter(BaseAdapter):
    kind: ClassVar[str] = "smoke"
    label: ClassVar[str] = "Smoke signals"
    capabilities: ClassVar[Capabilities] = Capabilities(inbound=frozenset(), threading="person")

    def parse(self, payload: Payload, account: Account) -> Sequence[Event]:
        return ()


@pytest.fixture
def pigeon_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A pip package is installed that brings the kind `pigeon`, and tries to replace `email`."""
    (tmp_path / "pigeon_channel.py").write_text(PACKAGE)
    information = tmp_path / "pigeon_channel-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeon-channel\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(
        f"[{registry.GROUP}]\npigeon = pigeon_channel:PigeonAdapter\nemail = pigeon_channel:PigeonAdapter\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    registry.adapter.cache_clear()
    registry._third_party.cache_clear()
    yield
    sys.modules.pop("pigeon_channel", None)
    registry.adapter.cache_clear()
    registry._third_party.cache_clear()


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(LookupError) as refused:
        registry.adapter("drum")
    assert str(refused.value) == f"There is no channel kind 'drum'. Known kinds: {', '.join(registry.kinds())}."


def test_a_package_adds_a_kind_and_replaces_none(pigeon_package: None) -> None:
    assert (registry.kinds(), registry.adapter("pigeon").label, registry.adapter("email").label) == (
        tuple(sorted({*registry.BUILT_IN, "pigeon"})),
        "Pigeon",
        "E-mail",
    )


def test_a_base_adapter_says_what_its_network_lacks() -> None:
    smoke, hill = SmokeAdapter(), Account("smoke", "hill")
    answers = (
        smoke.route(Payload(b"")), smoke.verify(Payload(b""), hill), list(smoke.poll(hill, "", "")),
        list(smoke.listen(hill, "")), smoke.find_outbound("1", hill), smoke.check(hill),
        smoke.connect(hill, "https://shop.example"), smoke.refresh_credentials(hill),
    )  # fmt: skip
    assert answers == ((), None, [], [], None, (), (), {})
    with pytest.raises(SendError) as refused:
        smoke.send(OutboundMessage("1", ()), hill)
    with pytest.raises(SendError) as lacking:
        smoke.fetch_media(MediaRef("token"), hill)
    assert (refused.value.fault, lacking.value.fault) == (Fault.BLOCKED, Fault.MEDIA)
