"""The embedded PostgreSQL: made once, started when somebody needs it, recovered after a crash."""

from __future__ import annotations

import shutil
import signal
import subprocess
from pathlib import Path

from config.embedded.errors import CannotStart
from config.embedded.place import Place
from config.embedded.processes import end, gone, tell, working_in, works_in
from config.embedded.state import State

#: Seconds for the recovery of a crashed server with a lot to replay.
RECOVERY_SECONDS = 600

SETTINGS = """\
# Written by the product at each start. ALTER SYSTEM outranks it; for more, set DATABASE_URL to a server of your own.
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 200
password_encryption = 'scram-sha-256'
shared_buffers = '192MB'
effective_cache_size = '1GB'
maintenance_work_mem = '128MB'
max_wal_size = '1GB'
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C.UTF-8'
log_line_prefix = '%m [%p] '
log_min_duration_statement = '2s'
"""


class Postgres:
    """One cluster with one database, `inbox`, on loopback TCP with a password."""

    name = "postgres"
    variable = "DATABASE_URL"

    def __init__(self, place: Place, state: State) -> None:
        self._place = place
        self._state = state
        self._home = place.data / "postgres"
        self._data = self._home / "data"
        self._log = self._home / "server.log"

    @property
    def url(self) -> str:
        """Where clients find the database, password included."""
        return f"postgresql://inbox:{self._state.get('postgres_password')}@127.0.0.1:{self._port}/inbox"

    def is_running(self) -> bool:
        """Whether the server accepts connections from those who have our password."""
        known = self._state.knows("postgres_password") and self._state.knows("postgres_port")
        return known and self._postmaster() is not None and self._is_ready()

    def launch(self) -> None:
        """Make the cluster if there is none, and start the server; returns when it accepts connections."""
        self._place.make_directory(self._home)
        self._clear_remains()
        if not self._data.exists():
            self._make()
        elif not self._state.knows("postgres_password"):
            self._single_user(f"ALTER ROLE inbox PASSWORD '{self._state.secret('postgres_password')}'", self._data)
        for _ in range(5):
            self._state.free_port("postgres_port")
            self._place.write(self._data / "postgresql.conf", SETTINGS.format(port=self._port))
            if self._start():
                return
            if "could not bind" not in self._last_lines():
                break
        raise CannotStart(f"The embedded PostgreSQL does not start. The end of {self._log}:\n{self._last_lines()}")

    def wait(self) -> None:
        """Nothing to wait for: `launch` waits."""

    def stop(self) -> None:
        """Stop the server: connections are cut, everything committed is on disk."""
        pid = self._postmaster()
        if pid is not None:
            end(self._data, [(pid, signal.SIGINT, 30), (pid, signal.SIGQUIT, 10), (pid, signal.SIGKILL, 5)])

    @property
    def _port(self) -> int:
        return int(self._state.get("postgres_port"))

    def _postmaster(self) -> int | None:
        try:
            pid = int((self._data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        return pid if works_in(pid, self._data) else None

    def _is_ready(self) -> bool:
        program = self._place.postgres_bin / "pg_isready"
        answer = self._place.run([program, "-q", "-h", "127.0.0.1", "-p", str(self._port), "-t", "3"])
        return answer.returncode == 0

    def _clear_remains(self) -> None:
        """Stop what does not answer, and take away a pid file that would make the server believe it already runs.

        The file may go only when no backend of a killed server lives: it is what keeps two servers off one directory.
        """
        self.stop()
        for number in (signal.SIGQUIT, signal.SIGKILL):
            if gone(self._data, within=5):
                break
            for pid in working_in(self._data):
                tell(pid, number)
        if not gone(self._data, within=5):
            raise CannotStart(f"Processes of an earlier PostgreSQL still work in {self._data} and can't be ended.")
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def _make(self) -> None:
        """Make the cluster beside its place and move it there when complete: a killed start leaves no half of one."""
        draft = self._home / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        password = self._home / "password"
        self._place.write(password, self._state.secret("postgres_password"))
        program = self._place.postgres_bin / "initdb"
        # With plain C as the locale, ILIKE, lower and trigrams silently ignore every letter outside ASCII.
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8", "-E", "UTF8"]
        owner: list[str | Path] = ["-U", "inbox", "--pwfile", password, "-A", "scram-sha-256"]
        made = self._place.run([program, "-D", draft, *owner, *locale], capture_output=True)
        password.unlink()
        if made.returncode:
            raise CannotStart(
                f"The embedded PostgreSQL could not be set up:\n{made.stdout[-500:]}{made.stderr[-1500:]}"
            )
        self._single_user("CREATE DATABASE inbox", draft)
        draft.rename(self._data)

    def _single_user(self, statement: str, data: Path) -> None:
        program = self._place.postgres_bin / "postgres"
        ran = self._place.run(
            [program, "--single", "-D", data, "postgres"], input=f"{statement}\n", capture_output=True
        )
        if ran.returncode or "ERROR" in ran.stderr:
            raise CannotStart(f"The embedded PostgreSQL could not be set up:\n{ran.stderr[-1500:]}")

    def _start(self) -> bool:
        program = self._place.postgres_bin / "pg_ctl"
        options: list[str | Path] = ["-D", self._data, "-l", self._log, "-s", "-w", "-t", str(RECOVERY_SECONDS)]
        # pg_ctl waits through recovery. Its output goes to the log: a pipe would stay open as long as the server lives.
        started = self._place.run([program, "start", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return started.returncode == 0 and self._is_ready()

    def _last_lines(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines() if self._log.exists() else []
        return "\n".join(lines[-12:])
