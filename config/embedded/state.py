"""What the embedded servers must remember between starts: passwords and ports, readable by us only."""

from __future__ import annotations

import json
import os
import random
import secrets
import socket
from pathlib import Path
from typing import Any

from config.embedded.errors import CannotStart

#: Below the range from which the kernel takes ports for outgoing connections.
PORTS = range(20000, 30000)


class State:
    """The file `var/embedded.json` (mode 0600). Whoever writes it holds the start lock."""

    def __init__(self, var_dir: Path) -> None:
        self.path = var_dir / "embedded.json"
        try:
            self._kept: dict[str, Any] = json.loads(self.path.read_text())
        except FileNotFoundError:
            self._kept = {}
        except (json.JSONDecodeError, PermissionError) as problem:
            raise CannotStart(
                f"{self.path} can't be read ({problem}); it holds the passwords of the embedded servers."
            ) from problem

    def knows(self, name: str) -> bool:
        """Whether a value has been kept under this name."""
        return name in self._kept

    def get(self, name: str) -> Any:
        """The value kept under this name, else None."""
        return self._kept.get(name)

    def keep(self, name: str, value: Any) -> None:
        """Keep a value, on disk before this returns."""
        if self._kept.get(name) == value:
            return
        self._kept[name] = value
        draft = self.path.with_suffix(".new")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(self._kept, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)

    def secret(self, name: str) -> str:
        """A random password that stays the same from the first call on."""
        if not self.knows(name):
            self.keep(name, secrets.token_urlsafe(24))
        return str(self._kept[name])

    def free_port(self, name: str) -> int:
        """The port kept under this name while nobody else listens on it, otherwise a new one."""
        port = self._kept.get(name)
        if not port or not is_free(port):
            taken = {value for value in self._kept.values() if isinstance(value, int)}
            candidates = random.sample(PORTS, 200)
            port = next((each for each in candidates if each not in taken and is_free(each)), None)
            if port is None:
                raise CannotStart(f"No free port between {PORTS.start} and {PORTS.stop - 1} for the embedded servers.")
            self.keep(name, port)
        return int(port)


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
