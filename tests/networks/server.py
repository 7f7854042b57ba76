"""What fakes of networks' servers share: HTTP on loopback, a journal of requests, and bad days on demand.

class Telegram(FakeNetwork):
    hosts = ("api.telegram.org",)
    def answer(self, asked): ...

with Telegram() as network:        # requests of this process to `host` go to the fake
    network.journal                # what was asked, in order
    network.bad_days.append(Reply(429, {"ok": False}, {"Retry-After": "3"}))   # the next answers, instead
"""

from __future__ import annotations

import json
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import parse_qs, urlsplit

from channels_adapters import gateways, network


@dataclass(frozen=True)
class Asked:
    """A request as it came; header names are lower case."""

    method: str
    host: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The JSON object it brings; {} where it brings none."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form; of several with one name the last."""
        return {name: values[-1] for name, values in self.form_lists.items()}

    @property
    def form_lists(self) -> dict[str, list[str]]:
        """All fields of a form."""
        return parse_qs(self.body.decode(), keep_blank_values=True)


@dataclass(frozen=True)
class Reply:
    """An answer: `content` is JSON unless it is bytes. `hang_up` closes the connection instead; `after` is seconds.

    `is_done`: a bad day on which what was asked is done all the same, and only this is heard of it.
    """

    status: int = 200
    content: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    hang_up: bool = False
    after: float = 0
    is_done: bool = False


#: The network does what was asked, and its answer gets lost on the way.
LOST = Reply(hang_up=True, is_done=True)


class FakeNetwork(ABC):
    """A network's server for tests. A subclass answers; the journal keeps whatever was asked."""

    #: The hosts of the network it stands for.
    hosts: ClassVar[tuple[str, ...]] = ()

    def __init__(self) -> None:
        self.journal: list[Asked] = []
        #: Who was shown that somebody writes, in order.
        self.shown: list[str] = []
        #: Answers given instead of the usual ones, first to last, to requests that write (POST, PUT, PATCH, DELETE).
        self.bad_days: list[Reply] = []
        #: What happens elsewhere after a request that writes was done and before it is answered, first to last.
        self.meanwhile: list[Callable[[], None]] = []
        self._lock = threading.RLock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def _do(self) -> None:
                outer._handle(self)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _do

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @abstractmethod
    def answer(self, asked: Asked) -> Reply:
        """What the network says to a request."""

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def gateways(self) -> str:
        """`OUTGOING_GATEWAYS` for a process of its own."""
        return ",".join(f"{host}={self.address}" for host in self.hosts)

    def __enter__(self) -> Self:
        self._thread.start()
        network.allow([*_LOOPBACK, *gateways.use([*self.gateways.split(",")])])
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        gateways.use([])
        network.allow(_LOOPBACK)
        self._server.shutdown()
        self._server.server_close()

    def _handle(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        size = int(handler.headers.get("Content-Length") or 0)
        asked = Asked(
            method=handler.command,
            host=handler.headers.get("Host", ""),
            path=parts.path,
            query={name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()},
            headers={name.lower(): value for name, value in handler.headers.items()},
            body=handler.rfile.read(size),
        )
        with self._lock:
            self.journal.append(asked)
            writes = asked.method in ("POST", "PUT", "PATCH", "DELETE")
            bad_day = self.bad_days.pop(0) if writes and self.bad_days else None
            answer = self.answer(asked) if bad_day is None or bad_day.is_done else None
            reply = bad_day or answer or Reply()
            meanwhile = self.meanwhile.pop(0) if writes and self.meanwhile else None
        if meanwhile:
            meanwhile()
        if reply.after:
            time.sleep(reply.after)
        if reply.hang_up:
            handler.close_connection = True
            return
        is_raw = isinstance(reply.content, bytes)
        content = reply.content if is_raw else json.dumps(reply.content).encode()
        handler.send_response(reply.status)
        for name, value in {
            "Content-Type": "application/octet-stream" if is_raw else "application/json",
            **reply.headers,
        }.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)


#: What tests may connect to besides (config/pytest_boot.py).
_LOOPBACK = ("127.0.0.0/8", "::1")
