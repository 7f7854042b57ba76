"""Since when and on which networks something holds for an address that several of them know, as values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

#: Kinds of addresses that several networks know; any other is on one only.
SHARED_KINDS = ("phone", "email")


@dataclass(frozen=True, slots=True)
class Hold:
    """It holds since then (None: it does not) on these networks; where they are none, everywhere."""

    since: datetime | None = None
    networks: tuple[str, ...] = ()

    def put(self, network: str, at: datetime) -> Hold:
        """The same, and it holds on a network; with "" everywhere."""
        if not network or (self.since and not self.networks):
            return Hold(self.since or at)
        return Hold(self.since or at, tuple(sorted({*self.networks, network})))

    def lifted(self, network: str, known: Collection[str]) -> Hold:
        """The same, and it does not hold on a network any more; with "" nowhere. `known` are all networks there are."""
        left = sorted({*(self.networks or known)} - {network}) if network and self.since else []
        return Hold(self.since, tuple(left)) if left else Hold()

    def only_on(self, network: str) -> Hold:
        """What of it holds on a network."""
        holds = self.since is not None and (not self.networks or network in self.networks)
        return Hold(self.since, (network,)) if holds else Hold()

    def everywhere(self) -> Hold:
        """The same for an address that is on one network only."""
        return Hold(self.since)

    def joined(self, other: Hold) -> Hold:
        """What holds by either."""
        if self.since is None or other.since is None:
            return other if self.since is None else self
        is_everywhere = not self.networks or not other.networks
        networks = () if is_everywhere else tuple(sorted({*self.networks, *other.networks}))
        return Hold(min(self.since, other.since), networks)
