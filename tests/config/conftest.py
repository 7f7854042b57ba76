"""An installation of one's own: a directory for its files, and processes that use its servers."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.boot import BASE_DIR

USER = """
import json, os, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup, under which tests may run, passes "ignored" on
from config.boot import prepare
prepare()
print(json.dumps({name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}), flush=True)
sys.stdin.read()
"""


class User:
    """A process that uses the embedded servers of an installation until it is told to leave."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER],
            env=environment,
            cwd=BASE_DIR,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._urls: dict[str, str] = {}

    def urls(self) -> dict[str, str]:
        """The servers' addresses, when they are ready."""
        if not self._urls:
            self._urls = json.loads(self.process.stdout.readline())
        return self._urls

    def query(self, statement: str) -> list[tuple]:
        with psycopg.connect(self.urls()["DATABASE_URL"], autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def leave(self, number: signal.Signals | None = None) -> tuple[int, str]:
        """End, by a signal or of its own accord; the exit code and what it said."""
        if number:
            self.process.send_signal(number)
        _, said = self.process.communicate()
        return self.process.returncode, said


class Installation:
    """A VAR_DIR, the processes that use it, and what is left of its servers."""

    def __init__(self, var_dir: Path) -> None:
        self.var_dir = var_dir
        self.users: list[User] = []

    @property
    def environment(self) -> dict[str, str]:
        hidden = {"DATABASE_URL", "REDIS_URL"}
        return {name: value for name, value in os.environ.items() if name not in hidden} | {
            "VAR_DIR": str(self.var_dir),
        }

    def user(self) -> User:
        self.users.append(User(self.environment))
        return self.users[-1]

    @property
    def data(self) -> Path:
        state = json.loads((self.var_dir / "embedded.json").read_text())
        return Path(state.get("library") or self.var_dir)

    @property
    def servers(self) -> dict[str, list[int]]:
        """The process ids of the servers that run, by name."""
        found: dict[str, list[int]] = {}
        for directory in (self.data / "postgres" / "data", self.data / "valkey"):
            for entry in Path("/proc").glob("[0-9]*"):
                try:
                    if (entry / "cwd").readlink() == directory:
                        found.setdefault(directory.relative_to(self.data).parts[0], []).append(int(entry.name))
                except OSError:
                    continue
        return found

    def kill_servers(self) -> None:
        for pids in self.servers.values():
            for pid in pids:
                os.kill(pid, signal.SIGKILL)

    def remove(self) -> None:
        for user in self.users:
            user.process.kill()
            user.process.communicate()
        if (self.var_dir / "embedded.json").exists():
            self.kill_servers()
            if self.data != self.var_dir:
                shutil.rmtree(self.data)
        shutil.rmtree(self.var_dir.parent)


@pytest.fixture
def installation() -> Iterator[Installation]:
    """Not in pytest's own temporary directory, which only its owner may enter: root's servers run as another user."""
    directory = Path(tempfile.mkdtemp())
    directory.chmod(0o755)
    installation = Installation(directory / "var")
    yield installation
    installation.remove()


@pytest.fixture
def closed_installation(installation: Installation) -> Installation:
    """One in a directory that only its owner may enter, like a home directory with mode 0700."""
    installation.var_dir.parent.chmod(0o700)
    return installation
