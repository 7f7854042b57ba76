"""A company's own system, as docs/api-channel.md describes it: it takes signed requests, and signs its own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import uuid4

from channels_adapters import standard_webhooks
from channels_adapters.contracts import Account, InvalidSignature, Payload
from tests.networks.server import Asked, FakeNetwork, Reply
from tests.networks.story import Story

HOST = "crm.company.example"
SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
ACCOUNT = Account("api", "shop", settings={"url": f"https://{HOST}/inbox"}, secrets={"signing_secret": SECRET})


class Company(FakeNetwork):
    """Takes a message once, by its `webhook-id`, and gives it a number of its own."""

    hosts: ClassVar[tuple[str, ...]] = (HOST,)

    def __init__(self) -> None:
        super().__init__()
        #: What was taken, by the id of its request.
        self.taken: dict[str, dict[str, Any]] = {}

    def answer(self, asked: Asked) -> Reply:
        """Whatever is signed and of the right form."""
        if (asked.method, asked.path) != ("POST", "/inbox"):
            return Reply(404, {"reason": "There is nothing here."})
        try:
            standard_webhooks.check([SECRET], asked.headers, asked.body, datetime.now(UTC))
        except InvalidSignature as problem:
            return Reply(401, {"reason": str(problem)})
        told = asked.json
        if told["type"] == "ping":
            return Reply(204, b"")
        if told["type"] == "typing":
            self.shown += [one["value"] for who in told["data"]["to"] for one in who["person"]["identifiers"]]
            return Reply(204, b"")
        if not told["data"]["to"]:
            return Reply(422, {"fault": "recipient", "reason": "It is for nobody."})
        request = asked.headers["webhook-id"]
        self.taken.setdefault(request, told["data"])
        return Reply(200, {"external_ids": [f"out-{request}"]})


def signed(body: bytes, url: str = "", message_id: str = "", *, at: datetime | None = None) -> Payload:
    """A request with a valid signature."""
    at = at or datetime.now(UTC)
    key = standard_webhooks.key_of(SECRET)
    headers = standard_webhooks.signed_headers(key, message_id or f"msg_{uuid4().hex}", int(at.timestamp()), body)
    return Payload(body=body, headers={"Content-Type": "application/json", **headers}, url=url, received_at=at)


def event(text: str, **fields: Any) -> dict[str, Any]:
    """A customer's message."""
    return {"type": "message", "author": {"id": "4711", "name": "Bo Larsen"}, "text": text, **fields}


#: Requests with all there is, and with what is wrong.
BODIES = tuple(
    json.dumps(one).encode()
    for one in (
        event(
            "Hi",
            context={"cart": {"total": 70}},
            attachments=[{"url": f"https://{HOST}/a.png"}, {"content": "d29yZHM=", "filename": "a.txt"}],
            choice="yes",
            thread="order-17",
            headers={"a": "b"},
            occurred_at="2026-11-22T10:00:00Z",
        ),
        {"events": [event("Hi"), event("Hi"), event("\ud800\0", external_id=7), 3, {"type": "x"}, {}]},
        {"events": [{"type": "receipt", "state": "read", "external_id": "1"}, {"type": "typing", "author": "1"}]},
        [event("Hi", author={"id": "", "email": "bo@larsen.example"}, attachments=[{"url": "sha256:00"}])],
        {"type": "reach_changed", "person": "1", "state": "blocked", "occurred_at": "0001-01-01T00:00:00+23:00"},
        {"author": "1", "html": "<p>Hi", "context": {"a": [[[None, True, 1.5]]]}, "rating": "5"},
    )
)


def _inbound(text: str, url: str) -> Payload:
    return signed(json.dumps(event(text)).encode(), url)


def _said(network: FakeNetwork) -> list[str]:
    assert isinstance(network, Company)
    return [one["text"] for one in network.taken.values()]


def _receipt(ids: Sequence[str], url: str) -> Payload:
    told: Mapping[str, Any] = {"type": "receipt", "state": "read", "external_ids": list(ids)}
    return signed(json.dumps(told).encode(), url)


STORY = Story(account=ACCOUNT, fake=Company, customer="Bo Larsen", inbound=_inbound, said=_said, receipt=_receipt)
