"""The one way out: what it reaches, what it refuses, and how much it takes."""

from __future__ import annotations

import _socket
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings

from channels_adapters import network
from channels_adapters.network import Forbidden, NetworkError, TooLarge, connect, fetch, http_client


class Site(BaseHTTPRequestHandler):
    """Answers by path."""

    def do_GET(self) -> None:
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
            return
        body = b"x" * 1000
        self.send_response(200)
        if self.path == "/packed":
            self.send_header("Content-Encoding", "gzip")
        if self.path != "/unannounced":
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Seen", self.headers.get("Key", ""))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def nothing_allowed() -> Iterator[None]:
    network.allow([])
    yield
    network.allow(settings.OUTGOING_ALLOW)


@pytest.fixture
def site() -> Iterator[ThreadingHTTPServer]:
    yield from _served(ThreadingHTTPServer(("127.0.0.1", 0), Site))


def _served(server: ThreadingHTTPServer) -> Iterator[ThreadingHTTPServer]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def at(*addresses: str) -> Callable[..., list[tuple]]:
    """A resolver that finds these addresses for every name, and says when it is asked a second time."""

    def resolve(host: str, port: int, **options: object) -> list[tuple]:
        asked.append(host)
        return [found for address in addresses for found in socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)]

    asked: list[str] = []
    resolve.asked = asked  # type: ignore[attr-defined]
    return resolve


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "169.254.169.254",
            "172.31.0.1",
            "192.168.0.1",
            "192.0.0.8",
        ),
        *("198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::8"),
        *("64:ff9b:1::1", "fe80::1", "fc00::1", "ff02::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "100::1"),
    ],
)
def test_addresses_of_our_own_networks_are_refused(nothing_allowed: None, address: str) -> None:
    literal = f"[{address}]" if ":" in address else address
    for attempt in (
        lambda: connect(address, 25, 1),
        lambda: connect("mail.example", 25, 1, resolve=at(address)),
        lambda: fetch(f"http://{literal}/"),
        lambda: http_client(1).post(f"https://{literal}/"),
    ):
        with pytest.raises(Forbidden):
            attempt()


@pytest.mark.parametrize("spelling", ["127.1", "0x7f000001", "2130706433", "017700000001", "0"])
def test_no_spelling_of_loopback_gets_through(nothing_allowed: None, spelling: str) -> None:
    """The system's own reading of numbers, asked past the tests' guard, which knows plain addresses only."""
    numbers = partial(_socket.getaddrinfo, flags=socket.AI_NUMERICHOST)
    with pytest.raises(Forbidden):
        fetch(f"http://{spelling}/", resolve=lambda host, port, **_options: numbers(host, port))
    with pytest.raises(Forbidden):
        fetch("http://localhost/")


def test_a_public_address_is_tried_at_the_address_found(nothing_allowed: None) -> None:
    """The tests' own guard stands between us and the world: it names the address the connection goes to."""
    with pytest.raises(pytest.fail.Exception, match=r"8\.8\.8\.8"):
        connect("mail.example", 25, 1, resolve=at("10.0.0.1", "8.8.8.8"))


def test_a_name_is_resolved_once_and_the_connection_goes_to_what_was_found(site: ThreadingHTTPServer) -> None:
    port = site.server_port
    resolve = at("127.0.0.1")
    with connect("mail.example", port, 5, resolve=resolve) as plain:
        reached = plain.getpeername()
    answer = fetch(f"http://files.example:{port}/", resolve=resolve)
    assert (reached, answer.status, answer.body, resolve.asked) == (  # type: ignore[attr-defined]
        ("127.0.0.1", port),
        200,
        b"x" * 1000,
        ["mail.example", "files.example"],
    )


@pytest.mark.parametrize(
    ("entry", "reached"),
    [
        *(("127.0.0.1", True), ("127.0.0.0/8", True), ("files.example", True), ("FILES.example.", True)),
        *(("*.example", True), ("*.other", False), ("10.0.0.0/8", False), ("::1", False)),
        *(("files.example:1", False), ("127.0.0.1:1", False)),
    ],
)
def test_the_allow_list_opens_what_it_names(
    nothing_allowed: None, site: ThreadingHTTPServer, entry: str, reached: bool
) -> None:
    for one in (entry, f"{entry}:{site.server_port}" if reached and entry.count(":") == 0 else entry):
        network.allow(["", one])
        try:
            fetch(f"http://files.example:{site.server_port}/", resolve=at("127.0.0.1"))
        except Forbidden:
            assert not reached
        else:
            assert reached


def test_an_entry_that_names_nothing_is_refused(nothing_allowed: None) -> None:
    for entry in ("http://files.example/", "10.0.0.0/99", "a b"):
        with pytest.raises(ValueError, match="can be allowed"):
            network.allow([entry])


def test_each_redirect_is_checked_again(nothing_allowed: None, site: ThreadingHTTPServer) -> None:
    network.allow([f"127.0.0.1:{site.server_port}"])
    here = f"http://127.0.0.1:{site.server_port}"
    followed = fetch(f"{here}/to/{here}/end", headers={"Key": "kept"})
    elsewhere = fetch(
        f"{here}/to/http://same.example:{site.server_port}/", headers={"Key": "kept"}, resolve=at("127.0.0.1")
    )
    assert (followed.url, followed.headers["seen"], elsewhere.headers["seen"]) == (f"{here}/end", "kept", "")
    for target in ("http://127.0.0.2/", "http://169.254.169.254/latest", "file:///etc/passwd", "gopher://127.0.0.1/"):
        with pytest.raises(NetworkError):
            fetch(f"{here}/to/{target}")
    with pytest.raises(NetworkError, match="redirects"):
        fetch(f"{here}/to/{here}/to/{here}/to/{here}/", redirects=2)


@pytest.mark.parametrize("url", ["ftp://files.example/", "/just/a/path", "http://", "http://[::1", "https:\0//x"])
def test_only_web_addresses_are_fetched(url: str) -> None:
    with pytest.raises(NetworkError):
        fetch(url)


def test_an_answer_has_a_size_and_no_packing(site: ThreadingHTTPServer) -> None:
    here = f"http://127.0.0.1:{site.server_port}"
    assert len(fetch(f"{here}/unannounced", 1000).body) == 1000
    for path in ("announced", "unannounced"):
        with pytest.raises(TooLarge):
            fetch(f"{here}/{path}", 999)
    with pytest.raises(NetworkError, match="packed"):
        fetch(f"{here}/packed")


def test_an_answer_that_drips_ends_with_its_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        done = threading.Event()

        def drip() -> None:
            connection, _peer = listening.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\n")
                while not done.wait(0.02):
                    try:
                        connection.sendall(b"a")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        with pytest.raises(NetworkError, match="Timeout"):
            fetch(f"http://127.0.0.1:{listening.getsockname()[1]}/", timeout=0.3)
        done.set()
        thread.join()


def test_the_certificate_is_verified_for_the_name_although_the_connection_goes_to_an_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = _certificate("files.example", tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    port, resolve = server.server_port, at("127.0.0.1")
    for _each in _served(server):
        with http_client(5, resolve=resolve) as stranger, pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY"):
            stranger.get(f"https://files.example:{port}/")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        network._certificates.cache_clear()
        try:
            assert fetch(f"https://files.example:{port}/", resolve=resolve).status == 200
            with pytest.raises(NetworkError, match="ismatch"):
                fetch(f"https://other.example:{port}/", resolve=resolve)
        finally:
            network._certificates.cache_clear()


def _certificate(name: str, folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    pem = serialization.Encoding.PEM
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()) + made.public_bytes(pem)
    )
    return path
