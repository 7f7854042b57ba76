"""An installation of one's own: a directory for its files, and processes that use its servers."""

from __future__ import annotations

import json
import os
import secrets
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
from config.embedded.processes import tell

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

    def keep(self) -> str:
        """A word, never the same, that the database now keeps in place of earlier ones."""
        word = f"Übung {secrets.token_hex(8)}"
        self.query(f"CREATE TABLE IF NOT EXISTS kept (word text); DELETE FROM kept; INSERT INTO kept VALUES ('{word}')")
        return word

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
                tell(pid, signal.SIGKILL)

    def come_to_rest(self) -> bool:
        """Whether all users leave in order, which stops the servers."""
        codes = [user.leave()[0] for user in self.users if user.process.returncode is None]
        self.users.clear()
        return not any(codes) and not self.servers

    def remove(self) -> None:
        for user in self.users:
            user.process.kill()
            user.process.communicate()
        if (self.var_dir / "embedded.json").exists():
            self.kill_servers()
            if self.data != self.var_dir:
                shutil.rmtree(self.data)
        shutil.rmtree(self.var_dir.parent)


def _new_installation() -> Installation:
    """Not in pytest's own temporary directory, which only its owner may enter: root's servers run as another user."""
    directory = Path(tempfile.mkdtemp())
    directory.chmod(0o755)
    return Installation(directory / "var")


@pytest.fixture
def new_installation() -> Iterator[Installation]:
    """A directory in which nothing has been started yet."""
    installation = _new_installation()
    yield installation
    installation.remove()


@pytest.fixture
def closed_installation(new_installation: Installation) -> Installation:
    """One in a directory that only its owner may enter, like a home directory with mode 0700."""
    new_installation.var_dir.parent.chmod(0o700)
    return new_installation


@pytest.fixture(scope="module")
def worn_installations() -> Iterator[list[Installation]]:
    """The one that stories hand on: a cluster takes a second of the processor to make."""
    installations: list[Installation] = []
    yield installations
    for installation in installations:
        installation.remove()


@pytest.fixture
def installation(worn_installations: list[Installation]) -> Iterator[Installation]:
    """One whose servers are stopped. The next story gets it too, unless this one left it unfit for use."""
    installation = worn_installations.pop() if worn_installations else _new_installation()
    yield installation
    if installation.come_to_rest():
        worn_installations.append(installation)
    else:
        installation.remove()
