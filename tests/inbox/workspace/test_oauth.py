"""Signing in with a mail provider: there, back, and everything that does not fit."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client

from inbox.agents.models import Agent
from inbox.channels.access import account, sealed
from inbox.channels.models import Channel, Poller
from tests.inbox.workspace.pages import text_of

Screen = Callable[[Agent], Client]


class _Provider(BaseHTTPRequestHandler):
    """A token endpoint: gives tokens for the code "good", and remembers what it was asked."""

    asked: dict[str, str]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        type(self).asked = {name: values[0] for name, values in parse_qs(body).items()}
        good = self.asked.get("code") == "good"
        tokens = {"access_token": "a-1", "refresh_token": "r-1", "expires_in": 3600}
        answer = json.dumps(tokens if good else {"error": "invalid_grant"}).encode()
        self.send_response(200 if good else 400)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Provider) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def mailbox(support: Channel, provider: str) -> Channel:
    """A mailbox whose provider is asked for access; nobody has allowed it yet."""
    support.settings = {
        "oauth_provider": "other",
        "oauth_client_id": "our-app",
        "oauth_authorize_url": f"{provider}/authorize",
        "oauth_token_url": f"{provider}/token",
        "oauth_scopes": "mail offline",
    }
    support.secrets = sealed({"oauth_client_secret": "s3cret", "password": "kept"})
    support.save()
    return support


def there(client: Client, mailbox: Channel) -> dict[str, str]:
    """What goes along to the provider."""
    answer = client.get(f"/channels/{mailbox.pk}/consent/")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}


def back(client: Client, **said: str) -> str:
    return text_of(client.get("/channels/oauth/", said, follow=True))


def test_what_the_provider_allows_is_kept_sealed_and_waiting_places_are_asked_at_once(
    screen: Screen, maja: Agent, mailbox: Channel
) -> None:
    poller = Poller.objects.create(
        channel=mailbox, place="imap:INBOX", fault="auth", next_attempt_at="2030-01-01T00:00Z"
    )
    client = screen(maja)
    sent = there(client, mailbox)
    page = back(client, state=sent["state"], code="good")
    mailbox.refresh_from_db()
    poller.refresh_from_db()
    secrets = account(mailbox).secrets
    assert ("Access is allowed." in page, poller.next_attempt_at) == (True, None)
    assert (secrets["oauth_access_token"], secrets["oauth_refresh_token"], secrets["password"]) == (
        "a-1",
        "r-1",
        "kept",
    )
    assert b"r-1" not in bytes(mailbox.secrets)
    asked = _Provider.asked
    challenge = base64.urlsafe_b64encode(hashlib.sha256(asked["code_verifier"].encode()).digest()).rstrip(b"=").decode()
    assert (sent["code_challenge"], sent["login_hint"], asked["redirect_uri"]) == (
        challenge,
        "support@nordlys.example",
        sent["redirect_uri"],
    )
    assert (asked["client_secret"], asked["code"]) == ("s3cret", "good")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"error": "access_denied"}, "Access was not allowed."),
        ({"error": "server_error", "error_description": "<b>Oops"}, "The provider refused: server_error <b>Oops"),
        ({"code": "bad"}, "was withdrawn or has run out"),
        ({"state": "forged", "code": "good"}, "This sign-in did not begin here."),
        ({}, "was withdrawn or has run out"),
    ],
)
def test_whatever_goes_wrong_is_told_and_nothing_is_kept(
    screen: Screen, maja: Agent, mailbox: Channel, said: dict[str, str], told: str
) -> None:
    client = screen(maja)
    page = back(client, **({"state": there(client, mailbox)["state"]} | said))
    mailbox.refresh_from_db()
    assert (told in page, "oauth_access_token" in account(mailbox).secrets) == (True, False)


def test_the_way_back_is_open_once_and_only_in_the_session_that_began_it(
    screen: Screen, maja: Agent, mailbox: Channel
) -> None:
    client, other = screen(maja), screen(maja)
    sent = there(client, mailbox)
    other.cookies["consent"] = client.cookies["consent"].value
    told = [back(one, state=sent["state"], code="good") for one in (other, client, client)]
    another = "This sign-in was begun in another browser or session."
    assert [another in page for page in told] == [True, False, True]


def test_whoever_takes_too_long_begins_once_more(screen: Screen, maja: Agent, mailbox: Channel) -> None:
    client = screen(maja)
    with time_machine.travel("2026-03-02T12:00Z", tick=False) as clock:
        client.force_login(maja)
        sent = there(client, mailbox)
        clock.shift(601)
        assert "That took longer than ten minutes." in back(client, state=sent["state"], code="good")


def test_a_channel_without_a_provider_leads_to_its_settings(screen: Screen, maja: Agent, support: Channel) -> None:
    answer = screen(maja).get(f"/channels/{support.pk}/consent/")
    assert answer["Location"] == f"/channels/{support.pk}/settings/"
