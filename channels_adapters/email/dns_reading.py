"""Reading what the DNS says of a mail domain, all at once and within a time limit."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import dns.exception
import dns.resolver

from channels_adapters.email.domain import Finding, Zone, followed, is_spf, judge, selectors_of
from channels_adapters.email.providers import FREE_DOMAINS, provider_of

SECONDS = 3.0


class Resolver:
    """Asks the machine's name servers, or the one at `server` ("host:port"), for at most `seconds` in all."""

    def __init__(self, server: str = "", seconds: float = SECONDS) -> None:
        self._until = time.monotonic() + seconds
        try:
            self._resolver = dns.resolver.Resolver(configure=not server)
        except dns.resolver.NoResolverConfiguration:
            self._resolver = dns.resolver.Resolver(configure=False)
        if server:
            host, _, port = server.rpartition(":")
            self._resolver.nameservers = [host.strip("[]") or server]
            self._resolver.port = int(port) if host else 53

    def exists(self, name: str) -> bool:
        """False only when the DNS says that there is no such name, nor any below it (RFC 8020)."""
        left = self._until - time.monotonic()
        try:
            self._resolver.resolve(name, "SOA", lifetime=max(left, 0.01), search=False, raise_on_no_answer=False)
        except dns.resolver.NXDOMAIN:
            return False
        except (dns.exception.DNSException, OSError, UnicodeError):
            return True
        return True

    def ask(self, name: str, kind: str = "TXT") -> tuple[str, ...] | None:
        """The records of a name; empty where there are none, None where nobody answered in time."""
        left = self._until - time.monotonic()
        if left <= 0:
            return None
        try:
            answer = self._resolver.resolve(name, kind, lifetime=left, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError, UnicodeError):
            return None
        if kind == "TXT":
            return tuple(b"".join(record.strings).decode("utf-8", "replace") for record in answer)
        return tuple(str(record) for record in answer)


def advice(domain: str, resolver: Resolver, *, server: str = "", selectors: Sequence[str] = ()) -> tuple[Finding, ...]:
    """What the DNS of `domain` says and should say for mail that leaves by `server` (or the provider named so).

    `selectors` are names of DKIM keys to look for besides the usual ones. Takes as long as the resolver has, at most.
    """
    domain = domain.strip().lower().rstrip(".")
    provider = provider_of(server)
    if domain in FREE_DOMAINS:
        return judge(Zone(domain), server=server, provider=provider)
    wanted = selectors_of(provider, selectors)
    parents = _with_parents(domain)
    with ThreadPoolExecutor(8) as pool:
        exists = pool.submit(resolver.exists, domain)
        texts = pool.submit(resolver.ask, domain)
        mail_servers = pool.submit(resolver.ask, domain, "MX")
        policies = [pool.submit(resolver.ask, f"_dmarc.{parent}") for parent in parents]
        keys = {name: pool.submit(resolver.ask, f"{name}._domainkey.{domain}") for name in wanted}
        spf = next((text for text in texts.result() or () if is_spf(text)), "")
        lookups, included = followed(spf, lambda name: resolver.ask(name) or ())
    # The nearest domain with a policy decides; a subdomain inherits that of the domain above it.
    policy_domain, policy = domain, policies[0].result()
    for parent, asked in zip(parents, policies, strict=True):
        if found := asked.result():
            policy_domain, policy = parent, found
            break
    answered = {name: asked.result() for name, asked in keys.items()}
    known = {name: records for name, records in answered.items() if records is not None}
    zone = Zone(
        domain,
        exists=exists.result(),
        texts=texts.result(),
        policies=policy,
        policy_domain=policy_domain,
        mail_servers=mail_servers.result(),
        keys={name: records for name, records in known.items() if records} if known else None,
        lookups=lookups,
        included=included,
    )
    return judge(zone, server=server, provider=provider)


def _with_parents(domain: str) -> list[str]:
    """The domain and those above it, down to two labels."""
    labels = domain.split(".")
    return [".".join(labels[number:]) for number in range(max(len(labels) - 1, 1))][:5]
