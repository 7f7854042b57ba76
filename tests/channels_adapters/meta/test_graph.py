"""Calls of the Graph API, its errors as faults, and the live check of token and webhook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from channels_adapters.contracts import Account, CheckResult, Fault, SendError
from channels_adapters.http_api import Answer
from channels_adapters.meta.connecting import (
    register,
    subscribe,
    subscription_line,
    token_lines,
    webhook_line,
)
from channels_adapters.meta.faults import failure, meaning
from channels_adapters.meta.graph import graph
from tests.networks.graph import APP_SECRET, TOKEN, GraphNetwork, refusal
from tests.networks.server import Reply

ACCOUNT = Account(
    "messenger", "1", secrets={"app_secret": APP_SECRET, "access_token": TOKEN, "verify_token": "our word"}
)
WANTED = ("feed", "messages")


class Pages(GraphNetwork):
    scopes = ("pages_messaging", "pages_manage_metadata")


@pytest.fixture
def network() -> Iterator[Pages]:
    with Pages() as fake:
        yield fake


def fault(reply: Reply) -> SendError:
    headers = {name.lower(): value for name, value in reply.headers.items()}
    return failure(Answer(reply.status, headers, b"", reply.content), ACCOUNT)


def test_the_token_travels_in_a_header_with_the_proof_of_the_app(network: Pages) -> None:
    assert graph(ACCOUNT, "GET", "/app")["name"] == "Helpdesk"
    (asked,) = network.journal
    assert (asked.path, asked.headers["authorization"]) == ("/v25.0/app", f"Bearer {TOKEN}")
    assert (set(asked.query), TOKEN in asked.query["appsecret_proof"]) == ({"appsecret_proof"}, False)


def test_without_a_token_nothing_is_asked(network: Pages) -> None:
    with pytest.raises(SendError) as raised:
        graph(Account("messenger", "1"), "GET", "/me")
    assert (raised.value.fault, network.journal) == (Fault.AUTH, [])


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (refusal(10, subcode=2018278), Fault.WINDOW_CLOSED),
        (refusal(10, subcode=2534022), Fault.WINDOW_CLOSED),
        (refusal(10), Fault.NOT_ALLOWED),
        (refusal(230, status=403), Fault.NOT_ALLOWED),
        (refusal(551, subcode=1545041), Fault.RECIPIENT),
        (refusal(200, subcode=2018108), Fault.RECIPIENT),
        (refusal(100, subcode=2018001), Fault.RECIPIENT),
        (refusal(100), Fault.CONTENT),
        (refusal(100, is_transient=True), Fault.TEMPORARY),
        (refusal(190, status=401), Fault.AUTH),
        (refusal(368), Fault.AUTH),
        (refusal(10900), Fault.WINDOW_CLOSED),
        (refusal(613), Fault.RATE_LIMITED),
        (refusal(987654, status=429), Fault.RATE_LIMITED),
        (refusal(987654, status=500), Fault.TEMPORARY),
        (refusal(2, status=500), Fault.TEMPORARY),
        (Reply(429, {}, {"Retry-After": "3"}), Fault.RATE_LIMITED),
        (Reply(502), Fault.TEMPORARY),
        (refusal(131047), Fault.NEEDS_TEMPLATE),
        (refusal(131026), Fault.RECIPIENT),
        (refusal(131050), Fault.OPTED_OUT),
        (refusal(130429), Fault.RATE_LIMITED),
        (refusal(131053), Fault.MEDIA),
        (refusal(131016), Fault.TEMPORARY),
        (refusal(132001), Fault.CONTENT),
        (refusal(131042), Fault.NOT_ALLOWED),
        (refusal(131062), Fault.RECIPIENT),
    ],
)
def test_codes_are_faults_with_a_sentence(reply: Reply, expected: Fault) -> None:
    problem = fault(reply)
    assert (problem.fault, problem.reason.endswith((".", ")"))) == (expected, True)


def test_a_pair_that_talks_too_fast_waits_six_seconds() -> None:
    assert fault(refusal(131056)).retry_after == timedelta(seconds=6)


def test_words_of_meta_are_told_without_our_secrets(network: Pages) -> None:
    network.bad_days = [refusal(987654, f"Malformed access token {TOKEN}")]
    with pytest.raises(SendError) as raised:
        graph(ACCOUNT, "POST", "/me/messages", json={})
    assert raised.value.reason == "Meta refuses it: Malformed access token ... (code 987654)"
    assert meaning(None)[0] == Fault.CONTENT


def test_a_healthy_account_is_told_line_by_line(network: Pages) -> None:
    assert register(ACCOUNT, "page", "https://we.example/hooks/meta/", WANTED).passed
    assert subscribe(ACCOUNT, "/me", WANTED).passed
    network.token_expires_at, at = 1_800_000_000, datetime(2027, 1, 15, 8, tzinfo=UTC)
    lines = [
        *token_lines(ACCOUNT, ("pages_messaging",)),
        webhook_line(ACCOUNT, "page", WANTED),
        subscription_line(ACCOUNT, "/me", WANTED),
    ]
    assert lines == [
        CheckResult("Access token", True, details=("Valid until 2027-01-15",), expires_at=at),
        CheckResult("Permissions", True, details=("pages_manage_metadata", "pages_messaging")),
        CheckResult("Webhook of the app", True, details=("https://we.example/hooks/meta/", "feed, messages")),
        CheckResult("Account subscribed to the app", True, details=("Helpdesk", "feed, messages")),
    ]


def test_what_is_missing_is_told_with_what_to_do(network: Pages) -> None:
    before = [webhook_line(ACCOUNT, "page", WANTED), subscription_line(ACCOUNT, "/me", WANTED)]
    subscribe(ACCOUNT, "/me", ("feed",))
    lacking = [*token_lines(ACCOUNT, ("pages_messaging", "pages_read_engagement"))][-1]
    assert [one.passed for one in (*before, lacking, subscription_line(ACCOUNT, "/me", WANTED))] == [False] * 4
    assert lacking.advice == "Missing: pages_read_engagement. Grant them and make a new token."
    network.tokens.clear()
    (dead,) = token_lines(ACCOUNT, ())
    refused = [register(ACCOUNT, "page", "https://we.example/", WANTED), subscribe(ACCOUNT, "/me")]
    assert [one.passed for one in (dead, webhook_line(ACCOUNT, "page", WANTED), *refused)] == [False] * 4
