"""Hosts that are reached by way of a gateway of the operator's own: a proxy in front of a network, or a test server.

    OUTGOING_GATEWAYS=api.telegram.org=https://telegram-gateway.intern.example,graph.facebook.com=http://127.0.0.1:9000

Requests keep their path and their `Host`; only where they go changes. Adapters always name the network's own address.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import httpx


@dataclass(frozen=True, slots=True)
class _Gateway:
    host: str
    url: httpx.URL


_gateways: dict[str, _Gateway] = {}


def use(entries: Iterable[str]) -> list[str]:
    """Replace the gateways by `host=url` entries; the `host:port` they lead to, which are the operator's own.

    Raises `ValueError` for an entry that is none.
    """
    found = {gateway.host: gateway for gateway in map(_gateway, entries)}
    _gateways.clear()
    _gateways.update(found)
    return [f"{one.url.host}:{_port(one.url)}" for one in found.values()]


def by_way_of(url: httpx.URL) -> httpx.URL:
    """Where a request to `url` really goes."""
    gateway = _gateways.get(url.host)
    if gateway is None:
        return url
    return url.copy_with(scheme=gateway.url.scheme, host=gateway.url.host, port=gateway.url.port)


def _gateway(entry: str) -> _Gateway:
    host, equals, address = entry.strip().partition("=")
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        url = httpx.URL()
    if not (host and equals and url.scheme in ("http", "https") and url.host) or url.path not in ("", "/"):
        raise ValueError(f"{entry!r} is no gateway: write the network's host, '=', and an address without a path.")
    return _Gateway(host.lower(), url)


def _port(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)
