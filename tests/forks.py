"""Processes of the product that start in no time: forked from one that has its modules in memory already.

Each is as good as one from the command line: it leads a session of its own, reads its fault point from its own
environment, runs `python -m celery …` or `manage.py …` to the end, and is ended by SIGKILL like any other.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import signal
import subprocess
import sys
import traceback
from dataclasses import dataclass
from importlib import import_module, reload

from config.boot import BASE_DIR
from config.supervisor.children import end_with_parent

#: What a worker, beat and the mail listener load when they start, beside what the settings name.
MODULES = (
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.bin.celery",
    "celery.concurrency.solo",
    "celery.fixups.django",
    "celery.worker.consumer",
    "config.urls",
    "inbox.channels.tasks",
    "inbox.management.commands.listen_mail",
    "inbox.sla.tasks",
    "inbox.surveys.tasks",
    "inbox.tickets.tasks",
    "kombu.transport.redis",
)


@dataclass
class Fork:
    """One process."""

    parent: Parent
    pid: int
    _exit_code: int | None = None

    @property
    def exit_code(self) -> int | None:
        """As of subprocess: None while it runs, -9 after SIGKILL."""
        if self._exit_code is None:
            self._exit_code = self.parent.ask("exit_code", self.pid)
        return self._exit_code

    def kill(self) -> None:
        """End it; returns when it has ended."""
        if self.exit_code is None:
            os.kill(self.pid, signal.SIGKILL)
            self._exit_code = self.parent.ask("end", self.pid)


class Parent:
    """The process that the others are forked from; what they have in common is in its environment.

    `python` is the interpreter it runs in, where that is not the tests' own.
    """

    def __init__(self, environment: dict[str, str], python: str = sys.executable) -> None:
        self.environment = environment
        self._process = subprocess.Popen(
            [python, "-m", "tests.forks"],
            cwd=BASE_DIR,
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )

    def start(self, *command: str, **environment: str) -> Fork:
        """Run a command of Python's (`-m celery worker`, `manage.py listen_mail`) in a process of its own."""
        return Fork(self, self.ask("start", list(command), environment))

    def ask(self, *question: object) -> int | None:
        print(json.dumps(question), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())

    def end(self) -> None:
        """All that were forked from it end with it."""
        self._process.communicate()


def main() -> None:
    """Answer the questions of `Parent.ask` until there are no more."""
    import django

    django.setup()
    for name in MODULES:
        import_module(name)
    gc.freeze()
    # What children print goes where errors go.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        print(json.dumps(_ANSWERS[name](*arguments)), file=answers, flush=True)


def _start(command: list[str], environment: dict[str, str]) -> int:
    if pid := os.fork():
        return pid
    code = 1
    try:
        _become(command, environment)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(code)


def _become(command: list[str], environment: dict[str, str]) -> None:
    from django.conf import settings
    from django.db import connections

    os.setsid()
    end_with_parent()
    os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
    os.environ.update(environment)
    reload(import_module("config.settings"))
    settings._setup()
    for made in connections.all(initialized_only=True):
        del connections[made.alias]
    connections.settings = connections.configure_settings(None)
    if command[0] == "-m":
        sys.argv = command[1:]
        runpy.run_module(command[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = command
        runpy.run_path(command[0], run_name="__main__")


def _exit_code(pid: int) -> int | None:
    ended, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def _end(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


_ANSWERS = {"start": _start, "exit_code": _exit_code, "end": _end}

if __name__ == "__main__":
    main()
