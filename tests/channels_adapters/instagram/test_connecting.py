"""Connecting an Instagram account by either login: what is checked, registered and renewed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channels_adapters.contracts import Account, CheckResult, Fault, SendError
from channels_adapters.instagram.connecting import WANTED, renewed
from channels_adapters.registry import adapter
from tests.networks.instagram import ACCOUNT, PAGE, TOKEN, Instagram, account

HOOK = "https://inbox.example/hooks/meta/"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def network() -> Iterator[Instagram]:
    with Instagram() as fake:
        yield fake


def lines(of: Account) -> list[tuple[str, bool]]:
    return [(line.label, line.passed) for line in adapter("instagram").check(of)]


def with_secret(of: Account, **secrets: str) -> Account:
    return replace(of, secrets={**of.secrets, **secrets})


def test_an_account_by_instagrams_login_subscribes_and_is_found_right(network: Instagram) -> None:
    before = lines(account())
    (made,) = adapter("instagram").connect(account(), HOOK)
    assert before == [
        ("Access to the account", True),
        ("Messages", True),
        ("Comments", True),
        ("Account subscribed to the app", False),
    ]
    assert (made.passed, network.subscribed["me"], {passed for _, passed in lines(account())}) == (
        True,
        list(WANTED),
        {True},
    )


def test_an_account_by_facebooks_login_registers_our_address_and_subscribes_its_page(network: Instagram) -> None:
    made = adapter("instagram").connect(account("facebook"), HOOK)
    found = lines(account("facebook"))
    assert ([one.passed for one in made], network.webhooks["instagram"]["callback_url"]) == ([True, True], HOOK)
    assert found == [
        ("Access token", True),
        ("Permissions", True),
        ("Access to the account", True),
        ("Webhook of the app", True),
        ("Account subscribed to the app", True),
    ]


def test_what_a_page_is_subscribed_to_already_stays(network: Instagram) -> None:
    network.subscribed[PAGE] = ["messages"]
    adapter("instagram").connect(account("facebook"), HOOK)
    assert network.subscribed[PAGE] == ["messages"]


def test_a_token_of_another_account_or_without_permission_is_told(network: Instagram) -> None:
    network.is_permitted = False
    owner, messages, *_ = adapter("instagram").check(account(address="4711"))
    assert (owner.passed, owner.advice, messages.passed) == (False, f"The token is for the account {ACCOUNT}.", False)


@pytest.mark.parametrize("login", ["instagram", "facebook"])
def test_a_dead_token_fails_every_line_and_shows_in_none(network: Instagram, login: str) -> None:
    dead = with_secret(account(login), access_token="IGAA-dead")
    found: list[CheckResult] = [*adapter("instagram").check(dead), *adapter("instagram").connect(dead, HOOK)]
    assert ({line.passed for line in found}, "IGAA-dead" in str(found)) == ({False}, False)


def test_a_token_of_instagrams_login_is_renewed_in_time(network: Instagram) -> None:
    soon = with_secret(account(), expires_at=(NOW + timedelta(days=20)).isoformat())
    later = with_secret(account(), expires_at=(NOW + timedelta(days=50)).isoformat())
    assert (renewed(soon, NOW), renewed(later, NOW), renewed(account("facebook"), NOW)) == (
        {"access_token": "IGAA-newer-token", "expires_at": (NOW + timedelta(days=60)).isoformat()},
        {},
        {},
    )
    assert adapter("instagram").refresh_credentials(account())["access_token"] == "IGAA-newer-token"


def test_a_token_that_can_not_be_renewed_says_why_without_showing_itself(network: Instagram) -> None:
    with pytest.raises(SendError) as dead:
        renewed(with_secret(account(), access_token="IGAA-dead"), NOW)
    network.is_young = True
    with pytest.raises(SendError) as young:
        renewed(account(), NOW)
    assert (dead.value.fault, TOKEN in young.value.reason) == (Fault.AUTH, False)
