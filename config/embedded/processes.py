"""Server processes, recognised by the directory they work in.

A process id in a file proves nothing: it may be dead, a zombie nobody reaps, or another program by now. The two servers
both change into their data directory, and the kernel tells a process's directory, so that is what we go by.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def works_in(pid: int, directory: Path) -> bool:
    """Whether process `pid` lives (a zombie does not) and works in `directory`."""
    try:
        # Somebody may have removed the directory under the server; the kernel says so in the name.
        return str(Path(f"/proc/{pid}/cwd").readlink()).removesuffix(" (deleted)") == str(directory)
    except OSError:
        return False


def working_in(directory: Path) -> list[int]:
    """The processes that work in `directory`."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if works_in(pid, directory)]


def end(directory: Path, signals: list[tuple[int, signal.Signals, float]]) -> None:
    """Send each (pid, signal), giving the processes in `directory` the seconds that follow to go before the next."""
    for pid, number, seconds in signals:
        tell(pid, number)
        if gone(directory, within=seconds):
            return


def gone(directory: Path, within: float) -> bool:
    """Whether no process works in `directory` any more, waiting up to `within` seconds."""
    until = time.monotonic() + within
    while working_in(directory):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def tell(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that may have ended meanwhile."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
