"""The one safe way out: connections to hosts that others named (admins, senders of mail, providers).

A host is resolved once and the connection goes to the very address that was checked, so that a name can't answer
differently the second time. Addresses of our own networks are refused: private, loopback, link-local, shared
(RFC 6598), multicast, reserved, and IPv6 forms that stand for an IPv4 address (mapped, NAT64, 6to4, Teredo). What the
operator's setting `OUTGOING_ALLOW` names is allowed nonetheless.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

import httpcore
import httpx

from channels_adapters import gateways
from channels_adapters.wording import Said, say

TIMEOUT = 30.0
MAX_BYTES = 10 * 1024 * 1024
_MAX_ADDRESSES = 8
_PIECE = 64 * 1024

# The special-purpose registries of IANA; a literal list, because the standard library's changes between its releases.
_REFUSED_V4 = (
    *(IPv4Network(f"{first}.0.0.0/8") for first in (0, 10, 127)),
    *map(IPv4Network, ("100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24")),
    *map(IPv4Network, ("192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24")),
    *map(IPv4Network, ("224.0.0.0/4", "240.0.0.0/4")),
)
_UNICAST_V6 = IPv6Network("2000::/3")
_REFUSED_V6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))

#: Finds the addresses of a host as `socket.getaddrinfo` does.
Resolver = Callable[..., Iterable[tuple[Any, ...]]]


class NetworkError(OSError):
    """The host can't be reached, or what it sends can't be used; the sentence says why."""


class Forbidden(NetworkError):
    """The address is not one that others may send us to; `said` is the sentence, which can be translated."""

    def __init__(self, said: Said) -> None:
        super().__init__(said)
        self.said = said


class TooLarge(NetworkError):
    """The answer is longer than was allowed."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer read to its end; header names are lower case, `url` is where redirects led."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


@dataclass(frozen=True, slots=True)
class _Allowed:
    """One entry of the allow-list: a network or a name (`*.name` for all below it), at one port or at all."""

    network: IPv4Network | IPv6Network | None
    name: str
    port: int | None

    def holds(self, host: str, address: IPv4Address | IPv6Address, port: int) -> bool:
        """Whether it allows this address, which was found for this host."""
        if self.port not in (None, port):
            return False
        if self.network is not None:
            return address.version == self.network.version and address in self.network
        return host == self.name or (self.name.startswith("*.") and host.endswith(self.name[1:]))


_allowed: tuple[_Allowed, ...] = ()


def allow(entries: Iterable[str]) -> None:
    """Replace the list of what is allowed although it lies inside a network of our own.

    An entry is a network (`10.1.0.0/16`), an address or a host name (`*.intern.example` for all below it), at every
    port or at one (`mail.intern.example:25`, `[fd00::1]:25`). Raises `ValueError` for what is none of these.
    """
    global _allowed
    _allowed = tuple(_entry(entry.strip()) for entry in entries if entry.strip())


def connect(host: str, port: int, timeout: float = TIMEOUT, *, resolve: Resolver | None = None) -> socket.socket:
    """A TCP connection to the first address of `host` that answers, with `timeout` set on it.

    Raises `Forbidden`, `NetworkError` for a host without address, and whatever `OSError` the connection fails with.
    TLS is the caller's: verify the certificate against `host`.
    """
    until = time.monotonic() + timeout
    problem: OSError = NetworkError(f"{host} has no address.")
    for address in _checked(host, port, resolve):
        try:
            connection = socket.create_connection((address, port), max(until - time.monotonic(), 0.1))
        except OSError as error:
            problem = error
        else:
            connection.settimeout(timeout)
            return connection
    raise problem


def http_client(
    timeout: float = TIMEOUT,
    max_bytes: int = MAX_BYTES,
    *,
    resolve: Resolver | None = None,
    **options: Any,
) -> httpx.Client:
    """A client whose every connection is checked; it follows no redirects and uses no proxy of the environment.

    `timeout` is for a whole request, from the connection to the last byte. Requests raise `httpx.HTTPError` or
    `NetworkError`. `options` are those of `httpx.Client`.
    """
    headers = {"Accept-Encoding": "identity", **options.pop("headers", {})}
    transport = _Transport(timeout, max_bytes, resolve)
    return httpx.Client(
        transport=transport, timeout=timeout, headers=headers, trust_env=False, follow_redirects=False, **options
    )


def fetch(
    url: str,
    max_bytes: int = MAX_BYTES,
    *,
    timeout: float = TIMEOUT,
    headers: Mapping[str, str] | None = None,
    redirects: int = 5,
    resolve: Resolver | None = None,
) -> Fetched:
    """GET a document over http or https. Raises `NetworkError` (`Forbidden`, `TooLarge`) and nothing else.

    Redirects are checked like the first address, never lead from https to http, and take `headers` along only on
    the same host. Any status is an answer: the caller looks at it.
    """
    until = time.monotonic() + timeout
    try:
        at = httpx.URL(url)
        given = dict(headers or {})
        for _hop in range(redirects + 1):
            if at.scheme not in ("http", "https"):
                raise Forbidden(
                    say("Only http and https are fetched, not %(scheme)s.", scheme=repr(at.scheme or "nothing"))
                )
            with http_client(max(until - time.monotonic(), 0.1), max_bytes, resolve=resolve) as client:
                answer = client.get(at, headers=given)
            if answer.next_request is None:
                return Fetched(answer.status_code, dict(answer.headers), answer.content, str(at))
            target = answer.next_request.url
            if (at.scheme, target.scheme) == ("https", "http"):
                raise Forbidden(say("A redirect leads from https to http."))
            given = given if (target.scheme, target.host, target.port) == (at.scheme, at.host, at.port) else {}
            at = target
    except (httpx.HTTPError, httpx.InvalidURL) as problem:
        raise NetworkError(f"{type(problem).__name__}: {problem}") from problem
    raise NetworkError(f"There are more than {redirects} redirects.")


