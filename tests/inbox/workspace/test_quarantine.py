"""What could not be read: looked at safely, read again, made a ticket by hand, or set aside."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from channels_adapters.contracts import Payload
from inbox.agents.models import Agent
from inbox.channels.enums import EnvelopeState
from inbox.channels.intake import accept, quarantine
from inbox.channels.models import Channel, Envelope
from inbox.channels.quarantine import Readable, readable
from inbox.common import work
from inbox.tickets.enums import MessageKind, State
from inbox.tickets.models import Ticket
from inbox.workspace.payloads import shown
from tests.inbox.mails import mail
from tests.inbox.workspace.pages import text_of

Screen = Callable[[Agent], Client]


def unread(channel: Channel, body: bytes) -> Envelope:
    """A payload as a worker left it in quarantine, with its ticket."""
    envelope = work.claim(Envelope.objects.all(), accept(channel, Payload(body=body)).envelope_id)
    assert envelope
    quarantine(envelope, "Reading it took too long.")
    return Envelope.objects.select_related("ticket").get(pk=envelope.pk)


def test_a_ticket_made_by_hand_is_the_senders_and_keeps_the_original(
    screen: Screen, maja: Agent, support: Channel
) -> None:
    envelope = unread(support, mail(subject="=?utf-8?q?Gr=C3=B6=C3=9Fe?="))
    page = screen(maja).get(f"/channels/quarantine/{envelope.pk}/ticket/").content.decode()
    filled = re.findall(r'<input type="(?:text|email)" name="\w+" value="([^"]*)"', page)
    given = {"name": "Bo", "address": "bo@larsen.example", "subject": "Size", "text": "My shoes are too small."}
    screen(maja).post(f"/channels/quarantine/{envelope.pk}/ticket/", given)
    ticket = Ticket.objects.get()
    message = ticket.messages.get()
    envelope.refresh_from_db()
    assert filled == ["Bo Larsen", "bo@larsen.example", "Größe"]
    assert (ticket.subject, str(ticket.customer), ticket.snippet) == ("Size", "Bo", "My shoes are too small.")
    assert (message.text, message.identity.value, message.unsupported, message.attachments.count()) == (
        "My shoes are too small.",
        "bo@larsen.example",
        "",
        1,
    )
    assert (envelope.state, [str(one.customer) for one in ticket.participants.all()]) == (EnvelopeState.DONE, ["Bo"])


def test_what_is_discarded_closes_its_ticket_with_a_note_and_can_be_read_again(
    screen: Screen, maja: Agent, support: Channel
) -> None:
    client, envelope = screen(maja), unread(support, mail())
    asked = text_of(client.get(f"/channels/quarantine/{envelope.pk}/discard/"))
    for _press in range(2):
        client.post(f"/channels/quarantine/{envelope.pk}/discard/")
    ticket = Ticket.objects.get()
    lists = [text_of(client.get(address)) for address in ("/channels/quarantine/", "/channels/quarantine/?discarded=1")]
    assert ("Discard this payload?" in asked, ["Reading it took too long." in one for one in lists]) == (
        True,
        [False, True],
    )
    assert (ticket.state, ticket.messages.filter(kind=MessageKind.NOTE).count()) == (State.CLOSED, 1)
    client.post(f"/channels/quarantine/{envelope.pk}/retry/")
    envelope.refresh_from_db()
    assert envelope.state == EnvelopeState.WAITING
    again = work.claim(Envelope.objects.all(), envelope.pk)
    assert again
    quarantine(again, "Still no use.")
    envelope.refresh_from_db()
    assert envelope.ticket_id != ticket.pk


def test_all_of_a_channel_is_read_again_at_once(screen: Screen, maja: Agent, support: Channel) -> None:
    here, other = unread(support, mail()), Channel.objects.create(kind="email", address="b@x.example", name="B")
    there = unread(other, mail())
    screen(maja).post("/channels/quarantine/attempts/", {"channel": support.pk})
    states = Envelope.objects.in_bulk()
    assert (states[here.pk].state, states[there.pk].state) == (EnvelopeState.WAITING, EnvelopeState.QUARANTINED)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", Readable("", "", "", "")),
        (b"no headers at all", Readable("", "", "", "no headers at all")),
        (b"From: Bo <bo@x.example>\r\nSubject: Hi\r\n\r\nNo\xff\0", Readable("Bo", "bo@x.example", "Hi", "No\ufffd")),
        (b"\x89PNG\r\n\x1a\n" + bytes(4), Readable("", "", "", "\ufffdPNG\r\n\n")),
    ],
)  # fmt: skip
def test_what_can_be_made_out_of_a_payload_is_offered(body: bytes, told: Readable) -> None:
    found = readable(Envelope(body=body))
    assert (found.name, found.address, found.subject, found.text.strip()) == (
        told.name,
        told.address,
        told.subject,
        told.text.strip(),
    )


@pytest.mark.parametrize(
    ("body", "as_hex", "told"),
    [
        ("Größe\r\n".encode(), None, "Größe\n"),
        ("a\u202egnp.exe\x1b[31m".encode(), None, "a⟨202E⟩gnp.exe␛[31m"),
        (b"\x00\x01\x02\xff", None, f"{'00000000  00 01 02 ff':<58} ...."),
        (b"ABCDEFGHIJKLMNOPQ", True,
         "00000000  41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f 50  ABCDEFGHIJKLMNOP\n"
         f"{'00000010  51':<58} Q"),
        (b"\x00\x01", False, "␀␁"),
    ],
)  # fmt: skip
def test_a_payload_is_shown_as_text_or_bytes_and_nothing_in_it_acts(
    body: bytes, as_hex: bool | None, told: str
) -> None:
    assert shown(body, as_hex=as_hex).text == told


@given(st.binary(max_size=400))
def test_any_payload_can_be_looked_at(body: bytes) -> None:
    texts = [shown(body, as_hex=as_hex).text for as_hex in (None, True, False)]
    assert all(char.isprintable() or char in "\n\t" or ord(char) > 127 for text in texts for char in text)
