"""Processes that are started, watched, started again and stopped; small shell scripts stand for the product's."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from config.boot import BASE_DIR

pytestmark = pytest.mark.process

PROGRAM = """
import sys
from config.supervisor import supervise
from config.supervisor.children import Child
from config.supervisor.screen import Screen
supervise.KILL_AFTER = 1
children = [Child(name, ["sh", "-c", script], ready=None) for name, script in zip(sys.argv[1::2], sys.argv[2::2])]
screen = Screen()
said = lambda: screen.line("run", "ready")
sys.exit(0 if supervise.Supervisor(children, screen, lambda: True, said).run() else 1)
"""

WAITING = "sleep 1000 & echo pid $!; echo pid $$; wait"


class Run:
    """A supervisor over scripts given by the names of the product's processes."""

    def __init__(self, program: str = PROGRAM, **scripts: str) -> None:
        arguments = [part for pair in scripts.items() for part in pair]
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, *arguments], cwd=BASE_DIR, stdout=subprocess.PIPE, text=True
        )

    def lines(self, *, until: str, times: int = 1) -> list[str]:
        """Lines up to the one in which `until` occurs for the given time."""
        lines: list[str] = []
        while sum(until in line for line in lines) < times:
            line = self.process.stdout.readline()
            assert line, lines
            lines.append(line.strip())
        return lines

    def rest(self) -> tuple[int, list[str]]:
        """The exit code, and the lines until then."""
        printed, _ = self.process.communicate()
        return self.process.returncode, printed.splitlines()


@pytest.fixture
def runs() -> Iterator[list[Run]]:
    started: list[Run] = []
    yield started
    for run in started:
        run.process.kill()
        run.process.wait()
        run.process.stdout.close()


def pids(lines: list[str]) -> list[int]:
    return [int(line.split()[-1]) for line in lines if " pid " in line]


def have_ended(numbers: list[int]) -> bool:
    """Whether the processes end; waits for it, at most a minute each."""
    return bool(numbers) and all(map(has_ended, numbers))


def has_ended(number: int) -> bool:
    try:
        handle = os.pidfd_open(number)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], 60)[0])
    finally:
        os.close(handle)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_every_process_and_what_it_started(runs: list[Run], number: signal.Signals):
    runs.append(run := Run(web=WAITING, worker=WAITING))
    numbers = pids(run.lines(until="pid", times=4))
    run.process.send_signal(number)
    code, lines = run.rest()
    assert (code, lines[-1], have_ended(numbers)) == (0, "run    | Stopping.", True)


def test_a_process_that_does_not_listen_is_ended_all_the_same(runs: list[Run]):
    runs.append(run := Run(web="trap '' TERM QUIT; echo pid $$; while true; do sleep 1000; done"))
    numbers = pids(run.lines(until="pid"))
    run.process.send_signal(signal.SIGINT)
    assert (run.rest()[0], have_ended(numbers)) == (0, True)


def test_the_processes_end_when_the_supervisor_is_killed(runs: list[Run]):
    runs.append(run := Run(web="echo pid $$; exec sleep 1000", worker="echo pid $$; exec sleep 1000"))
    numbers = pids(run.lines(until="pid", times=2))
    run.process.kill()
    assert have_ended(numbers)


def test_a_process_that_ends_is_started_again_and_the_terminal_tells(runs: list[Run]):
    runs.append(run := Run(web=WAITING, worker="echo working; exit 3"))
    lines = run.lines(until="working", times=2)
    told = [line for line in lines if line.startswith("run") and "ended" in line]
    assert told == ["run    | worker ended (exit code 3); it starts again in 1 s."]


def test_what_an_ended_process_left_running_is_ended(runs: list[Run]):
    runs.append(run := Run(web=WAITING, worker="sleep 1000 & echo pid $!; exit"))
    lines = run.lines(until="it starts again")
    left = pids([line for line in lines if line.startswith("worker")])
    assert have_ended(left)


def test_a_web_server_that_never_starts_ends_everything_with_a_sentence(runs: list[Run]):
    program = PROGRAM.replace("lambda: True", "lambda: False")
    runs.append(run := Run(program, web="echo broken; exit 1", worker="exec sleep 1000"))
    code, lines = run.rest()
    assert (code, lines.count("web    | broken"), lines[-2:]) == (
        1,
        3,
        ["run    | The web server does not start; the lines above say why.", "run    | Stopping."],
    )


def test_a_terminal_that_goes_away_stops_everything(runs: list[Run]):
    runs.append(run := Run(web="echo pid $$; while echo still here; do sleep 0.05; done"))
    numbers = pids(run.lines(until="pid"))
    run.process.stdout.close()
    assert (run.process.wait(), have_ended(numbers)) == (0, True)


def test_readiness_is_told_once_all_processes_say_that_they_work(runs: list[Run]):
    program = PROGRAM.replace("ready=None", 'ready="working"')
    runs.append(run := Run(program, web="echo working; exec sleep 1000", worker="echo working; exec sleep 1000"))
    assert sorted(run.lines(until="ready")) == ["run    | ready", "web    | working", "worker | working"]
