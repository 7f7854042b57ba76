"""Connected accounts: what is wrong is seen, what is secret never comes out, what could not be read is tried again."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from django.test import Client

from channels_adapters.contracts import Payload
from inbox.agents.models import Agent
from inbox.channels.access import account
from inbox.channels.enums import EnvelopeState
from inbox.channels.intake import accept, process
from inbox.channels.models import Channel, Envelope
from inbox.common.clock import now
from inbox.demo.workspace import install, sample_channel
from inbox.tickets.models import Ticket
from tests.inbox.mails import mail
from tests.inbox.workspace.pages import text_of
from tests.ports import free_port

Screen = Callable[[Agent], Client]
GIVEN = {
    "name": "Billing",
    "address": "Billing@nordlys.example",
    "brand": "Nordlys Shoes",
    "language": "en",
    "network_host": "smtp.nordlys.example",
    "network_port": "587",
    "network_security": "starttls",
    "network_username": "billing",
    "network_password": "swordfish-42",
}


@pytest.fixture
def smtp() -> Iterator[int]:
    """The port of a real mail server."""
    server = Controller(Sink(), hostname="127.0.0.1", port=0, ready_timeout=60)
    server.port = free_port()
    server.start()
    yield server.port
    server.stop()


@pytest.fixture
def unreadable(support: Channel) -> Envelope:
    """A mail that was put into quarantine."""
    accepted = accept(support, Payload(body=mail(), remote_addr="192.0.2.7"))
    Envelope.objects.filter(pk=accepted.envelope_id).update(
        state=EnvelopeState.QUARANTINED, error="No From.", attempts=5, deaths=3
    )
    return Envelope.objects.get(pk=accepted.envelope_id)


def test_an_admin_connects_a_mailbox_whose_password_is_kept_and_never_shown(screen: Screen, maja: Agent) -> None:
    client = screen(maja)
    client.post("/channels/new/email/", GIVEN)
    made = Channel.objects.get()
    pages = b"".join(
        client.get(address).content
        for address in ("/channels/", f"/channels/{made.pk}/", f"/channels/{made.pk}/settings/")
    )
    known = account(made)
    assert (made.address, known.settings["port"], known.secrets["password"], b"swordfish" in pages) == (
        "billing@nordlys.example",
        587,
        "swordfish-42",
        False,
    )
    assert b"swordfish" not in bytes(made.secrets)


def test_an_empty_password_keeps_the_stored_one_and_a_new_one_replaces_it(screen: Screen, maja: Agent) -> None:
    client = screen(maja)
    client.post("/channels/new/email/", GIVEN)
    made = Channel.objects.get()
    client.post(f"/channels/{made.pk}/settings/", {**GIVEN, "name": "Money", "network_password": ""})
    made.refresh_from_db()
    kept = account(made).secrets["password"]
    client.post(f"/channels/{made.pk}/settings/", {**GIVEN, "network_password": "new-fish"})
    made.refresh_from_db()
    assert (kept, account(made).secrets["password"]) == ("swordfish-42", "new-fish")


def test_a_mailbox_needs_no_server_of_its_own(screen: Screen, maja: Agent) -> None:
    screen(maja).post("/channels/new/email/", {"name": "Shop", "address": "shop@nordlys.example", "language": "ru"})
    assert Channel.objects.values("address", "settings").get() == {"address": "shop@nordlys.example", "settings": {}}


@pytest.mark.parametrize(
    "changed",
    [
        {"address": "no address"},
        {"address": "SUPPORT@nordlys.example"},
        {"name": ""},
        {"language": "xx"},
        {"network_port": "many"},
        {"network_security": "rot13"},
        {"team": "999999"},
    ],
)
def test_a_form_with_a_fault_says_which_field_and_connects_nothing(
    screen: Screen, maja: Agent, support: Channel, changed: dict[str, str]
) -> None:
    answer = screen(maja).post("/channels/new/email/", GIVEN | changed)
    assert (answer.status_code, 'aria-invalid="true"' in answer.content.decode(), Channel.objects.count()) == (
        200,
        True,
        1,
    )


def test_a_kind_that_is_not_installed_can_not_be_connected(screen: Screen, maja: Agent) -> None:
    assert screen(maja).get("/channels/new/pigeon/").status_code == 404


def test_what_is_wrong_with_a_channel_stands_beside_it(
    screen: Screen, maja: Agent, support: Channel, unreadable: Envelope
) -> None:
    page = text_of(screen(maja).get("/channels/"))
    assert ("1 not readable" in page, "in order" in page) == (True, False)


def test_a_channel_in_order_says_so_and_when_its_last_mail_came(screen: Screen, maja: Agent, ticket: Ticket) -> None:
    page = text_of(screen(maja).get("/channels/"))
    assert ("in order" in page, "last in" in page) == (True, True)


def test_the_connection_test_says_that_a_server_answers(
    screen: Screen, maja: Agent, support: Channel, smtp: int
) -> None:
    with smtplib.SMTP("127.0.0.1", smtp):
        pass
    Channel.objects.update(settings={"host": "127.0.0.1", "port": smtp, "security": "none"})
    page = text_of(screen(maja).post(f"/channels/{support.pk}/check/"))
    assert f"Outgoing mail server 127.0.0.1:{smtp}" in page


def test_the_connection_test_says_what_to_do_when_nobody_answers(screen: Screen, maja: Agent, support: Channel) -> None:
    Channel.objects.update(settings={"host": "127.0.0.1", "port": 1, "security": "none"})
    page = text_of(screen(maja).post(f"/channels/{support.pk}/check/", headers={"HX-Request": "true"}))
    assert "Check the server, the port and the encryption." in page


def test_a_channel_is_switched_off_and_on_again(screen: Screen, maja: Agent, support: Channel) -> None:
    client = screen(maja)
    states = []
    for on in ("0", "0", "1"):
        client.post(f"/channels/{support.pk}/activity/", {"on": on})
        support.refresh_from_db()
        states.append(support.is_active)
    assert states == [False, False, True]


def test_what_could_not_be_read_is_shown_as_text_and_handed_out_as_bytes(
    screen: Screen, maja: Agent, unreadable: Envelope
) -> None:
    client = screen(maja)
    assert "No From." in text_of(client.get("/channels/quarantine/"))
    page = text_of(client.get(f"/channels/quarantine/{unreadable.pk}/"))
    assert ("192.0.2.7" in page, "My shoes did not arrive." in page) == (True, True)
    raw = client.get(f"/channels/quarantine/{unreadable.pk}/raw/")
    assert (raw.content, raw.headers["Content-Disposition"], raw.headers["X-Content-Type-Options"]) == (
        mail(),
        f'attachment; filename="original-{unreadable.pk}.eml"',
        "nosniff",
    )


def test_a_payload_that_is_tried_again_becomes_a_ticket(screen: Screen, maja: Agent, unreadable: Envelope) -> None:
    screen(maja).post(f"/channels/quarantine/{unreadable.pk}/retry/")
    process(unreadable.pk)
    unreadable.refresh_from_db()
    assert (unreadable.state, unreadable.ticket.subject) == (EnvelopeState.DONE, "Where are my shoes?")


def test_what_was_read_after_all_is_no_longer_in_quarantine(screen: Screen, maja: Agent, ticket: Ticket) -> None:
    done = Envelope.objects.get()
    client = screen(maja)
    answers = [client.get(f"/channels/quarantine/{done.pk}/"), client.post(f"/channels/quarantine/{done.pk}/retry/")]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_the_sample_data_goes_in_one_click_and_whoever_asked_stays(screen: Screen, company: None) -> None:
    _, agents, _ = install()
    admin = next(agent for agent in agents.values() if agent.administers)
    client = screen(admin)
    asked = client.get("/sample-data/")
    client.post("/sample-data/")
    assert (asked.status_code, sample_channel(), list(Agent.objects.all())) == (200, None, [admin])
    assert client.get("/sample-data/").status_code == 404


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_asks_the_database_as_often_for_thirty_channels_as_for_one(
    screen: Screen, maja: Agent, company: None, django_assert_num_queries: Callable, count: int
) -> None:
    Channel.objects.bulk_create(
        Channel(kind="email", address=f"c{number}@nordlys.example", name=f"C{number}", created_at=now() - timedelta(1))
        for number in range(count)
    )
    client = screen(maja)
    with django_assert_num_queries(8):
        client.get("/channels/")
