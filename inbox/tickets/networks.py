"""What can be done in a channel: its network's capabilities, as the account's settings change them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from channels_adapters.contracts import Account, Capabilities
from channels_adapters.registry import adapter


class Connected(Protocol):
    """A channel, as far as its network cares."""

    @property
    def kind(self) -> str:
        """The kind of its network."""

    @property
    def address(self) -> str:
        """The account's address."""

    @property
    def settings(self) -> Mapping[str, Any]:
        """What was set for it."""


def capabilities_of(channel: Connected) -> Capabilities:
    """What this account can do. Raises `UnknownKind` while its adapter is not installed."""
    return adapter(channel.kind).capabilities_of(Account(channel.kind, channel.address, channel.settings))
