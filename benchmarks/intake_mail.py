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
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from benchmarks.mails import conversations
from benchmarks.scratch import database

if TYPE_CHECKING:
    from inbox.channels.models import Channel

_FLOOR = (
    "CREATE TEMP TABLE floor_mail (id bigserial PRIMARY KEY, body bytea, digest text UNIQUE)",
    "CREATE TEMP TABLE floor_ticket (id bigserial PRIMARY KEY, subject text)",
    "CREATE TEMP TABLE floor_message (id bigserial PRIMARY KEY, ticket bigint, message_id text, body text)",
    "CREATE TEMP TABLE floor_event (id bigserial PRIMARY KEY, ticket bigint, kind text)",
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
        floor = _rate(given.mails, lambda: _floor(talks))
        one = _rate(given.mails, lambda: _in_processes(given, 1))
        two = _rate(given.mails, lambda: _in_processes(given, 2))
        again = _rate(given.mails, lambda: _floor(talks))
    floor = (floor + again) / 2
    print(f"{'floor: standard parse and four statements':46}{floor:8.0f} mails/s   1.00")
    print(f"{'whole way, one worker process':46}{one:8.0f} mails/s   {one / floor:.2f}")
    print(f"{'whole way, two worker processes':46}{two:8.0f} mails/s   {two / floor:.2f}")


def _rate(count: int, work: object) -> float:
    began = time.perf_counter()
    waited = work()  # type: ignore[operator]
    return count / (time.perf_counter() - began - (waited or 0.0))


def _floor(talks: list[list[bytes]]) -> None:
    from django.db import connection

    connection.ensure_connection()
    cursor = connection.connection.cursor()
    for statement in _FLOOR:
        # The floor's tables are as durable as the product's.
        cursor.execute("DROP TABLE IF EXISTS " + statement.split()[3])
        cursor.execute(statement.replace("TEMP ", ""))
    for number, raw in enumerate(raw for talk in talks for raw in talk):
        mail = message_from_bytes(raw, policy=policy.default)
        body = mail.get_body(("plain", "html"))
        text = body.get_content() if body else ""
        for part in mail.iter_attachments():
            part.get_content()
        cursor.execute("BEGIN")
        cursor.execute(
            "INSERT INTO floor_mail (body, digest) VALUES (%s, %s)", (raw, f"{number} {mail['Date']} {mail['From']}")
        )
        cursor.execute("INSERT INTO floor_ticket (subject) VALUES (%s) RETURNING id", (str(mail["Subject"]),))
        ticket = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO floor_message (ticket, message_id, body) VALUES (%s, %s, %s)",
            (ticket, str(mail["Message-ID"]), text),
        )
        cursor.execute("INSERT INTO floor_event (ticket, kind) VALUES (%s, 'received')", (ticket,))
        cursor.execute("COMMIT")


def _in_processes(options: argparse.Namespace, workers: int) -> float:
    """The whole way in `workers` processes; returns the seconds until all were ready, which don't count."""
    address = _channel().address
    began = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.intake_mail", "--mails", str(options.mails), "--worker", address]
    children = [
        subprocess.Popen([*command, f"{number}/{workers}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for number in range(workers)
    ]
    for child in children:
        child.stdout.readline()
    waited = time.perf_counter() - began
    for child in children:
        child.stdin.write(b"go\n")
        child.stdin.flush()
    if any(child.wait() for child in children):
        raise SystemExit("A worker failed.")
    _check(address, options.mails)
    return waited


def _worker(options: argparse.Namespace, address: str, share: str) -> None:
    import django

    from config.boot import prepare

    prepare()
    django.setup()
    from inbox.channels.access import channel_at

    channel = channel_at(address)
    number, _, workers = share.partition("/")
    talks = list(conversations(options.mails))[int(number) :: int(workers)]
    _warm(channel)
    print("ready", flush=True)
    sys.stdin.readline()
    _take(channel, talks)


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
