"""One process of the product: started in a session of its own, read line by line, ended together with its children."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from config.boot import BASE_DIR

PR_SET_PDEATHSIG = 1
#: Seconds of running after which an end counts as the first again.
STEADY_SECONDS = 60
LONGEST_PAUSE = 30.0

ENVIRONMENT = {
    "PYTHONUNBUFFERED": "1",
    # Root in a container is root on purpose; our tasks carry JSON, which is what the warning is about.
    "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    # Whether the code is in order was checked before it was published; a worker that looks again loads every page.
    "CELERY_SKIP_CHECKS": "1",
}

_prctl = ctypes.CDLL(None, use_errno=True).prctl


def end_with_parent() -> None:
    """Run in the child before its program: the kernel tells it to end when we do, however we end."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """A process that is started again when it ends. A line with `ready` in it says that it works (None: none does)."""

    name: str
    command: Sequence[str]
    ready: str | None
    is_ready: bool = False
    ends: int = 0
    start_at: float = 0.0
    _process: subprocess.Popen[bytes] | None = None
    _started_at: float = 0.0
    _partial: bytes = field(default=b"", repr=False)

    @property
    def is_running(self) -> bool:
        """Whether it was started and its end has not been taken note of."""
        return self._process is not None

    @property
    def output(self) -> int:
        """The descriptor its output is read from."""
        assert self._process
        assert self._process.stdout
        return self._process.stdout.fileno()

    def start(self) -> None:
        """Start it. The terminal's Ctrl-C does not reach it: it ends when we say so, in our order."""
        self._partial = b""
        self.is_ready = self.ready is None
        self._started_at = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603
            list(self.command),
            cwd=BASE_DIR,
            env=os.environ | ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
        os.set_blocking(self.output, False)

    def lines(self) -> list[str]:
        """The whole lines it has written since the last call."""
        while True:
            try:
                read = os.read(self.output, 65536)
            except BlockingIOError:
                break
            if not read:
                break
            self._partial += read
        *whole, self._partial = self._partial.split(b"\n")
        lines = [line.decode(errors="replace") for line in whole]
        self.is_ready = self.is_ready or any(self.ready in line for line in lines if self.ready)
        return lines

    def tell(self, number: signal.Signals) -> None:
        """Send a signal to the process itself."""
        if self._process:
            self._process.send_signal(number)

    def kill(self) -> None:
        """End it and everything it started, at once."""
        if self._process:
            kill_group(self._process.pid)

    def has_ended(self) -> bool:
        """Whether the process is there no more, although it was started."""
        return self._process is not None and self._process.poll() is not None

    def bury(self) -> str:
        """Take note of the end: what it left running is ended too, and the next start is put off. Says how it ended."""
        assert self._process
        assert self._process.stdout
        kill_group(self._process.pid)
        self._process.stdout.close()
        code = self._process.returncode
        self.ends = 1 if time.monotonic() - self._started_at > STEADY_SECONDS else self.ends + 1
        self.start_at = time.monotonic() + self.pause
        self._process = None
        self.is_ready = False
        return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    @property
    def pause(self) -> float:
        """Seconds until the next start: 1, 2, 4 and so on."""
        return float(min(2.0 ** (self.ends - 1), LONGEST_PAUSE)) if self.ends else 0.0


def kill_group(leader: int) -> None:
    """End the process group of a session we started."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        # Nobody is left in it; PermissionError is what some kernels say of a group of zombies.
        return
