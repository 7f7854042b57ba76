"""Will our mail arrive? The page asks the configured name server, and only when it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import LazySettings
from django.test import Client

from inbox.agents.models import Agent
from inbox.channels.models import Channel
from tests.channels_adapters.email.name_server import NameServer
from tests.channels_adapters.email.test_domain import RECORDS
from tests.inbox.workspace.pages import text_of

Screen = Callable[[Agent], Client]


@pytest.fixture
def channel(support: Channel, settings: LazySettings) -> Iterator[Channel]:
    """A mailbox at Google whose domain the local name server knows."""
    support.settings = {"incoming_host": "imap.gmail.com"}
    support.save()
    with NameServer(RECORDS) as server:
        settings.DNS_SERVER = server.address
        yield support


def test_findings_come_when_asked_for_with_the_record_to_add(screen: Screen, maja: Agent, channel: Channel) -> None:
    client, address = screen(maja), f"/channels/{channel.pk}/domain/"
    at_once = text_of(client.get(address))
    asked = client.get(address, {"selector": "s9, s10"})
    part = client.get(address, headers={"HX-Request": "true"})
    assert ("nordlys.example" in at_once, "in order" in at_once) == (True, False)
    assert [
        words in text_of(asked) for words in ("SPF", "in order", "DMARC", "No signing key was found.", "s9, s10")
    ] == [
        True,
        True,
        True,
        True,
        False,
    ]
    assert (b'value="s9, s10"' in asked.content, b"<html" in part.content, b"DMARC" in part.content) == (
        True,
        False,
        True,
    )
