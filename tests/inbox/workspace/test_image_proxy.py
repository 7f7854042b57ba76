"""Remote images: asked for by signed links only, fetched by us, shown only if they are pictures."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings
from django.test import Client

from channels_adapters import network
from inbox.agents.models import Agent
from inbox.common.clock import now
from inbox.workspace.image_links import image_address, image_link

Screen = Callable[[Agent], Client]
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
ANSWERS = {
    "/a.gif": (200, "text/html", GIF),
    "/a.svg": (200, "image/png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    "/gone.gif": (404, "image/gif", GIF),
    "/big.gif": (200, "image/gif", GIF + b"\0" * (10 * 1024 * 1024)),
}


class Elsewhere(BaseHTTPRequestHandler):
    """A server far away, which notes what it is asked."""

    asked: list[dict[str, str]]

    def do_GET(self) -> None:
        self.asked.append({name.lower(): value for name, value in self.headers.items()})
        status, kind, body = ANSWERS[self.path]
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Set-Cookie", "who=bo")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        # Whoever asked may have heard enough.
        with suppress(ConnectionError):
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """Its address."""
    Elsewhere.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def reachable() -> Iterator[None]:
    """This machine may be fetched from."""
    network.allow(["127.0.0.0/8"])
    yield
    network.allow(settings.OUTGOING_ALLOW)


def test_a_picture_comes_through_us_and_its_server_learns_nothing(
    screen: Screen, ada: Agent, elsewhere: str, reachable: None
) -> None:
    response = screen(ada).get(image_link(f"{elsewhere}/a.gif", now()))
    told = {name: response.get(name) for name in ("Content-Type", "X-Content-Type-Options", "Cache-Control")}
    assert (response.content, told, response.cookies.keys() & {"who"}) == (
        GIF,
        {"Content-Type": "image/gif", "X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=3600"},
        set(),
    )
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert [one.keys() & {"cookie", "referer", "x-forwarded-for"} for one in Elsewhere.asked] == [set()]


@pytest.mark.parametrize("path", ["/a.svg", "/gone.gif", "/big.gif"])
def test_what_is_no_picture_is_not_there_or_is_too_large_is_404(
    screen: Screen, ada: Agent, elsewhere: str, reachable: None, path: str
) -> None:
    assert screen(ada).get(image_link(elsewhere + path, now())).status_code == 404


def test_our_own_network_is_not_asked(screen: Screen, ada: Agent, elsewhere: str, reachable: None) -> None:
    network.allow([])
    assert screen(ada).get(image_link(f"{elsewhere}/a.gif", now())).status_code == 404
    assert Elsewhere.asked == []


def test_only_links_made_here_are_followed_and_only_for_a_while() -> None:
    link = image_link("https://x.example/a.gif", now())
    given = dict(part.split("=", 1) for part in link.partition("?")[2].split("&")) | {"of": "https://x.example/a.gif"}
    assert [
        image_address(given, now()),
        image_address(given, now() + timedelta(hours=3)),
        image_address(given | {"of": "https://y.example/a.gif"}, now()),
        image_address(given | {"until": str(int(given["until"]) + 3600)}, now()),
        image_address(given | {"mac": "é"}, now()),
        image_address({}, now()),
    ] == ["https://x.example/a.gif", "", "", "", "", ""]
