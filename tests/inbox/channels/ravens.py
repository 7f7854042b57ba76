"""A network of ravens: one roost brings letters for many lofts, signs them, and keeps their pictures for a while."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar

import pytest

from channels_adapters import registry
from channels_adapters.base import BaseAdapter
from channels_adapters.contracts import (
    Account,
    Attachment,
    AttachmentKind,
    Capabilities,
    Event,
    Fault,
    Handshake,
    Identifier,
    InboundMessage,
    InvalidSignature,
    MediaRef,
    OutboundMessage,
    Payload,
    Person,
    Recipient,
    ReplyStep,
    SendError,
    Sent,
    ThreadRef,
    Visibility,
)

KIND = "raven"


class RavenAdapter(BaseAdapter):
    """Letters name their loft; a letter's signature is its hash with the loft's word."""

    kind: ClassVar[str] = KIND
    label: ClassVar[str] = "Ravens"
    family: ClassVar[str] = "birds"
    acknowledgement: ClassVar[bytes] = b"caught"
    capabilities: ClassVar[Capabilities] = Capabilities(
        inbound=frozenset({"push_to_us"}),
        threading="person",
        reply_window=(ReplyStep("free", timedelta(days=1)), ReplyStep("human_tag", timedelta(days=7))),
    )
    #: What lies at the roost, by token; what is not there can't be had, "tired" only later.
    roost: ClassVar[dict[str, bytes]] = {}
    flown: ClassVar[list[str]] = []
    carried: ClassVar[list[OutboundMessage]] = []
    asked: ClassVar[list[str]] = []

    def route(self, payload: Payload) -> Sequence[str]:
        """The lofts named."""
        return [str(one["loft"]) for one in json.loads(payload.body or b"[]")]

    def verify(self, payload: Payload, account: Account) -> Handshake | None:
        """GET is answered with a caw."""
        if payload.method == "GET":
            return Handshake(b"caw")
        if payload.headers.get("X-Raven") != signature(payload.body, account.secrets.get("word", "")):
            raise InvalidSignature("This raven is not ours.")
        return None

    def parse(self, payload: Payload, account: Account) -> Sequence[Event]:
        """Its own loft's letters."""
        return [letter(**one) for one in json.loads(payload.body) if one["loft"] == account.address]

    def send(self, message: OutboundMessage, account: Account) -> Sent:
        """A word at a time; one that reads `storm` makes the raven turn back once, `shut` finds the window closed."""
        self.carried.append(message)
        words, sent = message.text.split(), []
        for number, word in enumerate(words[len(message.sent_parts) :], len(message.sent_parts)):
            if word == "shut":
                raise SendError(Fault.BLOCKED, "The window is shut.", sent_parts=tuple(sent))
            if word == "storm" and word not in self.roost:
                self.roost[word] = b""
                raise SendError(Fault.TEMPORARY, "A storm.", sent_parts=tuple(sent))
            self.flown.append(word)
            sent.append(f"{message.client_ref[:8]}-{number}")
        other = Identifier(KIND, f"{message.to[0].person.primary.value}-old")
        return Sent(tuple(sent), learned=(Person((message.to[0].person.primary, other)),))

    def fetch_profile(self, identifier: Identifier, account: Account) -> Person | None:
        """Whom the roost knows; "tired" only later."""
        self.asked.append(identifier.value)
        if identifier.value == "tired" and self.asked.count("tired") == 1:
            raise SendError(Fault.TEMPORARY, "The raven sleeps.")
        if identifier.value == "hidden":
            raise SendError(Fault.NOT_ALLOWED, "The roost does not tell us.")
        also = Identifier(KIND, f"{identifier.value}-too")
        return Person((identifier, also), name=f"Nest {identifier.value}", locale="zh_CN")

    def fetch_media(self, ref: MediaRef, account: Account) -> bytes:
        """From the roost."""
        if ref.token == "tired":
            raise SendError(Fault.TEMPORARY, "The raven sleeps.")
        if ref.token not in self.roost:
            raise SendError(Fault.MEDIA, "The picture is gone.")
        return self.roost[ref.token]


def signature(body: bytes, word: str) -> str:
    return hashlib.sha256(body + word.encode()).hexdigest()


def shakes_only_for_the_word(_: RavenAdapter, payload: Payload, account: Account) -> Handshake:
    """A `verify` for ravens that test an address with the loft's word."""
    word = account.secrets.get("word", "")
    if payload.method != "GET" or not word or not payload.url.endswith(f"word={word}"):
        raise InvalidSignature("This raven is not ours.")
    return Handshake(b"caw")


def letter(
    number: str,
    by: str = "bo",
    text: str = "Caw.",
    room: str = "",
    pictures: Sequence[str] = (),
    sha256: str = "",
    echo_to: str = "",
    is_public: bool = False,
    **_: Any,
) -> InboundMessage:
    """One letter."""
    return InboundMessage(
        event_id=number,
        external_id=number,
        author=Person((Identifier(KIND, by),), name=by.title()),
        thread=ThreadRef(
            keys=(f"room:{room}",) if room else (), visibility=Visibility.PUBLIC if is_public else Visibility.PRIVATE
        ),
        occurred_at=None,
        direction="echo" if echo_to else "in",
        recipients=(_to(echo_to),) if echo_to else (),
        text=text,
        attachments=tuple(
            Attachment(AttachmentKind.IMAGE, f"{one}.png", "image/png", 0, ref=MediaRef(one), sha256=sha256)
            for one in pictures
        ),
    )


def _to(name: str) -> Recipient:
    return Recipient(Person((Identifier(KIND, name),), name=name.title()))


def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The adapter is there as one of ours, until the end of the test."""
    monkeypatch.setitem(registry.BUILT_IN, KIND, f"{__name__}:RavenAdapter")
    registry.adapter.cache_clear()
    registry.family_kinds.cache_clear()
    RavenAdapter.roost = {}
    RavenAdapter.flown = []
    RavenAdapter.asked = []
    RavenAdapter.carried = []
