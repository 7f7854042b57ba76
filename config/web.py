"""One web process: `python -m config.web --host 127.0.0.1 --port 8000`.

Several may be started at one address. Each has a listening socket of its own, and the kernel gives each its share of
the connections; processes that share one socket leave nearly all of them, and every open stream, to whichever was
quickest to accept.
"""

from __future__ import annotations

import argparse
import gc
import logging
import socket
import sys

import uvicorn


def main() -> None:
    """Serve until told to end."""
    options = argparse.ArgumentParser(description="One web process of the product.")
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8000)
    options.add_argument("--log-level", default="info")
    given = options.parse_args()
    try:
        listening = _listening(given.host, given.port)
    except OSError as problem:
        sys.exit(f"{given.host}, port {given.port}, can't be listened at: {problem.strerror}.")
    # Open streams would hold a graceful stop for as long as somebody looks at a page. Addresses of webhooks and surveys
    # are secrets, which an access log would keep.
    config = uvicorn.Config(
        "config.asgi:application",
        lifespan="off",
        timeout_graceful_shutdown=3,
        access_log=False,
        log_level=given.log_level,
    )
    # A thread that comes back from the database waits so long for one that computes; at every query of a request.
    sys.setswitchinterval(0.0005)
    _Server(config).run(sockets=[listening])


class _Server(uvicorn.Server):
    """Says when it listens: of sockets that were made elsewhere uvicorn says nothing."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What is loaded by now stays: to look through all of it for garbage again and again stops everybody for long.
        gc.collect()
        gc.freeze()
        for one in sockets or ():
            host, port, *_ = one.getsockname()
            logging.getLogger("uvicorn.error").info("Web process running on %s, port %s", host, port)


def _listening(host: str, port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.bind((host, port))
    return made


if __name__ == "__main__":
    main()
