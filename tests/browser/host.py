"""A site of its own with a strict policy, on which the chat is embedded: another origin than the product's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

_PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Boots</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><script src="/calls.js"></script>
<script async src="{site}/chat.js" data-channel="{key}"></script></head>
<body><main><h1>Boots</h1><p>Good boots. <a href="/sandals">Sandals</a></p></main></body></html>"""
_PLAIN = _PAGE.replace('<script async src="{site}/chat.js" data-channel="{key}"></script>', "")
_EMBEDDING = '<!doctype html><title>Embedding</title><iframe src="{site}/chat/{key}/frame/"></iframe>'
_CALLS = """window.inboxChat = window.inboxChat || [];
inboxChat.push(["setContext", { cart: { total: 99 } }]);
inboxChat.push(["on", "message", ({ text }) => (document.body.dataset.heard = text)]);
"""


@dataclass
class Host:
    """The site: its address, and which chat of which product stands on it."""

    address: str
    site: str
    key: str = ""

    def page(self, path: str, language: str) -> tuple[str, str]:
        """Content type and content of a path."""
        if path == "/calls.js":
            return "text/javascript", _CALLS
        shape = {"/embedding": _EMBEDDING, "/plain": _PLAIN}.get(path, _PAGE)
        return "text/html; charset=utf-8", shape.format(site=self.site, key=self.key, language=language)


@contextmanager
def hosting(site: str, name: str = "localhost") -> Iterator[Host]:
    """Serve the site's pages in the block; all but `/embedding` and `/plain` have the launcher."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            kind, text = host.page(asked.path, parse_qs(asked.query).get("lang", ["en"])[0])
            self.send_response(200)
            self.send_header("Content-Type", kind)
            policy = f"default-src 'self'; script-src {site} 'self'; frame-src {site}; style-src 'self'"
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *args: object) -> None:
            """Nobody reads along."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    host = Host(f"http://{name}:{server.server_port}", site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
