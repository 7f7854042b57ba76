"""Seconds from a visitor's message to the agent and back, with everybody talking, beside a floor of the same run.

    python -m benchmarks.chat [--visitors 500] [--agents 20] [--seconds 120] [--every 200]

On embedded servers of its own, in a temporary directory: two web processes, a worker, its beat. Visitors have their
stream open, say something about every 200 seconds (so that each agent answers one of them every 8 seconds) and show
signs of life; agents have theirs open and answer what they are told of. `told` is when the agent's open page hears of a
message, `shown` when the words themselves are there, with the visitor or in the agent's ticket. The floor is Redis to
socket in a bare application on the same ASGI server with as many open streams: once when nothing else goes on, and once
beside the talk, on the same processors at the same time, which tells what the machine itself held up.
"""

from __future__ import annotations

import argparse
import atexit
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

#: Seconds in which visitors arrive before anybody talks, and after the last message, for what is under way.
ARRIVING, SETTLING = 60, 20
GOAL = 0.250
#: What is published to the bare application a second, beside the talk.
BESIDE = 8


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--visitors", type=int, default=500)
    options.add_argument("--agents", type=int, default=20)
    options.add_argument("--seconds", type=int, default=120, help="for which everybody talks")
    options.add_argument("--every", type=float, default=200, help="seconds between two messages of a visitor")
    options.add_argument("--web-workers", type=int, default=2)
    given = options.parse_args()
    with ExitStack() as stack:
        for name in ("DATABASE_URL", "REDIS_URL"):
            os.environ.pop(name, None)
        os.environ["VAR_DIR"] = _place()
        os.environ["ENV_FILE"] = os.devnull
        os.environ["STATIC_FROM_SOURCE"] = "1"
        port = _free_port()
        os.environ["SITE_URL"] = f"http://127.0.0.1:{port}"
        from benchmarks.scratch import database

        stack.enter_context(database())
        print(f"{given.visitors} visitors, {given.agents} agents, {given.seconds} s, {given.web_workers} web processes")
        with _bare(given) as bare:
            floor = _ended(_begun("floor", {**bare, "publishes": 400, "per_second": 25}))["seconds"]["floor"]
            _measure(given, port, bare, sorted(floor))


def _place() -> str:
    """A directory that goes when this process ends, after the servers in it."""
    place = tempfile.mkdtemp(prefix="chat-")
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place


