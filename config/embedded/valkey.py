"""The embedded Valkey, a server that speaks Redis."""

from __future__ import annotations

import signal
import socket
import time

from config.embedded.errors import CannotStart
from config.embedded.place import Place
from config.embedded.processes import end, working_in
from config.embedded.state import State

#: Seconds for loading a large append-only file.
LOADING_SECONDS = 120

SETTINGS = """\
# Written by the product at each start. For settings of your own, set REDIS_URL to a server of your own.
bind 127.0.0.1
port {port}
requirepass {password}
dir "{directory}"
daemonize yes
pidfile valkey.pid
logfile server.log
databases 64
save ""
appendonly yes
appendfsync everysec
"""


class Valkey:
    """One server on loopback TCP with a password; what it holds survives a restart."""

    name = "valkey"
    variable = "REDIS_URL"

    def __init__(self, place: Place, state: State) -> None:
        self._place = place
        self._state = state
        self._data = place.data / "valkey"
        self._log = self._data / "server.log"

    @property
    def url(self) -> str:
        """Where clients find the server, password included."""
        return f"redis://:{self._state.get('valkey_password')}@127.0.0.1:{self._state.get('valkey_port')}/0"

    def is_running(self) -> bool:
        """Whether the server answers those who have our password."""
        known = self._state.knows("valkey_password") and self._state.knows("valkey_port")
        return known and bool(working_in(self._data)) and self._answer() == b"+PONG"

    def launch(self) -> None:
        """Start the server in the background."""
        self._place.make_directory(self._data)
        self.stop()
        settings = {
            "port": self._state.free_port("valkey_port"),
            "password": self._state.secret("valkey_password"),
            "directory": self._data,
        }
        self._place.write(self._data / "valkey.conf", SETTINGS.format(**settings))
        started = self._place.run([self._place.valkey_server, self._data / "valkey.conf"], capture_output=True)
        if started.returncode:
            raise CannotStart(f"The embedded Valkey does not start: {started.stdout[-800:]}{started.stderr[-800:]}")

    def wait(self) -> None:
        """Return when the server answers; it does not while it loads its data."""
        until = time.monotonic() + LOADING_SECONDS
        while self._answer() != b"+PONG":
            if not working_in(self._data) or time.monotonic() > until:
                lines = self._log.read_text(errors="replace").splitlines() if self._log.exists() else []
                raise CannotStart(
                    f"The embedded Valkey does not start. The end of {self._log}:\n" + "\n".join(lines[-12:])
                )
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop the server; what was written is on disk."""
        for pid in working_in(self._data):
            end(self._data, [(pid, signal.SIGTERM, 10), (pid, signal.SIGKILL, 5)])

    def _answer(self) -> bytes:
        """The reply to PING, or nothing when there is no server."""
        try:
            with socket.create_connection(("127.0.0.1", int(self._state.get("valkey_port"))), timeout=3) as line:
                line.sendall(f"AUTH {self._state.get('valkey_password')}\r\nPING\r\n".encode())
                replies = b""
                while replies.count(b"\r\n") < 2 and (more := line.recv(1000)):
                    replies += more
        except OSError:
            return b""
        return replies.split(b"\r\n")[-2] if b"\r\n" in replies else b""
