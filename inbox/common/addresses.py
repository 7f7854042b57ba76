"""Network addresses of those who write to us."""

from __future__ import annotations

import ipaddress


def network_of(address: str) -> str:
    """An address, or the /64 of an IPv6 one: a home has as many of those as it likes."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is None:
        return str(ipaddress.ip_network((int(ip) >> 64 << 64, 64)).network_address)
    return str(getattr(ip, "ipv4_mapped", None) or ip)
