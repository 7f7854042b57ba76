"""Mails per second through the whole intake, beside a floor measured in the same run.

    python -m benchmarks.intake_mail [--mails 2000] [--profile]

The whole way is journal, parse (in the guarded child), thread, store, events, clocks: `accept` and `process` for each
mail, in one worker process and in two. The floor is the standard library's parse (`email.policy.default`, headers,
body and attachments read) and four raw SQL statements in one transaction a mail.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.mails import conversations
from benchmarks.scratch import database

if TYPE_CHECKING:
    from inbox.channels.models import Channel

#: The ways of taking mail in take turns, with so many conversations each time.
ROUND = 15

# As durable as the product's tables.
_FLOOR = (
    "CREATE TABLE floor_mail (id bigserial PRIMARY KEY, body bytea, digest text UNIQUE)",
    "CREATE TABLE floor_ticket (id bigserial PRIMARY KEY, subject text)",
    "CREATE TABLE floor_message (id bigserial PRIMARY KEY, ticket bigint, message_id text, body text)",
    "CREATE TABLE floor_event (id bigserial PRIMARY KEY, ticket bigint, kind text)",
)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--mails", type=int, default=2000)
    options.add_argument("--profile", action="store_true", help="show where one worker's time goes")
    options.add_argument("--worker", nargs=2, metavar=("ADDRESS", "SHARE"), help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.worker:
        _worker(given, *given.worker)
        return
    talks = list(conversations(given.mails))
    with database():
        if given.profile:
            _profiled(talks)
            return
        address = _channel().address
        with _workers(given, address, 1) as one, _workers(given, address, 2) as two:
            ways = {
                "floor: standard parse and four statements": _floor(talks),
                "whole way, one worker process": one,
                "whole way, two worker processes": two,
            }
            spent = _in_turns(list(ways.values()), len(_rounds(talks)))
        _check(address, 2 * given.mails)
    for name, seconds in zip(ways, spent, strict=True):
        ratio = median(floor / own for floor, own in zip(spent[0], seconds, strict=True))
        print(f"{name:46}{given.mails / sum(seconds):8.0f} mails/s   {ratio:.2f}")


def _in_turns(ways: list[Iterator[None]], rounds: int) -> list[list[float]]:
    """The seconds each way took for each round.

    They take turns, as the machine slows down and speeds up under us: the ratio is the median of those of the rounds.
    """
    spent: list[list[float]] = [[] for _ in ways]
    for _ in range(rounds):
        for way, seconds in zip(ways, spent, strict=True):
            began = time.perf_counter()
            next(way)
            seconds.append(time.perf_counter() - began)
    return spent


def _rounds(talks: list[list[bytes]]) -> list[list[list[bytes]]]:
    return [talks[at : at + ROUND] for at in range(0, len(talks), ROUND)]


def _floor(talks: list[list[bytes]]) -> Iterator[None]:
    from django.db import connection

    connection.ensure_connection()
    cursor = connection.connection.cursor()
    for statement in _FLOOR:
        cursor.execute(statement)
    for part in _rounds(talks):
        for raw in (raw for talk in part for raw in talk):
            _take_on_the_floor(cursor, raw)
        yield


def _take_on_the_floor(cursor: Any, raw: bytes) -> None:
    mail = message_from_bytes(raw, policy=policy.default)
    body = mail.get_body(("plain", "html"))
    text = body.get_content() if body else ""
    for part in mail.iter_attachments():
        part.get_content()
    cursor.execute("BEGIN")
    cursor.execute(
        "INSERT INTO floor_mail (body, digest) VALUES (%s, %s)",
        (raw, f"{mail['Message-ID']} {mail['Date']} {mail['From']}"),
    )
    cursor.execute("INSERT INTO floor_ticket (subject) VALUES (%s) RETURNING id", (str(mail["Subject"]),))
    ticket = cursor.fetchone()[0]
    cursor.execute(
        "INSERT INTO floor_message (ticket, message_id, body) VALUES (%s, %s, %s)",
        (ticket, str(mail["Message-ID"]), text),
    )
    cursor.execute("INSERT INTO floor_event (ticket, kind) VALUES (%s, 'received')", (ticket,))
    cursor.execute("COMMIT")


@contextmanager
def _workers(options: argparse.Namespace, address: str, count: int) -> Iterator[Iterator[None]]:
    """The whole way in `count` processes that share each round; all are ready when this is entered."""
    command = [sys.executable, "-m", "benchmarks.intake_mail", "--mails", str(options.mails), "--worker", address]
    children = [
        subprocess.Popen([*command, f"{number}/{count}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for number in range(count)
    ]
    _answered(children)
    try:
        yield _driven(children)
    finally:
        for child in children:
            child.stdin.close()
            child.wait()


def _driven(children: list[subprocess.Popen[bytes]]) -> Iterator[None]:
    while True:
        for child in children:
            child.stdin.write(b"go\n")
            child.stdin.flush()
        _answered(children)
        yield


def _answered(children: list[subprocess.Popen[bytes]]) -> None:
    answers = [child.stdout.readline() for child in children]
    if not all(answers):
        raise SystemExit("A worker failed.")


def _worker(options: argparse.Namespace, address: str, share: str) -> None:
    import django

    from config.boot import prepare

    prepare()
    django.setup()
    from inbox.channels.access import channel_at

    channel = channel_at(address)
    number, _, workers = share.partition("/")
    parts = _rounds(list(conversations(options.mails)))
    _warm(channel)
    print("ready", flush=True)
    for part, _ in zip(parts, sys.stdin, strict=False):
        _take(channel, part[int(number) :: int(workers)])
        print("done", flush=True)


def _channel() -> Channel:
    from inbox.channels.actions import connect
    from inbox.channels.models import Channel

    known = Channel.objects.filter(kind="email").first()
    return known or connect(kind="email", address="support@nordlys.example", name="Nordlys Support")


def _warm(channel: object) -> None:
    """Start the guarded child and fill what a worker keeps, with a mail that is not counted."""
    _take(channel, [next(conversations(10, seed=os.getpid()))[:1]])


def _take(channel: object, talks: list[list[bytes]]) -> None:
    from channels_adapters.contracts import Payload
    from inbox.channels.intake import accept, process

    for talk in talks:
        for raw in talk:
            process(accept(channel, Payload(body=raw)).envelope_id)


def _check(address: str, count: int) -> None:
    from inbox.channels.models import Envelope

    done = Envelope.objects.filter(channel__address=address, state="done").count()
    if done < count:
        raise SystemExit(f"Only {done} of {count} mails were taken in.")


def _profiled(talks: list[list[bytes]]) -> None:
    channel = _channel()
    _warm(channel)
    profile = cProfile.Profile()
    profile.runcall(_take, channel, talks)
    pstats.Stats(profile).sort_stats("cumulative").print_stats(60)


if __name__ == "__main__":
    main()
