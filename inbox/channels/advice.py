"""What the DNS should say so that a channel's mail arrives."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from channels_adapters.email.dns_reading import Resolver, advice
from channels_adapters.email.domain import Finding
from inbox.channels.access import account
from inbox.channels.models import Channel


def domain_of(channel: Channel) -> str:
    """The domain in the address that customers see."""
    return channel.address.rpartition("@")[2]


def advice_for(channel: Channel, selectors: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Findings on the channel's domain, after 3 seconds at most. `selectors` are names of DKIM keys to look for."""
    known = account(channel).settings
    by_api = str(known.get("outgoing") or "smtp") != "smtp"
    server = str(known.get("outgoing") if by_api else known.get("host") or known.get("incoming_host") or "")
    return advice(domain_of(channel), Resolver(settings.DNS_SERVER), server=server, selectors=selectors)
