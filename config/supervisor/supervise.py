"""Keeps the processes of the product running until told to stop, and stops them in order."""

from __future__ import annotations

import contextlib
import os
import selectors
import signal
import time
from collections.abc import Callable, Iterator
from types import FrameType

from config.supervisor.children import Child
from config.supervisor.screen import Screen

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: Seconds after being told to stop at which a process is told again, and at which it is ended.
TELL_AGAIN_AFTER = 6
KILL_AFTER = 8
#: Seconds after which the product counts as ready even if one process beside the web server is not.
PATIENCE = 30
#: Ends in a row, before the web server ever answered, that make us give up.
TRIES = 3


class Supervisor:
    """Starts the children, shows their lines, starts again what ends; `run` returns when all have stopped.

    Once each child has said that it works, `answers` is asked a few times a second whether pages are served; when they
    are, `on_ready` is called.
    """

    def __init__(
        self, children: list[Child], screen: Screen, answers: Callable[[], bool], on_ready: Callable[[], None]
    ) -> None:
        self._children = children
        self._screen = screen
        self._answers = answers
        self._on_ready = on_ready
        self._is_ready = False
        self._started_at = time.monotonic()
        self._told_at: float | None = None
        self._told_again = False
        self._heard = 0
        self._failed = False
        self._selector = selectors.DefaultSelector()

    def run(self) -> bool:
        """Run until SIGINT, SIGTERM or SIGHUP (a second one ends everything at once); False: the web never started."""
        with self._signals() as bell:
            self._selector.register(bell, selectors.EVENT_READ)
            for child in self._children:
                self._start(child)
            while self._told_at is None or any(child.is_running for child in self._children):
                self._turn(bell)
        self._selector.close()
        return not self._failed

    @contextlib.contextmanager
    def _signals(self) -> Iterator[int]:
        """Signals only ring a bell that the loop hears: nothing is interrupted halfway."""
        bell, rope = os.pipe()
        os.set_blocking(bell, False)
        os.set_blocking(rope, False)
        earlier = {number: signal.signal(number, self._hear) for number in (*STOPPING, signal.SIGCHLD)}
        wakeup = signal.set_wakeup_fd(rope, warn_on_full_buffer=False)
        try:
            yield bell
        finally:
            signal.set_wakeup_fd(wakeup)
            for number, handler in earlier.items():
                # Stopping is under way and is not interrupted any more.
                signal.signal(number, handler if number == signal.SIGCHLD else signal.SIG_IGN)
            os.close(bell)
            os.close(rope)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if number != signal.SIGCHLD:
            self._heard += 1

    def _turn(self, bell: int) -> None:
        """One turn of the loop: lines, ends, starts that are due, and the watch on the time stopping takes."""
        for key, _ in self._selector.select(timeout=0.25):
            if key.fileobj == bell:
                os.read(bell, 4096)
            else:
                self._show(key.data)
        for child in self._children:
            if child.has_ended():
                self._bury(child)
        if self._told_at is None and (self._heard or self._screen.is_gone):
            self._stop()
        if self._told_at is None:
            self._start_what_is_due()
            self._ask_whether_ready()
        else:
            self._hurry(time.monotonic() - self._told_at)

    def _start(self, child: Child) -> None:
        child.start()
        self._selector.register(child.output, selectors.EVENT_READ, child)

    def _show(self, child: Child) -> None:
        for line in child.lines():
            self._screen.line(child.name, line)

    def _bury(self, child: Child) -> None:
        self._show(child)
        self._selector.unregister(child.output)
        how = child.bury()
        if self._told_at is not None:
            return
        if child.name.partition("-")[0] == "web" and not self._is_ready and child.ends >= TRIES:
            self._screen.line("run", "The web server does not start; the lines above say why.")
            self._failed = True
            self._stop()
            return
        self._screen.line("run", f"{child.name} ended ({how}); it starts again in {child.pause:.0f} s.")

    def _start_what_is_due(self) -> None:
        for child in self._children:
            if not child.is_running and child.start_at <= time.monotonic():
                self._start(child)

    def _ask_whether_ready(self) -> None:
        patient = time.monotonic() - self._started_at < PATIENCE
        if self._is_ready or (patient and not all(child.is_ready for child in self._children)):
            return
        if self._answers():
            self._is_ready = True
            self._on_ready()

    def _stop(self) -> None:
        self._told_at = time.monotonic()
        self._screen.line("run", "Stopping.")
        for child in self._children:
            child.tell(signal.SIGTERM)

    def _hurry(self, seconds: float) -> None:
        if seconds > KILL_AFTER or self._heard > 1:
            for child in self._children:
                child.kill()
        elif seconds > TELL_AGAIN_AFTER and not self._told_again:
            self._told_again = True
            # Celery finishes running tasks at SIGTERM and drops them at SIGQUIT; the sweeps find them again.
            for child in self._children:
                child.tell(signal.SIGQUIT)
