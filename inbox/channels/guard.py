"""Parsing under guard: hostile bytes meet the parser in a child process with a time and a memory limit."""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import select
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from channels_adapters.contracts import Account, Event, Malformed, Payload

SECONDS = 5.0
#: Starting the reader is no payload's fault, and may take long on a busy machine.
_START_SECONDS = 60.0
#: What an empty pipe holds at least (Linux: 64 KiB).
_PIPE = 60 * 1024
_ROOT = Path(__file__).resolve().parents[2]
_held = threading.local()


def parse(kind: str, payload: Payload, account: Account, *, seconds: float = SECONDS) -> Sequence[Event]:
    """The events in `payload`. Raises `Malformed`, also when parsing takes too long, too much memory or crashes.

    The child is kept for the next payload and made anew after it failed or this process forked.
    """
    child = _child()
    try:
        child.prepare(kind, is_request=payload.is_request)
        outcome = child.ask((kind, payload, account.kind, account.address, dict(account.settings)), seconds)
    except TimeoutError:
        child.kill()
        raise Malformed(f"Reading it took longer than {seconds:g} seconds.") from None
    except (EOFError, BrokenPipeError):
        child.kill()
        raise Malformed("Reading it crashed the reader.") from None
    if isinstance(outcome, str):
        raise Malformed(outcome)
    return outcome


class _Child:
    def __init__(self) -> None:
        self.pid = os.getpid()
        self.kinds: set[tuple[str, bool]] = set()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "channels_adapters.reader"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=_ROOT,
            env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(_ROOT), "LANG": "C.UTF-8"},
        )

    def prepare(self, kind: str, *, is_request: bool) -> None:
        """Have the reader load what it needs for a kind or its webhooks, before the first of them is timed."""
        if (kind, is_request) not in self.kinds:
            self.ask((kind, None, is_request), _START_SECONDS)
            self.kinds.add((kind, is_request))

    def ask(self, question: object, seconds: float) -> Sequence[Event] | str:
        assert self.process.stdin
        assert self.process.stdout
        data = pickle.dumps(question)
        until = time.monotonic() + seconds
        message = struct.pack("!Q", len(data)) + data
        if len(message) <= _PIPE:
            # It fits into the pipe, so that writing it can't wait for a child that is stuck.
            self._write(message)
        else:
            threading.Thread(target=self._write, args=(message,), daemon=True).start()
        size = struct.unpack("!Q", self._read(8, until))[0]
        answer: Sequence[Event] | str = pickle.loads(self._read(size, until))  # noqa: S301 - our own child, over a pipe
        return answer

    def _write(self, data: bytes) -> None:
        assert self.process.stdin
        # A child that died meanwhile is noticed by the reading side.
        with contextlib.suppress(BrokenPipeError, ValueError):
            self.process.stdin.write(data)
            self.process.stdin.flush()

    def _read(self, size: int, until: float) -> bytes:
        assert self.process.stdout
        descriptor = self.process.stdout.fileno()
        chunks: list[bytes] = []
        while size:
            left = until - time.monotonic()
            if left <= 0 or not select.select([descriptor], [], [], left)[0]:
                raise TimeoutError
            chunk = os.read(descriptor, min(size, 1 << 20))
            if not chunk:
                raise EOFError
            chunks.append(chunk)
            size -= len(chunk)
        return b"".join(chunks)

    def kill(self) -> None:
        if self.pid == os.getpid():
            self.process.kill()
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                with contextlib.suppress(OSError, ValueError):
                    if pipe:
                        pipe.close()
        _held.child = None


def _child() -> _Child:
    child: _Child | None = getattr(_held, "child", None)
    if child is None or child.pid != os.getpid() or child.process.poll() is not None:
        child = _held.child = _Child()
        atexit.register(child.kill)
    return child
