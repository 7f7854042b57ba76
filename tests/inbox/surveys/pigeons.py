"""A channel of a network that nobody has: it counts the hours, shows buttons, and hands over JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

import pytest

from channels_adapters import registry
from channels_adapters.base import BaseAdapter
from channels_adapters.contracts import (
    Account,
    Capabilities,
    Choice,
    Event,
    Identifier,
    InboundMessage,
    OutboundMessage,
    Payload,
    Person,
    ReplyStep,
    Sent,
    ThreadRef,
    Visibility,
)

KIND = "pigeon"


class PigeonAdapter(BaseAdapter):
    """Whoever wrote within a day may be answered, with up to ten buttons."""

    kind: ClassVar[str] = KIND
    label: ClassVar[str] = "Carrier pigeons"
    capabilities: ClassVar[Capabilities] = Capabilities(
        inbound=frozenset({"push_to_us"}),
        threading="person",
        buttons=10,
        reply_window=(ReplyStep("free", timedelta(hours=24)), ReplyStep("human_tag", timedelta(days=7))),
    )
    flown: ClassVar[list[OutboundMessage]] = []

    def parse(self, payload: Payload, account: Account) -> Sequence[Event]:
        """What `note` wrote."""
        said = json.loads(payload.body)
        author = Person((Identifier(KIND, said["by"]),), name=said["by"].title())
        return (
            InboundMessage(
                event_id=said["id"],
                external_id=said["id"],
                author=author,
                thread=ThreadRef(visibility=Visibility(said["visibility"])),
                occurred_at=datetime.fromisoformat(said["at"]),
                text=said["text"],
                choice=Choice(said["pressed"], said["text"]) if said["pressed"] else None,
            ),
        )

    def send(self, message: OutboundMessage, account: Account) -> Sent:
        """It flies away."""
        self.flown.append(message)
        return Sent((f"out-{len(self.flown)}",))


def note(number: str, text: str, *, by: str, at: datetime, pressed: str = "", visibility: str = "private") -> Payload:
    """What a pigeon brings."""
    said = {"id": number, "text": text, "by": by, "at": at.isoformat(), "pressed": pressed, "visibility": visibility}
    return Payload(body=json.dumps(said).encode())


def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The adapter is there as one of ours, until the end of the test."""
    monkeypatch.setitem(registry.BUILT_IN, KIND, f"{__name__}:PigeonAdapter")
    registry.adapter.cache_clear()
    PigeonAdapter.flown = []
