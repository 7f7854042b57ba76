"""Ports that are taken: found before anything starts, and named together with who has them."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

from config.embedded import CannotStart

LISTENING = "0A"


def require_free(host: str, port: int, option: str) -> None:
    """Raise CannotStart with a sentence that names the holder of the port and the option that chooses another."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise CannotStart(_sentence(problem, host, port, option)) from problem
        except OverflowError as problem:
            raise CannotStart(f"{port} is not a port: choose one up to 65535 with {option}.") from problem


def _sentence(problem: OSError, host: str, port: int, option: str) -> str:
    if problem.errno == errno.EADDRINUSE:
        return f"Port {port} is used by {holder(port)}. Choose another: bin/run {option} {port + 1}"
    if problem.errno == errno.EACCES:
        return f"Port {port} may be used by root only. Choose another: bin/run {option} {port + 8000}"
    return f"Nothing can listen on {host}, port {port}: {problem.strerror or problem}."


def holder(port: int) -> str:
    """The program that listens on a port, as far as this user may know it."""
    inodes = _listening_inodes(port)
    for process in Path("/proc").glob("[0-9]*"):
        if inodes & _sockets(process):
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            return f"{command[:80] or 'a program'} (process {process.name})"
    return "another program"


def _listening_inodes(port: int) -> set[str]:
    inodes = set()
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        lines = table.read_text().splitlines()[1:] if table.exists() else []
        for fields in map(str.split, lines):
            if fields[3] == LISTENING and int(fields[1].rsplit(":", 1)[1], 16) == port:
                inodes.add(f"socket:[{fields[9]}]")
    return inodes


def _sockets(process: Path) -> set[str]:
    try:
        return {str(descriptor.readlink()) for descriptor in (process / "fd").iterdir()}
    except OSError:
        # It ended meanwhile, or belongs to somebody else.
        return set()