@contextmanager
def _bare(given: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The bare application, and what its load has to know."""
    port, streams = _free_port(), given.visitors + given.agents
    with _running("floor", [*_web("benchmarks.chat_floor:application", port, given.web_workers)], port):
        yield {"port": port, "redis": os.environ["REDIS_URL"], "streams": streams}


def _measure(given: argparse.Namespace, port: int, bare: Mapping[str, Any], floor: Sequence[float]) -> None:
    scene = _scene(given)
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "config"]
    queues = ["--queues", "intake,delivery,clocks,surveys,reports,imports,celery", "--concurrency", "2"]
    with ExitStack() as stack:
        pages = [sys.executable, "-m", "config.web", "--port", str(port), "--log-level", "warning"]
        web = [stack.enter_context(_running(f"web-{number}", pages, port)) for number in range(given.web_workers)]
        worker = stack.enter_context(_running("worker", [*celery, "worker", *queues, "--loglevel", "WARNING"]))
        stack.enter_context(_running("beat", [*celery, "beat", "--pidfile=", "--loglevel", "WARNING"]))
        told = {**scene, "port": port, **_times(given)}
        sides = [_begun(part, told) for part in ("agents", "visitors")]
        time.sleep(max(told["talk_at"] - time.monotonic(), 0))
        before, publishes = _ticks(), {"publishes": given.seconds * BESIDE, "per_second": BESIDE}
        beside = _begun("floor", {**bare, **publishes})
        time.sleep(max(told["quiet_at"] - 2 - time.monotonic(), 0))
        stolen = _stolen(before, _ticks())
        standing = {"web": _used(*(one.pid for one in web)), "worker": _used(worker.pid)}
        connections = _connections()
        by_agents, by_visitors = (_ended(one) for one in sides)
        floors = {"alone": floor, "beside the talk": sorted(_ended(beside)["seconds"]["floor"])}
        _print(given, floors, by_visitors, by_agents, standing, connections)
        print(f"while they talked, the machine's host gave {stolen:.0%} of these processors to others (steal)")


def _times(given: argparse.Namespace) -> dict[str, Any]:
    """When visitors arrive, talk and stop, on the clock all processes share."""
    at = time.monotonic() + 12
    talk_at = at + ARRIVING
    quiet_at = talk_at + given.seconds
    instants = {"arrive_at": at, "talk_at": talk_at, "quiet_at": quiet_at, "end_at": quiet_at + SETTLING}
    return {**instants, "visitors": given.visitors, "every": given.every, "arriving": ARRIVING - 3}


def _scene(given: argparse.Namespace) -> dict[str, Any]:
    """A chat, and agents who are signed in."""
    from django.conf import settings
    from django.test import Client

    from inbox.agents.models import Agent, Membership, Team
    from inbox.chats.actions import open_chat
    from inbox.chats.frame_tickets import frame_ticket
    from inbox.chats.models import ChatWidget

    team = Team.objects.create(name="Shop")
    channel = open_chat(name="Shop", brand="Nordlys Shoes", team=team, origins=["https://shop.example"])
    sessions = []
    for number in range(given.agents):
        agent = Agent.objects.create(email=f"agent{number}@nordlys.example", name=f"Agent {number}")
        Membership.objects.create(agent=agent, team=team)
        browser = Client()
        browser.force_login(agent, "allauth.account.auth_backends.AuthenticationBackend")
        sessions.append(browser.cookies[settings.SESSION_COOKIE_NAME].value)
    ticket = frame_ticket(ChatWidget.objects.get(channel=channel))
    return {"key": channel.address, "frame_ticket": ticket, "sessions": sessions}


def _print(
    given: argparse.Namespace,
    floors: Mapping[str, Sequence[float]],
    by_visitors: Mapping[str, Any],
    by_agents: Mapping[str, Any],
    standing: Mapping[str, tuple[int, float, float]],
    connections: int,
) -> None:
    least = [_part(floor, 0.95) for floor in floors.values()]
    print(f"{'':34}{'count':>8}{'p50':>9}{'p95':>9}{'p99':>9}{'worst':>9}   p95 beyond the floor, alone and beside")
    for name, floor in floors.items():
        _row(f"floor, {name}", floor)
    ways = {
        "visitor to agent, told": by_agents["seconds"].get("told", []),
        "visitor to agent, shown": by_agents["seconds"].get("shown", []),
        "agent to visitor, shown": by_visitors["seconds"].get("shown", []),
        "a visitor's message is accepted": by_visitors["seconds"].get("accepted", []),
        "an agent's reply is accepted": by_agents["seconds"].get("accepted", []),
    }
    for name, seconds in ways.items():
        _row(name, sorted(seconds), least)
    for name, there, here in (
        ("visitor to agent", by_visitors["said"], by_agents["arrived"]),
        ("agent to visitor", by_agents["said"], by_visitors["arrived"]),
    ):
        lost, doubled = set(there) - set(here), [one for one, times in here.items() if times > 1]
        print(f"{name:34}{len(there):8} said, {len(lost)} lost, {len(doubled)} doubled")
    print(f"in the database: {_in_database(by_visitors, by_agents)}")
    print(f"answers: {json.dumps({'visitors': by_visitors['counts'], 'agents': by_agents['counts']})}")
    for name, (count, megabytes, seconds) in standing.items():
        print(f"{name}: {count} processes, {megabytes:.0f} MB (proportional), {seconds:.0f} s of processor time so far")
    spent = by_visitors["processor"] + by_agents["processor"]
    print(f"visitors and agents on the same machine: {spent:.0f} s of processor time in all")
    print(f"PostgreSQL: {connections} connections")
    slowest = max(_part(sorted(ways[name]), 0.95) for name in ways if name.endswith("shown"))
    for name, limit in zip(floors, least, strict=True):
        is_met = "met" if slowest - limit <= GOAL else "NOT met"
        print(f"goal (p95 at most 250 ms beyond the floor {name}, shown, both ways): {is_met}")


def _in_database(by_visitors: Mapping[str, Any], by_agents: Mapping[str, Any]) -> str:
    """How often each thing said is stored."""
    from collections import Counter

    from inbox.tickets.models import Message

    texts = Counter(" ".join(text.split()[:2]) for text in Message.objects.values_list("text", flat=True))
    said = [f"q {one}" for one in by_visitors["said"]] + [f"a {one}" for one in by_agents["said"]]
    missing, doubled = [one for one in said if not texts[one]], [one for one in said if texts[one] > 1]
    return f"{len(said)} messages, {len(missing)} missing, {len(doubled)} doubled"


def _row(name: str, seconds: Sequence[float], least: Sequence[float] = ()) -> None:
    figures = "".join(f"{_part(seconds, share) * 1000:7.0f}ms" for share in (0.5, 0.95, 0.99, 1))
    beyond = "".join(f"   {(_part(seconds, 0.95) - floor) * 1000:+.0f} ms" for floor in least)
    print(f"{name:34}{len(seconds):8}{figures}{beyond}")


def _part(seconds: Sequence[float], share: float) -> float:
    return seconds[min(int(len(seconds) * share), len(seconds) - 1)] if seconds else float("nan")


def _web(application: str, port: int, workers: int) -> list[str]:
    manner = ["--lifespan", "off", "--timeout-graceful-shutdown", "3", "--no-access-log", "--log-level", "warning"]
    pages = ["--host", "127.0.0.1", "--port", str(port), "--workers", str(workers)]
    return [sys.executable, "-m", "uvicorn", application, *pages, *manner]


@contextmanager
def _running(name: str, command: Sequence[str], port: int | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the product while the block runs; its output is kept for when it fails."""
    log = Path(os.environ["VAR_DIR"]) / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 60
        while port and not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{name} did not start:\n{log.read_text()[-3000:]}")
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if trouble := [line for line in log.read_text(errors="replace").splitlines() if _is_trouble(line)]:
            print(f"{name} said:", *trouble[-10:], sep="\n  ")


def _is_trouble(line: str) -> bool:
    return any(word in line for word in ("ERROR", "Traceback", "Error:", "WARNING")) and "Cancel" not in line


def _begun(part: str, told: Mapping[str, Any]) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.chat_load", part], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin
    process.stdin.write(json.dumps(told))
    process.stdin.close()
    process.stdin = None
    return process


def _ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    output, _ = process.communicate()
    if process.returncode:
        raise SystemExit("The load could not be made.")
    return dict(json.loads(output))


def _used(*leaders: int) -> tuple[int, float, float]:
    """Processes, proportional memory in MB and processor seconds of processes and all below them."""
    members, count = [*leaders], 0
    while count < len(members):
        children = Path(f"/proc/{members[count]}/task").glob("*/children")
        members += [int(pid) for file in children for pid in file.read_text().split()]
        count += 1
    kilobytes, ticks = 0, 0
    for pid in members:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        kilobytes += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
        ticks += sum(int(one) for one in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13])
    return len(members), kilobytes / 1024, ticks / os.sysconf("SC_CLK_TCK")


def _ticks() -> list[int]:
    return [int(one) for one in Path("/proc/stat").read_text().partition("\n")[0].split()[1:]]


def _stolen(before: Sequence[int], after: Sequence[int]) -> float:
    """The share of the processors' time that the machine's host gave to others (proc_stat(5), steal)."""
    spent = [late - early for early, late in zip(before, after, strict=True)]
    return spent[7] / sum(spent[:8])


def _connections() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def _free_port() -> int:
    # Below those that outgoing connections are given: one of many could have it by the time it is listened at.
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 0.5).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
