"""What each network's fake tells of itself, so that one story can be played on all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from channels_adapters.contracts import Account, Payload
from tests.networks.server import FakeNetwork


@dataclass(frozen=True)
class Story:
    """How a customer writes, an agent's answer is seen, and a receipt comes, on one network.

    `inbound(text, url)` is the signed request for a customer's text at our webhook `url`; `said(fake)` are the texts
    the network took from us, in order; `receipt(ids, url)` the signed request by which it tells that they were read
    (or delivered, where that is all it tells), None where it tells nothing. `customer` is the name shown.
    """

    account: Account
    fake: type[FakeNetwork]
    customer: str
    inbound: Callable[[str, str], Payload]
    said: Callable[[FakeNetwork], list[str]]
    receipt: Callable[[Sequence[str], str], Payload] | None = None
