"""Webhooks accepted a second by one web process, beside a bare ASGI endpoint that does one INSERT, in one run.

    python -m benchmarks.accept_webhooks [--requests 800] [--connections 32] [--rounds 15]

On embedded servers of its own. The requests are WhatsApp messages, each another one, signed, at the address all
accounts of the app share; both ways take turns. Afterwards every one of them is in the journal once.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import statistics
import sys
import time
import uuid
from contextlib import ExitStack
from typing import Any

from benchmarks.chat import _free_port, _place, _running, _web

GOAL = 0.4
_SECRET = "correct-horse-battery"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--requests", type=int, default=800, help="a round and way")
    options.add_argument("--connections", type=int, default=32)
    options.add_argument("--rounds", type=int, default=15)
    given = options.parse_args()
    with ExitStack() as stack:
        for name in ("DATABASE_URL", "REDIS_URL"):
            os.environ.pop(name, None)
        os.environ["VAR_DIR"] = _place()
        os.environ["ENV_FILE"] = os.devnull
        os.environ["STATIC_FROM_SOURCE"] = "1"
        ports = {"floor": _free_port(), "ours": _free_port()}
        os.environ["SITE_URL"] = f"http://127.0.0.1:{ports['ours']}"
        from benchmarks.scratch import database

        stack.enter_context(database())
        _scene()
        stack.enter_context(
            _running("floor", _web("benchmarks.accept_floor:application", ports["floor"], 1), ports["floor"])
        )
        stack.enter_context(_running("web", _pages(ports["ours"]), ports["ours"]))
        _measure(given, ports)


def _pages(port: int) -> list[str]:
    return [sys.executable, "-m", "config.web", "--port", str(port), "--log-level", "warning"]


def _scene() -> None:
    from django.db import connection

    from inbox.agents.models import Team
    from inbox.channels.actions import connect

    team = Team.objects.create(name="Shop")
    secrets = {"app_secret": _SECRET, "verify_token": "v", "access_token": "t"}
    connect(kind="whatsapp", name="WhatsApp", address="1122334455667", team=team, secrets=secrets)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE floor (id bigserial PRIMARY KEY, body bytea)")


def _measure(given: argparse.Namespace, ports: dict[str, int]) -> None:
    ways = {"floor": "/", "ours": "/hooks/meta/"}
    rates: dict[str, list[float]] = {way: [] for way in ways}
    for way, path in ways.items():
        asyncio.run(_round(ports[way], path, 200, given.connections))
    for _ in range(given.rounds):
        for way, path in ways.items():
            rates[way].append(asyncio.run(_round(ports[way], path, given.requests, given.connections)))
    ratio = statistics.median(ours / floor for floor, ours in zip(rates["floor"], rates["ours"], strict=True))
    for way, found in rates.items():
        print(f"{way:8} {statistics.median(found):8.0f} requests/s  ({', '.join(f'{one:.0f}' for one in found)})")
    sent, kept = given.rounds * given.requests + 200, _in_journal()
    print(f"ratio {ratio:.2f} (goal {GOAL}); sent {sent}, in the journal {kept}")
    if kept != sent:
        sys.exit("Not all of them are in the journal once.")


def _in_journal() -> int:
    from inbox.channels.models import Envelope

    return Envelope.objects.count()


async def _round(port: int, path: str, requests: int, connections: int) -> float:
    """Requests accepted a second."""
    bodies = [_body() for _ in range(requests)]
    at = time.perf_counter()
    await asyncio.gather(*(_send(port, path, bodies[number::connections]) for number in range(connections)))
    return requests / (time.perf_counter() - at)


async def _send(port: int, path: str, bodies: list[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for body in bodies:
        signature = hmac.new(_SECRET.encode(), body, hashlib.sha256).hexdigest()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: facebookexternalua\r\n"
            f"Content-Type: application/json\r\nX-Hub-Signature-256: sha256={signature}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        if " 200 " not in answer.splitlines()[0]:
            raise SystemExit(answer)
        size = int(answer.partition("content-length: ")[2].partition("\r\n")[0] or 0)
        if size:
            await reader.readexactly(size)
    writer.close()
    await writer.wait_closed()


def _body() -> bytes:
    message: dict[str, Any] = {
        "from": "4917012345678",
        "id": f"wamid.{uuid.uuid4().hex}",
        "timestamp": "1763800000",
        "type": "text",
        "text": {"body": "Where are my shoes? I ordered them last week and nobody answers the phone."},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550001111", "phone_number_id": "1122334455667"},
        "contacts": [{"profile": {"name": "Bo Larsen"}, "wa_id": "4917012345678"}],
        "messages": [message],
    }
    entry = {"id": "102290129340398", "changes": [{"field": "messages", "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


if __name__ == "__main__":
    main()