def _entry(text: str) -> _Allowed:
    try:
        return _Allowed(ip_network(text.strip("[]")), "", None)
    except ValueError:
        pass
    host, colon, digits = text.rpartition(":")
    port = int(digits) if colon and digits.isdigit() else None
    host = (host if port is not None else text).strip("[]")
    try:
        return _Allowed(ip_network(host), "", port)
    except ValueError:
        if not host or any(one in host for one in "/:@ "):
            raise ValueError(f"{text!r} is no network, address or host name that can be allowed.") from None
        return _Allowed(None, _plain(host), port)


def _checked(host: str, port: int, resolve: Resolver | None) -> list[str]:
    """The addresses of a host that may be connected to. Raises `Forbidden` when it has others only."""
    try:
        found = list((resolve or socket.getaddrinfo)(host, port, type=socket.SOCK_STREAM))
    except (OSError, UnicodeError) as problem:
        raise NetworkError(f"{host[:200]} can't be found: {problem}") from problem
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    name = _plain(host)
    permitted = [one for one in addresses if _is_permitted(name, ip_address(one), port)]
    if addresses and not permitted:
        raise Forbidden(
            say(
                "%(host)s is at %(address)s, an address inside a network of our own. "
                "Whoever runs this installation can allow it with OUTGOING_ALLOW.",
                host=host[:200],
                address=addresses[0],
            )
        )
    return permitted[:_MAX_ADDRESSES]


def _is_permitted(name: str, address: IPv4Address | IPv6Address, port: int) -> bool:
    return _is_public(address) or any(one.holds(name, address, port) for one in _allowed)


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _REFUSED_V4)
    return address in _UNICAST_V6 and not any(address in network for network in _REFUSED_V6)


def _plain(host: str) -> str:
    return host.strip().lower().rstrip(".")


@cache
def _certificates() -> Any:
    return httpx.create_ssl_context()


class _Transport(httpx.HTTPTransport):
    """httpx's transport on a pool that connects through the check, and with caps on what comes back."""

    def __init__(self, timeout: float, max_bytes: int, resolve: Resolver | None) -> None:
        super().__init__(verify=_certificates(), trust_env=False)
        self._max_bytes = max_bytes
        # The transport has no argument for this. Connections are not kept: each belongs to one request's time.
        self._pool = httpcore.ConnectionPool(
            ssl_context=_certificates(),
            max_keepalive_connections=0,
            network_backend=_Backend(timeout, resolve),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send, and refuse what is announced as too large or packed: a packed answer has no known size."""
        request.url = gateways.by_way_of(request.url)
        response = super().handle_request(request)
        try:
            if response.headers.get("content-encoding", "identity").lower() not in ("identity", ""):
                raise TooLarge("The answer is packed, although that was not asked for: nobody knows its size.")
            announced = response.headers.get("content-length", "")
            if announced.isdigit() and int(announced) > self._max_bytes and request.method != "HEAD":
                raise TooLarge(f"The answer has {announced} bytes; {self._max_bytes} are allowed.")
        except NetworkError:
            response.close()
            raise
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Capped(response.stream, self._max_bytes)
        return response


class _Capped(httpx.SyncByteStream):
    """An answer's bytes, up to as many as are allowed."""

    def __init__(self, stream: httpx.SyncByteStream, most: int) -> None:
        self._stream = stream
        self._left = most

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            self._left -= len(piece)
            if self._left < 0:
                raise TooLarge("The answer is longer than allowed.")
            yield piece

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()


class _Backend(httpcore.NetworkBackend):
    """Connects to checked addresses; TLS above it still names and verifies the host."""

    def __init__(self, timeout: float, resolve: Resolver | None) -> None:
        self._plain = httpcore.SyncBackend()
        self._timeout = timeout
        self._resolve = resolve

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A stream to the first checked address that answers."""
        until = time.monotonic() + self._timeout
        problem: Exception = NetworkError(f"{host} has no address.")
        for address in _checked(host, port, self._resolve):
            try:
                stream = self._plain.connect_tcp(
                    address, port, max(until - time.monotonic(), 0.1), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
            else:
                return _Stream(stream, until)
        raise problem


class _Stream(httpcore.NetworkStream):
    """A stream on which nothing waits beyond one instant, however slowly the other side drips."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Some bytes, or `ReadTimeout`."""
        if (left := self._until - time.monotonic()) <= 0:
            raise httpcore.ReadTimeout("The answer took too long.")
        return self._stream.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write in pieces, each in the time that is left, or `WriteTimeout`."""
        for start in range(0, len(buffer), _PIECE):
            if (left := self._until - time.monotonic()) <= 0:
                raise httpcore.WriteTimeout("Sending the request took too long.")
            self._stream.write(buffer[start : start + _PIECE], left)

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same, encrypted."""
        left = max(self._until - time.monotonic(), 0.1)
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._until)

    def close(self) -> None:
        """Close it."""
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        """What the stream below tells."""
        return self._stream.get_extra_info(info)
