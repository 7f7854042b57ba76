"""PostgreSQL and Valkey that come as Python packages and run while some process of ours needs them.

Each process that needs a server holds a shared lock for as long as it lives; the last one to leave stops the server.
The kernel takes the locks of killed processes, so a server can outlive its users only until somebody comes again: the
next user finds it running and takes it over, or recovers it if it crashed.
"""

from __future__ import annotations

import atexit
import fcntl
import getpass
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from config.embedded.errors import CannotStart
from config.embedded.place import find_place
from config.embedded.postgres import Postgres
from config.embedded.state import State
from config.embedded.valkey import Valkey

__all__ = ["CannotStart", "Held", "hold"]

SERVERS = (Valkey, Postgres)


class Held:
    """The embedded servers this process uses; `release()` them, or let the end of the process do it."""

    def __init__(self, var_dir: Path, servers: list[Valkey | Postgres], locks: list[IO[str]]) -> None:
        self.urls = {server.variable: server.url for server in servers}
        self._var_dir = var_dir
        self._servers = servers
        self._locks = locks
        self._holder = os.getpid()

    def release(self) -> None:
        """Stop using the servers; those that nobody uses any more are stopped. Doing it twice changes nothing."""
        # A forked child that ends must not stop what its parent uses.
        if not self._locks or os.getpid() != self._holder:
            return
        with _start_lock(self._var_dir):
            _leave(self._var_dir, self._servers, self._locks)
            self._locks = []


def hold(variables: Collection[str], var_dir: Path) -> Held:
    """Have the servers for these variables (`DATABASE_URL`, `REDIS_URL`) running until the process ends.

    Raises CannotStart with a sentence for the person at the terminal.
    """
    var_dir = var_dir.resolve()
    locks: list[IO[str]] = []
    with _start_lock(var_dir):
        state = State(var_dir)
        place = find_place(var_dir, state)
        servers = [kind(place, state) for kind in SERVERS if kind.variable in variables]
        try:
            for server in servers:
                users = open(_users_file(var_dir, server.name), "w")  # noqa: SIM115
                locks.append(users)
                fcntl.flock(users, fcntl.LOCK_SH)
            absent = [server for server in servers if not server.is_running()]
            for server in absent:
                server.launch()
            for server in absent:
                server.wait()
        except BaseException:
            # Ctrl-C in the middle of a start, too, leaves nothing running that nobody uses.
            _leave(var_dir, servers, locks)
            raise
    held = Held(var_dir, servers, locks)
    atexit.register(held.release)
    return held


def _leave(var_dir: Path, servers: list[Valkey | Postgres], locks: list[IO[str]]) -> None:
    for lock in locks:
        lock.close()
    for server in servers:
        with open(_users_file(var_dir, server.name), "w") as users:
            if _is_unused(users):
                server.stop()


@contextmanager
def _start_lock(var_dir: Path) -> Iterator[None]:
    """One process at a time starts or stops servers."""
    try:
        (var_dir / "locks").mkdir(parents=True, exist_ok=True)
        lock = open(var_dir / "locks" / "start", "w")  # noqa: SIM115
    except OSError as problem:
        raise CannotStart(
            f"The user {getpass.getuser()} can't write to {var_dir} ({problem.strerror}), where the embedded servers "
            "and attachments are kept. Give it that directory, or set VAR_DIR to another."
        ) from problem
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _users_file(var_dir: Path, name: str) -> Path:
    return var_dir / "locks" / name


def _is_unused(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
