"""docs/api-channel.md: its programs run, its examples are understood."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from channels_adapters.contracts import AccountEvent, Payload
from channels_adapters.registry import adapter
from inbox.agents.models import Agent, Team
from inbox.channels.access import account, hook_address
from inbox.channels.actions import connect
from inbox.channels.delivery import send
from inbox.channels.intake import process
from inbox.channels.models import Channel, Delivery, Envelope
from inbox.tickets.conversation import reply
from inbox.tickets.models import Ticket
from tests.docs.examples import blocks
from tests.networks.api import ACCOUNT, SECRET, Company
from tests.web import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(billing: Team) -> Channel:
    return connect(
        kind="api",
        address="shop",
        name="Shop",
        settings=dict(ACCOUNT.settings),
        secrets=ACCOUNT.secrets,
        team=billing,
    )


@pytest.fixture
def replies() -> Iterator[str]:
    """The receiver of the document, at work; its address."""
    program: dict[str, Any] = {"__name__": "receive_replies"}
    before = os.environ.get("INBOX_SECRET")
    os.environ["INBOX_SECRET"] = SECRET
    exec(compile(blocks("api-channel.md", "receive_replies.py")[0], "receive_replies.py", "exec"), program)
    server = HTTPServer(("127.0.0.1", 0), program["Replies"])
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    os.environ.pop("INBOX_SECRET")
    if before is not None:
        os.environ["INBOX_SECRET"] = before


def ran(command: list[str], shop: Channel) -> list[int]:
    """Run a program that posts once to the channel's hook; the status it was answered with."""
    statuses = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name: value for name, value in self.headers.items() if name.startswith(("webhook", "Webhook"))}
            taken = Visitor().post(self.path, body, content_type=self.headers["content-type"], headers=headers)
            statuses.append(taken.status_code)
            self.send_response(taken.status_code)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        server.timeout = 60
        path = hook_address(shop).partition("/hooks/")[2]
        hook = f"http://127.0.0.1:{server.server_port}/hooks/{path}"
        asking = subprocess.Popen(
            command, env={**os.environ, "INBOX_HOOK": hook, "INBOX_SECRET": SECRET}, stderr=subprocess.PIPE, text=True
        )
        server.handle_request()
        _, complaint = asking.communicate(timeout=60)
    assert (asking.returncode, complaint) == (0, "")
    for envelope in Envelope.objects.filter(done_at=None):
        process(envelope.pk)
    return statuses


def program(name: str, folder: Path) -> str:
    """A program of the document, as a file."""
    (text,) = blocks("api-channel.md", name)
    (folder / name).write_text(text)
    return str(folder / name)


def test_the_python_example_brings_a_message(shop: Channel, tmp_path: Path) -> None:
    assert ran([sys.executable, program("send_event.py", tmp_path)], shop) == [200]
    ticket = Ticket.objects.get()
    message = ticket.messages.get()
    assert (ticket.customer.name, message.text, message.context["order"]["number"]) == (
        "Bo Larsen",
        "Where is my parcel?",
        "17",
    )


@pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("openssl")),
    reason="curl and openssl are not there; .ci/run installs them",
)
def test_the_curl_example_brings_a_message(shop: Channel, tmp_path: Path) -> None:
    assert ran(["sh", "-eu", program("send_event.sh", tmp_path)], shop) == [200]
    assert Ticket.objects.get().messages.get().text == "Nobody answers the phone."


def test_every_example_of_an_event_is_understood(shop: Channel) -> None:
    found = [
        event
        for block in blocks("api-channel.md", "event")
        for event in adapter("api").parse(Payload(block.encode()), account(shop))
    ]
    assert ([one for one in found if isinstance(one, AccountEvent)], len(found)) == ([], 9)


def test_the_example_of_a_request_has_the_fields_that_requests_have(shop: Channel, ada: Agent, tmp_path: Path) -> None:
    ran([sys.executable, program("send_event.py", tmp_path)], shop)
    with Company() as company:
        send(Delivery.objects.get(message=reply(Ticket.objects.get(), "Soon.", by=ada, undo_seconds=0)).pk)
    (block,) = blocks("api-channel.md", "request")
    told, shown = company.journal[0].json, json.loads(block)
    assert (told.keys(), told["data"].keys()) == (shown.keys(), shown["data"].keys())
    assert (told["data"]["text"], told["data"]["to"]) == ("Soon.", shown["data"]["to"])


def test_the_receiver_takes_a_reply_once_and_nothing_that_is_not_signed(
    shop: Channel, ada: Agent, replies: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran([sys.executable, program("send_event.py", tmp_path)], shop)
    Channel.objects.update(settings={"url": replies})
    delivery = Delivery.objects.get(message=reply(Ticket.objects.get(), "Tomorrow.", by=ada, undo_seconds=0))
    first = send(delivery.pk)
    Delivery.objects.update(status="queued", sent_at=None, external_ids=[], handed_over_at=None)
    again = send(delivery.pk)
    shop.refresh_from_db()
    passed = [one.passed for one in adapter("api").check(account(shop))]
    shop.secrets = b""
    assert first
    assert again
    assert (first.external_ids, again.external_ids, passed) == (["r-1"], ["r-1"], [True, True])
    assert capsys.readouterr().out == "4711 reads: Tomorrow.\n"
